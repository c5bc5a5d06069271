/* Rust symbols, spelled as pprof spells them: no hashes, crate disambiguators only where they tell closures
 * apart, and, without template arguments, the brackets alone ("align_of::<>").
 * The v0 grammar: https://rust-lang.github.io/rfcs/2603-rust-symbol-name-mangling-v0.html */
#include <string.h>

#include "base/sink.h"
#include "base/utf8.h"
#include "symbolize/demangle.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static int lower_hex(char c) {
    if (is_digit(c)) return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Deep enough for any symbol a compiler makes. */
enum { DEPTH_MOST = 300 };

struct rust {
    str whole; /* after _R: back references count from there */
    size_t at, end;
    struct sink *out;
    bool skip;          /* parse, print nothing */
    bool no_arguments;  /* generic arguments are skipped */
    uint64_t lifetimes; /* bound so far */
    char last;          /* the last byte printed */
    unsigned depth;
};

static char peek(const struct rust *r) { return r->at < r->end ? r->whole.ptr[r->at] : 0; }

static bool accept(struct rust *r, char c) {
    if (r->at >= r->end || r->whole.ptr[r->at] != c) return false;
    r->at++;
    return true;
}

static bool put(struct rust *r, str s) {
    if (r->skip || !s.len) return true;
    sink_str(r->out, s);
    r->last = s.ptr[s.len - 1];
    return r->out->len <= demangle_most(r->whole);
}
#define PUT(r, literal) put((r), STR(literal))

/* A number of decimal digits; none at all is 0. */
static bool read_decimal(struct rust *r, size_t *out) {
    size_t n = 0;
    if (r->at >= r->end) return false;
    for (; is_digit(peek(r)); r->at++) {
        size_t digit = (size_t)(peek(r) - '0');
        if (n >= INT32_MAX / 10 - digit) return false;
        n = n * 10 + digit;
    }
    *out = n;
    return true;
}

static int base62_digit(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'z') return c - 'a' + 10;
    return c >= 'A' && c <= 'Z' ? c - 'A' + 36 : -1;
}

/* "_" is 0, "0_" is 1 … */
static bool read_base62(struct rust *r, uint64_t *out) {
    uint64_t n = 0;
    if (accept(r, '_')) {
        *out = 0;
        return true;
    }
    while (r->at < r->end) {
        char c = r->whole.ptr[r->at++];
        if (c == '_') {
            *out = n + 1;
            return true;
        }
        int digit = base62_digit(c);
        if (digit < 0) return false;
        n = n * 62 + (uint64_t)digit;
    }
    return false;
}

static bool read_disambiguator(struct rust *r, uint64_t *out) {
    *out = 0;
    if (!accept(r, 's')) return true;
    if (!read_base62(r, out)) return false;
    ++*out;
    return true;
}

struct identifier {
    str bytes;
    bool punycode;
};

