/* Full stacks of goroutines, which goroutine?debug=2, SIGQUIT and a panic print. A header per goroutine, then a
 * function and its position for each frame; other lines are skipped. */
#include "formats/names/tally.h"
#include "formats/names/textlines.h"
#include "go/gotext.h"
#include "go/utf8.h"

/* Reads "goroutine N [STATE, …]:", with the additions of GOTRACEBACK=system before the bracket. *inside is the text
 * between the brackets. */
static bool read_header(str line, str *inside) {
    if (!str_has_prefix(line, STR("goroutine "))) return false;
    size_t open = str_find(line, STR(" [")), n = sizeof "goroutine " - 1;
    if (open == line.len || !str_has_suffix(line, STR("]:")) || n == open) return false;
    while (n < open && textlines_is_digit(line.ptr[n])) n++;
    if (n < open && !(str_has_prefix(str_from_offset(line, n), STR(" gp=")))) return false;
    *inside = str_slice(line, open + 2, line.len - 2);
    return true;
}

static unsigned digit_value(char c) {
    return c >= '0' && c <= '9'   ? (unsigned)(c - '0')
           : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
           : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
                                  : 99;
}

/* Takes a number of `n` digits off the front of *s. Returns false if there are fewer. */
static bool take_number(str *s, size_t n, unsigned base, uint32_t *out) {
    *out = 0;
    if (s->len < n) return false;
    for (size_t i = 0; i < n; i++) {
        unsigned digit = digit_value(s->ptr[i]);
        if (digit >= base) return false;
        *out = *out * base + digit;
    }
    *s = str_from_offset(*s, n);
    return true;
}

/* Takes a quoted string of Go off the front of *s. Returns false if *s does not start with one. */
static bool take_quoted(struct arena *a, str *s, str *out) {
    if (!s->len || s->ptr[0] != '"') return false;
    str rest = str_from_offset(*s, 1);
    char *bytes = arena_alloc(a, rest.len + 1), *to = bytes;
    while (rest.len && rest.ptr[0] != '"') {
        static const char names[] = "abfnrtv\\\"'", meant[] = "\a\b\f\n\r\t\v\\\"'";
        char c = rest.ptr[0];
        uint32_t v;
        rest = str_from_offset(rest, 1);
        if (c != '\\') {
            *to++ = c;
            continue;
        }
        if (!rest.len) return false;
        c = rest.ptr[0];
        const char *name = c ? strchr(names, c) : NULL;
        if (name) {
            *to++ = meant[name - names];
            rest = str_from_offset(rest, 1);
        } else if (c >= '0' && c <= '7') {
            if (!take_number(&rest, 3, 8, &v)) return false;
            *to++ = (char)v;
        } else {
            rest = str_from_offset(rest, 1);
            if (!take_number(&rest, c == 'x' ? 2 : c == 'u' ? 4 : 8, 16, &v)) return false;
            if (c != 'x' && c != 'u' && c != 'U') return false;
            if (c == 'x')
                *to++ = (char)v; /* \u and \U are longer than the character they encode */
            else
                to += utf8_encode(to, v > 0x10ffff || (v >= 0xd800 && v < 0xe000) ? UTF8_INVALID : v);
        }
    }
    if (!rest.len) return false;
    *s = str_from_offset(rest, 1);
    *out = (str){bytes, (size_t)(to - bytes)};
    return true;
}

/* Reads "key": "value", … */
static void read_own_labels(struct tally *t, str text) {
    struct arena *a = t->build.arena;
    for (str key, value; take_quoted(a, &text, &key);) {
        if (!str_has_prefix(text, STR(": "))) return;
        text = str_from_offset(text, 2);
        if (!take_quoted(a, &text, &value)) return;
        tally_text_label(t, key, value);
        if (!str_has_prefix(text, STR(", "))) return;
        text = str_from_offset(text, 2);
    }
}

struct goroutine {
    bool open;
    str inside; /* the brackets of its header */
    str created_by;
};

