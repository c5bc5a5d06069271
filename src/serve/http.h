/* HTTP on sockets that listen already: requests come in, answers go out. http.c is the only file that knows
 * libmicrohttpd, which is opened at run time. */
#ifndef CPROF_SERVE_HTTP_H
#define CPROF_SERVE_HTTP_H

#include <stdatomic.h>

#include "serve/listen.h"

enum { HTTP_BODY_MOST = 64 * 1024 }; /* bytes of a request's body; longer ones are refused */

/* A request. All of it lives in its arena, or as long as it. */
struct http_call {
    struct arena *arena;           /* until the answer is sent */
    const atomic_bool *gone;       /* the client has closed the connection */
    const struct sockaddr *client; /* its address */
    str method, target;            /* as sent: "GET", "/ui/top?f=a%20b" */
    str body;
    bool crowded;  /* there are too many connections: it should be refused and its connection closed */
    bool too_long; /* the body was longer than HTTP_BODY_MOST; it is empty then */
    /* Headers; empty where missing. */
    str host, token, origin, fetch_site, accept_encoding, if_none_match;
    unsigned n_hosts; /* Host headers */
};

struct http_header {
    const char *name, *value;
};

/* What is sent back. For HEAD the caller leaves the body in place: its length is told. */
struct http_answer {
    unsigned status;
    str body; /* in the call's arena, or kept by `release` until it is called */
    VEC(struct http_header) headers;
    void (*release)(void *context); /* called once the answer was sent or cannot be; may be NULL */
    void *context;
};

/* Answers one request, on a thread of its connection. */
typedef void http_handler(void *context, const struct http_call *call, struct http_answer *answer);

struct http_server;
/* Serves until http_stop. Lives in `a`. False where the library cannot be had or will not start. The sockets are the
 * server's from then on, also where this fails. */
bool http_start(struct arena *a, const struct listen_sockets *sockets, http_handler *handle, void *context,
                struct http_server **out, struct err *e);
/* Takes no new connection, waits at most that long for requests that are being answered, and says whether all were. */
bool http_finish(struct http_server *s, int most_ms);
/* Ends all threads. Only after http_finish has returned true. */
void http_stop(struct http_server *s);
/* How long there has been no request. */
int64_t http_idle_ms(struct http_server *s);

#endif
