/* Who may ask for what: names that a request may call the server by, and what a request that writes must show. A page
 * of another site can make a browser send requests here; it can neither choose these headers nor read the answers. */
#ifndef CPROF_SERVE_GUARD_H
#define CPROF_SERVE_GUARD_H

#include "base/str.h"

enum { GUARD_TOKEN = 32 }; /* letters of a token that cprof makes */

struct guard {
    bool loopback; /* the server listens on the loopback interface only */
    str host;      /* as in -http */
    str hosts;     /* -http_hosts: more names, separated by commas; "*": any */
    str token;     /* what requests that write must show */
};

/* A name without its port, brackets and the final dot: of "LOCALHOST.:8080" and of "[::1]:80". False where it is
 * malformed. Points into `header`. */
bool guard_host_name(str header, str *name);
/* May a request call the server by this Host header? Any port is fine: it may come through a tunnel. */
bool guard_allows_host(const struct guard *g, str header);

/* What a request that writes shows; empty where a header is missing. */
struct guard_proof {
    str token, origin, fetch_site;
    str host; /* the Host header */
};
/* NULL where the request may write, else why not. */
const char *guard_refuses_write(const struct guard *g, const struct guard_proof *p);

/* 128 random bits. False where the system has none. */
bool guard_make_token(struct arena *a, str *token);

#endif
