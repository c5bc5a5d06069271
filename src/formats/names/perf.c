/* The output of `perf script` and simpleperf: a line for each event, frames below it, a blank line. Frames are looked
 * up as text, with address, symbol and file, so that each is parsed once. */
#include <string.h>

#include "base/hash.h"
#include "base/slots.h"
#include "formats/names/textlines.h"
#include "go/gotext.h"
#include "profile/build.h"

/* A line that begins a sample:   COMM  TID|PID/TID  [CPU]  SECONDS.FRACTION:  PERIOD EVENT: REST   */
struct perf_event {
    str who; /* the part of the line from the command to the processor, which the labels are made of */
    str event;
    str rest;
    int64_t time, period; /* -1: missing */
    bool too_large;       /* the period has more than 63 bits */
};

static void skip_blanks(str *s) {
    while (s->len && textlines_is_blank(s->ptr[0])) *s = str_from_offset(*s, 1);
}

static str take_word(str *s) {
    skip_blanks(s);
    size_t n = 0;
    while (n < s->len && !textlines_is_blank(s->ptr[n])) n++;
    str word = str_slice(*s, 0, n);
    *s = str_from_offset(*s, n);
    return word;
}

static bool is_digits(str s) {
    for (size_t i = 0; i < s.len; i++)
        if (!textlines_is_digit(s.ptr[i])) return false;
    return s.len > 0;
}

/* -1, 12 or 12/34 */
static bool is_thread(str word) {
    str first = str_slice(word, 0, str_find_char(word, '/'));
    str second = first.len < word.len ? str_from_offset(word, first.len + 1) : first;
    if (first.len && first.ptr[0] == '-') first = str_from_offset(first, 1);
    if (second.len && second.ptr[0] == '-') second = str_from_offset(second, 1);
    return is_digits(first) && is_digits(second);
}

static bool is_cpu(str word) {
    return word.len > 2 && word.ptr[0] == '[' && word.ptr[word.len - 1] == ']' &&
           is_digits(str_slice(word, 1, word.len - 1));
}

/* 12.345678: */
static bool read_time(str word, int64_t *nanoseconds) {
    enum { FRACTION = 9 };
    size_t point = str_find_char(word, '.');
    if (word.len < 4 || word.ptr[word.len - 1] != ':' || point >= word.len) return false;
    str seconds = str_slice(word, 0, point), fraction = str_slice(word, point + 1, word.len - 1);
    if (!is_digits(seconds) || !is_digits(fraction) || seconds.len > FRACTION) return false;
    int64_t v = 0;
    for (size_t i = 0; i < seconds.len; i++) v = v * 10 + (seconds.ptr[i] - '0');
    for (size_t i = 0; i < FRACTION; i++) v = v * 10 + (i < fraction.len ? fraction.ptr[i] - '0' : 0);
    *nanoseconds = v;
    return true;
}

/* Reads the text after the thread. *anchored: it has a processor or a time, which no other kind of line has. */
static bool read_after_thread(str rest, struct perf_event *out, bool *anchored) {
    *out = (struct perf_event){.time = -1, .period = -1};
    *anchored = false;
    str word = take_word(&rest);
    if (is_cpu(word)) {
        *anchored = true;
        word = take_word(&rest);
    }
    if (read_time(word, &out->time)) {
        *anchored = true;
        word = take_word(&rest);
    }
    if (is_digits(word)) {
        int64_t v = 0;
        for (size_t i = 0; i < word.len && !out->too_large; i++)
            out->too_large = __builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, word.ptr[i] - '0', &v);
        out->period = v;
        word = take_word(&rest);
    }
    size_t colon = str_find_last_char(word, ':');
    if (!word.len) return *anchored || out->period < 0; /* no event, which -F can omit */
    if (colon == word.len || !colon) return false;
    out->event = str_slice(word, 0, colon);
    out->rest = str_from_offset(word, colon + 1).len ? STR_EMPTY : rest;
    return true;
}

enum anchor { ANCHOR_NONE, ANCHOR_EVENT, ANCHOR_STRONG };

/* Reads the first line of a sample. Commands may contain blanks and numbers, and so may the text after the event: the
 * thread is the last number before a processor or a time; without either, the first number that a complete rest
 * follows. */
