/* Parsing and printing numbers, quoted texts, times and paths as Go's standard library does. */
#include "go/gotext.h"

#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wctype.h>

#include "go/utf8.h"

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c; }

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static unsigned digit_value(char c) {
    if (is_digit(c)) return (unsigned)(c - '0');
    c = lower(c);
    return c >= 'a' && c <= 'z' ? (unsigned)(c - 'a') + 10 : 99;
}

/* The base that a prefix such as 0x stands for, or 0. */
static unsigned prefix_base(str s) {
    if (s.len < 2 || s.ptr[0] != '0') return 0;
    char c = lower(s.ptr[1]);
    return c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 0;
}

/* True if each underscore stands between two digits, or between a base prefix and a digit. */
static bool underscores_separate_digits(str s) {
    if (s.len && (s.ptr[0] == '+' || s.ptr[0] == '-')) s = str_from_offset(s, 1);
    unsigned prefix = prefix_base(s), top = prefix == 16 ? 16 : 10;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != '_') continue;
        bool after = i > 0 && (digit_value(s.ptr[i - 1]) < top || (prefix && i == 2));
        bool before = i + 1 < s.len && digit_value(s.ptr[i + 1]) < top;
        if (!after || !before) return false;
    }
    return true;
}

enum gotext_fault gotext_parse_uint(str s, int base, uint64_t *out) {
    *out = 0;
    if (!s.len) return GOTEXT_SYNTAX;
    unsigned b = base ? (unsigned)base : 10;
    str digits = s;
    if (!base && s.ptr[0] == '0') {
        unsigned prefix = s.len >= 3 ? prefix_base(s) : 0;
        b = prefix ? prefix : 8;
        digits = str_from_offset(s, prefix ? 2 : 1);
    }
    uint64_t n = 0;
    bool underscores = false;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] == '_' && !base) {
            underscores = true;
            continue;
        }
        unsigned d = digit_value(digits.ptr[i]);
        if (d >= b) return GOTEXT_SYNTAX;
        if (__builtin_mul_overflow(n, (uint64_t)b, &n) || __builtin_add_overflow(n, (uint64_t)d, &n)) {
            *out = UINT64_MAX;
            return GOTEXT_RANGE;
        }
    }
    if (underscores && !underscores_separate_digits(s)) return GOTEXT_SYNTAX;
    *out = n;
    return GOTEXT_OK;
}

enum gotext_fault gotext_parse_int(str s, int base, int64_t *out) {
    *out = 0;
    bool negative = s.len && s.ptr[0] == '-';
    if (negative || (s.len && s.ptr[0] == '+')) s = str_from_offset(s, 1);
    uint64_t n, most = negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
    enum gotext_fault fault = gotext_parse_uint(s, base, &n);
    if (fault == GOTEXT_SYNTAX) return fault;
    if (n > most) fault = GOTEXT_RANGE, n = most;
    *out = negative ? (int64_t)(0 - n) : (int64_t)n;
    return fault;
}

/* Parses inf, infinity and nan in any letter case; only the first two take a sign. */
static bool parse_special(str s, double *out) {
    bool negative = s.len && s.ptr[0] == '-';
    if (str_equal_fold(s, STR("nan"))) {
        *out = NAN;
        return true;
    }
    if (negative || (s.len && s.ptr[0] == '+')) s = str_from_offset(s, 1);
    if (!str_equal_fold(s, STR("inf")) && !str_equal_fold(s, STR("infinity"))) return false;
    *out = negative ? -INFINITY : INFINITY;
    return true;
}

/* Length of the run of digits below `top` and underscores that starts at s.ptr[at]; *digit is set if there is a
 * digit. */
static size_t digit_run(str s, size_t at, unsigned top, bool *digit) {
    size_t i = at;
    for (; i < s.len && (s.ptr[i] == '_' || digit_value(s.ptr[i]) < top); i++)
        if (s.ptr[i] != '_') *digit = true;
    return i - at;
}

/* True if `s` is a number by Go's rules. strtod accepts more: blanks, nan(...), hexadecimals without exponent. */
static bool is_number(str s) {
    size_t i = s.len && (s.ptr[0] == '+' || s.ptr[0] == '-') ? 1 : 0;
    bool hex = s.len >= i + 3 && prefix_base(str_from_offset(s, i)) == 16, digit = false;
    unsigned top = hex ? 16 : 10;
    if (hex) i += 2;
    i += digit_run(s, i, top, &digit);
    if (i < s.len && s.ptr[i] == '.') {
        i++;
        i += digit_run(s, i, top, &digit);
    }
    if (!digit) return false;
    if (i < s.len && lower(s.ptr[i]) == (hex ? 'p' : 'e')) {
        i++;
        if (i < s.len && (s.ptr[i] == '+' || s.ptr[i] == '-')) i++;
        if (i == s.len || !is_digit(s.ptr[i])) return false;
        i += digit_run(s, i, 10, &digit);
    } else if (hex) {
        return false;
    }
    return i == s.len && underscores_separate_digits(s);
}

