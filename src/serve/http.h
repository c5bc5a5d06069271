/* HTTP on listening sockets: receives requests and sends answers. http.c is the only file that uses libmicrohttpd,
 * which is opened at run time. */
#ifndef CPROF_SERVE_HTTP_H
#define CPROF_SERVE_HTTP_H

#include <stdatomic.h>

#include "serve/listen.h"

enum { HTTP_BODY_MOST = 64 * 1024 }; /* bytes of the body of a request; longer ones are refused */

/* A request. All its texts live in its arena, or as long. */
struct http_call {
    struct arena *arena;           /* lives until the answer is sent */
    const atomic_bool *gone;       /* true once the client has closed the connection */
    const struct sockaddr *client; /* its address */
    str method, target;            /* as sent: "GET", "/ui/top?f=a%20b" */
    str body;
    bool crowded;  /* there are too many connections: refuse the request and close its connection */
    bool too_long; /* the body was longer than HTTP_BODY_MOST, and is empty here */
    /* Headers; empty where missing. */
    str host, token, origin, fetch_site, accept_encoding, if_none_match;
    unsigned n_hosts; /* number of Host headers */
};

struct http_header {
    const char *name, *value;
};

/* The answer. For HEAD the caller sets the body all the same, because its length is sent. */
struct http_answer {
    unsigned status;
    str body; /* in the call's arena, or valid until `release` is called */
    VEC(struct http_header) headers;
    /* If it is set, it gives the next bytes of the body, up to `most`, and 0 at the end. Called on the thread of the
     * connection while the answer is sent, with `context`. */
    size_t (*read)(void *context, char *to, size_t most);
    void (*release)(void *context); /* called once the answer was sent or failed; may be NULL */
    void *context;
};

/* Answers one request, on a thread of its connection. */
typedef void http_handler(void *context, const struct http_call *call, struct http_answer *answer);

struct http_server;
/* Serves until http_stop. Lives in `a`. Fails if the library cannot be loaded or started. The server owns the sockets
 * from then on, even after a failure. */
bool http_start(struct arena *a, const struct listen_sockets *sockets, http_handler *handle, void *context,
                struct http_server **out, struct err *e);
/* Accepts no new connections, and waits up to most_ms for requests that are being answered. Returns true if all were
 * answered. */
bool http_finish(struct http_server *s, int most_ms);
/* Ends all threads. Call it only after http_finish has returned true. */
void http_stop(struct http_server *s);
/* Time since the last request. */
int64_t http_idle_ms(struct http_server *s);

#endif
