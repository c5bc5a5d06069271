/* flame and stacks: the data of flame graphs. */
#include <math.h>

#include "go/gotext.h"
#include "report/by/by.h"
#include "report/web.h"
#include "serve/api.h"
#include "session/run.h"

#define USUAL_CUT (1.0 / 20000)

static bool is_set(const struct query *q, str name) { return str_equal(query_get(q, name), STR("t")); }

bool api_flame(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
               struct result *r, struct err *e) {
    const struct query *q = request->query;
    struct run_view view;
    str cut = query_get(q, STR("cut")), trim = query_get(q, STR("trim"));
    /* the page itself sets trim, so only the query counts */
    bool all = trim.len && strchr("fFnN0", trim.ptr[0]);
    struct web_flame how = {.cut = all ? 0 : USUAL_CUT,
                            .generation = request->generation,
                            .all_types = is_set(q, STR("types")),
                            .fitting = is_set(q, STR("types")) && !cut.len,
                            .inverted = is_set(q, STR("inv")),
                            .fold = is_set(q, STR("rec")),
                            .pivot = query_get(q, STR("p")),
                            .node = query_get(q, STR("node"))};
    (void)r;
    if (cut.len && (gotext_parse_float(cut, &how.cut) != GOTEXT_OK || !(how.cut >= 0 && how.cut <= 1)))
        return err_set(e, "cut is a share of the total, from 0 to 1, not %.*s", STR_ARG(cut));
    if (!run_prepare(request->session, &request->command, a, notes, &view, e)) return false;
    if (!view.options.by.len) return web_write_flame(&view.in, &how, out, e);
    struct by_rooted rooted;
    return report_by_roots(&view.in, &rooted, e) && web_write_flame(&rooted.in, &how, out, e);
}

bool api_stacks(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
                struct result *r, struct err *e) {
    struct run_view view;
    (void)r;
    return run_prepare(request->session, &request->command, a, notes, &view, e) && web_write_stacks(&view.in, out, e);
}