enum gotext_fault gotext_parse_float(str s, double *out) {
    *out = 0;
    if (parse_special(s, out)) return GOTEXT_OK;
    if (!is_number(s)) return GOTEXT_SYNTAX;
    struct arena scratch = {0};
    char small[64], *text = s.len < sizeof small ? small : arena_alloc(&scratch, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != '_') text[n++] = s.ptr[i];
    text[n] = '\0';
    *out = strtod(text, NULL);
    arena_release(&scratch);
    return isinf(*out) ? GOTEXT_RANGE : GOTEXT_OK;
}

bool gotext_parse_bool(str s, bool *out) {
    static const char *const words[][6] = {{"0", "f", "F", "FALSE", "false", "False"},
                                           {"1", "t", "T", "TRUE", "true", "True"}};
    for (int value = 0; value < 2; value++) {
        for (size_t i = 0; i < 6; i++) {
            if (!str_equal(s, str_from(words[value][i]))) continue;
            *out = value;
            return true;
        }
    }
    return false;
}

str gotext_float(struct arena *a, double v) {
    if (isnan(v)) return STR("NaN");
    if (isinf(v)) return v > 0 ? STR("+Inf") : STR("-Inf");
    char text[40];
    int precision = 0; /* digits after the first */
    do snprintf(text, sizeof text, "%.*e", precision, v);
    while (strtod(text, NULL) != v && precision++ < 17);
    int exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
    if (exponent < -4 || exponent >= 6) return str_copy(a, str_from(text));
    int decimals = precision > exponent ? precision - exponent : 0;
    return str_format(a, "%.*f", decimals, v);
}

/* Ranges that libc counts as printable and Go does not: spaces, format characters, private use. */
static const struct {
    uint32_t first, last;
} invisible[] = {
    {0xa0, 0xa0},       {0xad, 0xad},       {0x600, 0x605},     {0x61c, 0x61c},      {0x6dd, 0x6dd},
    {0x70f, 0x70f},     {0x890, 0x891},     {0x8e2, 0x8e2},     {0x180e, 0x180e},    {0x2007, 0x2007},
    {0x200b, 0x200f},   {0x202a, 0x202f},   {0x2060, 0x206f},   {0xe000, 0xf8ff},    {0xfeff, 0xfeff},
    {0xfff9, 0xfffb},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f},  {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0001, 0xe0001}, {0xe0020, 0xe007f}, {0xf0000, 0x10ffff},
};

/* Go's strconv.IsPrint, by libc's tables, which may follow an older Unicode version. */
static bool is_printable(uint32_t rune) {
    if (rune < 0x80) return rune >= ' ' && rune != 0x7f;
    for (size_t i = 0; i < sizeof invisible / sizeof *invisible; i++)
        if (rune >= invisible[i].first && rune <= invisible[i].last) return false;
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!utf8) return true;
    bool yes = iswprint_l((wint_t)rune, utf8) && !iswspace_l((wint_t)rune, utf8);
    freelocale(utf8);
    return yes;
}

/* the longest escape is \U0010ffff */
enum { ESCAPE_MOST = 10 };

static size_t escape(char *out, uint32_t rune, bool invalid, unsigned char byte) {
    static const char named[] = "\aa\bb\ff\nn\rr\tt\vv\"\"\\\\";
    char text[ESCAPE_MOST + 1];
    if (invalid || rune < 0x80) {
        for (const char *n = named; *n; n += 2) {
            if (byte != (unsigned char)*n) continue;
            out[0] = '\\', out[1] = n[1];
            return 2;
        }
    }
    if (!invalid && is_printable(rune)) return utf8_encode(out, rune);
    int n;
    if (invalid || rune < 0x80)
        n = snprintf(text, sizeof text, "\\x%02x", byte);
    else
        n = snprintf(text, sizeof text, rune < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)rune);
    memcpy(out, text, (size_t)n);
    return (size_t)n;
}

str gotext_quote(struct arena *a, str s) {
    VEC(char) out = {0};
    *VEC_PUSH(a, &out) = '"';
    for (size_t i = 0; i < s.len;) {
        uint32_t rune;
        char text[ESCAPE_MOST];
        size_t width = utf8_decode(s, i, &rune);
        size_t n = escape(text, rune, width == 1 && rune == UTF8_INVALID, (unsigned char)s.ptr[i]);
        for (size_t k = 0; k < n; k++) *VEC_PUSH(a, &out) = text[k];
        i += width;
    }
    *VEC_PUSH(a, &out) = '"';
    return (str){out.at, out.n};
}

/* Writes the fraction n / unit, up to `digits` decimals, without trailing zeros. */
static size_t print_fraction(char *buf, uint64_t n, uint64_t unit, int digits) {
    int len = sprintf(buf, "%llu.%0*llu", (unsigned long long)(n / unit), digits, (unsigned long long)(n % unit));
    while (buf[len - 1] == '0') len--;
    if (buf[len - 1] == '.') len--;
    return (size_t)len;
}

