/* Parsing, normalising and writing URLs as Go's net/url does. */
#include "bytes/url.h"

#include <stdlib.h>
#include <string.h>

static bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
static bool is_one_of(char c, const char *set) { return c && strchr(set, c); }
static bool is_unreserved(char c) { return is_alpha(c) || is_digit(c) || is_one_of(c, "-_.~"); }

/* Texts as written, still encoded. */
struct parts {
    str scheme, user, host, path, query, fragment;
    bool has_user, has_query;
};

/* Splits "scheme:" off *rest. Returns false if the text starts with a colon, which no URL does. */
static bool cut_scheme(str *rest, str *scheme) {
    *scheme = STR_EMPTY;
    for (size_t i = 0; i < rest->len; i++) {
        char c = rest->ptr[i];
        if (is_alpha(c)) continue;
        if (is_digit(c) || is_one_of(c, "+-.")) {
            if (i == 0) return true;
            continue;
        }
        if (c != ':') return true;
        if (i == 0) return false;
        *scheme = str_slice(*rest, 0, i);
        *rest = str_from_offset(*rest, i + 1);
        return true;
    }
    return true;
}

static bool valid_port(str port) {
    for (size_t i = 0; i < port.len; i++)
        if (!is_digit(port.ptr[i])) return false;
    return true;
}

/* For http and https: false if the host has a colon other than that of the port. */
static bool valid_host(str host, bool is_http) {
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        bool ok = is_unreserved(c) || (unsigned char)c >= 0x80 || is_one_of(c, "!$&'()*+,;=:[]<>\"");
        if (!ok) return false;
    }
    size_t bracket = str_find_last_char(host, '[');
    if (bracket > 0 && bracket < host.len) return false;
    if (bracket == 0 && host.len) {
        size_t end = str_find_last_char(host, ']');
        if (end == host.len) return false;
        str port = str_from_offset(host, end + 1);
        return port.len == 0 || (port.ptr[0] == ':' && valid_port(str_from_offset(port, 1)));
    }
    size_t colon = is_http ? str_find_char(host, ':') : str_find_last_char(host, ':');
    return valid_port(str_from_offset(host, colon + 1));
}

/* True if each % is followed by two hexadecimal digits. */
static bool valid_escapes(str s) {
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != '%') continue;
        if (i + 2 >= s.len || !is_hex(s.ptr[i + 1]) || !is_hex(s.ptr[i + 2])) return false;
    }
    return true;
}

static bool valid_user(str user) {
    for (size_t i = 0; i < user.len; i++)
        if (!is_unreserved(user.ptr[i]) && !is_one_of(user.ptr[i], ":!$&'()*+,;=%@")) return false;
    return valid_escapes(user);
}

/* The path of a socket: escaped, as its slashes are not those of the URL, and without a NUL. */
static bool valid_socket(str host) {
    if (!valid_escapes(host) || str_find(host, STR("%00")) < host.len) return false;
    for (size_t i = 0; i < host.len; i++)
        if (!is_unreserved(host.ptr[i]) && !is_one_of(host.ptr[i], "!$&'()*+,;=%")) return false;
    return host.len > 0;
}

static bool parse_authority(str authority, struct parts *out) {
    size_t at = str_find_last_char(authority, '@');
    out->has_user = at < authority.len;
    if (out->has_user) out->user = str_slice(authority, 0, at);
    out->host = out->has_user ? str_from_offset(authority, at + 1) : authority;
    if (str_equal_fold(out->scheme, STR("http+unix"))) return valid_user(out->user) && valid_socket(out->host);
    bool is_http = str_equal_fold(out->scheme, STR("http")) || str_equal_fold(out->scheme, STR("https"));
    return valid_user(out->user) && valid_host(out->host, is_http);
}

