/* The output of `perf script` and simpleperf: a line for each event, frames below it, a blank line. Frames are looked
 * up as text, with address, symbol and file, so that each is parsed once. */
#include <stdatomic.h>
#include <string.h>

#include "base/hash.h"
#include "base/slots.h"
#include "base/task.h"
#include "formats/names/perf_lines.h"
#include "go/gotext.h"
#include "profile/build.h"

struct perf_line {
    str text;
    uint32_t line;   /* number in its block, from 0 */
    uint32_t number; /* of an event: in perf_block.events; of a frame: in perf_seen.texts, or PROFILE_NONE */
    enum perf_kind kind;
};

/* The texts of frames that a thread has seen. Threads look frames up here, so that the thread that makes samples finds
 * most of them by number. A thread takes any table that no other one has. */
struct perf_seen {
    atomic_bool is_taken;
    struct arena arena, frames_arena;
    struct intern texts;
    VEC(uint32_t) frames; /* of each text, in perf.frame; PROFILE_NONE: not known yet. For the one thread only */
};
enum { SEEN_MOST = 1 << 15 }; /* bounds the memory of a table to a few megabytes */

struct perf_block {
    struct arena arena, events_arena;
    VEC(struct perf_line) lines;
    VEC(struct perf_event) events;
    uint64_t n_lines;
    struct perf_seen *seen; /* the table of the thread that looked at it */
};

/* The labels for command, process, thread and processor of a line: a range of perf.labels. */
struct perf_labels {
    uint32_t first, n;
};

/* The sum of an event's samples with the same stack and labels. */
struct perf_sum {
    uint32_t sample, event;
    uint32_t next; /* the sum of another event; PROFILE_NONE: none */
    int64_t count, period;
};

struct perf_sample {
    uint32_t who;
    stack_id stack;
};

/* A line of a stack. */
struct perf_step {
    uint32_t frame;
    str source; /* the line after it with file and line; ptr is NULL without one */
};

struct perf {
    const struct load_options *options;
    struct err *e;
    struct perf_block *block; /* [slot] */
    struct perf_seen *seen;   /* one per thread */
    uint64_t n_lines;         /* in the blocks before */
    bool failed;

    struct arena *arena, scratch;
    struct build build;
    struct slots frame_slots;
    struct perf_frame {
        str text;
        uint64_t hash, address;
        func_id function; /* PROFILE_NONE: no name */
        str symbol;
        map_id mapping;
        loc_id location; /* of this frame by itself; PROFILE_NONE: not made yet */
        bool inlined;
    } * frame;
    size_t n_frames, frames_cap;
    struct arena frames_arena;                    /* memory of the table */
    struct intern sources;                        /* lines with file and line, as text */
    struct intern mappings, functions, locations; /* keys -> numbers, which the next columns translate */
    VEC(map_id) mapping_of;
    VEC(func_id) function_of;
    VEC(loc_id) location_of;
    VEC(struct profile_line) lines; /* of the location being made */

    struct intern who;
    VEC(struct perf_labels) labels_of;
    VEC(label_id) labels;
    struct intern events;
    VEC(bool) has_period; /* per event */

    /* Sums of distinct stacks and labels; those of a stack and its labels are a list, one per event. */
    struct intern samples;   /* struct perf_sample */
    VEC(uint32_t) first_sum; /* per sample */
    VEC(struct perf_sum) sum;

    /* The sample that is being read. */
    bool open;
    uint64_t line;
    uint32_t who_now, event_now;
    int64_t period_now;
    VEC(struct perf_step) steps;
    bool is_in_line; /* the event's line has the only frame, unless frames follow below it */
    VEC(uint32_t) key, stack;
    int64_t first_time, last_time; /* -1 before the first */
};

static uint32_t number_of(struct perf_seen *s, str text) {
    uint32_t n;
    if (s->texts.n < SEEN_MOST) return intern_id(&s->texts, text);
    return intern_find(&s->texts, text, &n) ? n : PROFILE_NONE;
}

