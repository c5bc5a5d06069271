/* Go execution traces since Go 1.22: how long goroutines waited for the network, for each other, in system calls and
 * for a processor, as `go tool trace -pprof` computes it, all four at once. That tool forgets what a goroutine waited
 * before its ID came again, as that of a thread of C may; here it counts.
 *
 * A trace is a sequence of generations, each of which has tables of strings and stacks, a clock, and batches of events,
 * each of one thread. */
#include <math.h>
#include <stdlib.h>

#include "formats/format.h"
#include "formats/gotrace/front.h"
#include "formats/wire.h"
#include "profile/build.h"

enum { BATCH_MOST = 64 * 1024, STACK_FRAMES_MOST = 128, STRING_MOST = 1024, HEADER = 16 };
/* Steps of the search for the next event, in all, and 4 more for each byte. Traces of Go need none: the earliest event
 * is the next one, unless the clocks of processors differ. */
enum { LATE_STEPS_MOST = 1 << 27 };

/* What a goroutine may wait for. */
enum wait { WAIT_NET, WAIT_SYNC, WAIT_SYSCALL, WAIT_SCHED, WAITS };
static const char *const wait_names[WAITS] = {"net", "sync", "syscall", "sched"};

struct gotrace_batch {
    uint64_t thread, time;
    struct wire data;
    uint32_t next; /* of the same thread; UINT32_MAX: none */
};

/* What is open for a goroutine. */
struct gotrace_open {
    struct {
        int64_t since;
        uint32_t stack, region;
        bool is_open;
    } wait[WAITS];
    uint32_t region; /* the innermost one */
    bool has_run;
};

/* A region of runtime/trace, distinct by its names and those of the regions around it. Number 0 in gotrace.regions is
 * no region. */
struct gotrace_region {
    uint32_t around;
    str_id name, task; /* task: the type of its task; 0: none */
};

/* A wait of a goroutine that has not run yet: it counts where that never runs in the trace. Go's tool looks at
 * goroutines from where they first run, or at all of those that never do. */
struct gotrace_early {
    uint32_t goroutine, stack, region;
    enum wait wait;
    int64_t lasted;
};

struct gotrace_string {
    str text;
    uint8_t waits; /* bits: what a goroutine waits for where this is the reason */
};

struct gotrace {
    struct err *e;
    const struct load_options *options;
    struct wire in;
    bool is_cut_off;     /* the last generation is not complete */
    bool is_whole_left;  /* the one before it is, and was not used */
    uint64_t late_steps; /* that are left, to find the next event where the earliest one must wait */
    unsigned version;    /* 22: Go 1.22 */
    struct arena arena, generation_arena;
    struct build build;
    struct gotrace_order order;
    int64_t last_time;
    struct u64map location_of; /* address -> location */
    struct intern stacks;      /* lists of addresses, leaf first */
    VEC(struct gotrace_open) open;
    struct u64map task_of; /* ID -> str_id of its type */
    struct intern regions; /* struct gotrace_region */
    struct intern rows;    /* stack, wait and region */
    VEC(int64_t) sums;     /* two a row */
    VEC(struct gotrace_early) early;
    /* of the generation that is being read, in its arena */
    uint64_t generation; /* 0: none yet */
    double ns_per_tick;  /* 0: not known yet */
    uint64_t first_time; /* of its batches */
    struct u64map string_of, stack_of, cursor_of;
    VEC(struct gotrace_string) strings;
    VEC(struct wire) stack_bytes; /* frames, as they are in the file */
    VEC(uint32_t) stack_numbers;  /* in `stacks`, once it was used; UINT32_MAX before */
    VEC(struct gotrace_batch) batches;
    VEC(struct gotrace_cursor) cursors;
    VEC(uint64_t) cpu_samples; /* their times */
};

static bool is_damaged(struct gotrace *t, const char *what) {
    return err_set(t->e, "the trace is damaged in generation %llu: %s", (unsigned long long)t->generation, what);
}

