/* Parses the expressions of -where. */
#include "filter/where_parse.h"

#include <string.h>

#include "base/hash.h"
#include "go/gotext.h"

enum { SHOWN_MOST = 40 }; /* bytes of a token in a message */

enum where_token_kind { END, WORD, QUOTED, COMPARE, AND, OR, NOT, OPEN, CLOSE };
struct where_token {
    enum where_token_kind kind;
    size_t from, to; /* bytes of the expression */
};

struct where_parser {
    struct arena *arena;
    str text;
    struct where_token token; /* the next one */
    uint32_t level;
    VEC(struct where_test) test;
    VEC(struct where_step) step;
    struct intern known; /* tests so far, as bytes: their ids are their indices */
    struct err *e;
};

static bool fail_at(struct where_parser *p, size_t at, const char *text) {
    size_t column = 1;
    for (size_t i = 0; i < at && i < p->text.len; i++) column += ((unsigned char)p->text.ptr[i] & 0xC0) != 0x80;
    return err_set(p->e, "parsing where, column %zu: %s", column, text);
}

static bool fail_token(struct where_parser *p, size_t at, const char *before, struct where_token t) {
    struct arena scratch = {0};
    str text = str_slice(p->text, t.from, t.to);
    const char *end = text.len > SHOWN_MOST ? "\u2026" : "";
    text = str_slice(text, 0, SHOWN_MOST);
    fail_at(p, at, str_c(&scratch, str_format(&scratch, "%s %.*s%s", before, STR_ARG(text), end)));
    arena_release(&scratch);
    return false;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static bool ends_word(char c) { return is_blank(c) || (c && strchr("&|!()=<>~\"'", c)); }

/* The length of the operator at the start of s, and its kind; 0 without an operator. */
static size_t find_operator(str s, enum where_token_kind *kind) {
    static const struct {
        str text;
        enum where_token_kind kind;
    } operators[] = {{{"&&", 2}, AND},     {{"||", 2}, OR},      {{"==", 2}, COMPARE}, {{"=~", 2}, COMPARE},
                     {{"!=", 2}, COMPARE}, {{"!~", 2}, COMPARE}, {{"<=", 2}, COMPARE}, {{">=", 2}, COMPARE},
                     {{"&", 1}, AND},      {{"|", 1}, OR},       {{"!", 1}, NOT},      {{"(", 1}, OPEN},
                     {{")", 1}, CLOSE},    {{"=", 1}, COMPARE},  {{"~", 1}, COMPARE},  {{"<", 1}, COMPARE},
                     {{">", 1}, COMPARE}};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (!str_has_prefix(s, operators[i].text)) continue;
        *kind = operators[i].kind;
        return operators[i].text.len;
    }
    return 0;
}

/* Reads the token that begins at or after `from`. Words that are operators become these, unless `is_value`. */
static bool next_token(struct where_parser *p, size_t from, bool is_value) {
    str s = p->text;
    while (from < s.len && is_blank(s.ptr[from])) from++;
    struct where_token *t = &p->token;
    *t = (struct where_token){END, from, from};
    if (from == s.len) return true;
    char c = s.ptr[from];
    if (c == '"' || c == '\'') {
        size_t to = from + 1;
        while (to < s.len && s.ptr[to] != c) to += s.ptr[to] == '\\' ? 2 : 1;
        if (to >= s.len) return fail_at(p, from, "the quoted text does not end");
        *t = (struct where_token){QUOTED, from, to + 1};
        return true;
    }
    size_t length = find_operator(str_from_offset(s, from), &t->kind);
    if (!length) {
        t->kind = WORD;
        while (from + length < s.len && !ends_word(s.ptr[from + length])) length++;
    }
    t->to = from + length;
    if (t->kind != WORD || is_value) return true;
    str word = str_slice(s, from, t->to);
    if (str_equal_fold(word, STR("and"))) t->kind = AND;
    if (str_equal_fold(word, STR("or"))) t->kind = OR;
    if (str_equal_fold(word, STR("not"))) t->kind = NOT;
    return true;
}

