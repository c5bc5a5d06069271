/* speedscope's file format: profiles of samples or of events, with one table of frames for all. Members come in any
 * order, so frames stay numbers until the end. Stacks are nodes of a tree until then, so that an event costs the same
 * however many frames are open. */
#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/memory.h"
#include "formats/json/kinds.h"
#include "formats/json/walk.h"
#include "profile/build.h"

enum speedscope_place {
    DOCUMENT = JSON_PLACE_DOCUMENT,
    SHARED,
    FRAMES,
    FRAME,
    NAME,
    FILE_NAME,
    LINE,
    COLUMN,
    PROFILES,
    PROFILE,
    PROFILE_NAME,
    UNIT,
    START_VALUE,
    END_VALUE,
    SAMPLES,
    SAMPLE,
    WEIGHTS,
    EVENTS,
    EVENT,
    EVENT_TYPE,
    EVENT_FRAME,
    EVENT_AT,
};

static const struct json_step steps[] = {
    {DOCUMENT, "shared", SHARED},
    {DOCUMENT, "profiles", PROFILES},
    {SHARED, "frames", FRAMES},
    {FRAMES, NULL, FRAME},
    {FRAME, "name", NAME},
    {FRAME, "file", FILE_NAME},
    {FRAME, "line", LINE},
    {FRAME, "col", COLUMN},
    {PROFILES, NULL, PROFILE},
    {PROFILE, "name", PROFILE_NAME},
    {PROFILE, "unit", UNIT},
    {PROFILE, "startValue", START_VALUE},
    {PROFILE, "endValue", END_VALUE},
    {PROFILE, "samples", SAMPLES},
    {PROFILE, "weights", WEIGHTS},
    {PROFILE, "events", EVENTS},
    {SAMPLES, NULL, SAMPLE},
    {SAMPLE, NULL, EVENT_FRAME},
    {WEIGHTS, NULL, WEIGHTS},
    {EVENTS, NULL, EVENT},
    {EVENT, "type", EVENT_TYPE},
    {EVENT, "frame", EVENT_FRAME},
    {EVENT, "at", EVENT_AT},
};

static const struct speedscope_unit {
    const char *name, *type, *unit;
    double factor;
} units[] = {
    {"none", "samples", "count", 1},
    {"nanoseconds", "time", "nanoseconds", 1},
    {"microseconds", "time", "nanoseconds", 1e3},
    {"milliseconds", "time", "nanoseconds", 1e6},
    {"seconds", "time", "nanoseconds", 1e9},
    {"bytes", "space", "bytes", 1},
};

struct speedscope_frame {
    str_id name, file;
    int64_t line, column;
};

/* A stack as its last frame and the rest. Node 0 is the empty stack. */
struct speedscope_node {
    uint32_t parent, frame, depth;
    uint32_t stack; /* index into stacks, plus 1; 0: no sample has it */
};

struct speedscope_profile {
    str_id name;
    const struct speedscope_unit *unit;
    double start, end;
    VEC(struct speedscope_node) nodes;
    struct u64map child;  /* parent << 32 | frame -> node */
    VEC(uint32_t) stacks; /* nodes, in the order of the samples */
    VEC(long double) sum; /* per stack */
};

struct speedscope {
    const struct load_options *options;
    struct arena arena; /* all memory except the profile's strings */
    struct json_walk walk;
    struct build build;
    VEC(struct speedscope_frame) frames;
    VEC(struct speedscope_profile *) profiles;
    /* the current profile: */
    uint32_t node;           /* the frames of a sample so far, or the open frames */
    VEC(uint32_t) sample_of; /* its stacks, in the order of weights */
    VEC(double) weights;
    bool has_time;
    double time; /* of the last event */
    char event_type;
    int64_t event_frame;
    double event_at;
};

static struct speedscope_profile *last_profile(struct speedscope *s) { return s->profiles.at[s->profiles.n - 1]; }

