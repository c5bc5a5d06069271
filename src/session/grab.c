#include "session/grab.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/process.h"
#include "bytes/url.h"
#include "go/gotext.h"
#include "out/message.h"
#include "session/output.h"

struct grab *grab_new(struct session *s, const struct argv_call *call, const struct symbolize_locate *locate,
                      const str *source, uint32_t n) {
    struct grab *grab = ARENA_ZERO(s->arena, struct grab, n);
    for (uint32_t i = 0; i < n; i++) {
        struct grab *g = &grab[i];
        *g = (struct grab){.call = call, .locate = locate, .watch = s->watch, .source = source[i]};
        g->load_options = watch_loader(s->watch, &g->how_far);
        g->load_options.lenient = call->call.lenient;
        g->load_options.left_out = &g->left_out;
        g->notes.arena = &g->said;
    }
    return grab;
}

struct symbolize_locate grab_locate(const struct argv_call *call) {
    return (struct symbolize_locate){.search_path = str_from(getenv("PPROF_BINARY_PATH")),
                                     .exec_name = call->executable,
                                     .build_id = call->call.buildid};
}

/* perf.data is recognized in regular files only: looking into a pipe would take bytes from it. */
static bool is_perf_file(const char *path) {
    char start[8];
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode)) return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t n = read(fd, start, sizeof start);
    close(fd);
    return n == (ssize_t)sizeof start && str_equal((str){start, sizeof start}, STR("PERFILE2"));
}

static bool load_perf_file(struct grab *g, struct err *e) {
    const char *dir = getenv("TMPDIR");
    str path;
    message_print(
        str_format(&g->arena, "Converting %.*s to a profile.proto... (May take a few minutes)", STR_ARG(g->source)));
    int fd = output_create_numbered(&g->arena, dir && *dir ? str_from(dir) : STR("/tmp"), STR("pprof_"), STR(".pb.gz"),
                                    &path, e);
    if (fd < 0) return false;
    close(fd);
    const char *file = str_c(&g->arena, path);
    const char *argv[] = {"perf_to_profile",
                          "-i",
                          process_argument(&g->arena, g->source),
                          "-o",
                          process_argument(&g->arena, path),
                          "-f",
                          NULL};
    struct process_call call = {.argv = argv, .show_errors = true};
    bool ok = process_run(&g->arena, &call, e) ||
              err_prepend(e, "failed to convert perf.data file. Try github.com/google/perf_data_converter: ");
    ok = ok && load_source(&g->arena, path, &g->load_options, &g->profile, e);
    unlink(file);
    return ok;
}

/* --- over the network */

/* No timeout and no time of collecting is longer: so many nanoseconds are still a number. */
static int64_t bounded(int64_t seconds) { return seconds < INT64_C(9000000000) ? seconds : INT64_C(9000000000); }

static bool is_file(str path) {
    struct arena scratch = {0};
    struct stat st;
    bool is = stat(str_c(&scratch, path), &st) == 0;
    arena_release(&scratch);
    return is;
}

/* A source that is no file may be a URL. */
static void plan_one(struct grab *g) {
    const struct options_call *c = &g->call->call;
    int64_t seconds;
    if (g->is_planned) return;
    g->is_planned = true;
    if (str_equal(g->source, STR("-")) || is_file(g->source)) return;
    g->url = url_from_source(&g->arena, g->source, c->seconds, &seconds);
    if (!g->url.len) return;
    message_print(str_format(&g->arena, "Fetching profile over HTTP from %.*s", STR_ARG(url_mask(&g->arena, g->url))));
    if (c->seconds > 0)
        message_print(str_format(&g->arena, "Please wait... (%.*s)",
                                 STR_ARG(gotext_duration(&g->arena, bounded(c->seconds) * 1000000000))));
    int64_t timeout_ms = c->timeout > 0 ? bounded(c->timeout) * 1000 : seconds > 0 ? bounded(seconds) * 1500 : 60000;
    g->http = (struct http_request){.url = g->url, .timeout_ms = timeout_ms + 5000};
}

void grab_plan(struct grab *g, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) plan_one(&g[i]);
}

struct http_tls grab_tls(const struct argv_call *call) {
    return (struct http_tls){.cert = call->call.tls_cert, .key = call->call.tls_key, .ca = call->call.tls_ca};
}

