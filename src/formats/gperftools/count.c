/* Text profiles that count: Go's goroutine and threadcreate with debug=1, threadz, and contention (C++, and
 * Go's block and mutex with debug=1). */
#include "formats/gperftools/text.h"

#include "go/gotext.h"

static bool bad_address(str line, str bad, struct err *e) {
    return err_set(e, "malformed sample: %.*s: failed to parse as hex 64-bit number: %.*s", STR_ARG(line),
                   STR_ARG(bad));
}

/* Moves to the first line that says something; empty when there is none. */
static void skip_comments(struct legacy_lines *lines) {
    while (legacy_next_line(lines) && legacy_is_comment(lines->line)) {
    }
}

/* --- Go count */

/* "NAME profile: total N" and nothing else. */
static bool read_count_header(str line, str *name) {
    size_t n = 0;
    while (n < line.len && !legacy_is_space(line.ptr[n])) n++;
    *name = str_slice(line, 0, n);
    str rest = str_from_offset(line, n), digits;
    return n && legacy_take(&rest, STR(" profile: total ")) && legacy_take_digits(&rest, &digits) && !rest.len;
}

/* "N @ 0x… 0x…" and nothing else. */
static bool read_count_sample(struct legacy *l, str line) {
    str rest = line, digits;
    if (!legacy_take_digits(&rest, &digits) || !legacy_take(&rest, STR(" @")) || !rest.len) return false;
    struct legacy_sample *s = legacy_sample(l);
    /* a leading zero makes it octal, as in the reference */
    if (gotext_parse_int(digits, 0, &s->value[0]) != GOTEXT_OK) return false;
    while (rest.len) {
        size_t n = 0;
        uint64_t address;
        if (!legacy_take(&rest, STR(" 0x"))) return false;
        while (n < rest.len && legacy_is_lower_hex(rest.ptr[n])) n++;
        if (!n || !legacy_parse_hex(str_slice(rest, 0, n), &address)) return false;
        legacy_frame(l, address - 1);
        rest = str_from_offset(rest, n);
    }
    return true;
}

static bool read_count_samples(struct legacy *l, struct legacy_lines *lines, struct err *e) {
    while (legacy_next_line(lines)) {
        if (legacy_is_comment(lines->line)) continue;
        if (str_has_prefix(lines->line, STR("---"))) break;
        if (!read_count_sample(l, lines->line)) return err_set(e, "malformed profile format");
    }
    return true;
}

enum load_verdict decode_legacy_go_count(struct arena *a, str bytes, struct profile *out, struct err *e) {
    struct legacy l;
    legacy_init(&l, a);
    struct legacy_lines lines = {.rest = bytes};
    skip_comments(&lines);
    if (lines.too_long) return legacy_line_too_long(&l, e);
    str name;
    if (!read_count_header(lines.line, &name)) return legacy_unrecognized(&l);
    l.type[0] = l.period_type = (struct legacy_type){name, STR("count")};
    l.n_types = 1;
    l.period = 1;
    if (!read_count_samples(&l, &lines, e)) return legacy_broken(&l);
    if (lines.too_long) return legacy_line_too_long(&l, e);
    if (!legacy_skip_to_map(&l, &lines, e)) return legacy_broken(&l);
    return legacy_finish(&l, out, e);
}

/* --- threadz */

/* "--- threadz N ---" anywhere. */
static bool is_threadz_header(str line) {
    static const str opening = {"--- threadz ", 12};
    for (size_t at; (at = str_find(line, opening)) < line.len;) {
        line = str_from_offset(line, at + opening.len);
        str rest = line, digits;
        if (legacy_take_digits(&rest, &digits) && str_has_prefix(rest, STR(" ---"))) return true;
    }
    return false;
}

/* "/N) stack: ---" anywhere. */
static bool has_thread_end(str s) {
    for (size_t at; (at = str_find_char(s, '/')) < s.len;) {
        s = str_from_offset(s, at + 1);
        str rest = s, digits;
        if (legacy_take_digits(&rest, &digits) && str_has_prefix(rest, STR(") stack: ---"))) return true;
    }
    return false;
}

/* "--- Thread HEX (name: X/N) stack: ---" anywhere; X may be anything, so only the first opening and any end
 * behind it matter. */
static bool is_thread_header(str line) {
    static const str opening = {"--- Thread ", 11};
    for (size_t at; (at = str_find(line, opening)) < line.len;) {
        line = str_from_offset(line, at + opening.len);
        size_t n = 0;
        while (n < line.len && legacy_is_hex(line.ptr[n])) n++;
        str rest = str_from_offset(line, n);
        if (n && legacy_take(&rest, STR(" (name: "))) return has_thread_end(rest);
    }
    return false;
}

