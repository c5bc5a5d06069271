/* Checks which requests are allowed. */
#include "serve/guard.h"

#include <arpa/inet.h>
#include <sys/random.h>

enum { NAME_MOST = 255 };

static bool has_only(str text, const char *marks) {
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i], lower = c | 0x20;
        if ((lower < 'a' || lower > 'z') && (c < '0' || c > '9') && (!c || !strchr(marks, c))) return false;
    }
    return true;
}

/* Finds the name in a Host header, without port, brackets and the final dot: in "LOCALHOST.:8080" or "[::1]:80".
 * Returns false if it is malformed. The name points into `header`. */
static bool host_name(str header, str *name) {
    str rest;
    bool bracketed = header.len && header.ptr[0] == '[';
    if (bracketed) {
        size_t end = str_find_char(header, ']');
        if (end == header.len) return false;
        *name = str_slice(header, 1, end);
        rest = str_from_offset(header, end + 1);
    } else {
        size_t end = str_find_char(header, ':');
        *name = str_slice(header, 0, end);
        rest = str_from_offset(header, end);
        if (name->len && name->ptr[name->len - 1] == '.') name->len--;
    }
    if (rest.len && rest.ptr[0] != ':') return false;
    for (size_t i = 1; i < rest.len; i++)
        if (rest.ptr[i] < '0' || rest.ptr[i] > '9') return false;
    return name->len > 0 && name->len <= NAME_MOST && name->ptr[0] != '.' && has_only(*name, bracketed ? ":." : "-._");
}

/* Parses "127.0.0.1" into four bytes, and accepts no other notation. */
static bool is_ipv4(str name, unsigned char out[4]) {
    char text[NAME_MOST + 1];
    memcpy(text, name.ptr, name.len);
    text[name.len] = 0;
    return strlen(text) == name.len && inet_pton(AF_INET, text, out) == 1;
}

static bool is_ipv6(str name, struct in6_addr *out) {
    char text[NAME_MOST + 1];
    memcpy(text, name.ptr, name.len);
    text[name.len] = 0;
    return strlen(text) == name.len && inet_pton(AF_INET6, text, out) == 1;
}

static bool is_listed(str list, str name) {
    for (str item; str_cut(&list, ',', &item);) {
        str wanted;
        item = str_trim(item);
        if (str_equal(item, STR("*"))) return true;
        if (host_name(item, &wanted) && str_equal_fold(wanted, name)) return true;
    }
    return false;
}

bool guard_allows_host(const struct guard *g, str header) {
    str name;
    unsigned char v4[4];
    struct in6_addr v6;
    if (!host_name(header, &name)) return false;
    str end = str_from_offset(name, name.len > 10 ? name.len - 10 : 0);
    if (str_equal_fold(name, STR("localhost")) || str_equal_fold(end, STR(".localhost"))) return true;
    if (is_ipv4(name, v4)) {
        if (v4[0] == 127 || !g->loopback) return true;
    } else if (is_ipv6(name, &v6)) {
        if (IN6_IS_ADDR_LOOPBACK(&v6) || !g->loopback) return true;
    }
    return str_equal_fold(name, g->host) || is_listed(g->hosts, name);
}

/* Compares with a token, in constant time for texts of its length. */
static bool is_token(str token, str shown) {
    unsigned char different = 0;
    if (token.len != shown.len) return false;
    for (size_t i = 0; i < token.len; i++)
        different = (unsigned char)(different | (unsigned char)(token.ptr[i] ^ shown.ptr[i]));
    return token.len > 0 && !different;
}

const char *guard_refuses_write(const struct guard *g, const struct guard_proof *p) {
    bool other_site =
        p->fetch_site.len && !str_equal(p->fetch_site, STR("same-origin")) && !str_equal(p->fetch_site, STR("none"));
    /* a proxy may add TLS */
    str origin = p->origin;
    if (str_has_prefix(origin, STR("http://")))
        origin = str_from_offset(origin, 7);
    else if (str_has_prefix(origin, STR("https://")))
        origin = str_from_offset(origin, 8);
    if (other_site || (p->origin.len && !str_equal_fold(origin, p->host))) return "writes from other sites are refused";
    return is_token(g->token, p->token) ? NULL : "writes need the token of this run";
}

bool guard_make_token(struct arena *a, str *token) {
    unsigned char random[GUARD_TOKEN / 2];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) return false;
    char *text = ARENA_ARRAY(a, char, GUARD_TOKEN);
    for (size_t i = 0; i < sizeof random; i++) {
        text[2 * i] = "0123456789abcdef"[random[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[random[i] & 15];
    }
    *token = (str){text, GUARD_TOKEN};
    return true;
}
