/* The JSON interface below /api/v1/: a row for each path, a file for each family of paths (api_*.c). A row makes bytes
 * of a profile and options; pages.c shows the same bytes. */
#ifndef CPROF_SERVE_API_H
#define CPROF_SERVE_API_H

#include "serve/http.h"
#include "serve/query.h"
#include "serve/state.h"

struct api_row;

/* The inputs of a row. */
struct api_request {
    const struct api_row *row;
    const struct session *session; /* has the profile; read only */
    uint64_t generation;
    bool changed; /* files were changed since they were loaded; only for `profile` */
    const struct serve_state *state;
    const struct report *report; /* that of the row, or the one named by the last part of the path */
    const struct query *query;
    struct command command; /* report, pattern and options, after the query and the row's settings */
};

/* Writes the body. Fails with status 400, unless it sets r->status to another one; it may replace r->type as well.
 * Memory comes from `a`, warnings go to `notes`. Several threads may call it at once. */
typedef bool api_fn(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
                    struct result *r, struct err *e);

struct api_row {
    const char *path; /* below /api/v1/; "report/" matches all paths that begin with it */
    api_fn *make;
    const char *report;                /* the report whose row of report_table applies; NULL: the last part of the path
                                          names it */
    void (*adjust)(struct options *o); /* settings of the page, applied after the query; may be NULL */
    uint32_t most;                     /* report_in.most */
    const char *const *more;           /* parameters other than options on which the result depends; NULL at the end */
};
extern const struct api_row api_table[];
extern const unsigned api_table_n;

/* Chooses the row of a path, and sets the rest of a request that has state, session, generation and query; fails with a
 * status. */
bool api_prepare(struct api_request *request, str path, unsigned *status, struct err *e);
/* Makes a result as a result_maker does, and prints its messages. */
void api_make(const struct api_request *request, struct arena *a, struct sink *out, struct result *r);
/* Makes the result of a path and a query, which the caller must release; or returns NULL with a status and a message.
 * Prints messages of failures and warnings to standard error when the result is made. */
const struct result *api_get(struct serve_state *s, const struct http_call *call, str path, const struct query *q,
                             unsigned *status, struct err *e);

api_fn api_report, api_text; /* api_report.c: a report as JSON, or as text */
api_fn api_top;     /* there, too: with all=t, all rows, with values in the unit of the rows that the query selects */
api_fn api_profile; /* api_profile.c */
api_fn api_flame, api_stacks;   /* api_flame.c */
api_fn api_labels;              /* api_labels.c */
api_fn api_graph;               /* api_graph.c */
api_fn api_listing, api_source; /* api_listing.c: source as HTML, and as JSON */
api_fn api_download;            /* api_download.c: the profile, or the filtered one */

#endif