static void look(void *context, int slot, str text) {
    struct perf *p = context;
    struct perf_block *b = &p->block[slot];
    b->lines.n = b->events.n = 0;
    b->n_lines = 0;
    b->seen = p->seen;
    while (atomic_exchange(&b->seen->is_taken, true)) b->seen++; /* there is one for every thread */
    for (str line; textlines_next(&text, &line); b->n_lines++) {
        struct perf_event event;
        struct perf_line l = {.text = line, .line = (uint32_t)b->n_lines, .kind = perf_kind_of(line, &event)};
        if (l.kind == PERF_NOTHING) continue;
        if (l.kind == PERF_FRAME) {
            while (textlines_is_blank(l.text.ptr[0])) l.text = (str){l.text.ptr + 1, l.text.len - 1};
            l.number = number_of(b->seen, l.text);
        }
        if (l.kind == PERF_EVENT) {
            l.number = (uint32_t)b->events.n;
            *VEC_PUSH(&b->events_arena, &b->events) = event;
        }
        *VEC_PUSH(&b->arena, &b->lines) = l;
    }
    atomic_store(&b->seen->is_taken, false);
}

static map_id mapping_named(struct perf *p, str file) {
    if (!file.len || str_equal(file, STR("[unknown]")) || str_equal(file, STR("inlined"))) return PROFILE_NONE;
    uint32_t n = intern_id(&p->mappings, file);
    if (n == p->mapping_of.n) {
        str_id name = build_string(&p->build, p->mappings.key[n]);
        *VEC_PUSH(&p->scratch, &p->mapping_of) =
            build_mapping(&p->build, (struct profile_mapping){.file = name, .has_functions = true});
    }
    return p->mapping_of.at[n];
}

static func_id function_named(struct perf *p, str name, str file) {
    struct {
        str_id name, file;
    } key = {build_string(&p->build, name), build_string(&p->build, file)};
    uint32_t n = intern_id(&p->functions, (str){(const char *)&key, sizeof key});
    if (n == p->function_of.n) {
        struct profile_function f = {.name = key.name, .system_name = key.name, .file = key.file};
        *VEC_PUSH(&p->scratch, &p->function_of) = build_function(&p->build, f);
    }
    return p->function_of.at[n];
}

/* The number of the frame with this text. */
static uint32_t frame_of(struct perf *p, str text) {
    uint64_t hash = hash_bytes(text.ptr, text.len);
    uint32_t tag = hash_tag(hash), id, at;
    slots_room(&p->frame_slots, 1);
    at = slots_start(&p->frame_slots, tag);
    do id = slots_next(&p->frame_slots, tag, &at);
    while (id != SLOTS_NONE && !(p->frame[id].hash == hash && str_equal(p->frame[id].text, text)));
    if (id != SLOTS_NONE) return id;
    id = (uint32_t)p->n_frames;
    slots_put(&p->frame_slots, at, tag, id);
    if (p->n_frames == p->frames_cap)
        p->frame = arena_vec_grow(&p->frames_arena, p->frame, &p->frames_cap, sizeof *p->frame);
    struct perf_frame *f = &p->frame[p->n_frames++];
    struct perf_frame_text t;
    str kept = str_copy(p->arena, text);
    perf_read_frame(kept, &t);
    *f =
        (struct perf_frame){.text = kept, .hash = hash, .address = t.address, .symbol = t.symbol, .inlined = t.inlined};
    f->mapping = mapping_named(p, t.file);
    f->location = f->function = PROFILE_NONE;
    bool is_unknown = !t.symbol.len || str_equal(t.symbol, STR("[unknown]"));
    if (is_unknown && f->mapping == PROFILE_NONE) f->symbol = STR("[unknown]");
    if (is_unknown && f->mapping != PROFILE_NONE) f->symbol = STR_EMPTY;
    if (f->symbol.len) f->function = function_named(p, f->symbol, STR_EMPTY);
    return id;
}

static uint32_t frame_of_line(struct perf *p, struct perf_seen *s, const struct perf_line *l) {
    if (l->number == PROFILE_NONE) return frame_of(p, l->text);
    while (s->frames.n <= l->number) *VEC_PUSH(&s->frames_arena, &s->frames) = PROFILE_NONE;
    uint32_t *known = &s->frames.at[l->number];
    if (*known == PROFILE_NONE) *known = frame_of(p, l->text);
    return *known;
}

static void add_line(struct perf *p, const struct perf_step *s) {
    const struct perf_frame *f = &p->frame[s->frame];
    struct profile_line l = {.function = f->function};
    str file;
    if (s->source.ptr && f->symbol.len && perf_read_source(s->source, &file, &l.line) && l.line)
        l.function = function_named(p, f->symbol, file);
    if (l.function != PROFILE_NONE) *VEC_PUSH(&p->scratch, &p->lines) = l;
}

/* The location of steps that are one frame: inlined functions, innermost first, then the function that they were
 * inlined into. */