static void add_frame(struct speedscope *s, uint32_t frame) {
    struct speedscope_profile *p = last_profile(s);
    bool added;
    uint32_t n = (uint32_t)p->nodes.n, parent = s->node;
    s->node = u64map_put(&p->child, (uint64_t)parent << 32 | frame, n, &added);
    if (added)
        *VEC_PUSH(&s->arena, &p->nodes) =
            (struct speedscope_node){.parent = parent, .frame = frame, .depth = p->nodes.at[parent].depth + 1};
}

static uint32_t stack_number(struct speedscope *s) {
    struct speedscope_profile *p = last_profile(s);
    struct speedscope_node *node = &p->nodes.at[s->node];
    if (!node->stack) {
        *VEC_PUSH(&s->arena, &p->stacks) = s->node;
        *VEC_PUSH(&s->arena, &p->sum) = 0;
        node->stack = (uint32_t)p->stacks.n;
    }
    return node->stack - 1;
}

static bool open_place(void *context, int place, enum json_kind kind, struct err *e) {
    struct speedscope *s = context;
    bool wants_list = place == FRAMES || place == PROFILES || place == SAMPLES || place == SAMPLE || place == WEIGHTS ||
                      place == EVENTS;
    bool wants_map = place == SHARED || place == FRAME || place == PROFILE || place == EVENT;
    if (!(kind == JSON_LIST ? wants_list : wants_map)) return err_set(e, "this is not as in a file of speedscope");
    if (place == FRAME) *VEC_PUSH(&s->arena, &s->frames) = (struct speedscope_frame){0};
    if (place == SAMPLE || place == EVENTS) s->node = 0;
    if (place == EVENT) {
        s->event_type = 0;
        s->event_frame = -1;
        s->event_at = NAN;
    }
    if (place == PROFILE) {
        struct speedscope_profile *p = ARENA_NEW(&s->arena, struct speedscope_profile);
        p->child.arena = &s->arena;
        *VEC_PUSH(&s->arena, &p->nodes) = (struct speedscope_node){0};
        *VEC_PUSH(&s->arena, &s->profiles) = p;
        s->sample_of.n = s->weights.n = s->node = 0;
        s->has_time = false;
    }
    return true;
}

static bool read_unit(struct speedscope_profile *p, str text, struct err *e) {
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_equal(str_from(units[i].name), text)) p->unit = &units[i];
    return p->unit || err_set(e, "the unit \"%.*s\" is not one of speedscope's", STR_ARG(text));
}

static bool read_value(void *context, int place, enum json_kind kind, str text, struct err *e) {
    struct speedscope *s = context;
    struct speedscope_frame *f = s->frames.n ? &s->frames.at[s->frames.n - 1] : NULL;
    bool is_text = kind == JSON_STRING;
    if (kind == JSON_NULL && (place == FILE_NAME || place == LINE || place == COLUMN)) return true;
    switch (place) {
    case NAME: f->name = build_string_copy(&s->build, is_text ? text : STR_EMPTY); return true;
    case FILE_NAME: f->file = build_string_copy(&s->build, is_text ? text : STR_EMPTY); return true;
    case LINE: return json_walk_int(kind, text, "a frame's line", &f->line, e);
    case COLUMN: return json_walk_int(kind, text, "a frame's column", &f->column, e);
    case PROFILE_NAME: last_profile(s)->name = build_string_copy(&s->build, is_text ? text : STR_EMPTY); return true;
    case UNIT: return read_unit(last_profile(s), text, e);
    case START_VALUE: return json_walk_double(kind, text, "startValue", &last_profile(s)->start, e);
    case END_VALUE: return json_walk_double(kind, text, "endValue", &last_profile(s)->end, e);
    case WEIGHTS: return json_walk_double(kind, text, "a weight", VEC_PUSH(&s->arena, &s->weights), e);
    case EVENT_TYPE: s->event_type = is_text && text.len == 1 ? text.ptr[0] : 0; return true;
    case EVENT_AT: return json_walk_double(kind, text, "the time of an event", &s->event_at, e);
    case EVENT_FRAME:
        if (!json_walk_int(kind, text, "a frame", &s->event_frame, e)) return false;
        if (s->event_frame < 0 || s->event_frame >= UINT32_MAX) return err_set(e, "a frame is not in the table");
        return true;
    default: return err_set(e, "this is not as in a file of speedscope");
    }
}

