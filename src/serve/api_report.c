/* report/NAME and text/NAME: the bytes that `cprof -NAME` writes. */
#include "serve/api.h"
#include "session/run.h"

static bool run(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
                struct err *e) {
    struct run_view view;
    return run_prepare(request->session, &request->command, a, notes, &view, e) && run_report(&view.in, out, e);
}

bool api_report(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
                struct result *r, struct err *e) {
    struct api_request json = *request;
    str format = query_get(request->query, STR("format"));
    json.command.options.format = format.len ? format : STR("json");
    if (str_equal(format, STR("csv"))) r->type = "text/csv; charset=utf-8";
    if (str_equal(format, STR("markdown"))) r->type = "text/markdown; charset=utf-8";
    return run(&json, a, notes, out, e);
}

bool api_top(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
             struct result *r, struct err *e) {
    struct run_view view;
    struct command c = request->command;
    const struct report_in *in = &view.in;
    bool all = str_equal(query_get(request->query, STR("all")), STR("t")) && !c.options.by.len;
    if (!all) return api_report(request, a, notes, out, r, e);
    c.options.format = STR("json");
    if (!run_prepare(request->session, &c, a, notes, &view, e)) return false;
    const struct graph_plan plan = {.depth = GRAPH_NODES};
    const struct graph *rows = graph_build(a, in->view, in->units, &in->value, &plan, in->options);
    view.options.unit = graph_output_unit(rows, &in->value, in->options, false);
    view.options.nodecount = 0;
    if (!query_get(request->query, STR("nf")).len) view.options.nodefraction = 0;
    return report_run(in, out, e);
}

bool api_text(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
              struct result *r, struct err *e) {
    /* reports with an extension are not text */
    r->type = request->report->extension ? "application/octet-stream" : "text/plain; charset=utf-8";
    return run(request, a, notes, out, e);
}
