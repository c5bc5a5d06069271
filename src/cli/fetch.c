/* All that a command line names, made one profile: spec chapter 4, in its order. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/gotext.h"
#include "base/task.h"
#include "cli/argv.h"
#include "cli/message.h"
#include "cli/save.h"
#include "cli/session.h"
#include "filter/filter.h"
#include "load/http.h"
#include "load/load.h"
#include "load/url.h"
#include "profile/merge.h"
#include "symbolize/symbolize.h"
#include "symbolize/tools.h"

/* Sources are loaded and merged this many at a time, which bounds how many are in memory unmerged. */
enum { CHUNK = 128 };

/* One source while it is loaded; each has an arena of its own, since they are loaded at the same time. */
typedef VEC(struct symbolize_source) source_list;
struct grab {
    const struct argv_call *call;
    const struct symbolize_locate *locate;
    struct watch *watch;
    struct watch_source how_far;
    struct load_watch load_watch;
    str source;
    str url; /* what the source means where it is no file; else empty */
    struct http_request http;
    bool is_fetched;
    struct arena arena;
    struct profile profile;
    source_list mappings; /* those of a profile that was fetched */
    struct notes notes;
    struct err err;
    bool ok, is_loaded;
};

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
    str path, said;
    message_print(
        str_format(&g->arena, "Converting %.*s to a profile.proto... (May take a few minutes)", STR_ARG(g->source)));
    int fd = output_create_numbered(&g->arena, dir && *dir ? str_from(dir) : STR("/tmp"), STR("pprof_"), STR(".pb.gz"),
                                    &path, e);
    if (fd < 0) return false;
    close(fd);
    const char *file = str_c(&g->arena, path);
    const char *argv[] = {"perf_to_profile", "-i", str_c(&g->arena, g->source), "-o", file, "-f", NULL};
    bool ok = tools_run(&g->arena, argv, STR_EMPTY, true, &said, e) ||
              err_prepend(e, "failed to convert perf.data file. Try github.com/google/perf_data_converter: ");
    ok = ok && load_source(&g->arena, path, &g->load_watch, &g->profile, e);
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

/* A source that is no file may be a URL. Says so, since what follows may take its time. */
static void plan_fetching(struct grab *g) {
    const struct options_call *c = &g->call->call;
    int64_t seconds;
    if (str_equal(g->source, STR("-")) || is_file(g->source)) return;
    g->url = url_from_source(&g->arena, g->source, c->seconds, &seconds);
    if (!g->url.len) return;
    message_print(str_format(&g->arena, "Fetching profile over HTTP from %.*s", STR_ARG(g->url)));
    if (c->seconds > 0)
        message_print(str_format(&g->arena, "Please wait... (%.*s)",
                                 STR_ARG(gotext_duration(&g->arena, bounded(c->seconds) * 1000000000))));
    int64_t timeout_ms = c->timeout > 0 ? bounded(c->timeout) * 1000 : seconds > 0 ? bounded(seconds) * 1500 : 60000;
    g->http = (struct http_request){.url = g->url, .timeout_ms = timeout_ms + 5000};
}

static struct http_tls tls_files(const struct argv_call *call) {
    return (struct http_tls){.cert = call->call.tls_cert, .key = call->call.tls_key, .ca = call->call.tls_ca};
}

/* Fetches what has a URL, all at once: profiles that take their servers -seconds to collect are of the same seconds.
 * `also`, one more, may be NULL. */
