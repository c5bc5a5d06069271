/* Opens the sockets of -http. */
#include "serve/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "go/gotext.h"
#include "out/message.h"

enum { BACKLOG = 128, RANDOM_TRIES = 16 };

static bool wrong_address(struct err *e, str text, const char *why) {
    return err_set(e, "could not split http address: address %.*s: %s", STR_ARG(text), why);
}

bool listen_parse(str text, struct listen_address *out, struct err *e) {
    static const char missing[] = "missing port in address", colons[] = "too many colons in address";
    size_t colon = str_find_last_char(text, ':');
    if (colon == text.len) return wrong_address(e, text, missing);
    size_t after_opening = 0, after_closing = 0; /* offsets after which brackets are errors */
    if (text.ptr[0] == '[') {
        size_t end = str_find_char(text, ']');
        if (end == text.len) return wrong_address(e, text, "missing ']' in address");
        if (end + 1 == text.len) return wrong_address(e, text, missing);
        if (end + 1 != colon) return wrong_address(e, text, text.ptr[end + 1] == ':' ? colons : missing);
        out->host = str_slice(text, 1, end);
        after_opening = 1;
        after_closing = end + 1;
    } else {
        out->host = str_slice(text, 0, colon);
        if (str_find_char(out->host, ':') < out->host.len) return wrong_address(e, text, colons);
    }
    if (str_find_char(str_from_offset(text, after_opening), '[') + after_opening < text.len)
        return wrong_address(e, text, "unexpected '[' in address");
    if (str_find_char(str_from_offset(text, after_closing), ']') + after_closing < text.len)
        return wrong_address(e, text, "unexpected ']' in address");
    if (!out->host.len) out->host = STR("localhost");
    str port = str_from_offset(text, colon + 1);
    out->port = 0;
    enum gotext_fault fault = port.len ? gotext_parse_int(port, 10, &out->port) : GOTEXT_OK;
    if (fault == GOTEXT_OK) return true;
    struct arena scratch = {0};
    str quoted = gotext_quote(&scratch, port);
    err_set(e, "invalid port number: strconv.Atoi: parsing %.*s: %s", STR_ARG(quoted),
            fault == GOTEXT_RANGE ? "value out of range" : "invalid syntax");
    arena_release(&scratch);
    return false;
}

bool listen_is_loopback(const struct sockaddr *address) {
    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
    }
    if (address->sa_family != AF_INET6) return false;
    struct sockaddr_in6 v6;
    memcpy(&v6, address, sizeof v6);
    return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) ||
           (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) && v6.sin6_addr.s6_addr[12] == 127);
}

/* An address with its port, "127.0.0.1:80" or "[::1]:80". */
static str spell(struct arena *a, const struct sockaddr *address, socklen_t length) {
    char host[NI_MAXHOST], port[NI_MAXSERV];
    if (getnameinfo(address, length, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return STR("?");
    return str_format(a, address->sa_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

/* Opens a listening socket. Returns -1 with errno on failure; *step is the call that failed. */
static int open_socket(const struct addrinfo *at, const char **step) {
    int on = 1, off = 0;
    *step = "socket";
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at->ai_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, at->ai_addr, sizeof v6);
        /* "::" includes IPv4 */
        int only = !IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr);
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, only ? &on : &off, sizeof on);
    }
    *step = "bind";
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0) {
        *step = "listen";
        if (listen(fd, BACKLOG) == 0) return fd;
    }
    int errnum = errno;
    close(fd);
    errno = errnum;
    return -1;
}

static void set_port(struct sockaddr *address, unsigned port) {
    if (address->sa_family == AF_INET6)
        ((struct sockaddr_in6 *)(void *)address)->sin6_port = htons((uint16_t)port);
    else
        ((struct sockaddr_in *)(void *)address)->sin_port = htons((uint16_t)port);
}