static bool is_identifier_char(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

static bool read_undisambiguated(struct rust *r, struct identifier *id) {
    size_t n;
    id->punycode = accept(r, 'u');
    if (!read_decimal(r, &n)) return false;
    accept(r, '_');
    if (n > r->end - r->at) return false;
    id->bytes = str_slice(r->whole, r->at, r->at + n);
    r->at += n;
    for (size_t i = 0; i < n; i++)
        if (!is_identifier_char(id->bytes.ptr[i])) return false;
    return true;
}

static bool read_identifier(struct rust *r, uint64_t *disambiguator, struct identifier *id) {
    return read_disambiguator(r, disambiguator) && read_undisambiguated(r, id);
}

/* Punycode by RFC 3492, 6.2, with Rust's digits. Identifiers are short; longer ones are refused, so that the
 * insertions cannot grow quadratic. */
enum { POINTS_MOST = 1024 };

struct punycode {
    uint32_t point[POINTS_MOST];
    size_t n;
};

static int punycode_digit(char c) {
    if (is_digit(c)) return c - '0' + 26;
    if (c >= 'A' && c <= 'Z') return c - 'A';
    return c >= 'a' && c <= 'z' ? c - 'a' : -1;
}

static uint64_t punycode_adapt(uint64_t delta, uint64_t points, bool first) {
    uint64_t k = 0;
    delta /= first ? 700 : 2;
    delta += delta / points;
    for (; delta > 35 * 26 / 2; k += 36) delta /= 35;
    return k + 36 * delta / (delta + 38);
}

/* One variable-length number: what to add to *i. */
static bool punycode_number(str *s, uint64_t bias, uint64_t *i) {
    uint64_t weight = 1;
    for (uint64_t k = 36;; k += 36) {
        if (!s->len) return false;
        int digit = punycode_digit(s->ptr[0]);
        if (digit < 0) return false;
        *s = str_from_offset(*s, 1);
        *i += (uint64_t)digit * weight;
        uint64_t threshold = k <= bias ? 1 : k > bias + 26 ? 26 : k - bias;
        if ((uint64_t)digit < threshold) return true;
        if (weight >= INT32_MAX / 36) return false;
        weight *= 36 - threshold;
    }
}

static bool punycode_decode(str s, struct punycode *p) {
    size_t split = str_find_last_char(s, '_');
    p->n = 0;
    if (s.len > POINTS_MOST) return false;
    if (split < s.len) {
        for (size_t i = 0; i < split; i++) p->point[p->n++] = (unsigned char)s.ptr[i];
        s = str_from_offset(s, split + 1);
    }
    uint64_t n = 128, i = 0, bias = 72;
    while (s.len) {
        uint64_t before = i;
        if (!punycode_number(&s, bias, &i)) return false;
        bias = punycode_adapt(i - before, p->n + 1, before == 0);
        n += i / (p->n + 1);
        i %= p->n + 1;
        if (n > 0x10ffff || (n >= 0xd800 && n < 0xe000) || p->n == POINTS_MOST) return false;
        memmove(&p->point[i + 1], &p->point[i], (p->n - i) * sizeof p->point[0]);
        p->point[i++] = (uint32_t)n;
        p->n++;
    }
    return true;
}

static bool put_punycode(struct rust *r, str s) {
    struct punycode p;
    if (!punycode_decode(s, &p)) return false;
    for (size_t i = 0; i < p.n; i++) {
        char utf8[4];
        if (!put(r, (str){utf8, utf8_encode(utf8, p.point[i])})) return false;
    }
    return true;
}

static bool put_v0_identifier(struct rust *r, const struct identifier *id) {
    return id->punycode ? put_punycode(r, id->bytes) : put(r, id->bytes);
}

static bool put_number(struct rust *r, uint64_t n, char last) {
    if (r->skip) return true;
    sink_printf(r->out, "%llu", (unsigned long long)n);
    r->last = last;
    return true;
}

/* --- the grammar. `separator`: "::" stands before generic arguments (not inside a type). */

static bool path(struct rust *r, bool separator);
static bool type(struct rust *r);

/* Goes on at an earlier place with `parse`, then comes back. Nothing to do while skipping. */
static bool back_reference(struct rust *r, bool (*parse)(struct rust *, bool), bool flag) {
    size_t from = r->at;
    uint64_t to;
    if (!accept(r, 'B') || !read_base62(r, &to)) return false;
    if (r->skip) return true;
    if (to >= from) return false;
    size_t at = r->at, end = r->end;
    r->at = (size_t)to;
    r->end = from;
    bool ok = parse(r, flag);
    r->at = at;
    r->end = end;
    return ok;
}

static bool put_lifetime(struct rust *r, uint64_t lifetime) {
    if (!PUT(r, "'")) return false;
    if (lifetime == 0) return PUT(r, "_");
    if (lifetime > r->lifetimes) return false;
    uint64_t depth = r->lifetimes - lifetime;
    if (depth < 26) {
        char letter = (char)('a' + (int)depth);
        return put(r, (str){&letter, 1});
    }
    return PUT(r, "z") && put_number(r, depth - 26 + 1, '0');
}

/* "L" and a number that is not 0: the lifetime, then `after`. */
static bool optional_lifetime(struct rust *r, str before, str after) {
    uint64_t lifetime;
    if (!accept(r, 'L')) return true;
    if (!read_base62(r, &lifetime)) return false;
    return lifetime == 0 || (put(r, before) && put_lifetime(r, lifetime) && put(r, after));
}

static bool binder(struct rust *r) {
    uint64_t n;
    if (!accept(r, 'G')) return true;
    if (!read_base62(r, &n)) return false;
    n++;
    /* each one is referred to later, so there cannot be more than bytes left */
    uint64_t left = r->end - r->at;
    if (left < r->lifetimes || n >= left - r->lifetimes) return false;
    if (!PUT(r, "for<")) return false;
    for (uint64_t i = 0; i < n; i++) {
        if (i && !PUT(r, ", ")) return false;
        r->lifetimes++;
        if (!put_lifetime(r, 1)) return false;
    }
    return PUT(r, "> ");
}

struct constant {
    bool is_signed, is_bool, is_char;
};

static bool constant_kind(char c, struct constant *k) {
    *k = (struct constant){.is_bool = c == 'b', .is_char = c == 'c'};
    k->is_signed = c && strchr("aslxni", c);
    return k->is_bool || k->is_char || k->is_signed || (c && strchr("htmyoj", c));
}

static bool put_char_constant(struct rust *r, uint64_t v) {
    static const char plain[] = "\t\r\n\\'", letter[] = "trn\\'";
    char text[32];
    const char *escape = v && v < 128 ? strchr(plain, (int)v) : NULL;
    size_t n = 0;
    text[n++] = '\'';
    if (escape) {
        text[n++] = '\\';
        text[n++] = letter[escape - plain];
    } else if (v >= ' ' && v <= '~') {
        text[n++] = (char)v;
    } else {
        static const char hex[] = "0123456789abcdef";
        memcpy(text + n, "\\u{", 3);
        n += 3;
        int shift = 60;
        while (shift && !(v >> shift)) shift -= 4;
        for (; shift >= 0; shift -= 4) text[n++] = hex[v >> shift & 15];
        text[n++] = '}';
    }
    text[n++] = '\'';
    return put(r, (str){text, n});
}

/* Hexadecimal digits up to "_", without leading zeros. */
static bool read_constant_digits(struct rust *r, str *digits, uint64_t *value) {
    size_t from = r->at;
    *value = 0;
    for (; r->at < r->end && peek(r) != '_'; r->at++) {
        int digit = lower_hex(peek(r));
        if (digit < 0) return false;
        bool more = r->at + 1 >= r->end || r->whole.ptr[r->at + 1] != '_';
        if (*value == 0 && digit == 0 && more) return false;
        *value = *value * 16 + (uint64_t)digit;
    }
    *digits = str_slice(r->whole, from, r->at);
    accept(r, '_');
    return digits->len > 0;
}

static bool constant(struct rust *r, bool unused) {
    struct constant kind;
    str digits;
    uint64_t v;
    (void)unused;
    if (peek(r) == 'B') return back_reference(r, constant, false);
    if (accept(r, 'p')) return PUT(r, "_");
    if (!constant_kind(peek(r), &kind)) return false;
    r->at++;
    if (kind.is_signed && accept(r, 'n') && !PUT(r, "-")) return false;
    if (!read_constant_digits(r, &digits, &v)) return false;
    if (kind.is_char) return digits.len <= 6 && put_char_constant(r, v);
    if (kind.is_bool) return digits.len == 1 && v <= 1 && put(r, v ? STR("true") : STR("false"));
    if (digits.len > 16) return PUT(r, "0x") && put(r, digits);
    return put_number(r, v, '0');
}

static bool generic_argument(struct rust *r) {
    uint64_t lifetime;
    if (accept(r, 'L')) return read_base62(r, &lifetime) && put_lifetime(r, lifetime);
    if (accept(r, 'K')) return constant(r, false);
    return type(r);
}

/* All up to the "E", without brackets. */
static bool generic_arguments(struct rust *r) {
    bool was = r->skip, ok = true;
    if (r->no_arguments) r->skip = true;
    for (bool first = true; ok && r->at < r->end && peek(r) != 'E'; first = false)
        ok = (first || PUT(r, ", ")) && generic_argument(r);
    r->skip = was;
    return ok;
}

/* Where an implementation stands, which is not shown. */
static bool skipped_path(struct rust *r, bool disambiguated) {
    bool was = r->skip;
    uint64_t ignored;
    r->skip = true;
    bool ok = (!disambiguated || read_disambiguator(r, &ignored)) && path(r, false);
    r->skip = was;
    return ok;
}

static bool special_name(struct rust *r, char namespace, uint64_t disambiguator, const struct identifier *id) {
    str kind = namespace == 'C' ? STR("closure") : namespace == 'S' ? STR("shim") : (str){&namespace, 1};
    if (!PUT(r, "::{") || !put(r, kind)) return false;
    if (id->bytes.len && (!PUT(r, ":") || !put_v0_identifier(r, id))) return false;
    return PUT(r, "#") && put_number(r, disambiguator, '0') && PUT(r, "}");
}

static bool nested_path(struct rust *r, bool separator) {
    char namespace = peek(r);
    uint64_t disambiguator;
    struct identifier id;
    bool special = namespace >= 'A' && namespace <= 'Z';
    if (!special && !(namespace >= 'a' && namespace <= 'z')) return false;
    r->at++;
    if (!path(r, separator) || !read_identifier(r, &disambiguator, &id)) return false;
    if (special) return special_name(r, namespace, disambiguator, &id);
    return PUT(r, "::") && put_v0_identifier(r, &id);
}

static bool generic_path(struct rust *r, bool separator) {
    return path(r, separator) && (!separator || PUT(r, "::")) && PUT(r, "<") && generic_arguments(r) && PUT(r, ">") &&
           accept(r, 'E');
}

static bool path_inside(struct rust *r, bool separator) {
    uint64_t ignored;
    struct identifier id;
    switch (peek(r)) {
    case 'C': r->at++; return read_identifier(r, &ignored, &id) && put_v0_identifier(r, &id);
    case 'M': r->at++; return skipped_path(r, true) && PUT(r, "<") && type(r) && PUT(r, ">");
    case 'X':
        r->at++;
        return skipped_path(r, true) && PUT(r, "<") && type(r) && PUT(r, " as ") && path(r, false) && PUT(r, ">");
    case 'Y': r->at++; return PUT(r, "<") && type(r) && PUT(r, " as ") && path(r, false) && PUT(r, ">");
    case 'N': r->at++; return nested_path(r, separator);
    case 'I': r->at++; return generic_path(r, separator);
    case 'B': return back_reference(r, path, separator);
    default: return false;
    }
}

static bool path(struct rust *r, bool separator) {
    if (r->depth >= DEPTH_MOST) return false;
    r->depth++;
    bool ok = path_inside(r, separator);
    r->depth--;
    return ok;
}

/* --- types */

static str basic_type(char c) {
    static const char *const name['z' - 'a' + 1] = {
        ['a' - 'a'] = "i8",  ['b' - 'a'] = "bool", ['c' - 'a'] = "char",  ['d' - 'a'] = "f64",   ['e' - 'a'] = "str",
        ['f' - 'a'] = "f32", ['h' - 'a'] = "u8",   ['i' - 'a'] = "isize", ['j' - 'a'] = "usize", ['l' - 'a'] = "i32",
        ['m' - 'a'] = "u32", ['n' - 'a'] = "i128", ['o' - 'a'] = "u128",  ['p' - 'a'] = "_",     ['s' - 'a'] = "i16",
        ['t' - 'a'] = "u16", ['u' - 'a'] = "()",   ['v' - 'a'] = "...",   ['x' - 'a'] = "i64",   ['y' - 'a'] = "u64",
        ['z' - 'a'] = "!",
    };
    return c >= 'a' && c <= 'z' ? str_from(name[c - 'a']) : STR_EMPTY;
}

static bool tuple(struct rust *r) {
    int n = 0;
    if (!PUT(r, "(")) return false;
    for (; r->at < r->end && peek(r) != 'E'; n++)
        if ((n && !PUT(r, ", ")) || !type(r)) return false;
    return (n != 1 || PUT(r, ",")) && PUT(r, ")") && accept(r, 'E');
}

static bool abi(struct rust *r) {
    struct identifier id;
    if (!accept(r, 'K')) return true;
    if (accept(r, 'C')) return PUT(r, "extern \"C\" ");
    if (!PUT(r, "extern \"") || !read_undisambiguated(r, &id) || id.punycode) return false;
    for (size_t i = 0; i < id.bytes.len; i++) {
        char c = id.bytes.ptr[i] == '_' ? '-' : id.bytes.ptr[i];
        if (!put(r, (str){&c, 1})) return false;
    }
    return PUT(r, "\" ");
}

static bool function_type(struct rust *r) {
    if (!binder(r) || (accept(r, 'U') && !PUT(r, "unsafe ")) || !abi(r) || !PUT(r, "fn(")) return false;
    for (bool first = true; r->at < r->end && peek(r) != 'E'; first = false)
        if ((!first && !PUT(r, ", ")) || !type(r)) return false;
    if (!accept(r, 'E') || !PUT(r, ")")) return false;
    return accept(r, 'u') || (PUT(r, " -> ") && type(r));
}

/* A trait, whose generic arguments stay open (*open) for bindings to follow. */
static bool open_path(struct rust *r, bool unused) {
    (void)unused;
    if (accept(r, 'I')) return path(r, false) && PUT(r, "<") && generic_arguments(r) && accept(r, 'E');
    return path(r, false);
}

/* Does the path here, perhaps by back references, begin with generic arguments? */
static bool opens_arguments(const struct rust *r) {
    struct rust ahead = *r;
    uint64_t to;
    while (!r->skip && peek(&ahead) == 'B') {
        size_t from = ahead.at++;
        if (!read_base62(&ahead, &to) || to >= from) return false;
        ahead.at = (size_t)to;
        ahead.end = from;
    }
    return peek(&ahead) == 'I';
}

static bool open_path_anywhere(struct rust *r, bool unused) {
    if (r->depth >= DEPTH_MOST) return false;
    r->depth++;
    bool ok = peek(r) == 'B' ? back_reference(r, open_path_anywhere, unused) : open_path(r, unused);
    r->depth--;
    return ok;
}

static bool dynamic_trait(struct rust *r) {
    bool open = opens_arguments(r);
    struct identifier id;
    if (!open_path_anywhere(r, false)) return false;
    while (accept(r, 'p')) {
        if (!put(r, open ? STR(", ") : STR("<"))) return false;
        open = true;
        if (!read_undisambiguated(r, &id) || !put_v0_identifier(r, &id) || !PUT(r, " = ") || !type(r)) return false;
    }
    return !open || PUT(r, ">");
}

static bool dynamic_bounds(struct rust *r) {
    if (!PUT(r, "dyn ") || !binder(r)) return false;
    for (bool first = true; r->at < r->end && peek(r) != 'E'; first = false)
        if ((!first && !PUT(r, " + ")) || !dynamic_trait(r)) return false;
    return accept(r, 'E');
}

static bool dynamic_type(struct rust *r) {
    uint64_t lifetimes = r->lifetimes;
    bool ok = dynamic_bounds(r);
    r->lifetimes = lifetimes;
    if (!ok || peek(r) != 'L') return false;
    return optional_lifetime(r, r->last == ' ' ? STR("+ ") : STR(" + "), STR_EMPTY);
}

static bool array_type(struct rust *r, bool sized) {
    return PUT(r, "[") && type(r) && (!sized || (PUT(r, "; ") && constant(r, false))) && PUT(r, "]");
}

static bool reference_type(struct rust *r, bool mutable) {
    return PUT(r, "&") && optional_lifetime(r, STR_EMPTY, STR(" ")) && (!mutable || PUT(r, "mut ")) && type(r);
}

static bool scoped_function_type(struct rust *r) {
    uint64_t lifetimes = r->lifetimes;
    bool ok = function_type(r);
    r->lifetimes = lifetimes;
    return ok;
}

static bool type_anywhere(struct rust *r, bool unused) {
    (void)unused;
    return type(r);
}

static bool type_inside(struct rust *r) {
    char c = peek(r);
    str basic = basic_type(c);
    if (c && strchr("CMXYNI", c)) return path(r, false);
    if (c == 'B') return back_reference(r, type_anywhere, false);
    r->at++;
    switch (c) {
    case 'A':
    case 'S': return array_type(r, c == 'A');
    case 'T': return tuple(r);
    case 'R':
    case 'Q': return reference_type(r, c == 'Q');
    case 'P': return PUT(r, "*const ") && type(r);
    case 'O': return PUT(r, "*mut ") && type(r);
    case 'F': return scoped_function_type(r);
    case 'D': return dynamic_type(r);
    default: return basic.len && put(r, basic);
    }
}

static bool type(struct rust *r) {
    if (r->at >= r->end || r->depth >= DEPTH_MOST) return false;
    r->depth++;
    bool ok = type_inside(r);
    r->depth--;
    return ok;
}

bool demangle_rust_v0(struct arena *a, str mangled, enum demangle_mode mode, str *out) {
    if (!str_has_prefix(mangled, STR("_R"))) return false;
    str whole = str_from_offset(str_slice(mangled, 0, str_find_char(mangled, '.')), 2);
    struct sink s;
    sink_to_memory(&s);
    struct rust r = {.whole = whole, .end = whole.len, .out = &s, .no_arguments = mode == DEMANGLE_DEFAULT};
    /* a digit would be the version of a later scheme */
    bool ok = r.end > 0 && !is_digit(peek(&r)) && path(&r, true);
    if (ok && r.at < r.end) ok = skipped_path(&r, false); /* the crate it was instantiated in */
    return demangle_keep(a, &s, ok && r.at == r.end, out);
}