/* The frames of a sample have a place of their own. */
static bool read_place(void *context, int place, enum json_kind kind, str text, struct err *e) {
    struct speedscope *s = context;
    if (!read_value(context, place, kind, text, e)) return false;
    bool in_sample = s->walk.levels.at[s->walk.levels.n - 1].place == SAMPLE;
    if (in_sample) add_frame(s, (uint32_t)s->event_frame);
    return true;
}

static bool use_event(struct speedscope *s, struct err *e) {
    if (isnan(s->event_at) || s->event_frame < 0) return err_set(e, "an event has no frame or no time");
    if (s->has_time && s->event_at < s->time) return err_set(e, "the time of events runs backwards");
    if (s->has_time && s->node && s->event_at > s->time) {
        uint32_t id = stack_number(s);
        last_profile(s)->sum.at[id] += (long double)s->event_at - s->time;
    }
    s->has_time = true;
    s->time = s->event_at;
    if (s->event_type == 'O') {
        add_frame(s, (uint32_t)s->event_frame);
        return true;
    }
    if (s->event_type != 'C') return err_set(e, "an event is neither O nor C");
    const struct speedscope_node *last = &last_profile(s)->nodes.at[s->node];
    if (!s->node || last->frame != s->event_frame)
        return err_set(e, "a frame is closed that is not the last one opened");
    s->node = last->parent;
    return true;
}

static bool close_place(void *context, int place, struct err *e) {
    struct speedscope *s = context;
    if (place == SAMPLE) *VEC_PUSH(&s->arena, &s->sample_of) = stack_number(s);
    if (place == EVENT) return use_event(s, e);
    if (place == EVENTS && s->node) return err_set(e, "a frame is left open at the end of the events");
    if (place != PROFILE) return true;
    struct speedscope_profile *p = last_profile(s);
    if (!p->unit) return err_set(e, "a profile has no unit");
    if (s->sample_of.n != s->weights.n)
        return err_set(e, "a profile has %zu samples and %zu weights", s->sample_of.n, s->weights.n);
    for (size_t i = 0; i < s->weights.n; i++) p->sum.at[s->sample_of.at[i]] += s->weights.at[i];
    return true;
}

static const struct json_plan plan = {steps, sizeof steps / sizeof *steps, open_place, read_place, close_place};

static void *speedscope_begin(struct arena *a, const struct load_options *options) {
    struct speedscope *s = memory_zero(1, sizeof *s);
    s->options = options;
    build_init(&s->build, a);
    json_walk_start(&s->walk, &plan, s);
    return s;
}

static bool speedscope_event(void *reader, enum json_kind kind, str text, struct err *e) {
    return json_walk_event(&((struct speedscope *)reader)->walk, kind, text, e);
}

static void speedscope_end(void *reader) {
    struct speedscope *s = reader;
    json_walk_release(&s->walk);
    arena_release(&s->arena);
    free(s);
}

/* Rounds to the nearest integer, halves away from zero. */
static bool rounded(long double v, int64_t *out, struct err *e) {
    v = roundl(v);
    if (!(fabsl(v) < 0x1p63L)) return err_set(e, "a sum does not fit 63 bits");
    *out = (int64_t)v;
    return true;
}

/* The column of a unit's type, which is made at first use. `of` has the column of each unit. */
static uint32_t column_of(struct speedscope *s, const struct speedscope_unit *u, const char **types, uint32_t *n) {
    for (uint32_t i = 0; i < *n; i++)
        if (types[i] == u->type || str_equal(str_from(types[i]), str_from(u->type))) return i;
    types[*n] = u->type;
    build_type(&s->build, build_string(&s->build, str_from(u->type)), build_string(&s->build, str_from(u->unit)));
    return (*n)++;
}