static bool parse(str url, struct parts *out) {
    *out = (struct parts){.scheme = STR_EMPTY};
    for (size_t i = 0; i < url.len; i++)
        if ((unsigned char)url.ptr[i] < 0x20 || url.ptr[i] == 0x7F) return false;
    size_t hash = str_find_char(url, '#');
    out->fragment = str_from_offset(url, hash + 1);
    url = str_slice(url, 0, hash);
    if (!valid_escapes(out->fragment) || !cut_scheme(&url, &out->scheme)) return false;
    size_t mark = str_find_char(url, '?');
    out->has_query = mark < url.len;
    out->query = str_from_offset(url, mark + 1);
    str path = str_slice(url, 0, mark);
    if (!str_has_prefix(path, STR("/"))) {
        if (out->scheme.len) return true; /* opaque, as in mailto:x */
        if (str_find_char(str_slice(path, 0, str_find_char(path, '/')), ':') < path.len &&
            str_find_char(path, ':') < str_find_char(path, '/'))
            return false;
        return valid_escapes(path);
    }
    if (str_has_prefix(path, STR("//")) && (out->scheme.len || !str_has_prefix(path, STR("///")))) {
        path = str_from_offset(path, 2);
        size_t slash = str_find_char(path, '/');
        if (!parse_authority(str_slice(path, 0, slash), out)) return false;
        path = str_from_offset(path, slash);
    }
    out->path = path;
    return valid_escapes(path);
}

static int hex_value(char c) { return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }

/* Decodes `s`, whose escapes are valid. In queries a plus is a blank. */
static str decode(struct arena *a, str s, bool plus_is_blank) {
    char *out = arena_alloc(a, s.len);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '%') {
            c = (char)(hex_value(s.ptr[i + 1]) * 16 + hex_value(s.ptr[i + 2]));
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        out[n++] = c;
    }
    return (str){out, n};
}

/* `plain`: characters besides letters and digits that are not encoded. */
static str encode(struct arena *a, str s, const char *plain, bool blank_is_plus) {
    static const char digit[] = "0123456789ABCDEF";
    char *out = arena_array(a, s.len, 3);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (is_unreserved(c) || is_one_of(c, plain)) {
            out[n++] = c;
        } else if (c == ' ' && blank_is_plus) {
            out[n++] = '+';
        } else {
            out[n++] = '%';
            out[n++] = digit[(unsigned char)c >> 4];
            out[n++] = digit[c & 15];
        }
    }
    return (str){out, n};
}

#define PATH_PLAIN "$&+,/:;=@"
#define FRAGMENT_PLAIN PATH_PLAIN "?!()*"

/* Normalises a path or fragment: it stays as written unless some character must be encoded; then all of it is
 * decoded and encoded again. */
static str normal(struct arena *a, str s, const char *plain) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!is_unreserved(c) && !is_one_of(c, plain) && !is_one_of(c, "!'()*[]%"))
            return encode(a, decode(a, s, false), plain, false);
    }
    return s;
}

static str normal_user(struct arena *a, str user) {
    size_t colon = str_find_char(user, ':');
    str name = encode(a, decode(a, str_slice(user, 0, colon), false), "$&+,;=", false);
    if (colon == user.len) return name;
    str password = encode(a, decode(a, str_from_offset(user, colon + 1), false), "$&+,;=", false);
    return str_format(a, "%.*s:%.*s", STR_ARG(name), STR_ARG(password));
}

static str write_parts(struct arena *a, const struct parts *p) {
    bool is_socket = str_equal_fold(p->scheme, STR("http+unix"));
    str part[] = {str_lower(a, p->scheme),
                  p->scheme.len ? STR("://") : STR("//"),
                  normal_user(a, p->user),
                  p->has_user ? STR("@") : STR_EMPTY,
                  is_socket ? p->host : encode(a, p->host, "!$&'()*+,;=:[]<>\"", false),
                  normal(a, p->path, PATH_PLAIN),
                  p->has_query ? STR("?") : STR_EMPTY,
                  p->query,
                  p->fragment.len ? STR("#") : STR_EMPTY,
                  normal(a, p->fragment, FRAGMENT_PLAIN)};
    return str_join(a, part, sizeof part / sizeof part[0], STR_EMPTY);
}

struct pair {
    str key, value;
    size_t position;
};
struct pairs {
    VEC(struct pair) list;
};

/* Parses a query; pairs that cannot be decoded are dropped. */
static void parse_query(struct arena *a, str query, struct pairs *out) {
    for (str part; str_cut(&query, '&', &part);) {
        size_t equals = str_find_char(part, '=');
        str key = str_slice(part, 0, equals), value = str_from_offset(part, equals + 1);
        if (!part.len || str_find_char(part, ';') < part.len || !valid_escapes(key) || !valid_escapes(value)) continue;
        struct pair pair = {decode(a, key, true), decode(a, value, true), out->list.n};
        *VEC_PUSH(a, &out->list) = pair;
    }
}

