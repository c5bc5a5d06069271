/* Follows a plan through the events of a JSON document. */
#include "formats/json/walk.h"

#include <math.h>

static uint8_t item_place(const struct json_plan *plan, uint8_t place) {
    for (size_t i = 0; i < plan->n_steps; i++)
        if (plan->step[i].in == place && !plan->step[i].key) return plan->step[i].to;
    return JSON_PLACE_NOWHERE;
}

static uint8_t member_place(const struct json_plan *plan, uint8_t place, str key) {
    if (place == JSON_PLACE_NOWHERE) return JSON_PLACE_NOWHERE;
    for (size_t i = 0; i < plan->n_steps; i++) {
        const struct json_step *s = &plan->step[i];
        if (s->in == place && s->key && strlen(s->key) == key.len && memcmp(s->key, key.ptr, key.len) == 0)
            return s->to;
    }
    return JSON_PLACE_NOWHERE;
}

static void enter(struct json_walk *w, uint8_t place) {
    struct json_walk_level l = {place, place ? item_place(w->plan, place) : JSON_PLACE_NOWHERE};
    *VEC_PUSH(&w->arena, &w->levels) = l;
    w->next = l.item;
}

void json_walk_start(struct json_walk *w, const struct json_plan *plan, void *context) {
    *w = (struct json_walk){.plan = plan, .context = context};
    enter(w, JSON_PLACE_DOCUMENT);
}

void json_walk_release(struct json_walk *w) { arena_release(&w->arena); }

bool json_walk_event(struct json_walk *w, enum json_kind kind, str text, struct err *e) {
    const struct json_plan *p = w->plan;
    if (kind == JSON_KEY) {
        w->next = member_place(p, w->levels.at[w->levels.n - 1].place, text);
        return true;
    }
    if (kind == JSON_END) {
        uint8_t place = w->levels.at[--w->levels.n].place;
        w->next = w->levels.n ? w->levels.at[w->levels.n - 1].item : JSON_PLACE_NOWHERE;
        return !place || !p->close || p->close(w->context, place, e);
    }
    if (kind == JSON_MAP || kind == JSON_LIST) {
        uint8_t place = w->next;
        enter(w, place);
        return !place || !p->open || p->open(w->context, place, kind, e);
    }
    return !w->next || !p->value || p->value(w->context, w->next, kind, text, e);
}

bool json_walk_int(enum json_kind kind, str text, const char *what, int64_t *out, struct err *e) {
    /* the usual case: a short number without a sign */
    enum { SHORT = 18 };
    int64_t v = 0;
    size_t i = 0;
    if (kind == JSON_NUMBER && text.len <= SHORT)
        for (; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++) v = v * 10 + (text.ptr[i] - '0');
    if (i && i == text.len) {
        *out = v;
        return true;
    }
    if (kind == JSON_NUMBER && json_int(text, out)) return true;
    return err_set(e, "%s is not a whole number of 63 bits", what);
}

bool json_walk_double(enum json_kind kind, str text, const char *what, double *out, struct err *e) {
    if (kind == JSON_NUMBER) *out = json_double(text);
    if (kind == JSON_NUMBER && isfinite(*out)) return true;
    return err_set(e, "%s is not a number", what);
}
