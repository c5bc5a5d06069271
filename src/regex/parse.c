/* Parses patterns as Go's regexp/syntax does with the flags syntax.Perl: the same patterns are accepted, with the
 * same meaning, and the same error messages are given for the others. */
#include <stdatomic.h>
#include <string.h>

#include "go/utf8.h"
#include "regex/tree.h"

enum { FLAG_FOLD = 1, FLAG_LINES = 2, FLAG_DOT_NEWLINE = 4, FLAG_UNGREEDY = 8 };

struct nodes {
    struct regex_node **at;
    size_t n, cap;
};

/* A parenthesis that is still open; the first level is the whole pattern. */
struct level {
    unsigned flags_outside;
    unsigned capture;    /* 0: does not capture */
    size_t first;        /* index in parser.item where its current sequence starts */
    struct nodes choice; /* the finished alternatives */
};

struct parser {
    struct arena *a;
    str all;
    size_t at; /* offset of the next byte of `all` */
    unsigned flags;
    unsigned groups;
    bool needs_tables;
    size_t repeated_from; /* offset of the repetition operator just read; SIZE_MAX after any other part */
    VEC(struct level) level;
    struct nodes item; /* finished parts of all open levels */
    struct err *e;
};

static bool parse_one(struct parser *p);
static bool parse_open(struct parser *p);
static bool parse_flags(struct parser *p);
static bool parse_close(struct parser *p);
static bool parse_repeat(struct parser *p);
static bool parse_escaped(struct parser *p);
static bool parse_escaped_rune(struct parser *p, uint32_t *rune);
static bool parse_class(struct parser *p);

static bool fail(struct parser *p, const char *what, str fragment) {
    return err_set(p->e, "error parsing regexp: %s: `%.*s`", what, STR_ARG(fragment));
}

/* Sets the error; it quotes the pattern from `from` to the current byte. */
static bool fail_from(struct parser *p, const char *what, size_t from) {
    return fail(p, what, str_slice(p->all, from, p->at));
}

static bool check_utf8(struct parser *p, str s) {
    size_t bad = utf8_first_invalid(s);
    return bad == s.len || fail(p, "invalid UTF-8", str_from_offset(s, bad));
}

static bool at_end(const struct parser *p) { return p->at >= p->all.len; }
static str rest(const struct parser *p) { return str_from_offset(p->all, p->at); }
/* The byte `ahead` bytes after the next one; NUL beyond the end. */
static char peek(const struct parser *p, size_t ahead) {
    return ahead < p->all.len - p->at ? p->all.ptr[p->at + ahead] : '\0';
}
static bool next_is(const struct parser *p, const char *text) { return str_has_prefix(rest(p), str_from(text)); }

/* Takes one code point; at the end of the pattern, an invalid one of length 0. */
static bool take(struct parser *p, uint32_t *rune) {
    *rune = UTF8_INVALID;
    if (at_end(p)) return true;
    size_t n = utf8_decode(p->all, p->at, rune);
    if (n == 1 && *rune == UTF8_INVALID) return fail(p, "invalid UTF-8", rest(p));
    p->at += n;
    return true;
}