static int compare_pairs(const void *x, const void *y) {
    const struct pair *p = x, *q = y;
    int order = str_compare(p->key, q->key);
    return order ? order : p->position < q->position ? -1 : p->position > q->position;
}

static str write_query(struct arena *a, struct pairs *p) {
    VEC(str) part = {0};
    if (p->list.n) qsort(p->list.at, p->list.n, sizeof *p->list.at, compare_pairs);
    for (size_t i = 0; i < p->list.n; i++)
        *VEC_PUSH(a, &part) = str_format(a, "%.*s=%.*s", STR_ARG(encode(a, p->list.at[i].key, "", true)),
                                         STR_ARG(encode(a, p->list.at[i].value, "", true)));
    return str_join(a, part.at, part.n, STR("&"));
}

/* Parses a 32-bit integer as strconv.ParseInt does; 0 if it is not one. */
static int64_t parse_seconds(str s) {
    bool negative = str_has_prefix(s, STR("-"));
    if (negative || str_has_prefix(s, STR("+"))) s = str_from_offset(s, 1);
    int64_t v = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (!is_digit(s.ptr[i])) return 0;
        v = v * 10 + (s.ptr[i] - '0');
        if (v > INT32_MAX) return 0;
    }
    return negative ? -v : v;
}

static void set_seconds(struct arena *a, struct pairs *p, int64_t seconds, int64_t *asked) {
    size_t kept = 0;
    *asked = seconds > 0 ? seconds : 0;
    for (size_t i = 0; i < p->list.n; i++) {
        bool is_seconds = str_equal(p->list.at[i].key, STR("seconds"));
        if (is_seconds && seconds <= 0 && !*asked) *asked = parse_seconds(p->list.at[i].value);
        if (!is_seconds || seconds <= 0) p->list.at[kept++] = p->list.at[i];
    }
    p->list.n = kept;
    if (seconds <= 0) return;
    struct pair pair = {STR("seconds"), str_format(a, "%lld", (long long)seconds), kept};
    *VEC_PUSH(a, &p->list) = pair;
}

str url_from_source(struct arena *a, str source, int64_t seconds, int64_t *seconds_asked) {
    struct parts parts;
    struct pairs pairs = {0};
    bool ok = parse(source, &parts);
    if (!ok || (parts.host.len == 0 && parts.scheme.len && !str_equal_fold(parts.scheme, STR("file")))) {
        /* host:port/path parses as a scheme, or not at all */
        source = str_format(a, "http://%.*s", STR_ARG(source));
        ok = parse(source, &parts);
    }
    *seconds_asked = 0;
    if (!ok || !parts.host.len) return STR_EMPTY;
    bool only_mark = parts.has_query && !parts.query.len;
    parse_query(a, parts.query, &pairs);
    set_seconds(a, &pairs, seconds, seconds_asked);
    parts.query = write_query(a, &pairs);
    parts.has_query = parts.query.len || only_mark;
    return write_parts(a, &parts);
}

/* Go's path.Clean of an absolute path. */
static str clean(struct arena *a, str path) {
    VEC(str) part = {0};
    for (str word; str_cut(&path, '/', &word);) {
        if (!word.len || str_equal(word, STR("."))) continue;
        if (!str_equal(word, STR("..")))
            *VEC_PUSH(a, &part) = word;
        else if (part.n)
            part.n--;
    }
    str joined = str_join(a, part.at, part.n, STR("/"));
    return str_format(a, "/%.*s", STR_ARG(joined));
}