static int64_t nanoseconds(const struct gotrace *t, uint64_t ticks) {
    double ns = (double)ticks * t->ns_per_tick;
    return ns < 0x1p62 ? (int64_t)ns : INT64_C(1) << 62;
}

static bool take_byte(struct wire *w, uint8_t *out) {
    if (w->p == w->end) return false;
    *out = *w->p++;
    return true;
}

/* ID, length and bytes of each string. */
static bool read_strings(struct gotrace *t, struct wire w) {
    uint8_t type;
    while (take_byte(&w, &type)) {
        uint64_t id, n;
        bool added;
        if (type != GOTRACE_STRING || !wire_varint(&w, &id) || !wire_varint(&w, &n) || n > STRING_MOST ||
            n > (uint64_t)(w.end - w.p))
            return is_damaged(t, "a table of strings");
        struct gotrace_string s = {.text = {(const char *)w.p, (size_t)n}};
        w.p += n;
        if (str_equal(s.text, STR("network"))) s.waits |= 1 << WAIT_NET;
        if (str_find(s.text, STR("chan")) < s.text.len || str_find(s.text, STR("sync")) < s.text.len ||
            str_find(s.text, STR("select")) < s.text.len)
            s.waits |= 1 << WAIT_SYNC;
        u64map_put(&t->string_of, id, (uint32_t)t->strings.n, &added);
        if (!added) return is_damaged(t, "two strings have one number");
        *VEC_PUSH(&t->generation_arena, &t->strings) = s;
    }
    return true;
}

/* ID and frames of each stack: address, function, file, line. They are looked at when they are needed. */
static bool read_stacks(struct gotrace *t, struct wire w) {
    uint8_t type;
    while (take_byte(&w, &type)) {
        uint64_t id, n, number;
        bool added;
        if (type != GOTRACE_STACK || !wire_varint(&w, &id) || !wire_varint(&w, &n) || n > STACK_FRAMES_MOST)
            return is_damaged(t, "a table of stacks");
        struct wire frames = {w.p, w.p};
        for (uint64_t i = 0; i < 4 * n; i++)
            if (!wire_varint(&w, &number)) return is_damaged(t, "a table of stacks");
        frames.end = w.p;
        u64map_put(&t->stack_of, id, (uint32_t)t->stack_bytes.n, &added);
        if (!added) return is_damaged(t, "two stacks have one number");
        *VEC_PUSH(&t->generation_arena, &t->stack_bytes) = frames;
        *VEC_PUSH(&t->generation_arena, &t->stack_numbers) = UINT32_MAX;
    }
    return true;
}

static bool read_cpu_samples(struct gotrace *t, struct wire w) {
    uint8_t type;
    while (take_byte(&w, &type)) {
        uint64_t number[5];
        bool ok = type == GOTRACE_CPU_SAMPLE;
        for (int i = 0; i < 5 && ok; i++) ok = wire_varint(&w, &number[i]);
        if (!ok) return is_damaged(t, "a sample");
        *VEC_PUSH(&t->generation_arena, &t->cpu_samples) = number[0];
    }
    return true;
}

static bool read_clock(struct gotrace *t, struct wire w) {
    uint8_t type;
    while (take_byte(&w, &type)) {
        uint64_t number[4];
        bool ok = type == GOTRACE_FREQUENCY || type == GOTRACE_CLOCK_SNAPSHOT;
        for (int i = 0; i < (type == GOTRACE_FREQUENCY ? 1 : 4) && ok; i++) ok = wire_varint(&w, &number[i]);
        if (!ok || (type == GOTRACE_FREQUENCY && (t->ns_per_tick != 0 || !number[0])))
            return is_damaged(t, "its clock");
        if (type == GOTRACE_FREQUENCY) t->ns_per_tick = 1.0 / ((double)number[0] / 1e9);
    }
    return true;
}

