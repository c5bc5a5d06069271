/* fold_numbers: one name for functions that differ in a number of the compiler's. */
#include "filter/fold_numbers.h"

#include <string.h>

#include "filter/names.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
static bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

static char at(str s, size_t i) { return i < s.len ? s.ptr[i] : 0; }
static size_t after_digits(str s, size_t i) {
    while (is_digit(at(s, i))) i++;
    return i;
}
static size_t after_hex(str s, size_t i) {
    while (is_hex(at(s, i))) i++;
    return i;
}
static bool ends_word(str s, size_t i) { return !is_word(at(s, i)); }

/* Cuts what the compiler appends to a function of which it makes several. */
static str cut_suffixes(str s) {
    static const char *const clone[] = {".llvm.", ".part.", ".isra.", ".constprop.", ".cold.", ".clone.", ".lto_priv."};
    enum { HASH = 3 + 16 };
    for (size_t before = s.len + 1; s.len < before;) {
        before = s.len;
        if (str_has_suffix(s, STR("]"))) {
            size_t bracket = str_find_last_char(s, '[');
            if (str_has_prefix(str_from_offset(s, bracket), STR("[clone "))) s = str_trim(str_slice(s, 0, bracket));
        }
        if (s.len > HASH && after_hex(s, s.len - 16) == s.len &&
            str_has_prefix(str_from_offset(s, s.len - HASH), STR("::h")))
            s.len -= HASH;
        if (str_has_suffix(s, STR(".cold"))) s.len -= 5;
        size_t number = s.len;
        while (number > 0 && is_digit(s.ptr[number - 1])) number--;
        for (size_t k = 0; k < sizeof clone / sizeof *clone && number < s.len; k++)
            if (str_has_suffix(str_slice(s, 0, number), str_from(clone[k]))) s.len = number - strlen(clone[k]);
    }
    return s;
}

/* What becomes of a number, and of what belongs to it: the bytes up to `end` are left out or become a star. */
struct fold {
    size_t end; /* 0: there is nothing to fold */
    bool star;
};

/* The word that ends before `i` is `word`. */
static bool follows(str s, size_t i, str word) { return str_has_suffix(str_slice(s, 0, i), word); }

/* Go: func1.2, gowrap3, deferwrap1 after a dot, range1 after a dash. */
static bool is_go(str s, size_t i) {
    return follows(s, i, STR(".func")) || follows(s, i, STR(".gowrap")) || follows(s, i, STR(".deferwrap")) ||
           follows(s, i, STR("-range"));
}

static bool is_generated(str s, size_t i) {
    return follows(s, i, STR("GeneratedMethodAccessor")) || follows(s, i, STR("ConstructorAccessor")) ||
           follows(s, i, STR("$Proxy"));
}

static struct fold fold_digits(str s, size_t i) {
    size_t end = after_digits(s, i);
    if (is_go(s, i) && ends_word(s, end)) {
        while (at(s, end) == '.' && is_digit(at(s, end + 1)) && ends_word(s, after_digits(s, end + 1)))
            end = after_digits(s, end + 1);
        return (struct fold){end, true};
    }
    bool dollar = follows(s, i, STR("$")) || follows(s, i, STR("$_"));
    if ((dollar || is_generated(s, i)) && ends_word(s, end)) return (struct fold){end, true};
    bool lambda = follows(s, i, STR("'lambda")) && at(s, end) == '\'';
    return (struct fold){lambda ? end : 0, false};
}

/* The address of a hidden class: /0x…, .0x… or +0x… after $$Lambda or a folded number of one. */
static struct fold fold_address(str s, size_t i) {
    size_t end = after_hex(s, i + 3);
    if (at(s, i + 1) != '0' || at(s, i + 2) != 'x' || end == i + 3 || !ends_word(s, end))
        return (struct fold){0, false};
    size_t number = i;
    while (number > 0 && is_digit(s.ptr[number - 1])) number--;
    bool numbered = number < i && number > 0 && s.ptr[number - 1] == '$';
    return (struct fold){numbered || follows(s, i, STR("Lambda")) ? end : 0, false};
}

/* #3 in {closure#3}, {lambda(int)#3}, {{closure}}#3 and "closure #3". */
static struct fold fold_hash(str s, size_t i) {
    size_t end = after_digits(s, i + 1), from = i;
    bool in_braces = at(s, end) == '}' && !follows(s, i, STR("{impl"));
    bool after_braces = i > 0 && s.ptr[i - 1] == '}' && ends_word(s, end);
    if (end == i + 1 || !(in_braces || after_braces || follows(s, from, STR("closure "))))
        return (struct fold){0, false};
    return (struct fold){end, false};
}

/* Rust: a crate's hash, up to 16 digits without leading zeros, before :: or at the end of a path in <…>. */
static struct fold fold_crate(str s, size_t i) {
    size_t end = after_hex(s, i + 1);
    bool hash = end >= i + 1 + 13 && end <= i + 1 + 16 && at(s, end) == ']' && at(s, end + 1) == ':';
    return (struct fold){hash && i > 0 && is_word(s.ptr[i - 1]) ? end + 1 : 0, false};
}

str fold_numbers(struct arena *a, str name) {
    str s = cut_suffixes(name);
    char *text = NULL; /* a copy, made for the first number */
    size_t n = 0;
    for (size_t i = 0; i < s.len;) {
        char c = s.ptr[i];
        struct fold f = {0, false};
        if (is_digit(c) && i > 0 && !is_digit(s.ptr[i - 1])) f = fold_digits(s, i);
        if (c == '/' || c == '.' || c == '+') f = fold_address(s, i);
        if (c == '#') f = fold_hash(s, i);
        if (c == '[') f = fold_crate(s, i);
        if (f.end && !text) {
            text = arena_alloc(a, s.len);
            memcpy(text, s.ptr, n);
        }
        if (!f.end) {
            if (text) text[n] = c;
            n++, i++;
            continue;
        }
        if (f.star) text[n++] = '*';
        if (c == '#' && n > 0 && text[n - 1] == ' ' && at(s, f.end) == ' ') n--; /* "closure #1 in f" */
        i = f.end;
    }
    return text ? (str){text, n} : s;
}

static str rename_function(void *context, struct arena *a, const struct profile *v, func_id f) {
    (void)context;
    return fold_numbers(a, profile_str(v, v->function[f].name));
}

void filter_fold_numbers(struct arena *a, struct profile *v) { filter_rename(a, v, rename_function, NULL); }