static loc_id location_of(struct perf *p, const struct perf_step *step, size_t n) {
    struct perf_frame *outer = &p->frame[step[n - 1].frame];
    bool is_plain = n == 1 && !step->source.ptr;
    if (is_plain && outer->location != PROFILE_NONE) return outer->location;
    p->lines.n = 0;
    for (size_t i = 0; i < n; i++) add_line(p, &step[i]);
    p->key.n = 0;
    *VEC_PUSH(&p->scratch, &p->key) = (uint32_t)outer->address;
    *VEC_PUSH(&p->scratch, &p->key) = (uint32_t)(outer->address >> 32);
    *VEC_PUSH(&p->scratch, &p->key) = outer->mapping;
    for (size_t i = 0; i < p->lines.n; i++) {
        *VEC_PUSH(&p->scratch, &p->key) = p->lines.at[i].function;
        *VEC_PUSH(&p->scratch, &p->key) = (uint32_t)p->lines.at[i].line; /* at most nine digits */
    }
    uint32_t number = intern_id(&p->locations, (str){(const char *)p->key.at, p->key.n * sizeof *p->key.at});
    if (number == p->location_of.n) {
        struct profile_location l = {.address = outer->address, .mapping = outer->mapping};
        *VEC_PUSH(&p->scratch, &p->location_of) = build_location(&p->build, l, p->lines.at, (uint32_t)p->lines.n);
    }
    if (is_plain) outer->location = p->location_of.at[number];
    return p->location_of.at[number];
}

/* Makes the labels. Zero has a unit, because a label with number 0 and no unit is dropped. */
static uint32_t who_of(struct perf *p, str text) {
    uint32_t n = intern_id(&p->who, text);
    if (n < p->labels_of.n) return n;
    struct perf_who who = perf_read_who(text);
    struct {
        const char *key;
        str number;
    } numbers[] = {{"pid", who.pid}, {"tid", who.tid}, {"cpu", who.cpu}};
    struct perf_labels w = {.first = (uint32_t)p->labels.n};
    *VEC_PUSH(&p->scratch, &p->labels) =
        build_label(&p->build, (struct profile_label){.key = build_string(&p->build, STR("comm")),
                                                      .value = build_string_copy(&p->build, who.command)});
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        int64_t v;
        if (gotext_parse_int(numbers[i].number, 10, &v) != GOTEXT_OK) continue;
        str_id key = build_string(&p->build, str_from(numbers[i].key));
        *VEC_PUSH(&p->scratch, &p->labels) =
            build_label(&p->build, (struct profile_label){.key = key, .unit = key, .numeric = true, .number = v});
    }
    w.n = (uint32_t)p->labels.n - w.first;
    *VEC_PUSH(&p->scratch, &p->labels_of) = w;
    return n;
}

static bool skip(struct perf *p, uint64_t line, const char *why) {
    p->failed = !textlines_skip(p->options, line, why, p->e);
    return !p->failed;
}

/* Adds the sample that was read, if any. */
static bool close_sample(struct perf *p) {
    if (!p->open) return true;
    p->open = false;
    p->stack.n = 0;
    for (size_t from = 0, to; from < p->steps.n; from = to) {
        for (to = from + 1; to < p->steps.n && p->frame[p->steps.at[to - 1].frame].inlined;) to++;
        loc_id location = location_of(p, &p->steps.at[from], to - from);
        *VEC_PUSH(&p->scratch, &p->stack) = location;
    }
    struct perf_sample s = {p->who_now, build_stack(&p->build, p->stack.at, p->stack.n)};
    uint32_t sample = intern_id(&p->samples, (str){(const char *)&s, sizeof s});
    if (sample == p->first_sum.n) *VEC_PUSH(&p->scratch, &p->first_sum) = PROFILE_NONE;
    uint32_t n = p->first_sum.at[sample];
    while (n != PROFILE_NONE && p->sum.at[n].event != p->event_now) n = p->sum.at[n].next;
    if (n == PROFILE_NONE) {
        n = (uint32_t)p->sum.n;
        *VEC_PUSH(&p->scratch, &p->sum) =
            (struct perf_sum){.sample = sample, .event = p->event_now, .next = p->first_sum.at[sample]};
        p->first_sum.at[sample] = n;
    }
    struct perf_sum *sum = &p->sum.at[n];
    int64_t period = p->period_now < 0 ? 0 : p->period_now;
    if (__builtin_add_overflow(sum->period, period, &period))
        return skip(p, p->line, "the sum of the periods of this stack does not fit 63 bits");
    sum->period = period;
    sum->count++;
    return true;
}

