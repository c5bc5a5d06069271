#include "cli/url.h"

#include <string.h>

static bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

struct parts {
    str scheme, host;
};

/* Splits "scheme:" off *rest. False when a colon comes first, which no URL may have. */
static bool cut_scheme(str *rest, str *scheme) {
    *scheme = STR_EMPTY;
    for (size_t i = 0; i < rest->len; i++) {
        char c = rest->ptr[i];
        if (is_alpha(c)) continue;
        if (is_digit(c) || c == '+' || c == '-' || c == '.') {
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

static bool valid_host(str host) {
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        bool ok = is_alpha(c) || is_digit(c) || (unsigned char)c >= 0x80 || (c && strchr("-_.~!$&'()*+,;=:[]<>\"", c));
        if (!ok) return false;
    }
    if (str_has_prefix(host, STR("["))) {
        size_t end = str_find_last_char(host, ']');
        if (end == host.len) return false;
        str port = str_from_offset(host, end + 1);
        return port.len == 0 || (port.ptr[0] == ':' && valid_port(str_from_offset(port, 1)));
    }
    return valid_port(str_from_offset(host, str_find_last_char(host, ':') + 1));
}

static bool valid_path(str path) {
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] != '%') continue;
        if (i + 2 >= path.len || !is_hex(path.ptr[i + 1]) || !is_hex(path.ptr[i + 2])) return false;
    }
    return true;
}

static bool parse(str url, struct parts *out) {
    *out = (struct parts){STR_EMPTY, STR_EMPTY};
    for (size_t i = 0; i < url.len; i++)
        if ((unsigned char)url.ptr[i] < 0x20 || url.ptr[i] == 0x7F) return false;
    url = str_slice(url, 0, str_find_char(url, '#'));
    if (!cut_scheme(&url, &out->scheme)) return false;
    str path = str_slice(url, 0, str_find_char(url, '?'));
    if (!str_has_prefix(path, STR("/"))) {
        if (out->scheme.len) return true; /* opaque, as in mailto:x */
        if (str_find_char(str_slice(path, 0, str_find_char(path, '/')), ':') < path.len &&
            str_find_char(path, ':') < str_find_char(path, '/'))
            return false;
        return valid_path(path);
    }
    if (str_has_prefix(path, STR("//")) && (out->scheme.len || !str_has_prefix(path, STR("///")))) {
        path = str_from_offset(path, 2);
        size_t slash = str_find_char(path, '/');
        str authority = str_slice(path, 0, slash);
        path = str_from_offset(path, slash);
        size_t at = str_find_last_char(authority, '@');
        out->host = at < authority.len ? str_from_offset(authority, at + 1) : authority;
        if (!valid_host(out->host)) return false;
    }
    return valid_path(path);
}

static str with_seconds(struct arena *a, str url, int64_t seconds) {
    if (seconds <= 0) return url;
    return str_format(a, "%.*s%cseconds=%lld", STR_ARG(url), str_find_char(url, '?') < url.len ? '&' : '?',
                      (long long)seconds);
}

str url_from_source(struct arena *a, str source, int64_t seconds) {
    struct parts parts;
    bool ok = parse(source, &parts);
    if (!ok || (parts.host.len == 0 && parts.scheme.len && !str_equal_fold(parts.scheme, STR("file")))) {
        /* host:port/path reads as a scheme, or not at all */
        source = str_format(a, "http://%.*s", STR_ARG(source));
        ok = parse(source, &parts);
    }
    return ok && parts.host.len ? with_seconds(a, source, seconds) : STR_EMPTY;
}
