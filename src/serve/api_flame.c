/* flame and stacks: the data of flame graphs. */
#include <math.h>

#include "go/gotext.h"
#include "report/web.h"
#include "serve/api.h"
#include "session/run.h"

#define USUAL_CUT (1.0 / 20000)

bool api_flame(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
               struct result *r, struct err *e) {
    struct run_view view;
    struct web_flame how = {.generation = request->generation};
    str cut = query_get(request->query, STR("cut")), trim = query_get(request->query, STR("trim"));
    (void)r;
    /* the page itself sets trim, so only the query counts */
    bool all = trim.len && strchr("fFnN0", trim.ptr[0]);
    how.cut = all ? 0 : USUAL_CUT;
    if (cut.len && (gotext_parse_float(cut, &how.cut) != GOTEXT_OK || !(how.cut >= 0 && how.cut <= 1)))
        return err_set(e, "cut is a share of the total, from 0 to 1, not %.*s", STR_ARG(cut));
    if (!run_prepare(request->session, &request->command, a, notes, &view, e)) return false;
    web_write_flame(&view.in, &how, out);
    return true;
}

bool api_stacks(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
                struct result *r, struct err *e) {
    struct run_view view;
    (void)r;
    return run_prepare(request->session, &request->command, a, notes, &view, e) && web_write_stacks(&view.in, out, e);
}
