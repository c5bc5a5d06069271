/* Go's count profiles in text, such as goroutine and threadcreate with debug=1: "NAME profile: total N", then "COUNT @
 * ADDRESSES" per stack. */
#include "formats/addresses/text.h"

#include "go/gotext.h"

/* "NAME profile: total N" and nothing else. */
static bool read_count_header(str line, str *name) {
    size_t n = 0;
    while (n < line.len && !text_is_space(line.ptr[n])) n++;
    *name = str_slice(line, 0, n);
    str rest = str_from_offset(line, n), digits;
    return n && text_take(&rest, STR(" profile: total ")) && text_take_digits(&rest, &digits) && !rest.len;
}

/* "N @ 0x… 0x…" and nothing else. Go 1.19 writes "5 @" for the threads that have no stack, which pprof refuses. */
static bool read_count_sample(struct text_profile *t, str line) {
    str rest = line, digits;
    if (!text_take_digits(&rest, &digits) || !text_take(&rest, STR(" @"))) return false;
    struct text_sample *s = text_sample(t);
    /* a leading zero makes it octal, as in pprof */
    if (gotext_parse_int(digits, 0, &s->value[0]) != GOTEXT_OK) return false;
    while (rest.len) {
        size_t n = 0;
        uint64_t address;
        if (!text_take(&rest, STR(" 0x"))) return false;
        while (n < rest.len && text_is_lower_hex(rest.ptr[n])) n++;
        if (!n || !text_parse_hex(str_slice(rest, 0, n), &address)) return false;
        text_frame(t, address - 1);
        rest = str_from_offset(rest, n);
    }
    return true;
}

static bool read_count_samples(struct text_profile *t, struct text_lines *lines, const struct load_options *options,
                               struct err *e) {
    while (text_next_line(lines)) {
        if (text_is_comment(lines->line)) {
            text_read_go_name(t, lines->line);
            continue;
        }
        if (str_has_prefix(lines->line, STR("---"))) break;
        size_t n = t->samples.n;
        if (read_count_sample(t, lines->line)) continue;
        err_set(e, "malformed profile format");
        if (!text_skip(t, n, options, e)) return false;
    }
    return true;
}

static bool is_go_count(str line) {
    str name;
    return read_count_header(line, &name);
}

enum sniff sniff_go_count(str start, bool is_all) { return text_sniff(start, is_all, true, is_go_count); }

enum format_verdict decode_go_count(struct format_input *in, struct profile *out, struct err *e) {
    struct text_profile t;
    text_init(&t, in->arena);
    struct text_lines lines = {.rest = in->bytes};
    text_skip_comments(&lines);
    if (lines.too_long) return text_first_line_too_long(&t, e);
    str name;
    if (!read_count_header(lines.line, &name)) return text_unrecognized(&t);
    t.type[0] = t.period_type = (struct text_type){name, STR("count")};
    t.n_types = 1;
    t.period = 1;
    if (!read_count_samples(&t, &lines, in->options, e)) return text_broken(&t);
    if (lines.too_long) return text_line_too_long(&t, e);
    if (!text_skip_to_map(&t, &lines, e)) return text_broken(&t);
    return text_finish(&t, out, e);
}