str gotext_duration(struct arena *a, int64_t nanoseconds) {
    uint64_t n = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds : (uint64_t)nanoseconds;
    char buf[64], *p = buf;
    if (nanoseconds < 0) *p++ = '-';
    if (n == 0) return STR("0s");
    if (n < 1000000000) {
        int digits = n < 1000 ? 0 : n < 1000000 ? 3 : 6;
        p += print_fraction(p, n, digits == 0 ? 1 : digits == 3 ? 1000 : 1000000, digits);
        p += sprintf(p, "%s", digits == 0 ? "ns" : digits == 3 ? "\xc2\xb5s" : "ms");
    } else {
        uint64_t minutes = n / 60000000000u;
        if (minutes >= 60) p += sprintf(p, "%lluh", (unsigned long long)(minutes / 60));
        if (minutes) p += sprintf(p, "%llum", (unsigned long long)(minutes % 60));
        p += print_fraction(p, n % 60000000000u, 1000000000, 9);
        *p++ = 's';
    }
    return str_copy(a, (str){buf, (size_t)(p - buf)});
}

static bool is_zone_file(const char *path) {
    char magic[4];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return false;
    ssize_t n = read(fd, magic, sizeof magic);
    close(fd);
    return n == sizeof magic && memcmp(magic, "TZif", sizeof magic) == 0;
}

/* True if $TZ names a zone for Go; libc then reads the same one. libc also reads POSIX rules ("EST5EDT4") and makes
 * up an abbreviation for unknown names; Go takes both as UTC. */
static bool has_local_zone(void) {
    const char *tz = getenv("TZ");
    char path[4096];
    if (!tz) return is_zone_file("/etc/localtime");
    if (*tz == ':') tz++;
    if (*tz == '/') return is_zone_file(tz);
    if (!*tz || strcmp(tz, "UTC") == 0) return false;
    int n = snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", tz);
    return n > 0 && (size_t)n < sizeof path && is_zone_file(path);
}

struct moment {
    struct tm tm;
    int64_t nanosecond;
    const char *zone;
};

static struct moment moment_at(int64_t nanoseconds) {
    struct moment m = {0};
    m.nanosecond = nanoseconds % 1000000000;
    time_t second = nanoseconds / 1000000000;
    if (m.nanosecond < 0) m.nanosecond += 1000000000, second--;
    if (has_local_zone()) {
        tzset();
        localtime_r(&second, &m.tm);
        m.zone = m.tm.tm_zone;
    } else {
        gmtime_r(&second, &m.tm);
        m.zone = "UTC";
    }
    return m;
}

static str print_date(struct arena *a, const struct tm *t) {
    return str_format(a, "%04d-%02d-%02d %02d:%02d:%02d", t->tm_year + 1900, t->tm_mon + 1, t->tm_mday, t->tm_hour,
                      t->tm_min, t->tm_sec);
}

str gotext_time(struct arena *a, int64_t nanoseconds) {
    struct moment m = moment_at(nanoseconds);
    return str_format(a, "%.*s %s", STR_ARG(print_date(a, &m.tm)), m.zone);
}

str gotext_time_utc(struct arena *a, int64_t nanoseconds) {
    time_t seconds = (time_t)(nanoseconds / 1000000000 - (nanoseconds % 1000000000 < 0));
    struct tm tm;
    gmtime_r(&seconds, &tm);
    return str_format(a, "%.*s UTC", STR_ARG(print_date(a, &tm)));
}

str gotext_time_full(struct arena *a, int64_t nanoseconds) {
    struct moment m = moment_at(nanoseconds);
    char fraction[32];
    size_t n = print_fraction(fraction, (uint64_t)m.nanosecond, 1000000000, 9);
    int minutes = (int)(m.tm.tm_gmtoff / 60);
    int magnitude = minutes < 0 ? -minutes : minutes;
    return str_format(a, "%.*s%.*s %c%02d%02d %s", STR_ARG(print_date(a, &m.tm)), (int)n - 1, fraction + 1,
                      minutes < 0 ? '-' : '+', magnitude / 60, magnitude % 60, m.zone);
}

str gotext_clean_path(struct arena *a, str path) {
    bool rooted = path.len && path.ptr[0] == '/';
    char *out = arena_alloc(a, path.len + 2);
    size_t n = 0, fixed = rooted; /* leading bytes that .. cannot remove: the root, or leading ..s */
    if (rooted) out[n++] = '/';
    str rest = path, part;
    while (str_cut(&rest, '/', &part)) {
        if (!part.len || str_equal(part, STR("."))) continue;
        bool up = str_equal(part, STR(".."));
        if (up && n > fixed) {
            do n--;
            while (n > fixed && out[n] != '/');
            continue;
        }
        if (up && rooted) continue;
        if (n > (size_t)rooted) out[n++] = '/';
        memcpy(out + n, part.ptr, part.len);
        n += part.len;
        if (up) fixed = n;
    }
    if (!n) out[n++] = '.';
    out[n] = '\0';
    return (str){out, n};
}
