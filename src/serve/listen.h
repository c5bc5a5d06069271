/* The address of -http, and its listening sockets (pprof.md 10). */
#ifndef CPROF_SERVE_LISTEN_H
#define CPROF_SERVE_LISTEN_H

#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/str.h"

/* The parts of HOST:PORT. */
struct listen_address {
    str host;     /* without brackets; "localhost" if it was omitted */
    int64_t port; /* as given, even if out of range; 0: any free port */
};
/* Parses by Go's rules, with pprof's messages. The host points into `text`. */
bool listen_parse(str text, struct listen_address *out, struct err *e);

/* Listening sockets. "localhost" has two if the machine has IPv6. */
struct listen_sockets {
    int fd[2];
    unsigned n;
    unsigned port;
    bool loopback; /* only programs on this machine can connect */
    str url;       /* "http://HOST:PORT", in the arena */
};
/* Binds and listens, so that `url` has the real port. */
bool listen_open(struct arena *a, const struct listen_address *at, struct listen_sockets *out, struct err *e);
void listen_close(struct listen_sockets *s);

/* Returns true for loopback addresses, including IPv4 addresses in IPv6 form. */
bool listen_is_loopback(const struct sockaddr *address);

#endif
