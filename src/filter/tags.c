/* tagfocus, tagignore (pprof.md 5.9), tagshow and taghide. A pattern is matched against each distinct label once; per
 * sample, the words of bits of its labels are combined. */
#include "filter/tags.h"

#include <string.h>

#include "filter/stacks.h"
#include "go/gotext.h"
#include "go/unit.h"
#include "out/message.h"

struct filter_tag_match {
    str key; /* only labels with this key; empty: all labels */
    bool is_range, has_low, has_high;
    double low, high;
    str unit;
    struct regex **regex; /* if it is not a range */
    uint32_t n_regexes;
};

enum { PATTERNS_MOST = 1 << 16 }; /* in a list: each takes more than a kilobyte */

struct quantity {
    str digits; /* with their sign */
    str unit;   /* may be empty */
};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* [+-]?[0-9]+[A-Za-z]* off the front of *s. */
static bool take_quantity(str *s, struct quantity *q) {
    size_t i = s->len && (s->ptr[0] == '+' || s->ptr[0] == '-');
    size_t first = i;
    while (i < s->len && is_digit(s->ptr[i])) i++;
    if (i == first) return false;
    size_t end = i;
    while (end < s->len && is_letter(s->ptr[end])) end++;
    *q = (struct quantity){str_slice(*s, 0, i), str_slice(*s, i, end)};
    *s = str_from_offset(*s, end);
    return true;
}

static bool take_colon(str *s) {
    if (!str_has_prefix(*s, STR(":"))) return false;
    *s = str_from_offset(*s, 1);
    return true;
}

static bool read_number(const char *option, str digits, int64_t *out, struct err *e) {
    if (gotext_parse_int(digits, 10, out) == GOTEXT_OK) return true;
    return err_set(e, "parsing %s range: %.*s does not fit in 64 bits", option, STR_ARG(digits));
}

/* Parses N, N:, :N or N:M and nothing else. Returns false without setting an error if `s` is not a range. */
static bool parse_range(const char *option, str s, struct filter_tag_match *m, struct err *e) {
    struct quantity a, b;
    bool colon = take_colon(&s);
    if (!take_quantity(&s, &a)) return false;
    m->has_low = !colon;
    m->has_high = colon;
    bool second = false;
    if (colon) {
        if (s.len) return false;
    } else if (!s.len) {
        m->has_high = true;
    } else if (!take_colon(&s)) {
        return false;
    } else if (s.len) {
        second = m->has_high = true;
        if (!take_quantity(&s, &b) || s.len) return false;
    }
    int64_t number;
    if (!read_number(option, a.digits, &number, e)) return false;
    struct unit_value v = unit_scale(number, a.unit, a.unit);
    m->low = m->high = v.value;
    m->unit = v.unit;
    if (second) {
        if (!read_number(option, b.digits, &number, e)) return false;
        struct unit_value w = unit_scale(number, b.unit, v.unit);
        if (!str_equal(w.unit, v.unit)) return false;
        m->high = w.value;
    }
    return m->is_range = true;
}

/* The range that a value which is read as a pattern looks like: 0:256b is meant as 0b:256b. Returns false for other
 * values. */
static bool looks_like_range(struct arena *a, str s, str *meant) {
    struct quantity low, high;
    str rest = s;
    if (!take_quantity(&rest, &low) || !take_colon(&rest) || !take_quantity(&rest, &high) || rest.len) return false;
    str unit = low.unit.len ? low.unit : high.unit, other = high.unit.len ? high.unit : unit;
    *meant =
        str_format(a, "%.*s%.*s:%.*s%.*s", STR_ARG(low.digits), STR_ARG(unit), STR_ARG(high.digits), STR_ARG(other));
    return !str_equal(s, *meant);
}

static bool in_range(const struct filter_tag_match *m, int64_t number, str unit) {
    struct unit_value v = unit_scale(number, unit, m->unit);
    if (!str_equal(v.unit, m->unit)) return false;
    return (!m->has_low || v.value >= m->low) && (!m->has_high || v.value <= m->high);
}

static bool compile_list(struct arena *a, const char *option, str list, struct filter_tag_match *m, struct err *e) {
    VEC(struct regex *) regex = {0};
    str rest = list, part;
    do {
        size_t end = str_find_char(rest, ',');
        bool last = end == rest.len;
        part = str_slice(rest, 0, end);
        rest = str_from_offset(rest, last ? end : end + 1);
        if (regex.n == PATTERNS_MOST) return err_set(e, "%s has more than %d patterns", option, PATTERNS_MOST);
        struct regex *r = regex_compile(a, part, e);
        if (!r) return err_prepend(e, "parsing %s regexp: ", option);
        *VEC_PUSH(a, &regex) = r;
        if (last) break;
    } while (true);
    m->regex = regex.at;
    m->n_regexes = (uint32_t)regex.n;
    return true;
}