static unsigned bound_port(int fd) {
    struct sockaddr_storage at;
    socklen_t length = sizeof at;
    if (getsockname(fd, (struct sockaddr *)&at, &length) != 0) return 0;
    return ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)(void *)&at)->sin6_port
                                          : ((struct sockaddr_in *)(void *)&at)->sin_port);
}

static bool add_socket(struct arena *a, const struct addrinfo *at, struct listen_sockets *out, struct err *e) {
    const char *step;
    int fd = open_socket(at, &step);
    if (fd < 0) {
        str why = message_errno(a, errno), where = spell(a, at->ai_addr, at->ai_addrlen);
        return err_set(e, "listen tcp %.*s: %s: %.*s", STR_ARG(where), step, STR_ARG(why));
    }
    out->fd[out->n++] = fd;
    out->port = bound_port(fd);
    out->loopback = listen_is_loopback(at->ai_addr);
    return true;
}

/* Binds the first address, and for "localhost" the first one of the other kind if there is one, because browsers may
 * try either. */
static bool bind_all(struct arena *a, const struct addrinfo *first, bool both, unsigned port,
                     struct listen_sockets *out, struct err *e) {
    set_port(first->ai_addr, port);
    if (!add_socket(a, first, out, e)) return false;
    for (const struct addrinfo *at = first->ai_next; at && both; at = at->ai_next) {
        if (at->ai_family == first->ai_family) continue;
        set_port(at->ai_addr, out->port);
        const char *step;
        int fd = open_socket(at, &step);
        if (fd >= 0) {
            out->fd[out->n++] = fd;
        } else if (errno == EADDRINUSE) {
            /* another program would answer some of the browser's requests */
            str why = message_errno(a, errno), where = spell(a, at->ai_addr, at->ai_addrlen);
            listen_close(out);
            return err_set(e, "listen tcp %.*s: %s: %.*s", STR_ARG(where), step, STR_ARG(why));
        }
        break;
    }
    return true;
}

static int find_addresses(struct arena *a, str host, bool both, struct addrinfo **out) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICHOST};
    if (!both) {
        int fault = getaddrinfo(str_c(a, host), "0", &hints, out);
        if (fault != EAI_NONAME) return fault;
        hints.ai_flags = AI_PASSIVE;
        return getaddrinfo(str_c(a, host), "0", &hints, out);
    }
    /* by number, because a name service may resolve "localhost" to any address, or to nothing */
    int fault = getaddrinfo("127.0.0.1", "0", &hints, out);
    if (fault == 0 && getaddrinfo("::1", "0", &hints, &(*out)->ai_next) != 0) (*out)->ai_next = NULL;
    return fault;
}

bool listen_open(struct arena *a, const struct listen_address *at, struct listen_sockets *out, struct err *e) {
    *out = (struct listen_sockets){.url = STR_EMPTY};
    if (at->port < 0 || at->port > UINT16_MAX)
        return err_set(e, "listen tcp: address %lld: invalid port", (long long)at->port);
    bool both = str_equal_fold(at->host, STR("localhost")), ok = false;
    struct addrinfo *found = NULL;
    int fault = find_addresses(a, at->host, both, &found);
    if (fault != 0)
        return err_set(e, "listen tcp: lookup %.*s: %s", STR_ARG(at->host),
                       fault == EAI_NONAME ? "no such host" : gai_strerror(fault));
    /* a port that is free at one address may be used at the other */
    int tries = at->port == 0 && both ? RANDOM_TRIES : 1;
    while (!ok && tries--) ok = bind_all(a, found, both, (unsigned)at->port, out, e);
    freeaddrinfo(found);
    if (!ok) return false;
    if (e) err_clear(e);
    bool brackets = str_find_char(at->host, ':') < at->host.len;
    out->url = str_format(a, brackets ? "http://[%.*s]:%u" : "http://%.*s:%u", STR_ARG(at->host), out->port);
    return true;
}

void listen_close(struct listen_sockets *s) {
    for (unsigned i = 0; i < s->n; i++) close(s->fd[i]);
    s->n = 0;
}