static bool add_batch(struct gotrace *t, struct gotrace_batch b) {
    bool added;
    uint32_t number = (uint32_t)t->batches.n;
    uint32_t i = u64map_put(&t->cursor_of, b.thread, (uint32_t)t->cursors.n, &added);
    b.next = UINT32_MAX;
    *VEC_PUSH(&t->generation_arena, &t->batches) = b;
    if (added)
        *VEC_PUSH(&t->generation_arena, &t->cursors) = (struct gotrace_cursor){.thread = b.thread, .batch = number};
    else
        t->batches.at[t->cursors.at[i].last_batch].next = number;
    t->cursors.at[i].last_batch = number;
    return true;
}

static bool use_batch(struct gotrace *t, struct gotrace_batch b) {
    uint8_t type;
    struct wire rest = b.data;
    if (!t->first_time || b.time < t->first_time) t->first_time = b.time;
    if (!take_byte(&rest, &type)) return add_batch(t, b);
    switch (type) {
    case GOTRACE_STRINGS: return read_strings(t, rest);
    case GOTRACE_STACKS: return read_stacks(t, rest);
    case GOTRACE_CPU_SAMPLES: return read_cpu_samples(t, rest);
    case GOTRACE_FREQUENCY: return read_clock(t, b.data);
    case GOTRACE_SYNC: return read_clock(t, rest);
    default: return add_batch(t, b);
    }
}

/* The next event of a cursor; false, with the error, where there is one that makes no sense. At the end, the cursor has
 * no batch. */
static bool advance(struct gotrace *t, struct gotrace_cursor *c) {
    while (c->batch != UINT32_MAX && c->has_time && c->data.p == c->data.end) {
        c->batch = t->batches.at[c->batch].next;
        c->has_time = false;
        if (c->batch != UINT32_MAX) c->data = t->batches.at[c->batch].data;
        if (c->batch != UINT32_MAX && c->data.p == c->data.end) c->has_time = true; /* an empty one */
    }
    if (c->batch == UINT32_MAX) return true;
    if (!c->has_time) c->ev.time = nanoseconds(t, t->batches.at[c->batch].time);
    c->has_time = true;
    uint64_t ticks;
    c->ev.type = *c->data.p++;
    int n = gotrace_n_args(c->ev.type);
    bool ok = n >= 0 && wire_varint(&c->data, &ticks);
    for (int i = 0; i < n && ok; i++) ok = wire_varint(&c->data, &c->ev.args[i]);
    return (ok && !__builtin_add_overflow(c->ev.time, nanoseconds(t, ticks), &c->ev.time)) || is_damaged(t, "an event");
}

/* Starts a cursor at its first event. */
static bool start(struct gotrace *t, struct gotrace_cursor *c) {
    c->data = t->batches.at[c->batch].data;
    c->has_time = c->data.p == c->data.end;
    return advance(t, c);
}

/* A string of the generation; empty if it has no such string. */
static str string_of(const struct gotrace *t, uint64_t id) {
    uint32_t i;
    return u64map_get(&t->string_of, id, &i) ? t->strings.at[i].text : STR_EMPTY;
}

/* The number in t->stacks of a stack of the generation. */
static bool find_stack(struct gotrace *t, uint64_t id, uint32_t *out) {
    uint64_t addresses[STACK_FRAMES_MOST], v[4];
    size_t n = 0;
    uint32_t i = UINT32_MAX;
    struct wire w = {0};
    if (id && !u64map_get(&t->stack_of, id, &i)) return is_damaged(t, "an event with a stack that is not there");
    if (id && t->stack_numbers.at[i] != UINT32_MAX) {
        *out = t->stack_numbers.at[i];
        return true;
    }
    if (id) w = t->stack_bytes.at[i];
    while (w.p < w.end) {
        for (int k = 0; k < 4; k++) wire_varint(&w, &v[k]);
        bool added;
        addresses[n++] = v[0];
        u64map_put(&t->location_of, v[0], (uint32_t)t->build.locations.n, &added);
        if (!added) continue;
        struct build_frame f = {.name = build_string_copy(&t->build, string_of(t, v[1])),
                                .file = build_string_copy(&t->build, string_of(t, v[2]))};
        struct {
            str_id name, file;
        } key = {f.name, f.file};
        func_id function = intern_id(&t->build.named.functions, (str){(const char *)&key, sizeof key});
        if (function == t->build.functions.n)
            build_function(&t->build, (struct profile_function){.name = f.name, .file = f.file});
        struct profile_line line = {.function = function, .line = v[3] <= INT64_MAX ? (int64_t)v[3] : 0};
        struct profile_location l = {.address = v[0], .mapping = build_frames_mapping(&t->build)};
        build_location(&t->build, l, &line, 1);
    }
    while (n && addresses[n - 1] == 0) n--; /* no frames, but stand there */
    *out = intern_id(&t->stacks, (str){(const char *)addresses, n * sizeof *addresses});
    if (id) t->stack_numbers.at[i] = *out;
    return true;
}

