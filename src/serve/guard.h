/* Checks which requests are allowed: the names by which they may call the server, and the proof that requests which
 * write must have. A page of another site can make a browser send requests here, but it can neither choose these
 * headers nor read the answers. */
#ifndef CPROF_SERVE_GUARD_H
#define CPROF_SERVE_GUARD_H

#include "base/str.h"

enum { GUARD_TOKEN = 32 }; /* length of a token, in letters */

struct guard {
    bool loopback; /* the server listens on the loopback interface only */
    str host;      /* as in -http */
    str hosts;     /* -http_hosts: further names, separated by commas; "*": any name */
    str token;     /* required of requests that write */
};

/* Returns true if a request with this Host header is allowed. Any port is allowed, because the request may come through
 * a tunnel. */
bool guard_allows_host(const struct guard *g, str header);

/* The headers of a request that writes; empty where missing. */
struct guard_proof {
    str token, origin, fetch_site;
    str host; /* the Host header */
};
/* Returns NULL if the request may write, else the reason why not. */
const char *guard_refuses_write(const struct guard *g, const struct guard_proof *p);

/* Makes 128 random bits. Returns false if the system has none. */
bool guard_make_token(struct arena *a, str *token);

#endif
