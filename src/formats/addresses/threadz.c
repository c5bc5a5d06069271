/* threadz: the stacks of all threads of a C++ program. */
#include "formats/addresses/text.h"

/* "--- threadz N ---" anywhere. */
static bool is_threadz_header(str line) {
    static const str opening = {"--- threadz ", 12};
    for (size_t at; (at = str_find(line, opening)) < line.len;) {
        line = str_from_offset(line, at + opening.len);
        str rest = line, digits;
        if (text_take_digits(&rest, &digits) && str_has_prefix(rest, STR(" ---"))) return true;
    }
    return false;
}

/* "/N) stack: ---" anywhere. */
static bool has_thread_end(str s) {
    for (size_t at; (at = str_find_char(s, '/')) < s.len;) {
        s = str_from_offset(s, at + 1);
        str rest = s, digits;
        if (text_take_digits(&rest, &digits) && str_has_prefix(rest, STR(") stack: ---"))) return true;
    }
    return false;
}

/* "--- Thread HEX (name: X/N) stack: ---" anywhere. X may be any text, so only the first opening, and any end behind
 * it, matter. */
static bool is_thread_header(str line) {
    static const str opening = {"--- Thread ", 11};
    for (size_t at; (at = str_find(line, opening)) < line.len;) {
        line = str_from_offset(line, at + opening.len);
        size_t n = 0;
        while (n < line.len && text_is_hex(line.ptr[n])) n++;
        str rest = str_from_offset(line, n);
        if (n && text_take(&rest, STR(" (name: "))) return has_thread_end(rest);
    }
    return false;
}

/* Reads the lines of one thread up to the next line that starts with ---, which becomes *next (or the last line of
 * all). A thread with the same stack as the previous one, or without a stack, sets *empty and adds no sample. */
static bool read_thread(struct text_profile *t, struct text_lines *lines, str *next, bool *empty, struct err *e) {
    bool same = false;
    str bad;
    size_t n_samples = t->samples.n, n_frames = t->frame.n;
    struct text_sample *s = text_sample(t);
    *next = STR_EMPTY;
    while (text_next_line(lines)) {
        str line = *next = str_trim(lines->line);
        if (!line.len) continue;
        if (str_has_prefix(line, STR("---"))) break;
        if (str_find(line, STR("same as previous thread")) < line.len)
            same = true;
        else if (!text_frames(t, line, 0, 1, &bad))
            return text_bad_address(line, bad, e);
    }
    *empty = same || s->n == 0;
    s->value[0] = 1;
    if (*empty) {
        t->samples.n = n_samples;
        t->frame.n = n_frames;
    }
    return true;
}

/* `line` is the first thread's header. */
static enum format_verdict read_threads(struct text_profile *t, struct text_lines *lines, str line, struct err *e) {
    while (!text_is_map_sentinel(line)) {
        if (str_has_prefix(line, STR("---- no stack trace for"))) break;
        if (!is_thread_header(line)) return FORMAT_UNRECOGNIZED;
        bool empty;
        if (!read_thread(t, lines, &line, &empty, e)) return FORMAT_BROKEN;
        if (lines->too_long) {
            err_set(e, "bufio.Scanner: token too long");
            return FORMAT_BROKEN;
        }
        if (empty && t->samples.n) t->samples.at[t->samples.n - 1].value[0]++;
    }
    return FORMAT_OK;
}

static bool is_threadz(str line) { return is_threadz_header(line) || is_thread_header(line); }

enum sniff sniff_threadz(str start, bool is_all) { return text_sniff(start, is_all, true, is_threadz); }

enum format_verdict decode_threadz(struct format_input *in, struct profile *out, struct err *e) {
    struct text_profile t;
    text_init(&t, in->arena);
    struct text_lines lines = {.rest = in->bytes};
    text_skip_comments(&lines);
    str line = lines.line;
    if (is_threadz_header(line)) {
        while (text_next_line(&lines)) {
            line = lines.line;
            if (text_is_map_sentinel(line) || str_has_prefix(line, STR("-"))) break;
        }
    } else if (!is_thread_header(line)) {
        return text_unrecognized(&t);
    }
    t.type[0] = t.period_type = (struct text_type){STR("thread"), STR("count")};
    t.n_types = 1;
    t.period = 1;
    t.drop_second_leaf = true;
    enum format_verdict v = read_threads(&t, &lines, line, e);
    if (v == FORMAT_UNRECOGNIZED) return text_unrecognized(&t);
    if (v == FORMAT_BROKEN || !text_skip_to_map(&t, &lines, e)) return text_broken(&t);
    return text_finish(&t, out, e);
}
