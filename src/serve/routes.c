/* Chooses the handler of a request by its URL. */
#include "serve/routes.h"

#include <time.h>

#include "base/json.h"
#include "go/gotext.h"
#include "out/message.h"
#include "serve/answer.h"
#include "serve/api.h"
#include "serve/configs.h"
#include "serve/pages.h"
#include "serve/stream.h"

enum { GET = 1, POST = 2, DELETE = 4 }; /* GET includes HEAD */
enum {
    LOCATION_MOST = 8 * 1024, /* length of a redirect; the library drops answers with longer headers */
    FOLDERS_MOST = 64         /* in the path of a redirect */
};

struct route_request {
    struct serve_state *state;
    const struct http_call *call;
    str path;  /* decoded */
    str rest;  /* the part after the route's path */
    str query; /* as it was sent, without "?" */
    struct query parsed;
};

/* Returns false if the URL does not exist. */
typedef bool route_fn(const struct route_request *r, struct http_answer *answer);

static void redirect(const struct route_request *r, struct http_answer *answer, str to) {
    str location = to;
    if (r->query.len) location = str_join(r->call->arena, (str[]){to, r->query}, 2, STR("?"));
    if (location.len > LOCATION_MOST)
        answer_text(r->call, answer, 414, STR("the URL is too long"));
    else
        answer_redirect(r->call, answer, location);
}

/* Redirects URLs outside of /ui/ to the flame graph, or to the page with their name. "../" for each folder between the
 * root and the path keeps the link right if a proxy adds a prefix. */
static bool to_start(const struct route_request *r, struct http_answer *answer) {
    str name = str_from_offset(r->path, 1), part[FOLDERS_MOST + 2];
    size_t n = 0;
    if (!pages_has(name)) name = STR("flamegraph");
    for (size_t i = 1; i < r->path.len; i++) {
        if (r->path.ptr[i] != '/') continue;
        if (n == FOLDERS_MOST) return false;
        part[n++] = STR("../");
    }
    part[n++] = STR("ui/");
    part[n++] = name;
    redirect(r, answer, str_join(r->call->arena, part, n, STR_EMPTY));
    return true;
}

static bool to_flame(const struct route_request *r, struct http_answer *answer) {
    redirect(r, answer, STR("flamegraph"));
    return true;
}

static bool page(const struct route_request *r, struct http_answer *answer) {
    if (!r->rest.len) return to_flame(r, answer);
    return pages_answer(r->state, r->call, r->rest, &r->parsed, answer);
}

static bool asset(const struct route_request *r, struct http_answer *answer) {
    return pages_answer_asset(r->call, r->rest, query_get(&r->parsed, STR("v")), answer);
}

static bool icon(const struct route_request *r, struct http_answer *answer) {
    return pages_answer_asset(r->call, STR("icon.svg"), STR_EMPTY, answer);
}

static unsigned method_of(str name) {
    if (str_equal(name, STR("GET")) || str_equal(name, STR("HEAD"))) return GET;
    return str_equal(name, STR("POST")) ? POST : str_equal(name, STR("DELETE")) ? DELETE : 0;
}

static void send_configs(const struct route_request *r, str query, struct http_answer *answer) {
    struct sink out;
    sink_to_memory(&out);
    configs_write(r->call->arena, query, &r->state->call->options, &out);
    answer_bytes(r->call, answer, "application/json; charset=utf-8", str_copy(r->call->arena, sink_bytes(&out)));
    sink_drop(&out);
}

static bool send_result(const struct route_request *r, str path, bool json, struct http_answer *answer) {
    unsigned status;
    struct err e = {0};
    const struct result *result = api_get(r->state, r->call, path, &r->parsed, &status, &e);
    str text = str_copy(r->call->arena, str_from(err_text(&e)));
    err_clear(&e);
    if (result)
        answer_result(r->call, answer, r->state->results, result, json);
    else if (json)
        answer_json_error(r->call, answer, status, text);
    else
        answer_text(r->call, answer, status, text);
    return true;
}

static bool api(const struct route_request *r, struct http_answer *answer) {
    return send_result(r, r->rest, true, answer);
}

