/* Maps of bpftrace whose keys are stacks: "@[" or "@name[", a frame per line, leaf first, then "]: COUNT", with other
 * keys before the bracket. Text between maps is skipped. */
#include "formats/names/tally.h"
#include "formats/names/textlines.h"
#include "go/gotext.h"

/* Takes @[ or @name[ off the front. */
static bool take_start(str *line) {
    size_t n = 1;
    if (!line->len || line->ptr[0] != '@') return false;
    while (n < line->len && ((line->ptr[n] | 0x20) >= 'a' && (line->ptr[n] | 0x20) <= 'z' ? true
                             : textlines_is_digit(line->ptr[n])                           ? true
                                                                                          : line->ptr[n] == '_'))
        n++;
    if (n == line->len || line->ptr[n] != '[') return false;
    *line = str_from_offset(*line, n + 1);
    return true;
}

/* Reads KEYS]: COUNT. The keys are without commas and blanks at their ends. */
static bool read_end(str line, str *keys, str *count) {
    size_t at = str_find_last_char(line, ']');
    if (at == line.len || !str_has_prefix(str_from_offset(line, at), STR("]: "))) return false;
    *keys = str_slice(line, 0, at);
    *count = textlines_trim(str_from_offset(line, at + 3));
    return true;
}

static str trim_keys(str keys) {
    keys = textlines_trim(keys);
    while (keys.len && keys.ptr[0] == ',') keys = textlines_trim(str_from_offset(keys, 1));
    while (keys.len && keys.ptr[keys.len - 1] == ',') keys = textlines_trim(str_slice(keys, 0, keys.len - 1));
    return keys;
}

/* The name of a frame, without +123 at its end. */
static str frame_name(str line) {
    str name = textlines_trim(line);
    size_t n = name.len;
    while (n && textlines_is_digit(name.ptr[n - 1])) n--;
    return n && n < name.len && name.ptr[n - 1] == '+' ? str_slice(name, 0, n - 1) : name;
}

enum sniff sniff_bpftrace(str start, bool is_all) {
    enum { LOOK = 100 };
    if (textlines_is_binary(start)) return SNIFF_NO;
    bool any = false;
    str line;
    for (int i = 0; i < LOOK && textlines_next(&start, &line); i++) {
        if (take_start(&line)) return SNIFF_MAYBE;
        if (!textlines_trim(line).len) continue;
        if (!any && str_has_prefix(line, STR("Attaching ")) && str_find(line, STR(" probe")) < line.len)
            return SNIFF_MAYBE;
        any = true;
    }
    return any || is_all ? SNIFF_NO : SNIFF_MORE;
}

enum format_verdict decode_bpftrace(struct format_input *in, struct profile *out, struct err *e) {
    struct tally t;
    str rest = in->bytes, leading = STR_EMPTY;
    uint64_t number = 0, n_samples = 0;
    bool is_open = false, ok = true;
    tally_init(&t, in->arena, STR("samples"));
    for (str line; ok && textlines_next(&rest, &line);) {
        str keys, count;
        number++;
        if (!is_open) {
            if (!take_start(&line)) continue;
            is_open = true;
            leading = STR_EMPTY;
            if (str_has_suffix(textlines_trim(line), STR("]:"))) { /* a histogram: its lines are not a stack */
                is_open = false;
                continue;
            }
            if (!read_end(line, &keys, &count)) {
                leading = trim_keys(line);
                continue;
            }
        } else if (!read_end(line, &keys, &count)) {
            line = textlines_trim(line);
            if (line.len && !str_equal(line, STR(","))) tally_frame(&t, frame_name(line), STR_EMPTY, 0);
            continue;
        }
        int64_t value;
        is_open = false;
        keys = trim_keys(keys);
        if (keys.len) tally_frame(&t, keys, STR_EMPTY, 0);
        if (leading.len) tally_frame(&t, leading, STR_EMPTY, 0);
        if (gotext_parse_int(count, 10, &value) != GOTEXT_OK) {
            tally_clear(&t);
            ok = textlines_skip(in->options, number, "no count behind the stack that fits 63 bits", e);
        } else if (tally_add(&t, value)) {
            n_samples++;
        } else {
            ok = textlines_skip(in->options, number, "the sum of this stack's counts does not fit 63 bits", e);
        }
    }
    if (ok && is_open) ok = textlines_skip(in->options, number, "the file ends inside a stack", e);
    if (ok && !n_samples) ok = err_set(e, "no stack in it");
    if (ok) return tally_finish(&t, out, e) ? FORMAT_OK : FORMAT_BROKEN;
    tally_drop(&t);
    return FORMAT_BAD_LINE;
}