/* Converts the frames of a stack to locations, leaf first. */
static bool resolve(struct speedscope *s, const struct speedscope_profile *p, uint32_t node, loc_id *location,
                    loc_id *out, struct err *e) {
    for (; node; node = p->nodes.at[node].parent) {
        uint32_t number = p->nodes.at[node].frame;
        if (number >= s->frames.n) return err_set(e, "frame %u is not in the table of %zu frames", number, s->frames.n);
        if (location[number] == PROFILE_NONE) {
            const struct speedscope_frame *f = &s->frames.at[number];
            location[number] = build_frame(&s->build, (struct build_frame){f->name, f->file, 0, f->line, f->column,
                                                                           build_frames_mapping(&s->build)});
        }
        *out++ = location[number];
    }
    return true;
}

static bool add_samples(struct speedscope *s, const struct speedscope_profile *p, uint32_t column, loc_id *location,
                        struct err *e) {
    struct arena_mark mark = arena_mark(&s->arena);
    int64_t value[sizeof units / sizeof *units] = {0};
    label_id label = 0;
    size_t n_labels = s->profiles.n > 1;
    if (n_labels) {
        str_id key = build_string(&s->build, STR("profile"));
        label = build_label(&s->build, (struct profile_label){.key = key, .value = p->name});
    }
    for (size_t i = 0; i < p->stacks.n; i++) {
        size_t n = p->nodes.at[p->stacks.at[i]].depth;
        loc_id *frames = ARENA_ARRAY(&s->arena, loc_id, n);
        bool ok = resolve(s, p, p->stacks.at[i], location, frames, e) &&
                  rounded(p->sum.at[i] * p->unit->factor, &value[column], e);
        if (!ok && !format_skip(s->options, "stack", e)) return false;
        if (ok && value[column]) build_sample(&s->build, frames, n, value, &label, n_labels);
        arena_rewind(&s->arena, mark);
    }
    return true;
}

static bool check_size(const struct speedscope *s, struct err *e) {
    uint64_t frames = 0;
    for (size_t i = 0; i < s->profiles.n; i++) {
        const struct speedscope_profile *p = s->profiles.at[i];
        for (size_t k = 0; k < p->stacks.n; k++) frames += p->nodes.at[p->stacks.at[k]].depth;
    }
    return frames <= BUILD_FRAMES_MOST || build_too_many_frames(e);
}

static bool speedscope_finish(void *reader, struct profile *out, struct err *e) {
    struct speedscope *s = reader;
    if (!check_size(s, e)) return false;
    const char *types[sizeof units / sizeof *units];
    uint32_t n_types = 0;
    loc_id *location = ARENA_ARRAY(&s->arena, loc_id, s->frames.n);
    for (size_t i = 0; i < s->frames.n; i++) location[i] = PROFILE_NONE;
    for (size_t i = 0; i < s->profiles.n; i++) column_of(s, s->profiles.at[i]->unit, types, &n_types);
    for (size_t i = 0; i < s->profiles.n; i++) {
        const struct speedscope_profile *p = s->profiles.at[i];
        int64_t duration = 0;
        if (!add_samples(s, p, column_of(s, p->unit, types, &n_types), location, e)) return false;
        if (strcmp(p->unit->type, "time") == 0 &&
            !rounded(((long double)p->end - p->start) * p->unit->factor, &duration, e))
            return false;
        if (duration > s->build.header.duration_nanos) s->build.header.duration_nanos = duration;
    }
    if (!s->build.stack_of.n) return err_set(e, "there is no sample in it");
    return build_seal(&s->build, out, e);
}

const struct json_reader json_reader_speedscope = {false, speedscope_begin, speedscope_event, speedscope_finish,
                                                   speedscope_end};