void grab_fetch(struct grab *grab, uint32_t n, struct grab *also) {
    struct arena scratch = {0};
    struct grab **wanted = ARENA_ARRAY(&scratch, struct grab *, (size_t)n + 1);
    uint32_t n_wanted = 0;
    for (uint32_t i = 0; i <= n; i++) {
        struct grab *g = i < n ? &grab[i] : also;
        if (g && g->url.len && !g->is_fetched) wanted[n_wanted++] = g;
    }
    if (n_wanted) {
        struct http_request *request = ARENA_ARRAY(&scratch, struct http_request, n_wanted);
        struct http_tls tls = grab_tls(wanted[0]->call);
        watch_stage(wanted[0]->watch, "fetching");
        for (uint32_t i = 0; i < n_wanted; i++) request[i] = wanted[i]->http;
        http_run(request, n_wanted, &tls, 0);
        for (uint32_t i = 0; i < n_wanted; i++) {
            wanted[i]->http = request[i];
            wanted[i]->is_fetched = true;
        }
    }
    arena_release(&scratch);
}

/* Which server knows the addresses of a mapping: found by its build ID or file later, after merging. A mapping that
 * has neither is called by the URL until then. */
static void note_mappings(struct grab *g) {
    struct profile *p = &g->profile;
    struct profile_mapping *mapping = ARENA_ARRAY(&g->arena, struct profile_mapping, p->n_mappings);
    for (uint32_t i = 0; i < p->n_mappings; i++) {
        mapping[i] = p->mapping[i];
        if (!mapping[i].build_id && !mapping[i].file)
            mapping[i].file = profile_add_string(p, &g->arena, url_mask(&g->arena, g->url));
        str key = profile_str(p, mapping[i].build_id ? mapping[i].build_id : mapping[i].file);
        struct symbolize_source source = {.key = key, .url = g->url, .start = mapping[i].start};
        *VEC_PUSH(&g->arena, &g->mappings) = source;
    }
    p->mapping = mapping;
}

static bool load_fetched(struct grab *g, struct err *e) {
    struct http_request *h = &g->http;
    bool ok = h->outcome == HTTP_OK ||
              err_set(e, "%s%s", h->outcome == HTTP_NO_ANSWER ? "http fetch: " : "", err_text(&h->err));
    err_clear(&h->err);
    if (ok) return load_owned(&g->arena, &h->arena, h->body, &g->load_options, &g->profile, e);
    arena_release(&h->arena);
    return false;
}

static bool load_any(struct grab *g, struct err *e) {
    const char *path = str_c(&g->arena, g->source);
    if (g->url.len) return load_fetched(g, e);
    if (!str_equal(g->source, STR("-")) && is_perf_file(path)) return load_perf_file(g, e);
    return load_source(&g->arena, g->source, &g->load_options, &g->profile, e);
}

static void after_loading(struct grab *g) {
    watch_loaded(g->watch);
    if (g->ok && g->left_out)
        notes_add(&g->notes, NOTE_WARNING, "%.*s: %llu line%s left out", STR_ARG(grab_shown(&g->said, g->source)),
                  (unsigned long long)g->left_out, g->left_out == 1 ? "" : "s");
    if (g->ok) symbolize_locate_binaries(&g->arena, &g->profile, g->locate, &g->notes);
}

void grab_load(struct grab *g) {
    if (g->is_loaded) return;
    g->is_loaded = true;
    g->ok = load_any(g, &g->err);
    after_loading(g);
    if (g->ok && g->url.len) note_mappings(g);
}

bool grab_file(struct grab *g) {
    bool is_file;
    g->ok = load_file(&g->arena, g->source, &g->load_options, &g->profile, &is_file, &g->err);
    if (!is_file || (!g->ok && is_perf_file(str_c(&g->arena, g->source)))) {
        grab_drop(g);
        return false;
    }
    after_loading(g);
    return true;
}

/* --- the end */

str grab_shown(struct arena *a, str source) { return is_file(source) ? source : url_mask(a, source); }

str grab_failure(struct arena *a, const struct grab *g) {
    const char *why = err_text(&g->err);
    str text = str_format(a, "%.*s%s%s", STR_ARG(g->source), *why == ':' ? "" : ": ", why);
    return is_file(g->source) ? text : url_mask(a, text);
}

void grab_say(struct grab *g) {
    message_notes(&g->notes);
    if (!g->ok) message_warn(grab_failure(&g->said, g));
    err_clear(&g->err);
    g->notes = (struct notes){.arena = &g->said};
    arena_release(&g->said);
}

void grab_drop(struct grab *g) {
    g->is_loaded = false;
    g->how_far = (struct watch_source){.watch = g->watch};
    g->left_out = 0;
    g->notes = (struct notes){.arena = &g->said};
    err_clear(&g->err);
    arena_release(&g->said);
    arena_release(&g->arena);
}
