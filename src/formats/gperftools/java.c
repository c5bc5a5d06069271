/* Heap and contention profiles of the Java agent: attributes, samples, then a line per address that names
 * it. The last part also ends Java's binary CPU profiles. */
#include "formats/gperftools/text.h"

#include "go/gotext.h"

enum { JAVA_HEAP_RATE = 512 * 1024 };

/* Takes the next line that ends in a newline, trimmed; the reference leaves an unfinished one alone. */
static bool next_line(str *rest, str *line) {
    size_t n = str_find_char(*rest, '\n');
    if (n == rest->len) return false;
    *line = str_trim(str_slice(*rest, 0, n));
    *rest = str_from_offset(*rest, n + 1);
    return true;
}

/* --- attributes */

static bool is_word_char(char c) {
    return c == ' ' || c == '_' || legacy_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The first = that has word characters on both sides, and as many of them as there are. */
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
                   STR_ARG(value), legacy_int_fault(value, 0));
}

static void set_types(struct legacy *l, bool heap, str unit) {
    l->type[0] = (struct legacy_type){heap ? STR("inuse_objects") : STR("contentions"), STR("count")};
    l->type[1] = (struct legacy_type){heap ? STR("inuse_space") : STR("delay"), unit};
    l->n_types = 2;
}

static enum load_verdict set_attribute(struct legacy *l, bool heap, str line, str name, str value, struct err *e) {
    if (str_equal(name, STR("format"))) return str_equal(value, STR("java")) ? LOAD_OK : LOAD_UNRECOGNIZED;
    if (str_equal(name, STR("resolution"))) {
        set_types(l, heap, value);
        return LOAD_OK;
    }
    bool period = str_equal(name, STR("sampling period"));
    if (heap || (!period && !str_equal(name, STR("ms since reset")))) return LOAD_UNRECOGNIZED;
    int64_t n;
    if (period) l->period_type = (struct legacy_type){STR("contentions"), STR("count")};
    if (!parse_attribute(line, value, &n, e)) return LOAD_BROKEN;
    if (period)
        l->period = n;
    else
        l->duration_nanos = (int64_t)((uint64_t)n * 1000000);
    return LOAD_OK;
}

/* Leaves *rest at the first line that is no attribute. */
static enum load_verdict read_attributes(struct legacy *l, bool heap, str *rest, struct err *e) {
    str line, name, value;
    for (str ahead = *rest; next_line(&ahead, &line); *rest = ahead) {
        if (!line.len) continue;
        if (!find_attribute(line, &name, &value)) break;
        enum load_verdict v = set_attribute(l, heap, line, name, value, e);
        if (v != LOAD_OK) return v;
    }
    return LOAD_OK;
}

/* --- samples */

/* "N N @ addresses" from wherever it first stands in the line. */
static bool find_sample(str line, str *first, str *second, str *addresses) {
    for (size_t i = 0; i < line.len;) {
        str s = str_from_offset(line, i);
        if (!legacy_take_digits(&s, first)) {
            i++;
            continue;
        }
        i += first->len;
        if (!str_has_prefix(s, STR(" "))) continue;
        legacy_skip_spaces(&s);
        if (!legacy_take_digits(&s, second) || !str_has_prefix(s, STR(" "))) continue;
        legacy_skip_spaces(&s);
        if (!legacy_take(&s, STR("@")) || !str_has_prefix(s, STR(" "))) continue;
        size_t n = 0;
        while (n < s.len && (s.ptr[n] == ' ' || s.ptr[n] == 'x' || legacy_is_lower_hex(s.ptr[n]))) n++;
        *addresses = str_slice(s, 0, n);
        return true;
    }
    return false;
}

static bool parse_value(str line, str digits, int64_t *out, struct err *e) {
    if (gotext_parse_int(digits, 0, out) == GOTEXT_OK) return true;
    return err_set(e, "parsing sample %.*s: strconv.ParseInt: parsing \"%.*s\": %s", STR_ARG(line), STR_ARG(digits),
                   legacy_int_fault(digits, 0));
}

static int64_t wrapping_product(int64_t a, int64_t b) { return (int64_t)((uint64_t)a * (uint64_t)b); }

/* The numbers come size or delay first, count second. */
static bool read_sample(struct legacy *l, bool heap, str line, const str text[2], str addresses, struct err *e) {
    str bad;
    struct legacy_sample *s = legacy_sample(l);
    if (!legacy_frames(l, addresses, 0, 0, &bad))
        return err_set(e, "malformed sample: %.*s: failed to parse as hex 64-bit number: %.*s", STR_ARG(line),
                       STR_ARG(bad));
    if (!parse_value(line, text[1], &s->value[0], e) || !parse_value(line, text[0], &s->value[1], e)) return false;
    if (heap) {
        if (s->value[0] == 0) return err_set(e, "parsing sample %.*s: second value must be non-zero", STR_ARG(line));
        s->block_size = s->value[1] / s->value[0]; /* neither can be negative */
        legacy_unsample(&s->value[0], &s->value[1], JAVA_HEAP_RATE);
    } else if (l->period) {
        s->value[0] = wrapping_product(s->value[0], l->period);
        s->value[1] = wrapping_product(s->value[1], l->period);
    }
    return true;
}