static bool count(struct gotrace *t, struct gotrace_early w) {
    uint32_t key[] = {w.stack, w.wait, w.region};
    uint32_t row = intern_id(&t->rows, (str){(const char *)key, sizeof key});
    if (2 * (size_t)row == t->sums.n) {
        *VEC_PUSH(&t->arena, &t->sums) = 0;
        *VEC_PUSH(&t->arena, &t->sums) = 0;
    }
    t->sums.at[2 * (size_t)row]++;
    return !__builtin_add_overflow(t->sums.at[2 * (size_t)row + 1], w.lasted, &t->sums.at[2 * (size_t)row + 1]) ||
           is_damaged(t, "times do not fit 63 bits");
}

static struct gotrace_open *open_goroutine(struct gotrace *t, uint32_t goroutine) {
    while (t->open.n <= goroutine) *VEC_PUSH(&t->arena, &t->open) = (struct gotrace_open){0};
    return &t->open.at[goroutine];
}

/* Follows the tasks and regions that the program itself marks. */
static void use_mark(struct gotrace *t, const struct gotrace_event *ev, uint64_t thread) {
    bool added;
    uint32_t goroutine = gotrace_goroutine_on(&t->order, thread), task = 0;
    if (ev->type == GOTRACE_USER_TASK_BEGIN)
        u64map_put(&t->task_of, ev->args[0], build_string_copy(&t->build, string_of(t, ev->args[2])), &added);
    if (goroutine == UINT32_MAX) return;
    if (ev->type == GOTRACE_USER_REGION_BEGIN) {
        struct gotrace_open *o = open_goroutine(t, goroutine);
        u64map_get(&t->task_of, ev->args[0], &task);
        struct gotrace_region r = {o->region, build_string_copy(&t->build, string_of(t, ev->args[1])), task};
        o->region = intern_id(&t->regions, (str){(const char *)&r, sizeof r});
    }
    if (ev->type == GOTRACE_USER_REGION_END) {
        struct gotrace_open *o = open_goroutine(t, goroutine);
        o->region = ((const struct gotrace_region *)t->regions.key[o->region].ptr)->around;
    }
}

static bool use_transition(struct gotrace *t, const struct gotrace_transition *x, int64_t now) {
    static const enum gotrace_state states[WAITS] = {GOTRACE_WAITING, GOTRACE_WAITING, GOTRACE_IN_SYSCALL,
                                                     GOTRACE_RUNNABLE};
    uint32_t reason;
    uint8_t waits = 1 << WAIT_SYSCALL | 1 << WAIT_SCHED;
    if (u64map_get(&t->string_of, x->reason, &reason)) waits |= t->strings.at[reason].waits;
    open_goroutine(t, x->goroutine);
    for (int w = 0; w < WAITS; w++) {
        struct gotrace_open *o = &t->open.at[x->goroutine];
        bool enters = x->to == states[w];
        if (o->wait[w].is_open && !enters) {
            o->wait[w].is_open = false;
            int64_t lasted = now - o->wait[w].since;
            struct gotrace_early early = {x->goroutine, o->wait[w].stack, o->wait[w].region, (enum wait)w, lasted};
            if (lasted <= 0) continue;
            if (!o->has_run)
                *VEC_PUSH(&t->arena, &t->early) = early;
            else if (!count(t, early))
                return false;
        } else if (!o->wait[w].is_open && enters && waits >> w & 1) {
            o->wait[w].is_open = true;
            o->wait[w].since = now;
            o->wait[w].region = o->region;
            if (!find_stack(t, x->stack, &o->wait[w].stack)) return false;
        }
    }
    t->open.at[x->goroutine].has_run |= x->to == GOTRACE_RUNNING;
    return true;
}

