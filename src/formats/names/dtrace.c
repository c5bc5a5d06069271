/* DTrace's aggregations by stack: indented frames, leaf first, then a line that is only a number. */
#include "formats/names/tally.h"
#include "formats/names/textlines.h"
#include "go/gotext.h"

enum dtrace_line { DTRACE_OTHER, DTRACE_FRAME, DTRACE_COUNT };

static bool is_digits(str s) {
    for (size_t i = 0; i < s.len; i++)
        if (!textlines_is_digit(s.ptr[i])) return false;
    return s.len > 0;
}

/* Sets *text to the line without blanks at both ends. */
static enum dtrace_line kind_of(str line, str *text) {
    *text = textlines_trim(line);
    if (!text->len || !textlines_is_blank(line.ptr[0])) return DTRACE_OTHER;
    str rest = *text, first, second;
    if (!str_next_word(&rest, &first)) return DTRACE_OTHER; /* white space of another kind */
    if (!str_next_word(&rest, &second)) {
        str digits = first.ptr[0] == '-' ? str_from_offset(first, 1) : first;
        return is_digits(digits) ? DTRACE_COUNT : DTRACE_FRAME;
    }
    /* "  6  29091   :tick-60s": the processor and the number of a probe */
    return is_digits(first) && is_digits(second) ? DTRACE_OTHER : DTRACE_FRAME;
}

enum sniff sniff_dtrace(str start, bool is_all) {
    enum { LOOK = 1000 }; /* for the first frame */
    if (textlines_is_binary(start)) return SNIFF_NO;
    bool is_headed = false, any_frame = false;
    str line, text;
    for (int i = 0; (i < LOOK || any_frame) && textlines_next(&start, &line); i++) {
        if (!start.len && !is_all && any_frame) return SNIFF_MORE;
        if (!start.len && !is_all) break; /* the line may continue */
        is_headed |= str_has_prefix(line, STR("CPU ")) && str_has_suffix(textlines_trim(line), STR("FUNCTION:NAME"));
        switch (kind_of(line, &text)) {
        case DTRACE_OTHER:
            if (text.len && any_frame) return SNIFF_NO;
            if (text.len && (text.ptr[0] == '{' || text.ptr[0] == '[' || text.ptr[0] == '<')) return SNIFF_NO;
            break;
        case DTRACE_FRAME: any_frame = true; break;
        case DTRACE_COUNT: return any_frame ? SNIFF_MAYBE : SNIFF_NO;
        }
    }
    return is_headed ? SNIFF_MAYBE : SNIFF_NO;
}

/* Splits module`function+0x1d: drops the offset; the module is the file. */
static loc_id find_frame(struct tally *t, struct intern *frames, struct intern *modules, str text) {
    size_t plus = str_find_last_char(text, '+'), tick = str_find_char(text, '`');
    bool is_offset = plus < text.len && str_has_prefix(str_from_offset(text, plus), STR("+0x"));
    for (size_t i = plus + 3; is_offset && i < text.len; i++)
        is_offset = textlines_is_digit(text.ptr[i]) || ((text.ptr[i] | 0x20) >= 'a' && (text.ptr[i] | 0x20) <= 'f');
    if (is_offset) text = str_slice(text, 0, plus);
    uint32_t n = intern_id(frames, text);
    if (n < t->build.locations.n) return n;
    struct profile_location l = {.mapping = PROFILE_NONE};
    if (tick < text.len && tick) {
        l.mapping = intern_id(modules, str_slice(text, 0, tick));
        if (l.mapping == t->build.mappings.n)
            build_mapping(&t->build, (struct profile_mapping){.file = build_string(&t->build, modules->key[l.mapping]),
                                                              .has_functions = true});
    }
    str_id name = build_string(&t->build, text);
    func_id f = build_function(&t->build, (struct profile_function){.name = name, .system_name = name});
    return build_location(&t->build, l, &(struct profile_line){.function = f}, 1);
}

enum format_verdict decode_dtrace(struct format_input *in, struct profile *out, struct err *e) {
    struct tally t;
    struct intern frames = {0}, modules = {0};
    str rest = in->bytes, text;
    uint64_t number = 0, n_samples = 0;
    bool ok = true;
    tally_init(&t, in->arena, STR("samples"));
    frames.arena = modules.arena = &t.scratch;
    for (str line; ok && textlines_next(&rest, &line);) {
        int64_t value;
        number++;
        switch (kind_of(line, &text)) {
        case DTRACE_OTHER: break;
        case DTRACE_FRAME: *VEC_PUSH(&t.scratch, &t.stack) = find_frame(&t, &frames, &modules, text); break;
        case DTRACE_COUNT:
            if (gotext_parse_int(text, 10, &value) != GOTEXT_OK)
                ok = textlines_skip(in->options, number, "the count does not fit 63 bits", e);
            else if (!tally_add(&t, value))
                ok = textlines_skip(in->options, number, "the sum of this stack's counts does not fit 63 bits", e);
            else
                n_samples++;
            tally_clear(&t);
        }
    }
    if (ok && t.stack.n) ok = textlines_skip(in->options, number, "the file ends inside a stack", e);
    if (ok && !n_samples) ok = err_set(e, "no stack in it");
    if (ok) return tally_finish(&t, out, e) ? FORMAT_OK : FORMAT_BROKEN;
    tally_drop(&t);
    return FORMAT_BAD_LINE;
}
