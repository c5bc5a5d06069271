/* The rows of the JSON interface, and the results for their paths. */
#include "serve/api.h"

#include "base/cancel.h"
#include "out/message.h"

/* pprof's pages set these, whatever the query has. */
static void adjust_peek(struct options *o) { o->granularity = GRANULARITY_LINES; }
static void adjust_flame(struct options *o) {
    o->call_tree = true;
    o->trim = false;
    if (o->granularity == GRANULARITY_UNSET) o->granularity = GRANULARITY_FILEFUNCTIONS;
}

enum { LISTED_MOST = 50 }; /* routines of disasm, files of source */

static const char *const pattern[] = {"f", NULL}, *const report_more[] = {"f", "format", NULL};
static const char *const top_more[] = {"f", "format", "all", "nf", NULL};
static const char *const flame_more[] = {"cut", "trim", "types", "inv", "rec", "p", "node", NULL};
static const char *const source_more[] = {"f", "asm", NULL};
static const char *const download_more[] = {"view", NULL};

const struct api_row api_table[] = {
    {.path = "profile", .make = api_profile, .report = "top"},
    {.path = "flame", .make = api_flame, .report = "flamegraph", .adjust = adjust_flame, .more = flame_more},
    {.path = "stacks", .make = api_stacks, .report = "flamegraph", .adjust = adjust_flame},
    {.path = "graph", .make = api_graph, .report = "svg"},
    {.path = "labels", .make = api_labels, .report = "tags"},
    {.path = "listing", .make = api_listing, .report = "weblist", .most = LISTED_MOST, .more = pattern},
    {.path = "source", .make = api_source, .report = "weblist", .most = LISTED_MOST, .more = source_more},
    {.path = "report/peek", .make = api_report, .report = "peek", .adjust = adjust_peek, .more = report_more},
    {.path = "text/peek", .make = api_text, .report = "peek", .adjust = adjust_peek, .more = pattern},
    {.path = "text/disasm", .make = api_text, .report = "disasm", .most = LISTED_MOST, .more = pattern},
    {.path = "report/top", .make = api_top, .report = "top", .more = top_more},
    {.path = "report/", .make = api_report, .more = report_more},
    {.path = "text/", .make = api_text, .more = pattern},
    {.path = "download", .make = api_download, .report = "proto", .more = download_more},
};
const unsigned api_table_n = sizeof api_table / sizeof *api_table;

static const struct api_row *find_row(str path) {
    for (unsigned i = 0; i < api_table_n; i++) {
        str row = str_from(api_table[i].path);
        if (str_equal(row, path)) return &api_table[i];
        if (str_has_suffix(row, STR("/")) && str_has_prefix(path, row)) return &api_table[i];
    }
    return NULL;
}

void api_make(const struct api_request *request, struct arena *a, struct sink *out, struct result *r) {
    struct notes notes = {.arena = a};
    struct err e = {0};
    r->type = "application/json; charset=utf-8";
    if (!request->row->make(request, a, &notes, out, r, &e)) {
        if (r->status == 200) r->status = 400;
        r->body = str_copy(a, str_from(err_text(&e)));
        if (!cancel_wanted()) message_warn(r->body);
    }
    err_clear(&e);
    str *lines = ARENA_ARRAY(a, str, notes.n);
    for (size_t i = 0; i < notes.n; i++) lines[i] = message_one_line(a, notes.at[i].text);
    r->notes = str_join(a, lines, notes.n, STR("\n"));
    if (!cancel_wanted()) message_notes(&notes);
}

static void make(const void *context, struct arena *a, struct sink *out, struct result *r) {
    api_make(context, a, out, r);
}

/* A text that is equal for requests that get the same bytes. */
static str request_key(struct arena *a, const struct api_request *request, str path) {
    struct sink out;
    sink_to_memory(&out);
    sink_printf(&out, "%llu %.*s ", (unsigned long long)request->generation, STR_ARG(path));
    sink_str(&out, query_options_key(a, &request->command.options));
    if (request->changed) sink_text(&out, " changed");
    for (const char *const *name = request->row->more; name && *name; name++) {
        str value = query_get(request->query, str_from(*name));
        sink_printf(&out, " %s %zu:", *name, value.len);
        sink_str(&out, value);
    }
    str key = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return key;
}

/* Returns true if the web interface shows this report: not if it starts a viewer, draws a file, or is a gate's. */
static bool is_shown(const struct report *r) { return r && r->run && r->post == POST_NONE && r->where != TO_VIEWER; }

bool api_prepare(struct api_request *request, str path, unsigned *status, struct err *e) {
    const struct api_row *row = request->row = find_row(path);
    struct options *o = &request->command.options;
    *status = 404;
    if (!row) return err_set(e, "404 page not found");
    str name = row->report ? str_from(row->report) : str_from_offset(path, strlen(row->path));
    const struct report *report = request->report = report_find(name);
    if (!row->report && !is_shown(report)) return err_set(e, "404 page not found");
    request->command = (struct command){.report = report,
                                        .pattern = report->has_param ? query_get(request->query, STR("f")) : STR_EMPTY,
                                        .most = row->most,
                                        .options = request->state->call->options};
    o->output = STR_EMPTY;
    o->format = STR_EMPTY;
    o->by = STR_EMPTY; /* pages without groups would fail; the URL that a browser is started with has it */
    o->by_columns = false;
    *status = 400;
    if (!query_apply(request->query, o, e)) {
        message_warn(str_from(err_text(e)));
        return false;
    }
    if (row->adjust) row->adjust(o);
    return true;
}

const struct result *api_get(struct serve_state *s, const struct http_call *call, str path, const struct query *q,
                             unsigned *status, struct err *e) {
    struct serve_data *data = state_take(s);
    struct api_request request = {.session = &data->session, .generation = data->generation, .state = s, .query = q};
    const struct result *r = NULL;
    if (api_prepare(&request, path, status, e)) {
        request.changed = request.row->make == api_profile && state_has_changed(s, data);
        r = results_get(s->results, request_key(call->arena, &request, path), call->gone, make, &request);
        if (!r) {
            *status = 503;
            err_set(e, "the request was given up");
        }
    }
    state_give(s, data);
    return r;
}