/* Times of what comes out never stand still. */
static int64_t next_time(struct gotrace *t, int64_t time) {
    t->last_time = time > t->last_time ? time : t->last_time + 1;
    return t->last_time;
}

/* Tries to take the next event of the cursor at `i`. */
static enum gotrace_verdict try_take(struct gotrace *t, struct gotrace_front *f, uint32_t i) {
    struct gotrace_transition out[GOTRACE_EVENTS_MOST];
    struct gotrace_cursor *c = f->at[i];
    int n;
    enum gotrace_verdict v = gotrace_take(&t->order, &c->ev, c->thread, t->generation, out, &n);
    if (v == GOTRACE_BROKEN) is_damaged(t, "an event that cannot have happened");
    if (v != GOTRACE_IS_NEXT) return v;
    for (int k = 0; k < n; k++) {
        int64_t now = next_time(t, c->ev.time);
        if (out[k].goroutine != UINT32_MAX && !use_transition(t, &out[k], now)) return GOTRACE_BROKEN;
    }
    if (c->ev.type >= GOTRACE_USER_TASK_BEGIN && c->ev.type <= GOTRACE_USER_REGION_END) use_mark(t, &c->ev, c->thread);
    if (!advance(t, c)) return GOTRACE_BROKEN;
    if (c->batch == UINT32_MAX)
        gotrace_front_take_out(f, i);
    else if (gotrace_front_sift_up(f, i) == i)
        gotrace_front_sift_down(f, i);
    return v;
}

static bool take_next(struct gotrace *t, struct gotrace_front *f) {
    enum gotrace_verdict v = try_take(t, f, 0);
    bool enough = v != GOTRACE_LATER || gotrace_front_sort(f, &t->late_steps);
    for (uint32_t i = 1; v == GOTRACE_LATER && enough && i < f->n; i++) {
        enough = t->late_steps > 0;
        if (!enough) break;
        t->late_steps--;
        v = try_take(t, f, i);
    }
    if (!enough) return is_damaged(t, "its threads wait for each other too often");
    if (v == GOTRACE_LATER) is_damaged(t, "no event can be the next one");
    return v == GOTRACE_IS_NEXT;
}