/* The lines of one thread, up to the next that starts with ---, which is put in *next (or the last line of
 * all). A thread like the one before, or without a stack, leaves *empty true and no sample. */
static bool read_thread(struct legacy *l, struct legacy_lines *lines, str *next, bool *empty, struct err *e) {
    bool same = false;
    str bad;
    size_t n_samples = l->samples.n, n_frames = l->frame.n;
    struct legacy_sample *s = legacy_sample(l);
    *next = STR_EMPTY;
    while (legacy_next_line(lines)) {
        str line = *next = str_trim(lines->line);
        if (!line.len) continue;
        if (str_has_prefix(line, STR("---"))) break;
        if (str_find(line, STR("same as previous thread")) < line.len)
            same = true;
        else if (!legacy_frames(l, line, 0, 1, &bad))
            return bad_address(line, bad, e);
    }
    *empty = same || s->n == 0;
    s->value[0] = 1;
    if (*empty) {
        l->samples.n = n_samples;
        l->frame.n = n_frames;
    }
    return true;
}

/* `line` is the first thread's header. */
static enum load_verdict read_threads(struct legacy *l, struct legacy_lines *lines, str line, struct err *e) {
    while (!legacy_is_map_sentinel(line)) {
        if (str_has_prefix(line, STR("---- no stack trace for"))) break;
        if (!is_thread_header(line)) return LOAD_UNRECOGNIZED;
        bool empty;
        if (!read_thread(l, lines, &line, &empty, e)) return LOAD_BROKEN;
        if (lines->too_long) {
            err_set(e, "bufio.Scanner: token too long");
            return LOAD_BROKEN;
        }
        if (empty && l->samples.n) l->samples.at[l->samples.n - 1].value[0]++;
    }
    return LOAD_OK;
}

enum load_verdict decode_legacy_threadz(struct arena *a, str bytes, struct profile *out, struct err *e) {
    struct legacy l;
    legacy_init(&l, a);
    struct legacy_lines lines = {.rest = bytes};
    skip_comments(&lines);
    str line = lines.line;
    if (is_threadz_header(line)) {
        while (legacy_next_line(&lines)) {
            line = lines.line;
            if (legacy_is_map_sentinel(line) || str_has_prefix(line, STR("-"))) break;
        }
    } else if (!is_thread_header(line)) {
        return legacy_unrecognized(&l);
    }
    l.type[0] = l.period_type = (struct legacy_type){STR("thread"), STR("count")};
    l.n_types = 1;
    l.period = 1;
    l.drop_second_leaf = true;
    enum load_verdict v = read_threads(&l, &lines, line, e);
    if (v == LOAD_UNRECOGNIZED) return legacy_unrecognized(&l);
    if (v == LOAD_BROKEN || !legacy_skip_to_map(&l, &lines, e)) return legacy_broken(&l);
    return legacy_finish(&l, out, e);
}

/* --- contention */

struct attributes {
    int64_t cycles_per_second;
};

/* False: not a C++ or Go contention profile after all. */
static bool set_attribute(struct legacy *l, struct attributes *at, str key, str value) {
    if (str_equal(key, STR("discarded samples"))) return true;
    bool cycles = str_equal(key, STR("cycles/second")), reset = str_equal(key, STR("ms since reset"));
    /* format and resolution tell a Java profile */
    if (!cycles && !reset && !str_equal(key, STR("sampling period"))) return false;
    int64_t n;
    if (gotext_parse_int(value, 0, &n) != GOTEXT_OK) return false;
    if (cycles)
        at->cycles_per_second = n;
    else if (reset)
        l->duration_nanos = (int64_t)((uint64_t)n * 1000000);
    else
        l->period = n;
    return true;
}

/* Lines KEY = VALUE up to the first of another form, which stays the current one. */
static bool read_attributes(struct legacy *l, struct legacy_lines *lines, struct attributes *at) {
    while (legacy_next_line(lines)) {
        str line = str_trim(lines->line);
        if (legacy_is_comment(line)) continue;
        if (str_has_prefix(line, STR("---"))) break;
        size_t equals = str_find_char(line, '=');
        if (equals == line.len) break;
        if (!set_attribute(l, at, str_trim(str_slice(line, 0, equals)), str_trim(str_from_offset(line, equals + 1))))
            return false;
    }
    return true;
}

