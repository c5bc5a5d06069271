/* What was made for requests. Equal requests share one result, also while it is made; results stay for the next such
 * request until newer ones need the room. They are made on threads of their own, as many at once as there are cores. */
#ifndef CPROF_SERVE_RESULTS_H
#define CPROF_SERVE_RESULTS_H

#include <stdatomic.h>

#include "base/err.h"
#include "base/sink.h"

enum { RESULT_ETAG = 48 };

/* Finished; never modified. */
struct result {
    unsigned status;  /* of HTTP */
    const char *type; /* Content-Type */
    str body;         /* for a status other than 200 the message, without a newline */
    str packed;       /* the same as gzip; empty where that is not worth it */
    str notes;        /* warnings, one a line; empty where there was none */
    char etag[RESULT_ETAG];
};

/* Fills in a result: the body through `out`, the rest in *r, whose texts live in `a`. With a status other than 200 what
 * was written to `out` is dropped and r->body is kept. Several run at once. */
typedef void result_maker(const void *context, struct arena *a, struct sink *out, struct result *r);

struct results;
struct results *results_new(struct arena *a);
/* Ends the threads; what is being made is cancelled. */
void results_stop(struct results *all);

/* The result of `key`, made by `make` unless it is there or being made. `gone` tells that the caller does not want it
 * any more; work that all callers left is cancelled. NULL where that happened, or where all ends. The context is not
 * used after the call returns. */
const struct result *results_get(struct results *all, str key, const atomic_bool *gone, result_maker *make,
                                 const void *context);
void results_release(struct results *all, const struct result *r);
/* Forgets what is kept, as the profile has changed. */
void results_forget(struct results *all);

#endif