/* Leaves *rest at the first line that is no sample. */
static bool read_samples(struct legacy *l, bool heap, str *rest, struct err *e) {
    str line, text[2], addresses;
    for (str ahead = *rest; next_line(&ahead, &line); *rest = ahead) {
        if (!line.len) continue;
        if (!find_sample(line, &text[0], &text[1], &addresses)) break;
        if (!read_sample(l, heap, line, text, addresses, e)) return false;
    }
    return true;
}

/* --- locations */

/* What is known of an address. */
struct place {
    str function, file;
    int64_t line;
};

/* The last " (" of a text that ends in a closing parenthesis, with at least one character before `end` after
 * it; text.len when there is none. The white space before it is one character, whatever stands before that. */
static size_t find_opening(str text, size_t end) {
    for (size_t i = end; i-- > 1;)
        if (text.ptr[i] == '(' && legacy_is_space(text.ptr[i - 1])) return i;
    return text.len;
}

/* "function (file:line)" */
static bool split_file_line(str text, struct place *p) {
    size_t colon = str_find_last_char(text, ':');
    if (!str_has_suffix(text, STR(")")) || colon == text.len) return false;
    str number = str_slice(text, colon + 1, text.len - 1), digits = number, run;
    legacy_take(&digits, STR("-"));
    if (!legacy_take_digits(&digits, &run) || digits.len) return false;
    size_t opening = colon > 0 ? find_opening(text, colon - 1) : text.len;
    if (opening == text.len) return false;
    p->function = str_slice(text, 0, opening - 1);
    p->file = str_slice(text, opening + 1, colon);
    int64_t n;
    if (gotext_parse_int(number, 10, &n) == GOTEXT_OK && n > 0) p->line = n;
    return true;
}

/* "function (path)": a shared library, whose directory is of no interest */
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
    /* else all of it is the name: of states inside the machine, such as GC */
    if (str_find(text, STR("generated stub/JIT")) < text.len) p.function = STR("STUB");
    return p;
}

/* Functions by name; the first file said of one stays. */
static uint32_t find_function(struct legacy *l, struct intern *names, const struct place *p) {
    uint32_t id = intern_id(names, p->function);
    if (id == l->functions.n) *VEC_PUSH(&l->scratch, &l->functions) = (struct legacy_function){p->function, p->file};
    return id;
}

/* "0xADDR text" */
static bool split_location(str line, str *digits, str *text) {
    if (!legacy_take(&line, STR("0x"))) return false;
    size_t n = 0;
    while (n < line.len && legacy_is_hex(line.ptr[n])) n++;
    *digits = str_slice(line, 0, n);
    *text = str_from_offset(line, n);
    if (!n || !text->len || !legacy_is_space(text->ptr[0])) return false;
    while (text->len && legacy_is_space(text->ptr[0])) *text = str_from_offset(*text, 1);
    return true;
}

static bool read_location(struct legacy *l, struct intern *names, str line, struct err *e) {
    str digits, text;
    uint64_t address;
    uint32_t number;
    if (!split_location(line, &digits, &text)) return true;
    if (!legacy_parse_hex(digits, &address))
        return err_set(e, "parsing sample %.*s: strconv.ParseUint: parsing \"%.*s\": value out of range", STR_ARG(line),
                       STR_ARG(digits));
    if (!u64map_get(&l->by_address, address, &number)) return true; /* of no sample */
    struct place p = parse_place(text);
    struct legacy_location *location = &l->locations.at[number];
    location->function = find_function(l, names, &p);
    location->line = p.line;
    location->address = 0; /* so it gets no mapping */
    return true;
}

enum load_verdict legacy_finish_java(struct legacy *l, str lines, struct profile *out, struct err *e) {
    struct intern names = {.arena = &l->scratch};
    while (lines.len) {
        size_t n = str_find_char(lines, '\n');
        if (!read_location(l, &names, str_trim(str_slice(lines, 0, n)), e)) return legacy_broken(l);
        lines = str_from_offset(lines, n + 1);
    }
    if (l->samples.n && !l->n_types) {
        err_set(e, "missing sample type information");
        return legacy_broken(l);
    }
    l->hide_addresses = true; /* they differ from run to run, and only stand in the way of merging */
    return legacy_finish(l, out, e);
}

enum load_verdict decode_legacy_java(struct arena *a, str bytes, struct profile *out, struct err *e) {
    struct legacy l;
    str header;
    if (!next_line(&bytes, &header)) return LOAD_UNRECOGNIZED;
    bool heap = str_equal(header, STR("--- heapz 1 ---"));
    if (!heap && !str_equal(header, STR("--- contentionz 1 ---"))) return LOAD_UNRECOGNIZED;
    legacy_init(&l, a);
    l.has_block_size = heap;
    l.period_type = (struct legacy_type){STR_EMPTY, STR_EMPTY};
    enum load_verdict v = read_attributes(&l, heap, &bytes, e);
    if (v == LOAD_UNRECOGNIZED) return legacy_unrecognized(&l);
    if (v == LOAD_BROKEN || !read_samples(&l, heap, &bytes, e)) return legacy_broken(&l);
    return legacy_finish_java(&l, bytes, out, e);
}
