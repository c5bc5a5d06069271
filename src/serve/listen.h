/* The address of -http and the sockets that listen there (pprof.md 10). */
#ifndef CPROF_SERVE_LISTEN_H
#define CPROF_SERVE_LISTEN_H

#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/str.h"

/* HOST:PORT taken apart. */
struct listen_address {
    str host;     /* without brackets; "localhost" where none was given */
    int64_t port; /* as given, in range or not; 0: any free one */
};
/* By Go's rules, with the reference's sentences. The host points into `text`. */
bool listen_parse(str text, struct listen_address *out, struct err *e);

/* Sockets that wait for connections. "localhost" has two where the machine has IPv6. */
struct listen_sockets {
    int fd[2];
    unsigned n;
    unsigned port;
    bool loopback; /* only programs on this machine can connect */
    str url;       /* "http://HOST:PORT", in the arena */
};
/* Binds and listens, so that the port in `url` is the real one. */
bool listen_open(struct arena *a, const struct listen_address *at, struct listen_sockets *out, struct err *e);
void listen_close(struct listen_sockets *s);

/* Is that address one of the loopback interface, as IPv6's form of an IPv4 address too? */
bool listen_is_loopback(const struct sockaddr *address);

#endif
