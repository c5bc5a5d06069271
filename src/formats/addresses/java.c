/* Heap and contention profiles of the Java agent: attributes, samples, then a line per address with its name. Java's
 * binary CPU profiles end with the same lines. */
#include "formats/addresses/text.h"

#include "go/gotext.h"

enum { JAVA_HEAP_RATE = 512 * 1024 };

/* Takes the next line that ends in a newline, and trims it; pprof ignores an unfinished one. */
static bool next_line(str *rest, str *line) {
    size_t n = str_find_char(*rest, '\n');
    if (n == rest->len) return false;
    *line = str_trim(str_slice(*rest, 0, n));
    *rest = str_from_offset(*rest, n + 1);
    return true;
}

static bool is_word_char(char c) {
    return c == ' ' || c == '_' || text_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Finds the first = with word characters on both sides, and the longest runs of these. */
static bool find_attribute(str line, str *name, str *value) {
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != '=') continue;
        size_t from = i, to = i + 1;
        while (from > 0 && is_word_char(line.ptr[from - 1])) from--;
        while (to < line.len && is_word_char(line.ptr[to])) to++;
        if (from == i || to == i + 1) continue;
        *name = str_trim(str_slice(line, from, i));
        *value = str_trim(str_slice(line, i + 1, to));
        return true;
    }
    return false;
}

static bool parse_attribute(str line, str value, int64_t *out, struct err *e) {
    if (gotext_parse_int(value, 0, out) == GOTEXT_OK) return true;
    return err_set(e, "failed to parse attribute %.*s: strconv.ParseInt: parsing \"%.*s\": %s", STR_ARG(line),
                   STR_ARG(value), text_int_fault(value, 0));
}

static void set_types(struct text_profile *t, bool heap, str unit) {
    t->type[0] = (struct text_type){heap ? STR("inuse_objects") : STR("contentions"), STR("count")};
    t->type[1] = (struct text_type){heap ? STR("inuse_space") : STR("delay"), unit};
    t->n_types = 2;
}

static enum format_verdict set_attribute(struct text_profile *t, bool heap, str line, str name, str value,
                                         struct err *e) {
    if (str_equal(name, STR("format"))) return str_equal(value, STR("java")) ? FORMAT_OK : FORMAT_UNRECOGNIZED;
    if (str_equal(name, STR("resolution"))) {
        set_types(t, heap, value);
        return FORMAT_OK;
    }
    bool period = str_equal(name, STR("sampling period"));
    if (heap || (!period && !str_equal(name, STR("ms since reset")))) return FORMAT_UNRECOGNIZED;
    int64_t n;
    if (period) t->period_type = (struct text_type){STR("contentions"), STR("count")};
    if (!parse_attribute(line, value, &n, e)) return FORMAT_BROKEN;
    if (period)
        t->period = n;
    else
        t->duration_nanos = (int64_t)((uint64_t)n * 1000000);
    return FORMAT_OK;
}

/* Reads attributes; *rest starts at the first other line afterwards. */
static enum format_verdict read_attributes(struct text_profile *t, bool heap, str *rest, struct err *e) {
    str line, name, value;
    for (str ahead = *rest; next_line(&ahead, &line); *rest = ahead) {
        if (!line.len) continue;
        if (!find_attribute(line, &name, &value)) break;
        enum format_verdict v = set_attribute(t, heap, line, name, value, e);
        if (v != FORMAT_OK) return v;
    }
    return FORMAT_OK;
}

/* Finds "N N @ addresses" at its first place in the line. */
static bool find_sample(str line, str *first, str *second, str *addresses) {
    for (size_t i = 0; i < line.len;) {
        str s = str_from_offset(line, i);
        if (!text_take_digits(&s, first)) {
            i++;
            continue;
        }
        i += first->len;
        if (!str_has_prefix(s, STR(" "))) continue;
        text_skip_spaces(&s);
        if (!text_take_digits(&s, second) || !str_has_prefix(s, STR(" "))) continue;
        text_skip_spaces(&s);
        if (!text_take(&s, STR("@")) || !str_has_prefix(s, STR(" "))) continue;
        size_t n = 0;
        while (n < s.len && (s.ptr[n] == ' ' || s.ptr[n] == 'x' || text_is_lower_hex(s.ptr[n]))) n++;
        *addresses = str_slice(s, 0, n);
        return true;
    }
    return false;
}

