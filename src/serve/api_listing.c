/* listing: the source of functions with their values, as HTML for a page; source: as JSON. */
#include "report/web.h"
#include "serve/api.h"
#include "session/run.h"

bool api_listing(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
                 struct result *r, struct err *e) {
    struct run_view view;
    r->type = "text/html; charset=utf-8";
    return run_prepare(request->session, &request->command, a, notes, &view, e) && web_write_listing(&view.in, out, e);
}

bool api_source(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
                struct result *r, struct err *e) {
    struct run_view view;
    (void)r;
    return run_prepare(request->session, &request->command, a, notes, &view, e) &&
           web_write_source(&view.in, query_get(request->query, STR("asm")), out, e);
}
