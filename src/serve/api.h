/* The JSON interface below /api/v1/: one row for each path, one file for each family of them (api_*.c). A row makes the
 * bytes from profile and options; pages.c shows what the same rows make. */
#ifndef CPROF_SERVE_API_H
#define CPROF_SERVE_API_H

#include "serve/http.h"
#include "serve/query.h"
#include "serve/state.h"

struct api_row;

/* What a row works on. */
struct api_request {
    const struct api_row *row;
    const struct session *session; /* of a profile; only read */
    uint64_t generation;
    const struct report *report; /* the row's, or that of the path's last part */
    const struct query *query;
    struct command command; /* report, pattern and options, the query and the row's settings applied */
};

/* Writes the body. Fails with status 400, unless it sets r->status to something else; r->type may be replaced, too.
 * Memory comes from `a`, warnings go to `notes`. Several run at once. */
typedef bool api_fn(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
                    struct result *r, struct err *e);

struct api_row {
    const char *path; /* below /api/v1/; "report/" stands for all that begin so */
    api_fn *make;
    const char *report;                /* whose row of report_table applies; NULL: the path's last part names it */
    void (*settle)(struct options *o); /* what the page decides, after the query; may be NULL */
    uint32_t most;                     /* report_in.most */
    const char *const *more;           /* parameters beside the options that the result depends on; NULL at the end */
};
extern const struct api_row api_table[];
extern const unsigned api_table_n;

/* What a path gives for a query: a result to be released; or NULL with a status and a message. Messages of failures and
 * warnings go to standard error, too, when the result is made. */
const struct result *api_get(struct serve_state *s, const struct http_call *call, str path, const struct query *q,
                             unsigned *status, struct err *e);

api_fn api_report, api_text;  /* api_report.c: a report as JSON, as text */
api_fn api_profile;           /* api_profile.c */
api_fn api_flame, api_stacks; /* api_flame.c */
api_fn api_graph;             /* api_graph.c */
api_fn api_listing;           /* api_listing.c: source as HTML */
api_fn api_download;          /* api_download.c: the profile, or what the filters leave of it */

#endif
