/* The cache of results for requests. Equal requests share one result, even while it is made; results are kept for
 * further requests until newer ones need the room. They are made on threads of their own, one per core. */
#ifndef CPROF_SERVE_RESULTS_H
#define CPROF_SERVE_RESULTS_H

#include <stdatomic.h>

#include "base/err.h"
#include "base/sink.h"

enum { RESULT_ETAG = 48 };

/* A finished result, which is never modified. */
struct result {
    unsigned status;  /* of HTTP */
    const char *type; /* Content-Type */
    str body;         /* with a status other than 200: the message, without a newline; empty if `packed` has it */
    str packed;       /* the body as gzip, where compression pays */
    str notes;        /* warnings, one per line */
    char etag[RESULT_ETAG];
};

/* Makes a result: writes the body to `out` and sets the other fields of *r, whose texts live in `a`. With a status
 * other than 200 the bytes in `out` are dropped, and r->body is kept. Several threads may call it at once. */
typedef void result_maker(const void *context, struct arena *a, struct sink *out, struct result *r);

struct results;
struct results *results_new(struct arena *a, struct err *e); /* NULL if the system gives no thread */
/* Cancels results that are being made and ends the threads. Returns false if one is still running after most_ms. */
bool results_stop(struct results *all, int most_ms);
/* Frees what is kept, once nothing uses it any more. */
void results_free(struct results *all);

/* Returns the result of `key`, calling `make` unless it exists or is being made. *gone becomes true when the caller no
 * longer wants it; work that all callers have left is cancelled. Returns NULL after that, or when the server ends. The
 * context is not used after the call returns. */
const struct result *results_get(struct results *all, str key, const atomic_bool *gone, result_maker *make,
                                 const void *context);
void results_release(struct results *all, const struct result *r);
/* Drops all kept results, because the profile has changed. */
void results_forget(struct results *all);

#endif