static bool begin_sample(struct perf *p, const struct perf_event *event, uint64_t line) {
    enum { EVENTS_MOST = 4096 }; /* a list of them is searched, and each has a column */
    uint32_t known;
    if (!close_sample(p)) return false;
    if (p->events.n == EVENTS_MOST && !intern_find(&p->events, event->event, &known))
        return skip(p, line, "more than 4096 kinds of events");
    if (event->too_large) return skip(p, line, "the period does not fit 63 bits");
    p->open = true;
    p->steps.n = 0;
    p->line = line;
    p->who_now = who_of(p, event->who);
    p->period_now = event->period;
    p->event_now = intern_id(&p->events, event->event);
    if (p->event_now == p->has_period.n) *VEC_PUSH(&p->scratch, &p->has_period) = false;
    if (event->period >= 0) p->has_period.at[p->event_now] = true;
    if (event->time >= 0) {
        if (p->first_time < 0 || event->time < p->first_time) p->first_time = event->time;
        if (event->time > p->last_time) p->last_time = event->time;
    }
    struct perf_frame_text frame;
    str rest = textlines_trim(event->rest);
    p->is_in_line = rest.len && perf_read_frame(rest, &frame) && frame.symbol.len && frame.file.len;
    if (p->is_in_line) *VEC_PUSH(&p->scratch, &p->steps) = (struct perf_step){.frame = frame_of(p, rest)};
    return true;
}

static bool use(void *context, int slot) {
    struct perf *p = context;
    const struct perf_block *b = &p->block[slot];
    for (size_t i = 0; i < b->lines.n; i++) {
        const struct perf_line *l = &b->lines.at[i];
        uint64_t line = p->n_lines + l->line + 1;
        bool ok = true;
        switch (l->kind) {
        case PERF_BLANK:
            /* some versions print a blank line between an event and its frames */
            if (p->steps.n) ok = close_sample(p);
            break;
        case PERF_EVENT: ok = begin_sample(p, &b->events.at[l->number], line); break;
        case PERF_FRAME:
            if (!p->open) {
                ok = skip(p, line, "a frame without an event before it");
                break;
            }
            if (p->is_in_line) p->steps.n = 0; /* the event's line has an address of another kind */
            p->is_in_line = false;
            *VEC_PUSH(&p->scratch, &p->steps) = (struct perf_step){.frame = frame_of_line(p, b->seen, l)};
            break;
        case PERF_SOURCE:
            if (p->open && p->steps.n && !p->steps.at[p->steps.n - 1].source.ptr) {
                uint32_t source = intern_id(&p->sources, l->text);
                p->steps.at[p->steps.n - 1].source = p->sources.key[source];
            } else
                ok = skip(p, line, "a file and line without a frame before them");
            break;
        case PERF_NOTHING: break;
        case PERF_UNKNOWN: ok = skip(p, line, "neither an event of perf script nor a frame of a stack"); break;
        }
        if (!ok) return false;
    }
    p->n_lines += b->n_lines;
    return true;
}

/* Adds the types of each event: a count, then the sum of its periods if it has any. Returns the first column of
 * each. */
static uint32_t *add_types(struct perf *p) {
    struct build *b = &p->build;
    uint32_t n_types = 0, *column = ARENA_ARRAY(&p->scratch, uint32_t, p->events.n);
    for (uint32_t i = 0; i < p->events.n; i++) {
        str event = p->events.key[i];
        bool is_clock = str_has_prefix(event, STR("cpu-clock")) || str_has_prefix(event, STR("task-clock"));
        column[i] = n_types++;
        str type = event.len ? str_format(p->arena, "%.*s_sample", STR_ARG(event)) : STR("samples");
        build_type(b, build_string(b, type), build_string(b, STR("count")));
        if (!p->has_period.at[i]) continue;
        n_types++;
        type = event.len ? str_format(p->arena, "%.*s_event", STR_ARG(event)) : STR("events");
        build_type(b, build_string(b, type), build_string(b, is_clock ? STR("nanoseconds") : STR("count")));
    }
    return column;
}