static bool stacks(const struct route_request *r, struct http_answer *answer) {
    return stream_stacks(r->state, r->call, &r->parsed, answer) || send_result(r, STR("stacks"), true, answer);
}

static bool download(const struct route_request *r, struct http_answer *answer) {
    send_result(r, STR("download"), false, answer);
    answer_header(r->call, answer, "Content-Disposition", "attachment;filename=profile.pb.gz");
    return true;
}

/* An answer to a change: `ok` says whether it was made. */
static void changed(const struct route_request *r, bool ok, bool json, struct err *e, struct http_answer *answer) {
    struct arena *a = r->call->arena;
    if (!ok) {
        str text = str_copy(a, str_from(err_text(e)));
        err_clear(e);
        message_warn(text);
        (json ? answer_json_error : answer_text)(r->call, answer, 400, text);
        return;
    }
    if (json)
        send_configs(r, STR_EMPTY, answer);
    else
        answer_text(r->call, answer, 200, STR_EMPTY);
}

static bool configs(const struct route_request *r, struct http_answer *answer) {
    const struct options *current = &r->state->call->options;
    struct arena *a = r->call->arena;
    struct err e = {0};
    struct json_node *body;
    if (method_of(r->call->method) == DELETE) {
        changed(r, configs_delete(a, query_get(&r->parsed, STR("config")), &e), true, &e, answer);
    } else if (method_of(r->call->method) == POST) {
        bool ok = json_parse(a, r->call->body, &body, &e);
        const struct json_node *name = ok ? json_member(body, STR("name")) : NULL;
        const struct json_node *query = ok ? json_member(body, STR("query")) : NULL;
        if (ok && (!name || name->kind != JSON_STRING || !query || query->kind != JSON_STRING))
            ok = err_set(&e, "the body is {\"name\": TEXT, \"query\": TEXT}");
        changed(r, ok && configs_save(a, name->text, query->text, current, &e), true, &e, answer);
    } else {
        send_configs(r, r->query, answer);
    }
    return true;
}

static bool save_config(const struct route_request *r, struct http_answer *answer) {
    struct err e = {0};
    str name = query_get(&r->parsed, STR("config"));
    changed(r, configs_save(r->call->arena, name, r->query, &r->state->call->options, &e), false, &e, answer);
    return true;
}

static bool delete_config(const struct route_request *r, struct http_answer *answer) {
    struct err e = {0};
    changed(r, configs_delete(r->call->arena, query_get(&r->parsed, STR("config")), &e), false, &e, answer);
    return true;
}

static bool refresh(const struct route_request *r, struct http_answer *answer) {
    struct arena *a = r->call->arena;
    struct err e = {0};
    uint64_t generation;
    enum state_refresh done = state_refresh(r->state, &generation, &e);
    if (done == REFRESH_DONE) {
        str body = str_format(a, "{\"generation\": %llu}\n", (unsigned long long)generation);
        answer_bytes(r->call, answer, "application/json; charset=utf-8", body);
    } else {
        str text = str_copy(a, str_from(err_text(&e)));
        if (done == REFRESH_FAILED) message_warn(text);
        answer_json_error(r->call, answer, done == REFRESH_BUSY ? 409 : 400, text);
    }
    err_clear(&e);
    return true;
}

struct route {
    const char *path; /* with a '/' or a '*' at its end it matches all paths that begin with it */
    unsigned methods;
    route_fn *answer;
};
/* The first row that matches is used. */
static const struct route route_table[] = {
    {"/api/v1/configs", GET | POST | DELETE, configs},
    {"/api/v1/refresh", POST, refresh},
    {"/api/v1/stacks", GET, stacks},
    {"/api/v1/", GET, api},
    {"/ui/saveconfig", POST, save_config},
    {"/ui/deleteconfig", POST | DELETE, delete_config},
    {"/ui/assets/", GET, asset},
    {"/ui/download", GET, download},
    {"/ui/flamegraph2", GET, to_flame},
    {"/ui/flamegraphold", GET, to_flame},
    {"/favicon.ico", GET, icon},
    {"/ui", GET, to_start},
    {"/ui/", GET, page},
    {"*", GET, to_start},
};