static int hex_digit(char c) {
    if (is_digit(c)) return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The text of a word or of a quoted token. In a pattern only the quote is escaped; other backslashes are the pattern's.
 */
static bool token_text(struct where_parser *p, struct where_token t, bool pattern, str *out) {
    str s = str_slice(p->text, t.from, t.to);
    *out = s;
    if (t.kind != QUOTED) return true;
    char quote = s.ptr[0];
    s = str_slice(s, 1, s.len - 1);
    *out = s;
    if (str_find_char(s, '\\') == s.len) return true;
    char *to = ARENA_ARRAY(p->arena, char, s.len);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c != '\\') {
            to[n++] = c;
            continue;
        }
        c = s.ptr[++i]; /* a quoted text does not end after a backslash */
        int high = -1, low = -1;
        if (c == 'x' && i + 2 < s.len) high = hex_digit(s.ptr[i + 1]), low = hex_digit(s.ptr[i + 2]);
        if (c == quote) {
            to[n++] = c;
        } else if (pattern) {
            to[n++] = '\\';
            to[n++] = c;
        } else if (c == '\\' || c == '"' || c == '\'') {
            to[n++] = c;
        } else if (c == 'n' || c == 't' || c == 'r') {
            to[n++] = c == 'n' ? '\n' : c == 't' ? '\t' : '\r';
        } else if (high >= 0 && low >= 0) {
            to[n++] = (char)(high * 16 + low);
            i += 2;
        } else {
            return fail_at(p, t.from + i, "the escapes are \\\" \\' \\\\ \\n \\t \\r and \\xHH");
        }
    }
    *out = (str){to, n};
    return true;
}

bool where_read_quantity(str text, struct where_quantity *q) {
    text = str_trim(text);
    size_t i = text.len && (text.ptr[0] == '-' || text.ptr[0] == '+'), digits = 0;
    bool dot = false;
    for (; i < text.len && (is_digit(text.ptr[i]) || (text.ptr[i] == '.' && !dot)); i++) {
        digits += is_digit(text.ptr[i]);
        dot |= text.ptr[i] == '.';
    }
    str number = str_slice(text, 0, i);
    *q = (struct where_quantity){.unit = str_trim(str_from_offset(text, i))};
    if (!digits) return false;
    for (size_t k = 0; k < q->unit.len; k++) /* 10:20, 1e6 and 127.0.0.1 are not quantities */
        if (is_digit(q->unit.ptr[k]) || strchr(".,:;+-", q->unit.ptr[k])) return false;
    q->whole = !dot && gotext_parse_int(number, 10, &q->integer) == GOTEXT_OK;
    if (!q->whole) q->integer = 0;
    return gotext_parse_float(number, &q->number) == GOTEXT_OK;
}

static bool add_step(struct where_parser *p, enum where_step_kind kind, uint32_t test) {
    if (p->step.n == WHERE_STEPS) return fail_at(p, p->token.from, "the expression is too long");
    *VEC_PUSH(p->arena, &p->step) = (struct where_step){kind, test};
    return true;
}

/* Equal tests are one. */
static bool add_test(struct where_parser *p, struct where_token at, const struct where_test *t) {
    str part[] = {{(const char *)&t->compare, sizeof t->compare},
                  {(const char *)&t->key.len, sizeof t->key.len},
                  t->key,
                  t->value};
    uint32_t id = intern_id(&p->known, str_join(p->arena, part, sizeof part / sizeof *part, STR_EMPTY));
    if (id == WHERE_TESTS) return fail_at(p, at.from, "there are more than 1024 different tests");
    if (id == p->test.n) *VEC_PUSH(p->arena, &p->test) = *t;
    return add_step(p, WHERE_TEST, id);
}

static bool parse_value(struct where_parser *p, struct where_token compare, struct where_test *t) {
    if (!next_token(p, compare.to, true)) return false;
    struct where_token value = p->token;
    bool sizes = t->compare >= WHERE_LESS;
    const char *missing = sizes ? "a number, with or without a unit, must follow" : "a value must follow";
    if (value.kind != WORD && value.kind != QUOTED) return fail_token(p, value.from, missing, compare);
    if (!token_text(p, value, t->compare == WHERE_MATCH, &t->value)) return false;
    t->has_quantity = where_read_quantity(t->value, &t->quantity);
    if (sizes && !t->has_quantity) return fail_token(p, value.from, missing, compare);
    if (t->compare == WHERE_MATCH) {
        struct err reason = {0};
        t->regex = regex_compile(p->arena, t->value, &reason);
        if (!t->regex) fail_at(p, value.from, err_text(&reason));
        err_clear(&reason);
        if (!t->regex) return false;
    }
    return next_token(p, value.to, false);
}

static bool parse_test(struct where_parser *p) {
    struct where_token key = p->token, compare;
    struct where_test t = {.compare = WHERE_PRESENT, .value = STR_EMPTY};
    if (!token_text(p, key, false, &t.key) || !next_token(p, key.to, false)) return false;
    compare = p->token;
    if (compare.kind != COMPARE) return add_test(p, key, &t);
    str text = str_slice(p->text, compare.from, compare.to);
    bool negated = text.ptr[0] == '!', or_equal = text.len == 2;
    if (text.ptr[0] == '<')
        t.compare = or_equal ? WHERE_LESS_EQUAL : WHERE_LESS;
    else if (text.ptr[0] == '>')
        t.compare = or_equal ? WHERE_MORE_EQUAL : WHERE_MORE;
    else
        t.compare = text.ptr[text.len - 1] == '~' ? WHERE_MATCH : WHERE_EQUAL;
    return parse_value(p, compare, &t) && add_test(p, key, &t) && (!negated || add_step(p, WHERE_NOT, 0));
}