static int compare_ticks(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* All batches of a generation are there. */
static bool use_generation(struct gotrace *t) {
    struct gotrace_front f = {.at = ARENA_ARRAY(&t->generation_arena, struct gotrace_cursor *, t->cursors.n)};
    if (t->ns_per_tick == 0) return is_damaged(t, "it has no clock");
    for (size_t i = 0; i < t->cursors.n; i++) {
        struct gotrace_cursor *c = &t->cursors.at[i];
        if (!start(t, c)) return false;
        if (c->batch == UINT32_MAX) continue;
        f.at[f.n++] = c;
        gotrace_front_sift_up(&f, f.n - 1);
    }
    if (t->cpu_samples.n) qsort(t->cpu_samples.at, t->cpu_samples.n, sizeof *t->cpu_samples.at, compare_ticks);
    next_time(t, nanoseconds(t, t->first_time)); /* a mark that Go makes */
    size_t sample = 0;
    while (f.n || sample < t->cpu_samples.n) {
        if (sample < t->cpu_samples.n) {
            int64_t time = nanoseconds(t, t->cpu_samples.at[sample]);
            if (!f.n || time < f.at[0]->ev.time) {
                next_time(t, time);
                sample++;
                continue;
            }
        }
        if (!take_next(t, &f)) return false;
    }
    return true;
}

static void start_generation(struct gotrace *t, uint64_t generation) {
    arena_release(&t->generation_arena);
    t->generation = generation;
    t->ns_per_tick = 0;
    t->first_time = 0;
    t->string_of = t->stack_of = t->cursor_of = (struct u64map){.arena = &t->generation_arena};
    t->strings.at = NULL;
    t->stack_bytes.at = NULL;
    t->stack_numbers.at = NULL;
    t->batches.at = NULL;
    t->cursors.at = NULL;
    t->cpu_samples.at = NULL;
    t->strings.n = t->strings.cap = t->stack_bytes.n = t->stack_bytes.cap = t->stack_numbers.n = 0;
    t->stack_numbers.cap = t->batches.n = t->batches.cap = t->cursors.n = t->cursors.cap = 0;
    t->cpu_samples.n = t->cpu_samples.cap = 0;
}

static bool is_cut_off(struct gotrace *t) {
    t->is_cut_off = true;
    return err_set(t->e, "the trace is cut off in generation %llu", (unsigned long long)t->generation);
}

/* The next batch; *generation 0: it is the end of a generation. */
static bool read_batch(struct gotrace *t, struct gotrace_batch *b, uint64_t *generation, bool *is_experiment) {
    uint8_t type = 0, experiment;
    uint64_t size;
    *generation = 0;
    take_byte(&t->in, &type);
    if (type == GOTRACE_END_OF_GENERATION) return true;
    *is_experiment = type == GOTRACE_EXPERIMENTAL_BATCH;
    if (type != GOTRACE_BATCH && !*is_experiment) return is_damaged(t, "there is no batch where one should begin");
    if ((*is_experiment && !take_byte(&t->in, &experiment)) || !wire_varint(&t->in, generation) ||
        !wire_varint(&t->in, &b->thread) || !wire_varint(&t->in, &b->time) || !wire_varint(&t->in, &size))
        return is_cut_off(t);
    if (size > BATCH_MOST || !*generation) return is_damaged(t, "a batch");
    if (size > (uint64_t)(t->in.end - t->in.p)) return is_cut_off(t);
    b->data = (struct wire){t->in.p, t->in.p + size};
    t->in.p += size;
    return true;
}

static bool read_generations(struct gotrace *t) {
    enum { MARKS_ENDS = 26 }; /* the version since which the end of a generation is in the file */
    bool is_open = false;
    while (t->in.p < t->in.end) {
        struct gotrace_batch b;
        uint64_t generation;
        bool is_experiment;
        if (!read_batch(t, &b, &generation, &is_experiment)) {
            t->is_whole_left = is_open && generation > t->generation;
            return false;
        }
        if (!generation) {
            if (is_open && !use_generation(t)) return false;
            is_open = false;
            continue;
        }
        if (is_open && generation != t->generation) {
            if (t->version >= MARKS_ENDS || generation != t->generation + 1)
                return is_damaged(t, "generations are out of order");
            if (!use_generation(t)) return false;
            is_open = false;
        }
        if (!is_open) start_generation(t, generation);
        is_open = true;
        if (!is_experiment && !use_batch(t, b)) return false;
    }
    if (is_open && t->version >= MARKS_ENDS) return is_cut_off(t);
    return !is_open || use_generation(t);
}

/* A trace that is cut off has at least whole generations, which are worth something. */
static bool read_trace(struct gotrace *t) {
    if (!read_generations(t)) {
        if (!t->is_cut_off || !format_skip(t->options, "generation", t->e)) return false;
        if (t->is_whole_left && !use_generation(t)) return false;
    }
    for (size_t i = 0; i < t->early.n; i++) {
        const struct gotrace_early *x = &t->early.at[i];
        if (!t->open.at[x->goroutine].has_run && !count(t, *x)) return false;
    }
    return true;
}

static bool make_profile(struct gotrace *t, struct profile *out) {
    struct build *b = &t->build;
    label_id label[WAITS];
    for (int w = 0; w < WAITS; w++)
        label[w] = build_label(b, (struct profile_label){.key = build_string(b, STR("trace")),
                                                         .value = build_string(b, str_from(wait_names[w]))});
    str_id counts = build_string(b, STR("count"));
    build_type(b, build_string(b, STR("contentions")), counts);
    build_type(b, build_string(b, STR("delay")), build_string(b, STR("nanoseconds")));
    b->header.period_type = (struct profile_value_type){build_string(b, STR("trace")), counts};
    b->header.period = 1;
    for (uint32_t row = 0; row < t->rows.n; row++) {
        const uint32_t *key = (const uint32_t *)t->rows.key[row].ptr;
        str addresses = t->stacks.key[key[0]];
        loc_id frames[STACK_FRAMES_MOST];
        size_t n = addresses.len / sizeof(uint64_t);
        for (size_t i = 0; i < n; i++) {
            uint64_t address;
            memcpy(&address, addresses.ptr + i * sizeof address, sizeof address);
            u64map_get(&t->location_of, address, &frames[i]);
        }
        const struct gotrace_region *r = (const struct gotrace_region *)t->regions.key[key[2]].ptr;
        label_id labels[] = {label[key[1]], 0, 0};
        size_t n_labels = 1;
        if (r->name)
            labels[n_labels++] =
                build_label(b, (struct profile_label){.key = build_string(b, STR("region")), .value = r->name});
        if (r->task)
            labels[n_labels++] =
                build_label(b, (struct profile_label){.key = build_string(b, STR("task")), .value = r->task});
        build_sample(b, frames, n, &t->sums.at[2 * (size_t)row], labels, n_labels);
    }
    return build_seal(b, out, t->e);
}

/* The number in "go 1.22 trace" and three zero bytes; 0: it is not that. */
static unsigned version_of(str start) {
    static const char before[] = "go 1.", after[] = " trace\0\0"; /* and the zero of the literal */
    const size_t n = sizeof before - 1;
    if (start.len < HEADER || memcmp(start.ptr, before, n) != 0 || memcmp(start.ptr + n + 2, after, sizeof after) != 0)
        return 0;
    char high = start.ptr[n], low = start.ptr[n + 1];
    return high >= '1' && high <= '9' && low >= '0' && low <= '9' ? (unsigned)(high - '0') * 10 + (unsigned)(low - '0')
                                                                  : 0;
}

enum sniff sniff_gotrace(str start, bool is_all) {
    (void)is_all;
    bool is_old = start.len >= HEADER && memcmp(start.ptr, "go 1.", 5) == 0 && memcmp(start.ptr + 7, " trace", 6) == 0;
    return version_of(start) || is_old ? SNIFF_YES : SNIFF_NO;
}

enum format_verdict decode_gotrace(struct format_input *in, struct profile *out, struct err *e) {
    enum { FIRST = 22 };
    struct gotrace t = {.e = e, .options = in->options, .version = version_of(in->bytes), .last_time = INT64_MIN / 2};
    if (sniff_gotrace(in->bytes, true) != SNIFF_YES) return FORMAT_UNRECOGNIZED;
    if (t.version < FIRST) {
        err_set(e, "it is an execution trace of Go 1.%.2s; those of Go 1.22 and later can be read", in->bytes.ptr + 5);
        return FORMAT_BROKEN;
    }
    t.late_steps = LATE_STEPS_MOST + 4 * (uint64_t)in->bytes.len;
    t.in = (struct wire){(const uint8_t *)in->bytes.ptr + HEADER, (const uint8_t *)in->bytes.ptr + in->bytes.len};
    t.location_of.arena = t.stacks.arena = t.rows.arena = t.task_of.arena = t.regions.arena = &t.arena;
    t.stacks.copy = t.rows.copy = t.regions.copy = true;
    build_init(&t.build, in->arena);
    intern_id(&t.regions, (str){(const char *)&(struct gotrace_region){0}, sizeof(struct gotrace_region)});
    gotrace_order_init(&t.order, &t.arena);
    bool ok = read_trace(&t) && (t.rows.n || err_set(e, "no goroutine waits in it")) && make_profile(&t, out);
    arena_release(&t.generation_arena);
    arena_release(&t.arena);
    return ok ? FORMAT_OK : FORMAT_BROKEN;
}
