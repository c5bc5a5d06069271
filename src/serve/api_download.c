/* download: the profile as it was loaded, or with view=t the filtered profile. */
#include "serve/api.h"
#include "session/run.h"

bool api_download(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
                  struct result *r, struct err *e) {
    struct command c = request->command;
    struct run_view view;
    r->type = "application/vnd.google.protobuf+gzip";
    if (!str_equal(query_get(request->query, STR("view")), STR("t"))) {
        options_defaults(&c.options);
    }
    return run_prepare(request->session, &c, a, notes, &view, e) && report_run(&view.in, out, e);
}