/* "DELAY COUNT @ addresses" from wherever it first stands in the line. The blank between the numbers may be
 * missing: of a single run of digits the last one is the count then. */
static bool find_contention(str line, str *delay, str *count, str *addresses) {
    for (size_t i = 0; i < line.len;) {
        str s = str_from_offset(line, i);
        if (!legacy_take_digits(&s, delay)) {
            i++;
            continue;
        }
        i += delay->len;
        str rest = s;
        legacy_skip_spaces(&rest);
        bool split = legacy_take_digits(&rest, count);
        if (!split && delay->len > 1) {
            rest = s;
            *count = str_from_offset(*delay, delay->len - 1);
            delay->len--;
            split = true;
        }
        if (!split || !legacy_take(&rest, STR(" @"))) continue;
        *addresses = rest;
        return true;
    }
    return false;
}

static bool parse_value(str line, str digits, int64_t *out, struct err *e) {
    if (gotext_parse_int(digits, 10, out) == GOTEXT_OK) return true;
    return err_set(e, "malformed sample: %.*s: strconv.ParseInt: parsing \"%.*s\": %s", STR_ARG(line), STR_ARG(digits),
                   legacy_int_fault(digits, 10));
}

static enum load_verdict read_contention(struct legacy *l, str line, const struct attributes *at, struct err *e) {
    str delay_text, count_text, addresses, bad;
    int64_t delay, count;
    if (!find_contention(line, &delay_text, &count_text, &addresses)) return LOAD_UNRECOGNIZED;
    if (!parse_value(line, delay_text, &delay, e) || !parse_value(line, count_text, &count, e)) return LOAD_BROKEN;
    if (l->period > 0) {
        if (at->cycles_per_second > 0) {
            double cycles_per_nano = (double)at->cycles_per_second / 1e9;
            delay = legacy_int64((double)delay * (double)l->period / cycles_per_nano);
        }
        count = (int64_t)((uint64_t)count * (uint64_t)l->period);
    }
    struct legacy_sample *s = legacy_sample(l);
    s->value[0] = count;
    s->value[1] = delay;
    size_t n = 0; /* the pattern's class stops where no address can follow */
    while (n < addresses.len &&
           (addresses.ptr[n] == ' ' || addresses.ptr[n] == 'x' || legacy_is_lower_hex(addresses.ptr[n])))
        n++;
    if (legacy_frames(l, str_slice(addresses, 0, n), 1, 1, &bad)) return LOAD_OK;
    bad_address(line, bad, e);
    return LOAD_BROKEN;
}

/* The samples, from the current line on. */
static enum load_verdict read_contentions(struct legacy *l, struct legacy_lines *lines, const struct attributes *at,
                                          struct err *e) {
    do {
        str line = str_trim(lines->line);
        if (str_has_prefix(line, STR("---"))) break;
        if (legacy_is_comment(line)) continue;
        enum load_verdict v = read_contention(l, line, at, e);
        if (v != LOAD_OK) return v;
    } while (legacy_next_line(lines));
    return LOAD_OK;
}

static bool is_contention_header(str line) {
    return str_has_prefix(line, STR("--- contentionz ")) || str_has_prefix(line, STR("--- mutex:")) ||
           str_has_prefix(line, STR("--- contention:"));
}

enum load_verdict decode_legacy_contention(struct arena *a, str bytes, struct profile *out, struct err *e) {
    struct legacy l;
    legacy_init(&l, a);
    struct legacy_lines lines = {.rest = bytes};
    struct attributes at = {0};
    if (!legacy_next_line(&lines) && lines.too_long) return legacy_line_too_long(&l, e);
    if (!is_contention_header(lines.line)) return legacy_unrecognized(&l);
    l.period_type = l.type[0] = (struct legacy_type){STR("contentions"), STR("count")};
    l.type[1] = (struct legacy_type){STR("delay"), STR("nanoseconds")};
    l.n_types = 2;
    l.period = 1;
    if (!read_attributes(&l, &lines, &at)) return legacy_unrecognized(&l);
    if (lines.too_long) return legacy_line_too_long(&l, e);
    enum load_verdict v = read_contentions(&l, &lines, &at, e);
    if (v == LOAD_UNRECOGNIZED) return legacy_unrecognized(&l);
    if (v == LOAD_BROKEN) return legacy_broken(&l);
    if (lines.too_long) return legacy_line_too_long(&l, e);
    if (!legacy_skip_to_map(&l, &lines, e)) return legacy_broken(&l);
    return legacy_finish(&l, out, e);
}