static bool parse_or(struct where_parser *p);

static bool parse_not(struct where_parser *p) {
    struct where_token t = p->token;
    if (t.kind == WORD || t.kind == QUOTED) return parse_test(p);
    if (t.kind == CLOSE && !p->level) return fail_at(p, t.from, "this ) closes nothing");
    if (t.kind != NOT && t.kind != OPEN) return fail_at(p, t.from, "the key of a label is missing");
    if (p->level == WHERE_LEVELS) return fail_at(p, t.from, "there are more than 64 levels of ( and !");
    if (!next_token(p, t.to, false)) return false;
    p->level++;
    if (t.kind == NOT) {
        if (!parse_not(p) || !add_step(p, WHERE_NOT, 0)) return false;
    } else {
        if (!parse_or(p)) return false;
        if (p->token.kind == END) return fail_at(p, t.from, "this ( is not closed");
        if (p->token.kind != CLOSE) return fail_token(p, p->token.from, "& or | must stand before", p->token);
        if (!next_token(p, p->token.to, false)) return false;
    }
    p->level--;
    return true;
}

static bool parse_and(struct where_parser *p) {
    if (!parse_not(p)) return false;
    while (p->token.kind == AND)
        if (!next_token(p, p->token.to, false) || !parse_not(p) || !add_step(p, WHERE_AND, 0)) return false;
    return true;
}

static bool parse_or(struct where_parser *p) {
    if (!parse_and(p)) return false;
    while (p->token.kind == OR)
        if (!next_token(p, p->token.to, false) || !parse_and(p) || !add_step(p, WHERE_OR, 0)) return false;
    return true;
}

bool where_parse(struct arena *a, str text, struct where_expression *out, struct err *e) {
    struct where_parser p = {.arena = a, .text = text, .known = {.arena = a}, .e = e};
    if (text.len > WHERE_BYTES) return fail_at(&p, WHERE_BYTES, "the expression is too long");
    if (!next_token(&p, 0, false) || !parse_or(&p)) return false;
    if (p.token.kind == CLOSE) return fail_at(&p, p.token.from, "this ) closes nothing");
    if (p.token.kind != END) return fail_token(&p, p.token.from, "& or | must stand before", p.token);
    *out = (struct where_expression){p.test.at, (uint32_t)p.test.n, p.step.at, (uint32_t)p.step.n};
    return true;
}

str where_quote(struct arena *a, str text) {
    static const str words[] = {{"and", 3}, {"or", 2}, {"not", 3}};
    static const char hex[] = "0123456789abcdef";
    bool plain = text.len > 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) plain &= !str_equal_fold(text, words[i]);
    for (size_t i = 0; i < text.len && plain; i++)
        plain = !ends_word(text.ptr[i]) && (unsigned char)text.ptr[i] >= ' ' && text.ptr[i] != 0x7F;
    if (plain) return text;
    char *to = ARENA_ARRAY(a, char, text.len * 4 + 2);
    size_t n = 0;
    to[n++] = '"';
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < ' ' || c == 0x7F) {
            to[n++] = '\\', to[n++] = 'x', to[n++] = hex[c >> 4], to[n++] = hex[c & 15];
        } else {
            if (c == '"' || c == '\\') to[n++] = '\\';
            to[n++] = (char)c;
        }
    }
    to[n++] = '"';
    return (str){to, n};
}

struct where_place where_find_place(struct arena *a, str text) {
    struct err e = {0};
    struct where_parser p = {.arena = a, .text = text, .e = &e};
    struct where_place place = {.kind = WHERE_AT_KEY, .key = STR_EMPTY};
    for (size_t at = 0; next_token(&p, at, place.kind == WHERE_AT_VALUE); at = p.token.to) {
        struct where_token t = p.token;
        bool is_text = t.kind == WORD || t.kind == QUOTED;
        if (t.kind == END || (is_text && t.to == text.len)) break;
        if (is_text && place.kind == WHERE_AT_KEY && !token_text(&p, t, false, &place.key)) break;
        if (is_text) place.kind = WHERE_AT_OPERATOR;
        if (t.kind == COMPARE) {
            place.kind = WHERE_AT_VALUE;
            place.pattern = text.ptr[t.to - 1] == '~';
        }
        if (t.kind == AND || t.kind == OR || t.kind == NOT || t.kind == OPEN) place.kind = WHERE_AT_KEY;
        if (t.kind == CLOSE) place.kind = WHERE_AT_OPERATOR;
    }
    place.from = p.token.from; /* also that of a quote that is open */
    err_clear(&e);
    return place;
}