static bool is_octal(char c) { return c >= '0' && c <= '7'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_alnum(uint32_t r) { return (r >= '0' && r <= '9') || (r >= 'A' && r <= 'Z') || (r >= 'a' && r <= 'z'); }
static uint32_t hex_value(uint32_t r) {
    if (r >= '0' && r <= '9') return r - '0';
    r |= 0x20;
    return r >= 'a' && r <= 'f' ? r - 'a' + 10 : 16;
}

static struct regex_node *node_new(struct parser *p, enum regex_kind kind) {
    struct regex_node *n = ARENA_NEW(p->a, struct regex_node);
    n->kind = kind;
    n->height = n->copies = 1, n->size = 1;
    n->nullable = kind != REGEX_RUNE && kind != REGEX_CLASS;
    return n;
}

/* Checks Go's limits. Go checks them whenever a part is complete, so this error may precede another. */
static bool within_limits(struct parser *p, const struct regex_node *n) {
    if (n->size > REGEX_SIZE) return fail(p, "expression too large", p->all);
    if (n->height > REGEX_HEIGHT) return fail(p, "expression nests too deeply", p->all);
    return true;
}

static void append(struct parser *p, struct nodes *v, struct regex_node *n) {
    if (v->n == v->cap) v->at = arena_vec_grow(p->a, v->at, &v->cap, sizeof(struct regex_node *));
    v->at[v->n++] = n;
}
static void push(struct parser *p, struct regex_node *n) { append(p, &p->item, n); }
static void push_kind(struct parser *p, enum regex_kind kind) { push(p, node_new(p, kind)); }

static struct regex_class *push_class(struct parser *p) {
    struct regex_node *n = node_new(p, REGEX_CLASS);
    n->set = ARENA_NEW(p->a, struct regex_class);
    n->set->fold = p->flags & FLAG_FOLD;
    push(p, n);
    return n->set;
}

static void push_rune(struct parser *p, uint32_t rune) {
    bool has_case = rune >= 0x80 || (is_alnum(rune) && rune > '9');
    if (has_case && (p->flags & FLAG_FOLD)) {
        struct regex_class *c = push_class(p);
        regex_class_add(p->a, c, rune, rune);
        p->needs_tables |= regex_class_finish(p->a, c);
        return;
    }
    push_kind(p, REGEX_RUNE);
    p->item.at[p->item.n - 1]->rune = rune;
}

static void push_any(struct parser *p, bool newline) {
    struct regex_class *c = push_class(p);
    c->fold = false;
    c->negated = true;
    if (!newline) regex_class_add(p->a, c, '\n', '\n');
}

/* Makes one node of the n at `child`: the child itself if n is 1, else a node of `kind`, which absorbs the children
 * of nodes of the same kind. */
static struct regex_node *join(struct parser *p, enum regex_kind kind, struct regex_node **child, size_t n) {
    if (n == 1) return child[0];
    struct regex_node *all = node_new(p, n ? kind : REGEX_EMPTY);
    if (!n) return all;
    struct nodes flat = {0};
    all->nullable = kind == REGEX_SEQUENCE;
    all->size = 0;
    bool flat_for_go = true; /* Go parses a string and a|[bc] into one node each */
    for (size_t i = 0; i < n; i++) {
        const struct regex_node *c = child[i];
        if (c->kind == kind)
            for (size_t k = 0; k < c->n; k++) append(p, &flat, c->child[k]);
        else
            append(p, &flat, child[i]);
        uint32_t height = c->kind == kind ? c->height : c->height + 1;
        if (height > all->height) all->height = height;
        if (c->copies > all->copies) all->copies = c->copies;
        all->size += c->size + (kind == REGEX_CHOICE && i > 0);
        all->nullable = kind == REGEX_SEQUENCE ? all->nullable && c->nullable : all->nullable || c->nullable;
        flat_for_go &= c->kind == REGEX_RUNE || (kind == REGEX_CHOICE && c->kind == REGEX_CLASS);
    }
    if (flat_for_go) all->height = 1;
    all->child = flat.at;
    all->n = flat.n;
    return all;
}

/* Joins the items of the current sequence into one more alternative of its level. */
static bool finish_alternative(struct parser *p) {
    struct level *l = &p->level.at[p->level.n - 1];
    size_t n = p->item.n - l->first;
    struct regex_node *all = join(p, REGEX_SEQUENCE, n ? &p->item.at[l->first] : NULL, n);
    p->item.n = l->first;
    append(p, &l->choice, all);
    return within_limits(p, all);
}

static bool finish_choice(struct parser *p, struct regex_node **out) {
    if (!finish_alternative(p)) return false;
    const struct level *l = &p->level.at[p->level.n - 1];
    *out = join(p, REGEX_CHOICE, l->choice.at, l->choice.n);
    return within_limits(p, *out);
}

static void open_level(struct parser *p, unsigned capture, unsigned flags_outside) {
    *VEC_PUSH(p->a, &p->level) = (struct level){.flags_outside = flags_outside, .capture = capture, .first = p->item.n};
}

bool regex_parse(struct arena *a, str pattern, struct regex_tree *out, struct err *e) {
    struct parser p = {.a = a, .all = pattern, .repeated_from = SIZE_MAX, .e = e};
    open_level(&p, 0, 0);
    while (!at_end(&p))
        if (!parse_one(&p)) return false;
    if (!finish_choice(&p, &out->top)) return false; /* the limits are checked before the next error */
    if (p.level.n > 1) return fail(&p, "missing closing )", pattern);
    static atomic_uint_least64_t last_id;
    out->id = ++last_id;
    out->groups = p.groups;
    out->needs_tables = p.needs_tables;
    return true;
}

/* Parses one part. Sets repeated_from for the next call: a repetition operator may not follow another directly. */
static bool parse_one(struct parser *p) {
    size_t repeated_from = p->repeated_from, start = p->at;
    uint32_t rune;
    bool lines = p->flags & FLAG_LINES;
    char c = peek(p, 0);
    p->repeated_from = SIZE_MAX;
    switch (c) {
    case '*':
    case '+':
    case '?':
    case '{':
        p->repeated_from = repeated_from;
        if (!parse_repeat(p)) return false;
        if (p->repeated_from != start) p->repeated_from = SIZE_MAX; /* a literal { */
        return true;
    case '(': return parse_open(p);
    case ')': return parse_close(p);
    case '[': return parse_class(p);
    case '\\': return parse_escaped(p);
    case '|':
        if (!finish_alternative(p)) return false;
        break;
    case '^': push_kind(p, lines ? REGEX_BEGIN_LINE : REGEX_BEGIN_TEXT); break;
    case '$': push_kind(p, lines ? REGEX_END_LINE : REGEX_END_TEXT); break;
    case '.': push_any(p, p->flags & FLAG_DOT_NEWLINE); break;
    default:
        if (!take(p, &rune)) return false;
        push_rune(p, rune);
        return true;
    }
    p->at++;
    return true;
}

static bool is_group_name(str name) {
    for (size_t i = 0; i < name.len; i++)
        if (!is_alnum((unsigned char)name.ptr[i]) && name.ptr[i] != '_') return false;
    return name.len > 0;
}

/* Parses ( (?P<name> (?<name> (?flags: and (?flags), which opens no group. */
static bool parse_open(struct parser *p) {
    size_t from = p->at;
    if (peek(p, 1) != '?') {
        p->at++;
        open_level(p, ++p->groups, p->flags);
        return true;
    }
    size_t left = rest(p).len, name_at;
    if (left > 4 && next_is(p, "(?P<"))
        name_at = 4;
    else if (left > 3 && next_is(p, "(?<"))
        name_at = 3;
    else
        return parse_flags(p);
    str text = rest(p);
    size_t end = str_find_char(text, '>');
    if (end == text.len) return check_utf8(p, text) && fail(p, "invalid named capture", text);
    str name = str_slice(text, name_at, end);
    p->at += end + 1;
    if (!check_utf8(p, name)) return false;
    if (!is_group_name(name)) return fail_from(p, "invalid named capture", from);
    open_level(p, ++p->groups, p->flags);
    return true;
}

static bool parse_flags(struct parser *p) {
    size_t from = p->at;
    static const char letters[] = "imsU"; /* in the order of the FLAG_ bits */
    unsigned flags = p->flags;
    bool clearing = false, any = false;
    uint32_t rune;
    p->at += 2;
    while (!at_end(p)) {
        if (!take(p, &rune)) return false;
        if (rune == ':' || rune == ')') {
            if (clearing && !any) break;
            if (rune == ':') open_level(p, 0, p->flags);
            p->flags = flags;
            return true;
        }
        if (rune == '-') {
            if (clearing) break;
            clearing = true;
            any = false;
            continue;
        }
        const char *letter = rune && rune < 0x80 ? strchr(letters, (int)rune) : NULL;
        if (!letter) break;
        unsigned flag = 1u << (letter - letters);
        flags = clearing ? flags & ~flag : flags | flag;
        any = true;
    }
    return fail_from(p, "invalid or unsupported Perl syntax", from);
}

static bool parse_close(struct parser *p) {
    struct regex_node *n;
    if (!finish_choice(p, &n)) return false;
    if (p->level.n == 1) return fail(p, "unexpected )", p->all);
    const struct level *l = &p->level.at[--p->level.n];
    p->flags = l->flags_outside;
    p->at++;
    if (l->capture) {
        struct regex_node *group = node_new(p, REGEX_CAPTURE);
        group->rune = l->capture;
        group->child = ARENA_NEW(p->a, struct regex_node *);
        group->child[0] = n;
        group->n = 1;
        group->height = n->height + 1;
        group->copies = n->copies;
        group->size = n->size + 2;
        group->nullable = n->nullable;
        n = group;
    }
    push(p, n);
    return within_limits(p, n);
}

/* Reads a decimal number without leading zeros; about 10^8 and more gives -1. */
static bool parse_count(const struct parser *p, size_t *at, int *count) {
    str s = p->all;
    size_t i = *at;
    if (i >= s.len || !is_digit(s.ptr[i])) return false;
    if (s.ptr[i] == '0' && i + 1 < s.len && is_digit(s.ptr[i + 1])) return false;
    int n = 0;
    for (; i < s.len && is_digit(s.ptr[i]); i++)
        if (n >= 0) n = n >= 100000000 ? -1 : n * 10 + (s.ptr[i] - '0');
    *count = n;
    *at = i;
    return true;
}

/* Reads {2} {2,} {2,5} and moves past it; returns false if the { is a literal. A count that is too large sets *min
 * to -1. */
static bool parse_counts(struct parser *p, int *min, int *max) {
    size_t at = p->at + 1;
    if (!parse_count(p, &at, min)) return false;
    *max = *min;
    if (at < p->all.len && p->all.ptr[at] == ',') {
        at++;
        if (at < p->all.len && p->all.ptr[at] == '}')
            *max = REGEX_FOREVER;
        else if (!parse_count(p, &at, max))
            return false;
        else if (*max < 0)
            *min = -1;
    }
    if (at >= p->all.len || p->all.ptr[at] != '}') return false;
    p->at = at + 1;
    return true;
}

/* The size of the repetition as a compiled program, as Go counts it. */
static uint64_t repeat_size(char op, int min, int max, uint64_t size) {
    if (op == '*') return size + 2;
    if (op == '+' || op == '?') return size + 1;
    if (max == REGEX_FOREVER) return min == 0 ? size + 2 : 1 + (uint64_t)min * size;
    uint64_t n = (uint64_t)max * size + (uint64_t)(max - min);
    return n ? n : 1;
}

static struct regex_node *repeat(struct parser *p, char op, int min, int max, struct regex_node *what) {
    struct regex_node *n = node_new(p, REGEX_REPEAT);
    n->min = min;
    n->max = max;
    n->child = ARENA_NEW(p->a, struct regex_node *);
    n->child[0] = what;
    n->n = 1;
    n->height = what->height + 1;
    n->size = repeat_size(op, min, max, what->size);
    n->nullable = min == 0 || what->nullable;
    n->copies = what->copies;
    if (op == '{') {
        int most = max == REGEX_FOREVER ? min : max;
        n->copies = max == 0 ? 1 : what->copies * (uint32_t)(most > 0 ? most : 1);
        if (n->copies > REGEX_COPIES + 1) n->copies = REGEX_COPIES + 1;
    }
    return n;
}

static bool parse_repeat(struct parser *p) {
    size_t from = p->at, first = p->level.at[p->level.n - 1].first;
    char op = peek(p, 0);
    int min = op == '+', max = op == '?' ? 1 : REGEX_FOREVER;
    if (op != '{') {
        p->at++;
    } else if (!parse_counts(p, &min, &max)) {
        push_rune(p, '{');
        p->at++;
        return true;
    } else if (min < 0 || min > REGEX_COPIES || max > REGEX_COPIES || (max >= 0 && min > max)) {
        return fail_from(p, "invalid repeat count", from);
    }
    bool lazy = p->flags & FLAG_UNGREEDY;
    if (peek(p, 0) == '?') {
        p->at++;
        lazy = !lazy;
    }
    if (p->repeated_from != SIZE_MAX) return fail_from(p, "invalid nested repetition operator", p->repeated_from);
    if (p->item.n == first) return fail_from(p, "missing argument to repetition operator", from);
    struct regex_node **item = &p->item.at[p->item.n - 1], *n = repeat(p, op, min, max, *item);
    n->lazy = lazy;
    *item = n;
    p->repeated_from = from;
    if (!within_limits(p, n)) return false;
    if (op == '{' && (min >= 2 || max >= 2) && n->copies > REGEX_COPIES)
        return fail_from(p, "invalid repeat count", from);
    return true;
}

/* Parses \Q...\E; without \E, to the end. */
static bool parse_quoted(struct parser *p) {
    str text = str_from_offset(rest(p), 2);
    size_t n = str_find(text, STR("\\E"));
    bool closed = n < text.len;
    text.len = n;
    if (!check_utf8(p, text)) return false;
    uint32_t rune = 0;
    for (size_t i = 0; i < n;) {
        i += utf8_decode(text, i, &rune);
        push_rune(p, rune);
    }
    p->at += 2 + n + (closed ? 2 : 0);
    return true;
}

/* Parses \pL \PL \p{Greek} \p{^Greek} and adds the class to c. The next bytes are \p or \P. */
static bool parse_property(struct parser *p, struct regex_class *c) {
    size_t from = p->at;
    bool negated = peek(p, 1) == 'P';
    str text = rest(p), name;
    uint32_t rune;
    p->at += 2;
    if (!take(p, &rune)) return false;
    if (rune == '{') {
        size_t end = str_find_char(text, '}');
        if (end == text.len) return check_utf8(p, text) && fail(p, "invalid character class range", text);
        name = str_slice(text, 3, end);
        p->at = from + end + 1;
        if (!check_utf8(p, name)) return false;
    } else {
        name = str_slice(p->all, from + 2, p->at);
    }
    if (name.len && name.ptr[0] == '^') {
        negated = !negated;
        name = str_from_offset(name, 1);
    }
    return regex_class_unicode(p->a, name, negated, c) || fail_from(p, "invalid character class range", from);
}

static bool is_property(const struct parser *p) { return next_is(p, "\\p") || next_is(p, "\\P"); }

static bool parse_escaped(struct parser *p) {
    size_t used;
    uint32_t rune = 0;
    struct regex_class found = {.fold = p->flags & FLAG_FOLD};
    enum regex_kind kind = REGEX_EMPTY;
    switch (peek(p, 1)) {
    case 'A': kind = REGEX_BEGIN_TEXT; break;
    case 'z': kind = REGEX_END_TEXT; break;
    case 'b': kind = REGEX_WORD_EDGE; break;
    case 'B': kind = REGEX_NO_WORD_EDGE; break;
    case 'Q': return parse_quoted(p);
    }
    if (kind != REGEX_EMPTY) {
        p->at += 2;
        push_kind(p, kind);
        return true;
    }
    if (is_property(p)) {
        if (!parse_property(p, &found)) return false;
    } else if (regex_class_perl(p->a, rest(p), &found, &used)) {
        p->at += used;
    } else {
        if (!parse_escaped_rune(p, &rune)) return false;
        push_rune(p, rune);
        return true;
    }
    p->needs_tables |= regex_class_finish(p->a, &found);
    *push_class(p) = found;
    return true;
}

/* Parses \x41 and \x{41}; the x is already taken. */
static bool parse_hex(struct parser *p, uint32_t *rune) {
    uint32_t r, value = 0;
    if (at_end(p)) return true;
    if (!take(p, &r)) return false;
    if (r != '{') {
        uint32_t high = hex_value(r);
        if (!take(p, &r)) return false;
        if (high < 16 && hex_value(r) < 16) *rune = high * 16 + hex_value(r);
        return true;
    }
    for (size_t digits = 0;; digits++) {
        if (at_end(p)) return true;
        if (!take(p, &r)) return false;
        if (r == '}') {
            if (digits) *rune = value;
            return true;
        }
        if (hex_value(r) == 16) return true;
        value = value * 16 + hex_value(r);
        if (value > REGEX_RUNE_MOST) return true;
    }
}

/* Parses an escape that means one code point. The next byte is a backslash. */
static bool parse_escaped_rune(struct parser *p, uint32_t *rune) {
    static const char named[] = "a\af\fn\nr\rt\tv\v";
    size_t from = p->at++;
    uint32_t r;
    if (at_end(p)) return fail(p, "trailing backslash at end of expression", STR_EMPTY);
    if (!take(p, &r)) return false;
    *rune = UINT32_MAX;
    if (r == 'x') {
        if (!parse_hex(p, rune)) return false;
    } else if (r == '0' || (r >= '1' && r <= '7' && is_octal(peek(p, 0)))) {
        *rune = r - '0';
        for (int i = 0; i < 2 && is_octal(peek(p, 0)); i++) *rune = *rune * 8 + (uint32_t)(p->all.ptr[p->at++] - '0');
    } else if (r < 0x80 && !is_alnum(r)) {
        *rune = r;
    } else {
        for (const char *n = named; *n; n += 2)
            if ((unsigned char)*n == r) *rune = (unsigned char)n[1];
    }
    return *rune != UINT32_MAX || fail_from(p, "invalid escape sequence", from);
}

static bool parse_class_rune(struct parser *p, size_t class_at, uint32_t *rune) {
    if (at_end(p)) return fail_from(p, "missing closing ]", class_at);
    if (peek(p, 0) == '\\') return parse_escaped_rune(p, rune);
    return take(p, rune);
}

static bool parse_class_range(struct parser *p, size_t class_at, struct regex_class *c) {
    size_t from = p->at;
    uint32_t first = 0, last = 0;
    if (!parse_class_rune(p, class_at, &first)) return false;
    last = first;
    if (rest(p).len >= 2 && peek(p, 0) == '-' && peek(p, 1) != ']') {
        p->at++;
        if (!parse_class_rune(p, class_at, &last)) return false;
        if (last < first) return fail_from(p, "invalid character class range", from);
    }
    regex_class_add(p->a, c, first, last);
    return true;
}

/* Parses [:alpha:] if the next bytes are one; *found is set to whether they are. */
static bool parse_posix(struct parser *p, struct regex_class *c, bool *found) {
    str text = rest(p);
    *found = false;
    if (!next_is(p, "[:")) return true;
    size_t end = str_find(str_from_offset(text, 2), STR(":]")) + 2;
    if (end == text.len) return true;
    str name = str_slice(text, 0, end + 2);
    *found = true;
    p->at += name.len;
    return regex_class_posix(p->a, name, c) || fail(p, "invalid character class range", name);
}

static bool parse_class(struct parser *p) {
    size_t from = p->at++, used;
    struct regex_class c = {.fold = p->flags & FLAG_FOLD};
    if (peek(p, 0) == '^' && !at_end(p)) {
        c.negated = true;
        p->at++;
    }
    for (bool first = true, posix; first || peek(p, 0) != ']'; first = false) {
        if (!parse_posix(p, &c, &posix)) return false;
        if (posix) continue;
        if (is_property(p)) {
            if (!parse_property(p, &c)) return false;
        } else if (regex_class_perl(p->a, rest(p), &c, &used)) {
            p->at += used;
        } else if (!parse_class_range(p, from, &c)) {
            return false;
        }
    }
    p->at++;
    p->needs_tables |= regex_class_finish(p->a, &c);
    *push_class(p) = c;
    return true;
}