static enum anchor read_event(str line, struct perf_event *out) {
    enum { COMMAND_MOST = 16 };
    enum anchor found = ANCHOR_NONE;
    str rest = line, first = take_word(&rest);
    for (str word; (word = take_word(&rest)).len;) {
        struct perf_event e;
        bool anchored;
        if (found == ANCHOR_STRONG && word.ptr - first.ptr > COMMAND_MOST) break;
        if (!is_thread(word) || !read_after_thread(rest, &e, &anchored)) continue;
        if (!anchored && found != ANCHOR_NONE) continue;
        str after = rest;
        if (anchored && is_cpu(take_word(&after)))
            e.who = (str){first.ptr, (size_t)(after.ptr - first.ptr)};
        else
            e.who = (str){first.ptr, (size_t)(word.ptr + word.len - first.ptr)};
        *out = e;
        found = anchored ? ANCHOR_STRONG : ANCHOR_EVENT;
    }
    return found;
}

struct perf_frame_text {
    uint64_t address;
    str symbol, file; /* either may be empty */
    bool inlined;
};

static int hex_value(char c) {
    return textlines_is_digit(c)  ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static bool read_address(str word, uint64_t *out) {
    enum { DIGITS_MOST = 16 };
    if (str_has_prefix(word, STR("0x"))) word = str_from_offset(word, 2);
    if (!word.len || word.len > DIGITS_MOST) return false;
    uint64_t v = 0;
    for (size_t i = 0; i < word.len; i++) {
        int digit = hex_value(word.ptr[i]);
        if (digit < 0) return false;
        v = v << 4 | (unsigned)digit;
    }
    *out = v;
    return true;
}

/* The offset of the parenthesis after a blank that closes at the end of the text; text.len if not found. */
static size_t find_file(str text) {
    int depth = 0;
    if (!text.len || text.ptr[text.len - 1] != ')') return text.len;
    for (size_t i = text.len; i-- > 0;) {
        if (text.ptr[i] == ')') depth++;
        if (text.ptr[i] == '(' && --depth == 0) return !i || textlines_is_blank(text.ptr[i - 1]) ? i : text.len;
    }
    return text.len;
}

/* HEX SYMBOL+0xOFF (FILE) */
static bool read_frame(str line, struct perf_frame_text *out) {
    str rest = line, word = take_word(&rest);
    *out = (struct perf_frame_text){0};
    if (!read_address(word, &out->address)) return false;
    rest = textlines_trim(rest);
    size_t file = find_file(rest);
    out->file = file < rest.len ? str_slice(rest, file + 1, rest.len - 1) : STR_EMPTY;
    out->inlined = str_equal(out->file, STR("inlined"));
    rest = textlines_trim(str_slice(rest, 0, file));
    size_t plus = str_find_last_char(rest, '+');
    uint64_t offset;
    if (plus < rest.len && str_has_prefix(str_from_offset(rest, plus), STR("+0x")) &&
        read_address(str_from_offset(rest, plus + 1), &offset))
        rest = str_slice(rest, 0, plus);
    out->symbol = rest;
    return true;
}

/* Reads file.c:12, ??:0 or libc.so.6[27181], on a line of its own. *line is 0 if it has no line number. */
static bool read_source(str text, str *file, int64_t *line) {
    text = textlines_trim(text);
    size_t end = str_find(text, STR(" (discriminator "));
    text = str_slice(text, 0, end);
    size_t colon = str_find_last_char(text, ':');
    *file = STR_EMPTY;
    *line = 0;
    if (!text.len) return false;
    if (text.ptr[text.len - 1] == ']') return true;
    if (colon == text.len || !colon) return false;
    str number = str_from_offset(text, colon + 1);
    if (str_equal(number, STR("?"))) return true;
    if (!is_digits(number) || number.len > 9) return false;
    for (size_t i = 0; i < number.len; i++) *line = *line * 10 + (number.ptr[i] - '0');
    if (str_has_prefix(text, STR("??"))) *line = 0;
    if (*line) *file = str_slice(text, 0, colon);
    return true;
}

enum perf_kind { PERF_BLANK, PERF_EVENT, PERF_FRAME, PERF_SOURCE, PERF_UNKNOWN };

struct perf_line {
    str text;
    uint64_t hash;  /* of a frame */
    uint32_t line;  /* number in its block, from 0 */
    uint32_t event; /* number in perf_block.events */
    enum perf_kind kind;
};

struct perf_block {
    struct arena arena, events_arena;
    VEC(struct perf_line) lines;
    VEC(struct perf_event) events;
    uint64_t n_lines;
};

static enum perf_kind kind_of(str line, struct perf_event *event) {
    str rest = line, word = take_word(&rest), file;
    uint64_t address;
    int64_t number;
    bool is_indented = textlines_is_blank(line.ptr[0]), may_be_frame = read_address(word, &address);
    /* nearly all lines are frames after a tab, which perf uses for nothing else */
    if (may_be_frame && line.ptr[0] == '\t') return PERF_FRAME;
    enum anchor a = read_event(line, event);
    if (a == ANCHOR_STRONG) return PERF_EVENT;
    if (may_be_frame && (is_indented || a == ANCHOR_NONE)) return PERF_FRAME;
    if (a == ANCHOR_EVENT && !(is_indented && read_source(line, &file, &number))) return PERF_EVENT;
    return is_indented && read_source(line, &file, &number) ? PERF_SOURCE : PERF_UNKNOWN;
}

/* Returns true for records of mapped files and of tasks, which options of perf script add to the output. */
static bool is_record(str line) {
    size_t at = str_find(line, STR("PERF_RECORD_"));
    return at < line.len && (!at || textlines_is_blank(line.ptr[at - 1]));
}

/* The labels for command, process, thread and processor of a line: a range of perf.labels. */
struct perf_who {
    uint32_t first, n;
};

/* The sum of an event's samples with the same stack and labels. */
struct perf_sum {
    uint32_t sample, event;
    int64_t count, period;
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
    VEC(struct perf_who) labels_of;
    VEC(label_id) labels;
    struct intern events;
    VEC(bool) has_period; /* per event */

    /* Sums of distinct stacks and labels; those of a stack and its labels are a list, one per event. */
    struct intern samples; /* number of `who`, then locations */
    struct intern sums;    /* sample, event */
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

static void look(void *context, int slot, str text) {
    struct perf *p = context;
    struct perf_block *b = &p->block[slot];
    b->lines.n = b->events.n = 0;
    b->n_lines = 0;
    for (str line; textlines_next(&text, &line); b->n_lines++) {
        struct perf_event event;
        struct perf_line l = {.text = line, .line = (uint32_t)b->n_lines, .kind = PERF_BLANK};
        if (line.len && line.ptr[0] == '#') continue;
        str word = line;
        skip_blanks(&word);
        if (word.len) l.kind = kind_of(line, &event);
        if (l.kind != PERF_FRAME && word.len && is_record(line)) continue;
        if (l.kind == PERF_FRAME) l.hash = hash_bytes(line.ptr, line.len);
        if (l.kind == PERF_EVENT) {
            l.event = (uint32_t)b->events.n;
            *VEC_PUSH(&b->events_arena, &b->events) = event;
        }
        *VEC_PUSH(&b->arena, &b->lines) = l;
    }
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

/* The number of the frame in a line. */
static uint32_t frame_of(struct perf *p, str text, uint64_t hash) {
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
    read_frame(kept, &t);
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

static void add_line(struct perf *p, const struct perf_step *s) {
    const struct perf_frame *f = &p->frame[s->frame];
    struct profile_line l = {.function = f->function};
    str file;
    if (s->source.ptr && f->symbol.len && read_source(s->source, &file, &l.line) && l.line)
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

/* Reads COMM, TID or PID/TID, and [CPU]. Zero has a unit, because a label with number 0 and no unit is dropped. */
static uint32_t who_of(struct perf *p, str text) {
    uint32_t n = intern_id(&p->who, text);
    if (n < p->labels_of.n) return n;
    text = str_copy(p->arena, text);
    str cpu = STR_EMPTY;
    size_t last = text.len;
    while (last && !textlines_is_blank(text.ptr[last - 1])) last--;
    if (is_cpu(str_from_offset(text, last))) {
        cpu = str_slice(text, last + 1, text.len - 1);
        text = textlines_trim(str_slice(text, 0, last));
        for (last = text.len; last && !textlines_is_blank(text.ptr[last - 1]);) last--;
    }
    str thread = str_from_offset(text, last), command = textlines_trim(str_slice(text, 0, last));
    size_t slash = str_find_char(thread, '/');
    struct {
        const char *key;
        str number;
    } numbers[] = {{"pid", slash < thread.len ? str_slice(thread, 0, slash) : STR_EMPTY},
                   {"tid", slash < thread.len ? str_from_offset(thread, slash + 1) : thread},
                   {"cpu", cpu}};
    struct perf_who w = {.first = (uint32_t)p->labels.n};
    *VEC_PUSH(&p->scratch, &p->labels) =
        build_label(&p->build, (struct profile_label){.key = build_string(&p->build, STR("comm")),
                                                      .value = build_string(&p->build, command)});
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
    *VEC_PUSH(&p->scratch, &p->stack) = p->who_now;
    for (size_t from = 0, to; from < p->steps.n; from = to) {
        for (to = from + 1; to < p->steps.n && p->frame[p->steps.at[to - 1].frame].inlined;) to++;
        loc_id location = location_of(p, &p->steps.at[from], to - from);
        *VEC_PUSH(&p->scratch, &p->stack) = location;
    }
    uint32_t sample = intern_id(&p->samples, (str){(const char *)p->stack.at, p->stack.n * sizeof *p->stack.at});
    uint32_t key[2] = {sample, p->event_now}, n = intern_id(&p->sums, (str){(const char *)key, sizeof key});
    if (n == p->sum.n) *VEC_PUSH(&p->scratch, &p->sum) = (struct perf_sum){.sample = sample, .event = p->event_now};
    struct perf_sum *sum = &p->sum.at[n];
    int64_t period = p->period_now < 0 ? 0 : p->period_now;
    if (__builtin_add_overflow(sum->period, period, &period))
        return skip(p, p->line, "the sum of the periods of this stack does not fit 63 bits");
    sum->period = period;
    sum->count++;
    return true;
}

static bool begin_sample(struct perf *p, const struct perf_event *event, uint64_t line) {
    if (!close_sample(p)) return false;
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
    p->is_in_line = rest.len && read_frame(rest, &frame) && frame.symbol.len && frame.file.len;
    if (p->is_in_line)
        *VEC_PUSH(&p->scratch, &p->steps) =
            (struct perf_step){.frame = frame_of(p, rest, hash_bytes(rest.ptr, rest.len))};
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
        case PERF_EVENT: ok = begin_sample(p, &b->events.at[l->event], line); break;
        case PERF_FRAME:
            if (!p->open) {
                ok = skip(p, line, "a frame without an event before it");
                break;
            }
            if (p->is_in_line) p->steps.n = 0; /* the event's line has an address of another kind */
            p->is_in_line = false;
            *VEC_PUSH(&p->scratch, &p->steps) = (struct perf_step){.frame = frame_of(p, l->text, l->hash)};
            break;
        case PERF_SOURCE:
            if (p->open && p->steps.n && !p->steps.at[p->steps.n - 1].source.ptr) {
                uint32_t source = intern_id(&p->sources, l->text);
                p->steps.at[p->steps.n - 1].source = p->sources.key[source];
            } else
                ok = skip(p, line, "a file and line without a frame before them");
            break;
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
    struct build *b = &p->build;
    const uint32_t *column = add_types(p);
    size_t n_types = b->types.n, n = p->samples.n;
    if (n && n_types > SIZE_MAX / sizeof(int64_t) / n) return err_set(e, "too many events");
    int64_t *value = ARENA_ZERO(&p->scratch, int64_t, n * n_types);
    for (size_t i = 0; i < p->sum.n; i++) {
        const struct perf_sum *s = &p->sum.at[i];
        int64_t *to = &value[s->sample * n_types + column[s->event]];
        to[0] = s->count;
        if (p->has_period.at[s->event]) to[1] = s->period;
    }
    for (size_t i = 0; i < n; i++) {
        const uint32_t *key = (const uint32_t *)p->samples.key[i].ptr;
        struct perf_who w = p->labels_of.at[key[0]];
        build_sample(b, key + 1, p->samples.key[i].len / sizeof *key - 1, &value[i * n_types], &p->labels.at[w.first],
                     w.n);
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
        if (!textlines_trim(line).len || line.ptr[0] == '#') continue;
        any_line = true;
        enum perf_kind kind = kind_of(line, &event);
        if (kind == PERF_FRAME && read_frame(line, &frame)) {
            if (after_event && frame.symbol.len) return SNIFF_MAYBE;
            if (after_bare && frame.symbol.len && frame.file.len && line.ptr[0] == '\t') return SNIFF_MAYBE;
        }
        if (kind == PERF_UNKNOWN && !after_event && !is_record(line)) return SNIFF_NO;
        after_bare = kind == PERF_EVENT;
        after_event |= kind == PERF_EVENT && (event.event.len || event.time >= 0);
        if (kind == PERF_EVENT && event.time >= 0 && event.event.len) return SNIFF_MAYBE;
        if (kind == PERF_EVENT && read_frame(textlines_trim(event.rest), &frame) && frame.file.len) return SNIFF_MAYBE;
    }
    return any_line || is_all ? SNIFF_NO : SNIFF_MORE;
}

enum format_verdict decode_perf(struct format_input *in, struct profile *out, struct err *e) {
    struct perf p = {.options = in->options, .e = e, .arena = in->arena, .first_time = -1};
    struct intern *tables[] = {&p.mappings, &p.functions, &p.locations, &p.samples,
                               &p.sums,     &p.who,       &p.events,    &p.sources};
    int n_slots = textlines_slots();
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        tables[i]->arena = &p.scratch;
        tables[i]->copy = true;
    }
    p.events.arena = p.mappings.arena = p.sources.arena = in->arena; /* names */
    p.block = ARENA_ZERO(&p.scratch, struct perf_block, (size_t)n_slots);
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
    arena_release(&p.frame_slots.arena);
    arena_release(&p.frames_arena);
    arena_release(&p.scratch);
    return v;
}