bool filter_tag_compile(struct arena *a, const char *option, str value, struct notes *notes,
                        struct filter_tag_match **out, struct err *e) {
    *out = NULL;
    if (!value.len) return true;
    struct filter_tag_match *m = ARENA_NEW(a, struct filter_tag_match);
    size_t equals = str_find_char(value, '=');
    if (equals < value.len) {
        m->key = str_slice(value, 0, equals);
        value = str_from_offset(value, equals + 1);
    }
    *out = m;
    if (parse_range(option, value, m, e)) {
        notes_add(notes, NOTE_WARNING, "%s:Interpreted '%.*s' as range, not regexp", option, STR_ARG(value));
        return true;
    }
    if (e->text) return false;
    str meant;
    if (!message_as_pprof() && looks_like_range(a, value, &meant))
        notes_add(notes, NOTE_WARNING,
                  "%s: '%.*s' is read as a pattern, because a range has a unit on both sides: %.*s", option,
                  STR_ARG(value), STR_ARG(meant));
    return compile_list(a, option, value, m, e);
}

/* A match as bits: a sample matches when, for each plane, the bits of its labels together are `want`. */
struct planes {
    uint32_t n;
    struct plane {
        const uint64_t *hit; /* [label_id] */
        uint64_t want;
    } * at;
};

/* A match with a key, or a range, accepts a sample that has one label it accepts. */
static bool accepts(const struct filter_tag_match *m, const struct profile *v, const struct filter_units *units,
                    const struct profile_label *l) {
    if (l->numeric != m->is_range) return false;
    if (m->key.len && !str_equal(profile_str(v, l->key), m->key)) return false;
    if (m->is_range) return in_range(m, l->number, filter_unit_of(units, l->key));
    for (uint32_t r = 0; r < m->n_regexes; r++)
        if (regex_match(m->regex[r], profile_str(v, l->value))) return true;
    return false;
}

static uint64_t *accepted_labels(struct arena *a, const struct filter_tag_match *m, const struct profile *v,
                                 const struct filter_units *units) {
    uint64_t *hit = ARENA_ARRAY(a, uint64_t, v->n_labels);
    for (label_id l = 0; l < v->n_labels; l++) hit[l] = accepts(m, v, units, &v->label[l]);
    return hit;
}

/* Without a key, each expression must match the "key:value" of some label: one bit per expression. */
static uint64_t *matched_texts(struct arena *a, const struct filter_tag_match *m, const struct profile *v,
                               uint32_t first, uint32_t n) {
    uint64_t *hit = ARENA_ZERO(a, uint64_t, v->n_labels);
    char *text = NULL;
    size_t cap = 0;
    for (label_id l = 0; l < v->n_labels; l++) {
        if (v->label[l].numeric) continue;
        str key = profile_str(v, v->label[l].key), value = profile_str(v, v->label[l].value);
        size_t len = key.len + 1 + value.len;
        if (len > cap) {
            text = arena_alloc(a, len * 2);
            cap = len * 2;
        }
        if (key.len) memcpy(text, key.ptr, key.len);
        text[key.len] = ':';
        if (value.len) memcpy(text + key.len + 1, value.ptr, value.len);
        for (uint32_t r = 0; r < n; r++)
            if (regex_match(m->regex[first + r], (str){text, len})) hit[l] |= (uint64_t)1 << r;
    }
    return hit;
}

static struct planes make_planes(struct arena *a, const struct filter_tag_match *m, const struct profile *v,
                                 const struct filter_units *units) {
    if (!m) return (struct planes){0, NULL};
    bool one = m->is_range || m->key.len;
    struct planes p = {.n = one ? 1 : (m->n_regexes + 63) / 64};
    p.at = ARENA_ARRAY(a, struct plane, p.n);
    if (one) p.at[0] = (struct plane){accepted_labels(a, m, v, units), 1};
    for (uint32_t i = 0; i < p.n && !one; i++) {
        uint32_t n = m->n_regexes - i * 64 < 64 ? m->n_regexes - i * 64 : 64;
        p.at[i] = (struct plane){matched_texts(a, m, v, i * 64, n), n == 64 ? UINT64_MAX : ((uint64_t)1 << n) - 1};
    }
    return p;
}

