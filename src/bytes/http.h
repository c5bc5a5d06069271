/* Requests over HTTP and HTTPS: the only file that knows libcurl, which is loaded at the first request.
 *
 * Requests are made all at the same time, by one thread: profiles that are collected while they are asked for have to
 * cover the same seconds, however few threads there are. Proxies are those of the environment ($HTTP_PROXY,
 * $HTTPS_PROXY, $NO_PROXY), as Go reads them. Sentences are those of Go's HTTP client where it has them. */
#ifndef CPROF_BYTES_HTTP_H
#define CPROF_BYTES_HTTP_H

#include "base/err.h"
#include "base/str.h"
#include "bytes/http_tls.h"

enum http_outcome {
    HTTP_OK,
    HTTP_NO_ANSWER, /* err: `Get "URL": why`, with the password struck out of the URL */
    HTTP_REFUSED,   /* err: "server response: 404 Not Found", and the text of a pprof server's answer */
    HTTP_CUT_OFF    /* err: why the answer ended before it was complete */
};

struct http_request {
    str url;            /* http, https, or https+insecure, which looks at no certificate */
    bool is_post;       /* POST `post` instead of GET */
    str post;           /* lives until http_run returns */
    int64_t timeout_ms; /* for all of it, redirects included; 0: none */

    /* What http_run leaves: */
    enum http_outcome outcome;
    struct err err;     /* unless HTTP_OK; the caller clears it */
    str body;           /* with HTTP_OK, decoded where the server compressed it for transport */
    struct arena arena; /* where the body lives; the caller adopts or releases it */
};

/* Makes n requests at once and returns when all are done. Up to 9 redirects are followed, as by Go. Answers may take
 * up most_bytes together (0: a quarter of the machine's memory); the one that goes beyond is HTTP_CUT_OFF. */
void http_run(struct http_request *request, uint32_t n, const struct http_tls *tls, uint64_t most_bytes);

#endif