static bool is_pprof_path(str path) {
    static const char *const ends[] = {"/pprof/heap", "/pprof/growth", "/pprof/profile", "/pprof/pmuprofile",
                                       "/pprof/contention"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (str_has_suffix(path, str_from(ends[i]))) return true;
    return str_find(path, STR("/debug/pprof/")) < path.len;
}

str url_of_symbols(struct arena *a, str url) {
    struct parts parts;
    if (!parse(url, &parts) || !parts.host.len) return STR_EMPTY;
    str path = decode(a, parts.path, false);
    str name = is_pprof_path(path) ? STR("/../symbol") : STR("/../symbolz");
    /* encoded in full, so that Go writes it as it was read */
    parts.path = encode(a, clean(a, str_format(a, "%.*s%.*s", STR_ARG(path), STR_ARG(name))), PATH_PLAIN, false);
    parts.has_query = parts.has_query && !parts.query.len;
    parts.query = STR_EMPTY;
    return write_parts(a, &parts);
}

bool url_is_valid(str text) {
    struct parts parts;
    return parse(text, &parts);
}

bool url_is_absolute(str text) {
    struct parts parts;
    return parse(text, &parts) && parts.scheme.len > 0;
}

/* Finds the password in the authority that starts at `from`; false if it has none. */
static bool find_password(str text, size_t from, size_t *begin, size_t *end) {
    size_t to = from, colon = SIZE_MAX;
    bool found = false;
    for (; to < text.len && !is_one_of(text.ptr[to], "/?# \t\n\"") && text.ptr[to]; to++) {
        if (text.ptr[to] == ':' && colon == SIZE_MAX) colon = to;
        if (text.ptr[to] != '@' || colon == SIZE_MAX) continue;
        *begin = colon + 1;
        *end = to; /* offset of the last @ */
        found = true;
    }
    return found;
}

str url_mask(struct arena *a, str text) {
    VEC(str) part = {0};
    size_t kept = 0, begin, end;
    for (size_t from = 0; from < text.len;) {
        if (find_password(text, from, &begin, &end)) {
            *VEC_PUSH(a, &part) = str_slice(text, kept, begin);
            from = kept = end;
        }
        from += str_find(str_from_offset(text, from), STR("://")) + 3;
    }
    if (!part.n) return text;
    *VEC_PUSH(a, &part) = str_from_offset(text, kept);
    return str_join(a, part.at, part.n, STR("***"));
}

str url_scheme(str url) {
    return str_has_prefix(url, STR("//")) ? STR_EMPTY : str_slice(url, 0, str_find(url, STR("://")));
}

str url_authority(str url) {
    size_t scheme_len = url_scheme(url).len;
    str rest = str_from_offset(url, scheme_len + (scheme_len ? 3 : 2));
    size_t end = 0;
    while (end < rest.len && !memchr("/?#", rest.ptr[end], 3)) end++;
    return str_slice(rest, 0, end);
}

str url_host(str authority, str *port) {
    size_t at = str_find_last_char(authority, '@');
    str host = at < authority.len ? str_from_offset(authority, at + 1) : authority;
    size_t colon = str_find_last_char(host, ':');
    bool has_port = colon < host.len && str_find_char(str_from_offset(host, colon), ']') == host.len - colon;
    *port = has_port ? str_from_offset(host, colon + 1) : STR_EMPTY;
    return has_port ? str_slice(host, 0, colon) : host;
}

str url_socket(struct arena *a, str url) {
    str port;
    return decode(a, url_host(url_authority(url), &port), false);
}

str url_with_server(struct arena *a, str url, str scheme, str host) {
    str authority = url_authority(url);
    size_t at = str_find_last_char(authority, '@');
    str user = at < authority.len ? str_slice(authority, 0, at + 1) : STR_EMPTY;
    str rest = {authority.ptr + authority.len, (size_t)(url.ptr + url.len - (authority.ptr + authority.len))};
    return str_format(a, "%.*s://%.*s%.*s%.*s", STR_ARG(scheme), STR_ARG(user), STR_ARG(host), STR_ARG(rest));
}

/* The port of a URL; 0 for a scheme without a usual one. */
static long port_number(str scheme, str port) {
    if (!port.len) return str_equal(scheme, STR("http")) ? 80 : str_has_prefix(scheme, STR("https")) ? 443 : 0;
    long n = 0;
    for (size_t i = 0; i < port.len && n < 100000; i++) n = n * 10 + (port.ptr[i] - '0');
    return n;
}

bool url_is_same_server(str asked, str now) {
    struct parts p, q;
    str port, other_port;
    if (!parse(asked, &p) || !parse(now, &q)) return false;
    str host = url_host(p.host, &port), other_host = url_host(q.host, &other_port);
    if (!host.len || !str_equal_fold(host, other_host)) return false;
    if (str_equal(p.scheme, STR("http+unix")) || str_equal(q.scheme, STR("http+unix")))
        return str_equal(p.scheme, q.scheme) && str_equal(p.host, q.host);
    bool is_secure = str_has_prefix(p.scheme, STR("https")), stays_secure = str_has_prefix(q.scheme, STR("https"));
    long number = port_number(p.scheme, port), other_number = port_number(q.scheme, other_port);
    if (is_secure == stays_secure) return number == other_number;
    return !is_secure && number == 80 && other_number == 443;
}