static bool fits(const struct route *row, str path, str *rest) {
    str start = str_from(row->path);
    *rest = STR_EMPTY;
    if (str_equal(start, STR("*"))) return true;
    if (!str_has_suffix(start, STR("/"))) return str_equal(start, path);
    *rest = str_from_offset(path, start.len);
    return str_has_prefix(path, start);
}

static const char *method_names(unsigned methods) {
    switch (methods) {
    case GET: return "GET, HEAD";
    case POST: return "POST";
    case POST | DELETE: return "POST, DELETE";
    default: return "GET, HEAD, POST, DELETE";
    }
}

/* Removes "http://HOST" from a target in absolute form. */
static bool take_authority(str *target, str *host) {
    if (!str_has_prefix(*target, STR("http://"))) return false;
    str rest = str_from_offset(*target, 7);
    size_t end = 0;
    while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != '?') end++;
    *host = str_slice(rest, 0, end);
    *target = str_from_offset(rest, end);
    if (!target->len || target->ptr[0] != '/') *target = STR("/");
    return true;
}

static void find_answer(struct route_request *r, struct http_answer *answer) {
    const struct http_call *call = r->call;
    const struct guard *guard = &r->state->guard;
    str target = call->target, host;
    if (guard->loopback && !listen_is_loopback(call->client)) {
        answer_text(call, answer, 403, STR("permission denied"));
        return;
    }
    if (call->crowded) {
        answer_text(call, answer, 503, STR("too many connections"));
        answer_header(call, answer, "Connection", "close");
        return;
    }
    if (call->n_hosts != 1) {
        answer_text(call, answer, 400, STR("a request has one Host header"));
        return;
    }
    bool absolute = take_authority(&target, &host);
    if (!absolute) host = call->host;
    if (!guard_allows_host(guard, host) || (absolute && !guard_allows_host(guard, call->host))) {
        str text = str_format(call->arena, "host %.*s is not allowed (-http_hosts)",
                              STR_ARG(gotext_quote(call->arena, str_slice(host, 0, 200))));
        answer_text(call, answer, 403, text);
        return;
    }
    size_t question = str_find_char(target, '?');
    r->query = str_from_offset(target, question + 1);
    if (!query_decode(call->arena, str_slice(target, 0, question), false, &r->path) || !r->path.len ||
        r->path.ptr[0] != '/') {
        answer_text(call, answer, 400, STR("400 Bad Request"));
        return;
    }
    r->parsed = query_parse(call->arena, r->query);
    str clean = gotext_clean_path(call->arena, r->path);
    bool folder = str_has_suffix(r->path, STR("/")) && clean.len > 1;
    if (folder) clean = str_join(call->arena, (str[]){clean, STR("/")}, 2, STR_EMPTY);
    if (!str_equal(clean, r->path)) {
        redirect(r, answer, query_encode_path(call->arena, clean));
        return;
    }
    for (size_t i = 0; i < sizeof route_table / sizeof *route_table; i++) {
        const struct route *row = &route_table[i];
        if (!fits(row, r->path, &r->rest)) continue;
        unsigned method = method_of(call->method);
        if (!(row->methods & method)) {
            answer_text(call, answer, 405, STR("method not allowed"));
            answer_header(call, answer, "Allow", method_names(row->methods));
            return;
        }
        if (method != GET && call->too_long) {
            answer_text(call, answer, 413, STR("the body is too long"));
            return;
        }
        if (method != GET) {
            const struct guard_proof proof = {call->token, call->origin, call->fetch_site, call->host};
            const char *refused = guard_refuses_write(guard, &proof);
            if (refused) {
                answer_text(call, answer, 403, str_from(refused));
                return;
            }
        }
        if (!row->answer(r, answer)) answer_text(call, answer, 404, STR("404 page not found"));
        return;
    }
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void routes_answer(void *context, const struct http_call *call, struct http_answer *answer) {
    struct route_request r = {.state = context, .call = call, .path = STR_EMPTY, .rest = STR_EMPTY, .query = STR_EMPTY};
    double start = r.state->verbose ? now() : 0;
    find_answer(&r, answer);
    if (r.state->verbose)
        message_print(str_format(call->arena, "%.*s %.*s %u %.1fms %zu", STR_ARG(call->method), STR_ARG(call->target),
                                 answer->status, (now() - start) * 1000, answer->body.len));
}