static bool make_profile(struct perf *p, struct profile *out, struct err *e) {
    enum { VALUES_MOST = 1 << 27 };
    struct build *b = &p->build;
    const uint32_t *column = add_types(p);
    size_t n_types = b->types.n, n = p->samples.n;
    if (n && n_types > VALUES_MOST / n)
        return err_set(e, "its stacks and events have more than %d values in all", VALUES_MOST);
    int64_t *value = ARENA_ZERO(&p->scratch, int64_t, n * n_types);
    for (size_t i = 0; i < p->sum.n; i++) {
        const struct perf_sum *s = &p->sum.at[i];
        int64_t *to = &value[s->sample * n_types + column[s->event]];
        to[0] = s->count;
        if (p->has_period.at[s->event]) to[1] = s->period;
    }
    for (size_t i = 0; i < n; i++) {
        const struct perf_sample *s = (const struct perf_sample *)p->samples.key[i].ptr;
        struct perf_labels w = p->labels_of.at[s->who];
        build_row(b, s->stack, &value[i * n_types], &p->labels.at[w.first], w.n);
    }
    if (p->first_time >= 0) b->header.duration_nanos = p->last_time - p->first_time;
    return build_seal(b, out, e);
}

enum sniff sniff_perf(str start, bool is_all) {
    enum { LOOK = 400 };
    if (textlines_is_binary(start)) return SNIFF_NO;
    bool after_event = false, after_bare = false, any_line = false;
    str line;
    for (int i = 0; i < LOOK && textlines_next(&start, &line); i++) {
        struct perf_event event;
        struct perf_frame_text frame;
        if (!start.len && !is_all) break; /* the line may continue */
        enum perf_kind kind = perf_kind_of(line, &event);
        if (kind == PERF_BLANK) continue;
        if (kind == PERF_NOTHING && line.ptr[0] != '#') return SNIFF_MAYBE; /* a record */
        if (kind == PERF_NOTHING) continue;
        any_line = true;
        if (kind == PERF_FRAME && perf_read_frame(line, &frame)) {
            if (after_event && frame.symbol.len) return SNIFF_MAYBE;
            if (after_bare && frame.symbol.len && frame.file.len && line.ptr[0] == '\t') return SNIFF_MAYBE;
        }
        if (kind == PERF_UNKNOWN && !after_event) return SNIFF_NO;
        after_bare = kind == PERF_EVENT;
        after_event |= kind == PERF_EVENT && (event.event.len || event.time >= 0);
        if (kind == PERF_EVENT && event.time >= 0 && event.event.len) return SNIFF_MAYBE;
        if (kind == PERF_EVENT && perf_read_frame(textlines_trim(event.rest), &frame) && frame.file.len)
            return SNIFF_MAYBE;
    }
    return any_line || is_all ? SNIFF_NO : SNIFF_MORE;
}

enum format_verdict decode_perf(struct format_input *in, struct profile *out, struct err *e) {
    struct perf p = {.options = in->options, .e = e, .arena = in->arena, .first_time = -1};
    struct intern *tables[] = {&p.mappings, &p.functions, &p.locations, &p.samples, &p.who, &p.events, &p.sources};
    int n_threads = task_threads();
    int n_slots = textlines_slots();
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        tables[i]->arena = &p.scratch;
        tables[i]->copy = true;
    }
    p.events.arena = p.mappings.arena = p.sources.arena = in->arena; /* names */
    p.block = ARENA_ZERO(&p.scratch, struct perf_block, (size_t)n_slots);
    p.seen = ARENA_ZERO(&p.scratch, struct perf_seen, (size_t)n_threads);
    for (int i = 0; i < n_threads; i++) p.seen[i].texts = (struct intern){.arena = &p.seen[i].arena, .copy = true};
    build_init(&p.build, in->arena);
    textlines_read(in, (struct textlines_work){.look = look, .use = use, .context = &p});
    enum format_verdict v = FORMAT_BAD_LINE;
    if (!p.failed && close_sample(&p)) {
        v = FORMAT_BROKEN;
        if (!p.samples.n)
            err_set(e, "no sample in it");
        else if (make_profile(&p, out, e))
            v = FORMAT_OK;
    }
    for (int i = 0; i < n_slots; i++) {
        arena_release(&p.block[i].arena);
        arena_release(&p.block[i].events_arena);
    }
    for (int i = 0; i < n_threads; i++) {
        arena_release(&p.seen[i].arena);
        arena_release(&p.seen[i].frames_arena);
    }
    arena_release(&p.frame_slots.arena);
    arena_release(&p.frames_arena);
    arena_release(&p.scratch);
    return v;
}