static bool parse_value(str line, str digits, int64_t *out, struct err *e) {
    if (gotext_parse_int(digits, 0, out) == GOTEXT_OK) return true;
    return err_set(e, "parsing sample %.*s: strconv.ParseInt: parsing \"%.*s\": %s", STR_ARG(line), STR_ARG(digits),
                   text_int_fault(digits, 0));
}

static int64_t wrapping_product(int64_t a, int64_t b) { return (int64_t)((uint64_t)a * (uint64_t)b); }

/* Reads a sample: size or delay first, count second. */
static bool read_sample(struct text_profile *t, bool heap, str line, const str text[2], str addresses, struct err *e) {
    str bad;
    struct text_sample *s = text_sample(t);
    if (!text_frames(t, addresses, 0, 0, &bad))
        return err_set(e, "malformed sample: %.*s: failed to parse as hex 64-bit number: %.*s", STR_ARG(line),
                       STR_ARG(bad));
    if (!parse_value(line, text[1], &s->value[0], e) || !parse_value(line, text[0], &s->value[1], e)) return false;
    if (heap) {
        if (s->value[0] == 0) return err_set(e, "parsing sample %.*s: second value must be non-zero", STR_ARG(line));
        s->block_size = s->value[1] / s->value[0]; /* neither is negative */
        text_unsample(&s->value[0], &s->value[1], JAVA_HEAP_RATE);
    } else if (t->period) {
        s->value[0] = wrapping_product(s->value[0], t->period);
        s->value[1] = wrapping_product(s->value[1], t->period);
    }
    return true;
}

/* Reads samples; *rest starts at the first other line afterwards. */
static bool read_samples(struct text_profile *t, bool heap, str *rest, struct err *e) {
    str line, text[2], addresses;
    for (str ahead = *rest; next_line(&ahead, &line); *rest = ahead) {
        if (!line.len) continue;
        if (!find_sample(line, &text[0], &text[1], &addresses)) break;
        if (!read_sample(t, heap, line, text, addresses, e)) return false;
    }
    return true;
}

/* The name and position of an address. */
struct place {
    str function, file;
    int64_t line;
};

/* The offset of the last " (" in a text that ends in a closing parenthesis, with at least one character between it and
 * `end`; text.len if not found. The white space before the parenthesis is any one character. */
static size_t find_opening(str text, size_t end) {
    for (size_t i = end; i-- > 1;)
        if (text.ptr[i] == '(' && text_is_space(text.ptr[i - 1])) return i;
    return text.len;
}

/* Splits "function (file:line)". */
static bool split_file_line(str text, struct place *p) {
    size_t colon = str_find_last_char(text, ':');
    if (!str_has_suffix(text, STR(")")) || colon == text.len) return false;
    str number = str_slice(text, colon + 1, text.len - 1), digits = number, run;
    text_take(&digits, STR("-"));
    if (!text_take_digits(&digits, &run) || digits.len) return false;
    size_t opening = colon > 0 ? find_opening(text, colon - 1) : text.len;
    if (opening == text.len) return false;
    p->function = str_slice(text, 0, opening - 1);
    p->file = str_slice(text, opening + 1, colon);
    int64_t n;
    if (gotext_parse_int(number, 10, &n) == GOTEXT_OK && n > 0) p->line = n;
    return true;
}

/* Splits "function (path)": the path is a shared library, whose directory is not kept. */
static bool split_path(str text, struct place *p) {
    if (!str_has_suffix(text, STR(")"))) return false;
    size_t opening = find_opening(text, text.len - 1);
    if (opening == text.len) return false;
    p->function = str_slice(text, 0, opening - 1);
    p->file = str_base_name(str_slice(text, opening + 1, text.len - 1));
    return true;
}

