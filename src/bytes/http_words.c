/* The words of messages about requests. */
#include "bytes/http_words.h"

#include <arpa/inet.h>
#include <string.h>

#include "bytes/url.h"
#include "out/message.h"

enum { DENIAL_MOST = 200 }; /* bytes of an answer in a message */

str http_shown_url(struct arena *a, str url) {
    str scheme = url_scheme(url), authority = url_authority(url);
    if (!scheme.len || scheme.len == url.len) return url; /* a redirect may lead to any URL */
    str rest = {authority.ptr + authority.len, (size_t)(url.ptr + url.len - (authority.ptr + authority.len))};
    size_t at = str_find_last_char(authority, '@');
    bool has_user = at < authority.len;
    str user = has_user ? str_slice(authority, 0, at) : STR_EMPTY;
    str host = has_user ? str_from_offset(authority, at + 1) : authority;
    size_t colon = str_find_char(user, ':');
    if (str_has_suffix(host, STR(":"))) host = str_slice(host, 0, host.len - 1);
    if (str_equal(scheme, HTTP_INSECURE)) scheme = STR("https");
    return str_format(a, "%.*s://%.*s%s%s%.*s%.*s", STR_ARG(scheme), STR_ARG(str_slice(user, 0, colon)),
                      colon < user.len ? ":***" : "", has_user ? "@" : "", STR_ARG(host), STR_ARG(rest));
}

str http_system_words(struct arena *a, int errnum) {
    str text = str_copy(a, str_from(strerror(errnum)));
    return str_format(a, "%.*s%.*s", STR_ARG(str_lower(a, str_slice(text, 0, 1))), STR_ARG(str_from_offset(text, 1)));
}

str http_shown_address(struct arena *a, const struct sockaddr_storage *s) {
    char text[INET6_ADDRSTRLEN];
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    memcpy(&v4, s, sizeof v4);
    memcpy(&v6, s, sizeof v6);
    if (s->ss_family == AF_INET && inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text))
        return str_format(a, "%s:%u", text, (unsigned)ntohs(v4.sin_port));
    if (s->ss_family == AF_INET6 && inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text))
        return str_format(a, "[%s]:%u", text, (unsigned)ntohs(v6.sin6_port));
    return STR("?");
}

str http_first_line(struct arena *a, str body) {
    str line = str_trim(str_slice(body, 0, 16 * DENIAL_MOST));
    line = str_trim(str_slice(line, 0, str_find_char(line, '\n')));
    if (str_has_prefix(line, STR("<"))) return STR_EMPTY;
    size_t n = line.len < DENIAL_MOST ? line.len : DENIAL_MOST;
    while (n && n < line.len && ((unsigned char)line.ptr[n] & 0xC0) == 0x80) n--; /* no half of a character */
    return message_one_line(a, str_slice(line, 0, n));
}

bool http_header_value(str line, str name, str *value) {
    if (line.len <= name.len || line.ptr[name.len] != ':') return false;
    if (!str_equal_fold(str_slice(line, 0, name.len), name)) return false;
    *value = str_trim(str_from_offset(line, name.len + 1));
    return true;
}

bool http_is_loopback(str host) {
    return str_equal(host, STR("localhost")) || str_equal(host, STR("[::1]")) || str_has_prefix(host, STR("127."));
}