static void fetch(struct grab *grab, uint32_t n, struct grab *also) {
    struct arena scratch = {0};
    struct grab **wanted = ARENA_ARRAY(&scratch, struct grab *, (size_t)n + 1);
    uint32_t n_wanted = 0;
    for (uint32_t i = 0; i <= n; i++) {
        struct grab *g = i < n ? &grab[i] : also;
        if (g && g->url.len && !g->is_fetched) wanted[n_wanted++] = g;
    }
    if (n_wanted) {
        struct http_request *request = ARENA_ARRAY(&scratch, struct http_request, n_wanted);
        struct http_tls tls = tls_files(wanted[0]->call);
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
        if (!mapping[i].build_id && !mapping[i].file) mapping[i].file = profile_add_string(p, &g->arena, g->url);
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
    if (ok) return load_owned(&g->arena, &h->arena, h->body, &g->load_watch, &g->profile, e);
    arena_release(&h->arena);
    return false;
}

static bool load_any(struct grab *g, struct err *e) {
    const char *path = str_c(&g->arena, g->source);
    if (g->url.len) return load_fetched(g, e);
    if (!str_equal(g->source, STR("-")) && is_perf_file(path)) return load_perf_file(g, e);
    return load_source(&g->arena, g->source, &g->load_watch, &g->profile, e);
}

static void grab_one(struct grab *g) {
    if (g->is_loaded) return;
    g->is_loaded = true;
    g->notes.arena = &g->arena;
    g->ok = load_any(g, &g->err);
    watch_loaded(g->watch);
    if (!g->ok) return;
    symbolize_locate_binaries(&g->arena, &g->profile, g->locate, &g->notes);
    if (g->url.len) note_mappings(g);
}

static struct grab *new_grabs(struct session *s, const struct argv_call *call, const struct symbolize_locate *locate,
                              const str *source, uint32_t n) {
    struct grab *grab = ARENA_ZERO(s->arena, struct grab, n);
    for (uint32_t i = 0; i < n; i++) {
        grab[i] = (struct grab){.call = call, .locate = locate, .watch = s->watch, .source = source[i]};
        grab[i].load_watch = watch_loader(s->watch, &grab[i].how_far);
        plan_fetching(&grab[i]);
    }
    return grab;
}

/* What is done at the same time: n sources and one more, for later, are loaded, and those before are merged. */
struct grab_job {
    struct grab *grab, *also; /* also: may be NULL */
    uint32_t n;
    struct merge_job *merge; /* may be NULL */
};

static void merge_loaded(struct merge_job *m);

static void grab_part(void *context, int part) {
    const struct grab_job *j = context;
    uint32_t number = (uint32_t)part - (j->merge != NULL);
    if (j->merge && part == 0)
        merge_loaded(j->merge);
    else
        grab_one(number < j->n ? &j->grab[number] : j->also);
}

static void grab_at_once(struct session *s, struct grab_job *job) {
    uint32_t n_parts = job->n + (job->also != NULL) + (job->merge != NULL);
    watch_show(s->watch);
    fetch(job->grab, job->n, job->also);
    watch_loading(s->watch);
    task_run((int)n_parts, grab_part, job);
    watch_hide(s->watch);
}

/* What is left to do for profiles that were fetched. */
struct fetched {
    bool any;
    source_list mappings;
};

static void remember(struct session *s, const struct grab *g, struct fetched *out) {
    out->any |= g->url.len > 0;
    for (size_t i = 0; i < g->mappings.n; i++) *VEC_PUSH(s->arena, &out->mappings) = g->mappings.at[i];
}

/* Sources on their way to one profile. */
struct gathering {
    struct merge_groups groups;
    struct arena arena; /* of the profile, and of nothing that is needed without it */
    struct profile profile;
    uint32_t n_loaded; /* how many could be */
};

/* What was loaded into the arenas is merged: they are given to as many other sources, which will find room there, or
 * back. Those of the only profile so far, and of URLs, which are asked for names later, stay. */
static void pass_on_arenas(struct session *s, struct gathering *to, struct grab *grab, uint32_t n, struct grab *next,
                           uint32_t n_next) {
    for (uint32_t i = 0; i < n; i++) {
        if (grab[i].url.len) arena_adopt(s->arena, &grab[i].arena);
        if (to->groups.n == 1) arena_adopt(&to->arena, &grab[i].arena);
        if (i < n_next && next[i].arena.total == 0) {
            arena_clear(&grab[i].arena);
            next[i].arena = grab[i].arena;
        } else {
            arena_release(&grab[i].arena);
        }
        grab[i].arena = (struct arena){0};
    }
}

/* A large profile is given back as soon as it is merged: that is worth more than room for another. */
static struct merge_source to_be_merged(struct grab *g) {
    enum { LARGE = 8 << 20 };
    bool early = g->arena.total >= LARGE && !g->url.len;
    return (struct merge_source){&g->profile, early ? &g->arena : NULL};
}

/* Sources that were loaded and wait for being merged. */
struct chunk {
    struct grab *grab;
    uint32_t n, n_loaded;
    struct merge_source loaded[CHUNK];
};

struct merge_job {
    struct gathering *to;
    const struct chunk *chunk;
    struct err *err;
    bool ok;
};

static void merge_loaded(struct merge_job *m) {
    const struct chunk *c = m->chunk;
    m->ok = c->n_loaded == 0 || merge_groups_add(&m->to->groups, c->loaded, c->n_loaded, m->err);
}

/* Says what is to be said of n sources and gathers those that could be loaded. */
static void take_loaded(struct session *s, struct grab *grab, uint32_t n, struct gathering *to, struct fetched *fetched,
                        struct chunk *out) {
    out->grab = grab;
    out->n = n;
    out->n_loaded = 0;
    for (uint32_t i = 0; i < n; i++) {
        message_notes(&grab[i].notes);
        if (grab[i].ok) {
            out->loaded[out->n_loaded++] = to_be_merged(&grab[i]);
            remember(s, &grab[i], fetched);
        } else {
            message_warnf("%.*s: %s", STR_ARG(grab[i].source), err_text(&grab[i].err));
        }
        err_clear(&grab[i].err);
    }
    to->n_loaded += out->n_loaded;
}

static void drop_loaded(struct grab *grab, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        err_clear(&grab[i].err);
        arena_release(&grab[i].arena);
    }
}