static struct place parse_place(str text) {
    struct place p = {.function = text, .file = STR_EMPTY};
    if (split_file_line(text, &p) || split_path(text, &p)) return p;
    /* else the whole text is the name, of a state inside the machine such as GC */
    if (str_find(text, STR("generated stub/JIT")) < text.len) p.function = STR("STUB");
    return p;
}

/* Finds a function by name. Its first file is kept. */
static uint32_t find_function(struct text_profile *t, struct intern *names, const struct place *p) {
    uint32_t id = intern_id(names, p->function);
    if (id == t->functions.n) *VEC_PUSH(&t->scratch, &t->functions) = (struct text_function){p->function, p->file};
    return id;
}

/* Splits "0xADDR text". */
static bool split_location(str line, str *digits, str *text) {
    if (!text_take(&line, STR("0x"))) return false;
    size_t n = 0;
    while (n < line.len && text_is_hex(line.ptr[n])) n++;
    *digits = str_slice(line, 0, n);
    *text = str_from_offset(line, n);
    if (!n || !text->len || !text_is_space(text->ptr[0])) return false;
    while (text->len && text_is_space(text->ptr[0])) *text = str_from_offset(*text, 1);
    return true;
}

static bool read_location(struct text_profile *t, struct intern *names, str line, struct err *e) {
    str digits, text;
    uint64_t address;
    uint32_t number;
    if (!split_location(line, &digits, &text)) return true;
    if (!text_parse_hex(digits, &address))
        return err_set(e, "parsing sample %.*s: strconv.ParseUint: parsing \"%.*s\": value out of range", STR_ARG(line),
                       STR_ARG(digits));
    if (!u64map_get(&t->by_address, address, &number)) return true; /* no sample has the address */
    struct place p = parse_place(text);
    struct text_location *location = &t->locations.at[number];
    location->function = find_function(t, names, &p);
    location->line = p.line;
    location->address = 0; /* so that it gets no mapping */
    return true;
}

enum format_verdict text_finish_java(struct text_profile *t, str lines, struct profile *out, struct err *e) {
    struct intern names = {.arena = &t->scratch};
    while (lines.len) {
        size_t n = str_find_char(lines, '\n');
        if (!read_location(t, &names, str_trim(str_slice(lines, 0, n)), e)) return text_broken(t);
        lines = str_from_offset(lines, n + 1);
    }
    if (t->samples.n && !t->n_types) {
        err_set(e, "missing sample type information");
        return text_broken(t);
    }
    t->hide_addresses = true; /* addresses differ from run to run, which would prevent merging */
    return text_finish(t, out, e);
}

static bool is_java_heap(str line) { return str_equal(line, STR("--- heapz 1 ---")); }

static bool is_java(str line) { return is_java_heap(line) || str_equal(line, STR("--- contentionz 1 ---")); }

enum sniff sniff_java(str start, bool is_all) {
    str line;
    if (!next_line(&start, &line)) return is_all ? SNIFF_NO : SNIFF_MORE;
    return is_java(line) ? SNIFF_MAYBE : SNIFF_NO;
}

enum format_verdict decode_java(struct format_input *in, struct profile *out, struct err *e) {
    struct text_profile t;
    str bytes = in->bytes, header;
    if (!next_line(&bytes, &header) || !is_java(header)) return FORMAT_UNRECOGNIZED;
    bool heap = is_java_heap(header);
    text_init(&t, in->arena);
    t.has_block_size = heap;
    t.period_type = (struct text_type){STR_EMPTY, STR_EMPTY};
    enum format_verdict v = read_attributes(&t, heap, &bytes, e);
    if (v == FORMAT_UNRECOGNIZED) return text_unrecognized(&t);
    if (v == FORMAT_BROKEN || !read_samples(&t, heap, &bytes, e)) return text_broken(&t);
    return text_finish_java(&t, bytes, out, e);
}