static inline bool row_matches(const struct planes *p, const struct profile *v, uint32_t row) {
    for (uint32_t i = 0; i < p->n; i++) {
        uint64_t bits = 0;
        for (uint32_t k = v->label_off[row]; k < v->label_off[row + 1]; k++) bits |= p->at[i].hit[v->label_ref[k]];
        if (bits != p->at[i].want) return false;
    }
    return true;
}

struct tag_job {
    const struct profile *view;
    struct planes focus, ignore; /* n 0: none */
    bool focused[FILTER_PARTS_MOST], ignored[FILTER_PARTS_MOST];
};

static uint32_t pick_tagged(void *context, int part, uint32_t from, uint32_t to, uint32_t *out) {
    struct tag_job *j = context;
    bool any_focused = false, any_ignored = false;
    uint32_t n = 0;
    for (uint32_t i = from; i < to; i++) {
        uint32_t row = profile_row(j->view, i);
        bool focused = row_matches(&j->focus, j->view, row);
        bool ignored = j->ignore.n && row_matches(&j->ignore, j->view, row);
        any_focused |= focused;
        any_ignored |= ignored;
        out[n] = row;
        n += focused && !ignored;
    }
    j->focused[part] = any_focused;
    j->ignored[part] = any_ignored;
    return n;
}

void filter_by_tag(struct arena *a, struct profile *v, const struct filter_units *units, struct filter_tags *f) {
    if (!f->focus && !f->ignore) return;
    struct arena scratch = {0};
    struct profile old = *v;
    struct tag_job *j = ARENA_NEW(&scratch, struct tag_job);
    j->view = &old;
    j->focus = make_planes(&scratch, f->focus, v, units);
    j->ignore = make_planes(&scratch, f->ignore, v, units);
    filter_pick_samples(a, v, pick_tagged, j);
    for (int part = 0; part < FILTER_PARTS_MOST; part++) {
        f->focus_matched |= j->focused[part];
        f->ignore_matched |= j->ignored[part];
    }
    arena_release(&scratch);
}

enum { SHOWN = 1, HIDDEN = 2, KNOWN = 4 };

/* [label_id]: flags of its key. Each key is matched once. */
static uint8_t *judge_labels(struct arena *a, const struct filter_tag_keys *f, const struct profile *v) {
    uint8_t *verdict = ARENA_ARRAY(a, uint8_t, v->n_labels);
    uint8_t *of_key = ARENA_ZERO(a, uint8_t, v->n_strings);
    for (label_id l = 0; l < v->n_labels; l++) {
        str_id id = v->label[l].key;
        str key = profile_str(v, id);
        if (!of_key[id]) {
            of_key[id] = KNOWN;
            if (!f->show || regex_match(f->show, key)) of_key[id] |= SHOWN;
            if (f->hide && regex_match(f->hide, key)) of_key[id] |= HIDDEN;
        }
        verdict[l] = of_key[id];
    }
    return verdict;
}

static bool stays(uint8_t verdict) { return (verdict & (SHOWN | HIDDEN)) == SHOWN; }

void filter_tag_keys(struct arena *a, struct profile *v, struct filter_tag_keys *f) {
    if (!f->show && !f->hide) return;
    struct arena scratch = {0};
    uint8_t *verdict = judge_labels(&scratch, f, v), all = 0;
    bool changes = false;
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i);
        for (uint32_t k = v->label_off[row]; k < v->label_off[row + 1]; k++) {
            all |= verdict[v->label_ref[k]];
            changes |= !stays(verdict[v->label_ref[k]]);
        }
    }
    f->show_matched = all & SHOWN;
    f->hide_matched = all & HIDDEN;
    if (changes) {
        uint32_t *off = ARENA_ARRAY(a, uint32_t, (size_t)v->n_rows + 1);
        label_id *ref = ARENA_ARRAY(a, label_id, v->label_off[v->n_rows]);
        uint32_t n = 0;
        for (uint32_t row = 0; row < v->n_rows; row++) {
            off[row] = n;
            for (uint32_t k = v->label_off[row]; k < v->label_off[row + 1]; k++) {
                ref[n] = v->label_ref[k];
                n += stays(verdict[v->label_ref[k]]);
            }
        }
        off[v->n_rows] = n;
        v->label_off = off;
        v->label_ref = ref;
    }
    arena_release(&scratch);
}