static void merge_last(struct session *s, struct merge_job *m) {
    if (m->to->n_loaded > 1) watch_stage(s->watch, "merging");
    watch_show(s->watch);
    merge_loaded(m);
    watch_hide(s->watch);
}

/* Loads n sources, chunk by chunk, and merges what could be loaded: each chunk while the next one is loaded. False only
 * when they cannot be merged. `also` is loaded too, for later. */
static bool grab_all(struct session *s, struct grab *grab, uint32_t n, struct grab *also, struct gathering *to,
                     struct fetched *fetched, struct err *e) {
    struct chunk chunk[2], *before = NULL;
    struct merge_job merge = {.to = to, .err = e, .ok = true};
    for (uint32_t start = 0; merge.ok && start < n; start += CHUNK) {
        uint32_t left = n - start, size = left < CHUNK ? left : CHUNK;
        struct grab_job job = {grab + start, also, size, before ? &merge : NULL};
        merge.chunk = before;
        grab_at_once(s, &job);
        if (before) pass_on_arenas(s, to, before->grab, before->n, grab + start + size, left - size);
        before = merge.ok ? &chunk[start / CHUNK % 2] : NULL;
        if (before)
            take_loaded(s, grab + start, size, to, fetched, before);
        else
            drop_loaded(grab + start, size);
    }
    merge.chunk = before;
    if (before && merge.ok) merge_last(s, &merge);
    if (before) pass_on_arenas(s, to, before->grab, before->n, grab + n, 0);
    if (merge.ok && to->n_loaded > 0) merge_groups_finish(&to->groups, &to->arena, &to->profile);
    merge_groups_release(&to->groups);
    return merge.ok;
}

static void add_comment(struct arena *a, struct profile *p, str comment) {
    str_id *all = ARENA_ARRAY(a, str_id, (size_t)p->n_comments + 1);
    for (uint32_t i = 0; i < p->n_comments; i++) all[i] = p->comment[i];
    all[p->n_comments] = profile_add_string(p, a, comment);
    p->comment = all;
    p->n_comments++;
}

static struct symbolize_locate locate_words(const struct argv_call *call) {
    return (struct symbolize_locate){.search_path = str_from(getenv("PPROF_BINARY_PATH")),
                                     .exec_name = call->executable,
                                     .build_id = call->call.buildid};
}

static bool grab_sides(struct session *s, const struct argv_call *call, struct gathering *sources,
                       struct gathering *bases, struct fetched *fetched, struct err *e) {
    str base = call->call.base.len ? call->call.base : call->call.diff_base;
    uint32_t n_bases = base.len ? 1 : 0;
    struct symbolize_locate locate = locate_words(call);
    struct err base_err = {0};
    watch_sources(s->watch, call->n_sources + n_bases);
    struct grab *base_grab = n_bases ? new_grabs(s, call, &locate, &base, n_bases) : NULL;
    struct grab *source = new_grabs(s, call, &locate, call->source, call->n_sources);
    bool sources_ok = grab_all(s, source, call->n_sources, base_grab, sources, fetched, e);
    bool bases_ok = grab_all(s, base_grab, n_bases, NULL, bases, fetched, &base_err);
    if (sources_ok && !bases_ok) err_set(e, "problem fetching base profiles: %s,", err_text(&base_err));
    err_clear(&base_err);
    if (!sources_ok) return err_prepend(e, "problem fetching source profiles: ");
    if (!bases_ok) return false;
    if (sources->n_loaded == 0) return err_set(e, "failed to fetch any source profiles");
    if (n_bases > 0 && bases->n_loaded == 0) return err_set(e, "failed to fetch any base profiles");
    if (sources->n_loaded != call->n_sources)
        message_warnf("Fetched %u source profiles out of %u", (unsigned)sources->n_loaded, (unsigned)call->n_sources);
    return true;
}

