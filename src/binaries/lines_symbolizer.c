/* Parses the JSON of llvm-symbolizer: an object whose "Symbol" is a list of objects. Other members are ignored; a
 * value of another shape gives no frames. */
#include "binaries/lines.h"
#include "go/gotext.h"
#include "go/utf8.h"

enum { DEPTH_MOST = 64 };

struct symbolizer_json {
    struct arena *arena;
    str rest;
    unsigned depth;
};

static void skip_blanks(struct symbolizer_json *j) {
    while (j->rest.len && (j->rest.ptr[0] == ' ' || (j->rest.ptr[0] >= '\t' && j->rest.ptr[0] <= '\r')))
        j->rest = str_from_offset(j->rest, 1);
}

static bool take(struct symbolizer_json *j, char c) {
    skip_blanks(j);
    if (!j->rest.len || j->rest.ptr[0] != c) return false;
    j->rest = str_from_offset(j->rest, 1);
    return true;
}

static char next(struct symbolizer_json *j) {
    if (!j->rest.len) return 0;
    char c = j->rest.ptr[0];
    j->rest = str_from_offset(j->rest, 1);
    return c;
}

static bool take_hex4(struct symbolizer_json *j, uint32_t *out) {
    uint64_t v;
    if (j->rest.len < 4 || gotext_parse_uint(str_slice(j->rest, 0, 4), 16, &v) != GOTEXT_OK) return false;
    j->rest = str_from_offset(j->rest, 4);
    *out = (uint32_t)v;
    return true;
}

/* Takes the digits after \u; two surrogates make one code point, a single one is replaced by U+FFFD. */
static bool take_unicode(struct symbolizer_json *j, uint32_t *out) {
    uint32_t low;
    if (!take_hex4(j, out)) return false;
    if (*out < 0xd800 || *out > 0xdfff) return true;
    struct symbolizer_json ahead = *j;
    if (*out < 0xdc00 && next(&ahead) == '\\' && next(&ahead) == 'u' && take_hex4(&ahead, &low) && low >= 0xdc00 &&
        low <= 0xdfff) {
        *j = ahead;
        *out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);
    } else {
        *out = UTF8_INVALID;
    }
    return true;
}

static bool take_escape(struct symbolizer_json *j, char *to, size_t *n) {
    static const char from[] = "\"\\/bfnrt", is[] = "\"\\/\b\f\n\r\t";
    uint32_t rune;
    char c = next(j);
    size_t at = str_find_char(STR("\"\\/bfnrt"), c);
    if (at < sizeof from - 1) {
        to[(*n)++] = is[at];
        return true;
    }
    if (c != 'u' || !take_unicode(j, &rune)) return false;
    *n += utf8_encode(to + *n, rune);
    return true;
}

static bool take_string(struct symbolizer_json *j, str *out) {
    if (!take(j, '"')) return false;
    size_t end = 0; /* offset of the end of the string, for the size of its copy */
    while (end < j->rest.len && j->rest.ptr[end] != '"') end += j->rest.ptr[end] == '\\' ? 2 : 1;
    if (end >= j->rest.len) return false;
    char *to = arena_alloc(j->arena, end);
    size_t n = 0;
    for (char c; (c = next(j)) != '"';) {
        if ((unsigned char)c < ' ') return false;
        if (c != '\\')
            to[n++] = c;
        else if (!take_escape(j, to, &n))
            return false;
    }
    *out = (str){to, n};
    return true;
}

/* Takes a number or a bare word. */
static bool take_word(struct symbolizer_json *j, str *out) {
    const str ends = STR(",]} \t\r\n\"[{:");
    size_t n = 0;
    skip_blanks(j);
    while (n < j->rest.len && str_find_char(ends, j->rest.ptr[n]) == ends.len) n++;
    *out = str_slice(j->rest, 0, n);
    j->rest = str_from_offset(j->rest, n);
    return n > 0;
}

static bool skip_value(struct symbolizer_json *j);

static bool skip_members(struct symbolizer_json *j, char close, bool named) {
    str ignored;
    if (take(j, close)) return true;
    do {
        if (named && (!take_string(j, &ignored) || !take(j, ':'))) return false;
        if (!skip_value(j)) return false;
    } while (take(j, ','));
    return take(j, close);
}

static bool skip_value(struct symbolizer_json *j) {
    str ignored;
    bool ok;
    skip_blanks(j);
    if (!j->rest.len || j->depth >= DEPTH_MOST) return false;
    j->depth++;
    if (j->rest.ptr[0] == '"')
        ok = take_string(j, &ignored);
    else if (take(j, '{'))
        ok = skip_members(j, '}', true);
    else if (take(j, '['))
        ok = skip_members(j, ']', false);
    else
        ok = take_word(j, &ignored);
    j->depth--;
    return ok;
}

static bool take_int(struct symbolizer_json *j, int64_t *out) {
    str word;
    return take_word(j, &word) && (str_equal(word, STR("null")) || gotext_parse_int(word, 10, out) == GOTEXT_OK);
}

static bool take_member(struct symbolizer_json *j, struct lines_frame *f) {
    str name;
    if (!take_string(j, &name) || !take(j, ':')) return false;
    if (str_equal(name, STR("FunctionName"))) return take_string(j, &f->function);
    if (str_equal(name, STR("FileName"))) return take_string(j, &f->file);
    if (str_equal(name, STR("Line"))) return take_int(j, &f->line);
    if (str_equal(name, STR("Column"))) return take_int(j, &f->column);
    if (str_equal(name, STR("StartLine"))) return take_int(j, &f->start_line);
    return skip_value(j);
}

static bool take_frame(struct symbolizer_json *j, struct lines_frame *f) {
    *f = (struct lines_frame){.function = STR_EMPTY, .file = STR_EMPTY};
    if (!take(j, '{')) return false;
    if (take(j, '}')) return true;
    do {
        if (!take_member(j, f)) return false;
    } while (take(j, ','));
    return take(j, '}');
}

struct frames {
    VEC(struct lines_frame) list;
};

static bool take_frames(struct symbolizer_json *j, struct frames *out) {
    if (!take(j, '[')) return false;
    if (take(j, ']')) return true;
    do {
        if (!take_frame(j, VEC_PUSH(j->arena, &out->list))) return false;
    } while (take(j, ','));
    return take(j, ']');
}

static bool take_answer(struct symbolizer_json *j, struct frames *out) {
    str name;
    if (!take(j, '{')) return false;
    if (take(j, '}')) return true;
    do {
        if (!take_string(j, &name) || !take(j, ':')) return false;
        bool ok = str_equal(name, STR("Symbol")) ? take_frames(j, out) : skip_value(j);
        if (!ok) return false;
    } while (take(j, ','));
    if (!take(j, '}')) return false;
    skip_blanks(j);
    return j->rest.len == 0;
}

struct lines_answer lines_parse_json(struct arena *a, str line) {
    struct symbolizer_json j = {.arena = a, .rest = line};
    struct frames f = {0};
    if (!take_answer(&j, &f)) return (struct lines_answer){0};
    return (struct lines_answer){f.list.at, (uint32_t)f.list.n};
}
