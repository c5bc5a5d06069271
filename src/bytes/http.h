/* Requests over HTTP and HTTPS. The only file that knows libcurl, which is opened at the first request.
 *
 * All requests run at the same time, in one thread: servers collect profiles while they answer, and these must
 * cover the same seconds, however few threads there are. Proxies come from the environment ($HTTP_PROXY,
 * $HTTPS_PROXY, $NO_PROXY), as in Go. Error messages are those of Go's HTTP client, if it has one for the case. */
#ifndef CPROF_BYTES_HTTP_H
#define CPROF_BYTES_HTTP_H

#include "base/err.h"
#include "base/str.h"
#include "bytes/http_headers.h"
#include "bytes/http_tls.h"

enum http_outcome {
    HTTP_OK,
    HTTP_NO_ANSWER, /* err: `Get "URL": why`, with the password masked in the URL */
    HTTP_REFUSED,   /* err: "server response: 404 Not Found", and the text of the answer if it is from a pprof server;
                     * of 401 and 403 the first line of any text, unless the program was called pprof */
    HTTP_CUT_OFF    /* err: why the answer ended early */
};

/* What tells servers who asks. Certificates are shown to every server; headers are sent to the server of
 * http_request.url only, not to another to which it redirects. */
struct http_identity {
    struct http_tls tls;
    struct http_headers headers;
    str fault; /* why it cannot be used; every request fails with it; empty: it can be */
};

enum { HTTP_IN_TURN = 16 };

struct http_request {
    str url;      /* http, https, https+insecure, which checks no certificate, or http+unix: a socket's path is the
                   * host, with %2F for each slash */
    bool is_post; /* sends POST with body `post` instead of GET */
    str post;     /* must live until http_run returns */
    int64_t timeout_ms; /* for the whole request, redirects included; 0: none */
    bool in_turn;       /* waits while HTTP_IN_TURN of such requests are under way; the time begins after that */
    int64_t stalled_s;  /* time in which 100 KB must arrive, or else the request ends; 0: none */
    /* If set, takes the body of a success piece by piece, as sent, in place of `body`. `total` is its size, 0 if
     * unknown. Returning false ends the request. */
    bool (*take)(void *context, str piece, uint64_t total);
    void *context;

    /* Results of http_run: */
    enum http_outcome outcome;
    int status;         /* of the last answer, such as 404; 0: none */
    struct err err;     /* set unless HTTP_OK; the caller clears it */
    str body;           /* with HTTP_OK; compression for transport is undone */
    struct arena arena; /* holds the body; the caller adopts or releases it */
};

/* Makes n requests, at once but for those in turn, and returns when all are done, or the work is cancelled. Up to 9
 * redirects are followed, as in Go. The bodies together may take most_bytes (0: half of the limit of memory); the
 * request that exceeds this is HTTP_CUT_OFF. */
void http_run(struct http_request *request, uint32_t n, const struct http_identity *who, uint64_t most_bytes);

#endif