/* The bases taken from the sources, if there are any. */
static bool subtract(struct session *s, const struct argv_call *call, struct gathering *sources,
                     struct gathering *bases, struct profile *out, struct err *e) {
    *out = sources->profile;
    if (bases->n_loaded == 0) return true;
    enum merge_base_kind kind = call->call.base.len ? MERGE_BASE : MERGE_DIFF_BASE;
    struct merge_source p = {&sources->profile, &sources->arena}, base = {&bases->profile, &bases->arena};
    watch_sources(s->watch, 0);
    watch_stage(s->watch, "subtracting base");
    watch_show(s->watch);
    bool ok = merge_base(s->arena, p, base, kind, call->options.normalize, out, e);
    watch_hide(s->watch);
    return ok;
}

/* Sources and bases, merged, and the bases taken from the sources. */
static bool grab_and_subtract(struct session *s, const struct argv_call *call, struct profile *out,
                              struct fetched *fetched, struct err *e) {
    struct gathering sources = {0}, bases = {0};
    bool ok = grab_sides(s, call, &sources, &bases, fetched, e) && subtract(s, call, &sources, &bases, out, e);
    arena_adopt(s->arena, &sources.arena);
    arena_adopt(s->arena, &bases.arena);
    return ok;
}

/* Mappings that are called by a URL have no file. */
static void forget_urls(struct arena *a, struct profile *p) {
    struct profile_mapping *mapping = NULL; /* a copy, once one changes */
    for (uint32_t i = 0; i < p->n_mappings; i++) {
        if (p->mapping[i].build_id || !url_is_absolute(profile_str(p, p->mapping[i].file))) continue;
        if (!mapping) {
            mapping = ARENA_ARRAY(a, struct profile_mapping, p->n_mappings);
            for (uint32_t m = 0; m < p->n_mappings; m++) mapping[m] = p->mapping[m];
        }
        mapping[i].file = 0;
    }
    if (mapping) p->mapping = mapping;
}

/* What follows loading, merged or not. */
static bool finish_profile(struct session *s, const struct argv_call *call, const struct fetched *fetched,
                           struct profile *p, struct err *e) {
    if (call->call.all_frames) p->drop_frames = p->keep_frames = 0;
    struct notes notes = {.arena = s->arena};
    struct http_tls tls = tls_files(call);
    struct symbolize_servers servers = {fetched->mappings.at, fetched->mappings.n, &tls};
    watch_sources(s->watch, 0);
    watch_stage(s->watch, "symbolizing");
    watch_show(s->watch);
    bool ok = symbolize_profile(s->arena, p, call->call.symbolize, call->call.tools, &servers, &notes, e);
    watch_hide(s->watch);
    message_notes(&notes);
    if (!ok) return false;
    filter_drop_frames(s->arena, p);
    forget_urls(s->arena, p);
    if (call->call.add_comment.len) add_comment(s->arena, p, call->call.add_comment);
    return true;
}

bool fetch_profile(struct session *s, const struct argv_call *call, struct profile *out, struct err *e) {
    struct fetched fetched = {0};
    return grab_and_subtract(s, call, out, &fetched, e) && finish_profile(s, call, &fetched, out, e) &&
           (!fetched.any || save_fetched(out, e));
}

bool fetch_each(struct session *s, const struct argv_call *call, const str *source, uint32_t n, struct profile *out,
                struct err *e) {
    struct symbolize_locate locate = locate_words(call);
    struct grab *grab = new_grabs(s, call, &locate, source, n);
    watch_sources(s->watch, n);
    grab_at_once(s, &(struct grab_job){grab, NULL, n, NULL});
    bool ok = true;
    for (uint32_t i = 0; i < n; i++) {
        message_notes(&grab[i].notes);
        if (ok && !grab[i].ok) ok = err_set(e, "%.*s: %s", STR_ARG(source[i]), err_text(&grab[i].err));
        err_clear(&grab[i].err);
        arena_adopt(s->arena, &grab[i].arena);
        out[i] = grab[i].profile;
    }
    for (uint32_t i = 0; i < n && ok; i++) {
        struct fetched fetched = {0};
        remember(s, &grab[i], &fetched);
        ok = finish_profile(s, call, &fetched, &out[i], e);
    }
    return ok;
}