/* Adds the labels in their order, then the sample. */
static void add_goroutine(struct tally *t, struct goroutine *g) {
    if (!g->open) return;
    g->open = false;
    size_t own = str_find(g->inside, STR(" labels:{"));
    str rest = str_slice(g->inside, 0, own), part, bubble = STR_EMPTY, state;
    int64_t minutes = 0, number;
    bool locked = false;
    str_cut(&rest, ',', &state);
    while (str_cut(&rest, ',', &part)) {
        part = str_trim(part);
        if (str_equal(part, STR("locked to thread"))) locked = true;
        if (str_has_prefix(part, STR("synctest bubble ")))
            bubble = str_from_offset(part, sizeof "synctest bubble " - 1);
        if (str_has_suffix(part, STR(" minutes")) &&
            gotext_parse_int(str_slice(part, 0, part.len - (sizeof " minutes" - 1)), 10, &number) == GOTEXT_OK)
            minutes = number;
    }
    tally_text_label(t, STR("state"), state);
    if (minutes) tally_number_label(t, STR("wait"), minutes, STR("minutes"));
    if (locked) tally_text_label(t, STR("locked"), STR("thread"));
    if (g->created_by.len) tally_text_label(t, STR("created by"), g->created_by);
    if (gotext_parse_int(bubble, 10, &number) == GOTEXT_OK) tally_number_label(t, STR("bubble"), number, STR_EMPTY);
    if (own < g->inside.len) read_own_labels(t, str_from_offset(g->inside, own + sizeof " labels:{" - 1));
    tally_add(t, 1);
}

/* The name of a function without its arguments, which are between the last closing bracket and its partner. Old dumps
 * escape dots, and bytes that symbols cannot contain, as %XX. */
static str function_name(struct arena *a, str line) {
    int depth = 0;
    size_t end = line.len;
    for (size_t i = line.len; i-- > 0 && line.ptr[line.len - 1] == ')';) {
        if (line.ptr[i] == ')') depth++;
        if (line.ptr[i] == '(' && --depth == 0) {
            end = i;
            break;
        }
    }
    str name = str_slice(line, 0, end);
    if (str_find_char(name, '%') == name.len) return name;
    char *bytes = arena_alloc(a, name.len), *to = bytes;
    while (name.len) {
        uint32_t byte;
        str code = str_from_offset(name, 1);
        bool escaped = name.ptr[0] == '%' && take_number(&code, 2, 16, &byte);
        *to++ = escaped ? (char)byte : name.ptr[0];
        name = escaped ? code : str_from_offset(name, 1);
    }
    return (str){bytes, (size_t)(to - bytes)};
}

/* file:line +0xOFF fp=… */
static bool read_position(str text, str *file, int64_t *line) {
    text = textlines_trim(text);
    text = str_slice(text, 0, str_find(text, STR(" +0x")));
    text = str_slice(text, 0, str_find(text, STR(" fp=0x")));
    size_t colon = str_find_last_char(text, ':');
    *file = str_slice(text, 0, colon);
    return colon < text.len && colon && gotext_parse_int(str_from_offset(text, colon + 1), 10, line) == GOTEXT_OK &&
           *line >= 0;
}

static void read_line(struct tally *t, struct goroutine *g, str line, str *function) {
    str inside, file;
    int64_t number;
    if (!line.len) {
        *function = STR_EMPTY;
    } else if (read_header(line, &inside)) {
        add_goroutine(t, g);
        *g = (struct goroutine){.open = true, .inside = inside};
        *function = STR_EMPTY;
    } else if (!textlines_is_blank(line.ptr[0])) {
        *function = g->open ? line : STR_EMPTY;
    } else if (function->len && read_position(line, &file, &number)) {
        if (str_has_prefix(*function, STR("created by "))) {
            str by = str_from_offset(*function, sizeof "created by " - 1);
            g->created_by = str_slice(by, 0, str_find(by, STR(" in goroutine ")));
        } else {
            tally_frame(t, function_name(t->build.arena, *function), file, number);
        }
        *function = STR_EMPTY;
    }
}

enum sniff sniff_goroutines(str start, bool is_all) {
    if (textlines_is_binary(start)) return SNIFF_NO;
    for (str line, inside; textlines_next(&start, &line);)
        if (read_header(line, &inside)) return SNIFF_MAYBE;
    (void)is_all;
    return SNIFF_NO;
}

enum format_verdict decode_goroutines(struct format_input *in, struct profile *out, struct err *e) {
    struct tally t;
    struct goroutine g = {0};
    str rest = in->bytes, function = STR_EMPTY;
    bool any = false;
    tally_init(&t, in->arena, STR("goroutine"));
    t.build.header.period_type = t.build.types.at[0];
    t.build.header.period = 1;
    for (str line; textlines_next(&rest, &line);) {
        read_line(&t, &g, line, &function);
        any |= g.open;
    }
    if (!any) {
        tally_drop(&t);
        return FORMAT_UNRECOGNIZED;
    }
    add_goroutine(&t, &g);
    return tally_finish(&t, out, e) ? FORMAT_OK : FORMAT_BROKEN;
}
