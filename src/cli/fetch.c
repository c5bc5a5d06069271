/* All that a command line names, made one profile: spec chapter 4, in its order. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/task.h"
#include "cli/argv.h"
#include "cli/message.h"
#include "cli/session.h"
#include "cli/url.h"
#include "filter/filter.h"
#include "load/load.h"
#include "profile/merge.h"
#include "symbolize/symbolize.h"
#include "symbolize/tools.h"

/* Sources are loaded and merged this many at a time, which bounds how many are in memory unmerged. */
enum { CHUNK = 128 };

/* One source while it is loaded; each has an arena of its own, since they are loaded at the same time. */
struct grab {
    const struct argv_call *call;
    const struct symbolize_locate *locate;
    const struct load_watch *watch;
    str source;
    struct arena arena;
    struct profile profile;
    struct notes notes;
    struct err err;
    bool ok;
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
    ok = ok && load_source(&g->arena, path, g->watch, &g->profile, e);
    unlink(file);
    return ok;
}

static bool load_any(struct grab *g, struct err *e) {
    const char *path = str_c(&g->arena, g->source);
    struct stat st;
    bool is_input = str_equal(g->source, STR("-"));
    if (!is_input && stat(path, &st) != 0) {
        str url = url_from_source(&g->arena, g->source, g->call->call.seconds);
        if (url.len) {
            message_print(str_format(&g->arena, "Fetching profile over HTTP from %.*s", STR_ARG(url)));
            return err_set(e, "http fetch: Get \"%.*s\": fetching over the network is not supported", STR_ARG(url));
        }
    }
    if (!is_input && is_perf_file(path)) return load_perf_file(g, e);
    return load_source(&g->arena, g->source, g->watch, &g->profile, e);
}

static void grab_one(void *context, int part) {
    struct grab *g = (struct grab *)context + part;
    g->notes.arena = &g->arena;
    g->ok = load_any(g, &g->err);
    if (g->ok) symbolize_locate_binaries(&g->arena, &g->profile, g->locate, &g->notes);
}

/* Loads the sources and merges what could be loaded into *out; *n_loaded says how many that were. False only when
 * they cannot be merged. */
static bool grab_chunk(struct session *s, struct grab *grab, uint32_t n, struct profile *out, uint32_t *n_loaded,
                       struct err *e) {
    watch_sources(s->watch, n);
    task_run((int)n, grab_one, grab);
    watch_done(s->watch);
    const struct profile **loaded = ARENA_ARRAY(s->arena, const struct profile *, n);
    *n_loaded = 0;
    for (uint32_t i = 0; i < n; i++) {
        message_notes(&grab[i].notes);
        if (grab[i].ok)
            loaded[(*n_loaded)++] = &grab[i].profile;
        else
            message_warnf("%.*s: %s", STR_ARG(grab[i].source), err_text(&grab[i].err));
        err_clear(&grab[i].err);
        arena_adopt(s->arena, &grab[i].arena);
    }
    if (*n_loaded > 1) watch_stage(s->watch, "merging");
    return *n_loaded == 0 || merge_profiles(s->arena, loaded, *n_loaded, out, e);
}

static bool grab_all(struct session *s, const struct argv_call *call, const struct symbolize_locate *locate,
                     const str *source, uint32_t n, struct profile *out, uint32_t *n_loaded, struct err *e) {
    struct load_watch watch = watch_loader(s->watch);
    *n_loaded = 0;
    for (uint32_t start = 0; start < n; start += CHUNK) {
        uint32_t size = n - start < CHUNK ? n - start : CHUNK, n_new;
        struct grab *grab = ARENA_ZERO(s->arena, struct grab, size);
        for (uint32_t i = 0; i < size; i++)
            grab[i] = (struct grab){.call = call, .locate = locate, .watch = &watch, .source = source[start + i]};
        struct profile chunk;
        if (!grab_chunk(s, grab, size, &chunk, &n_new, e)) return false;
        if (n_new == 0) continue;
        if (*n_loaded == 0) {
            *out = chunk;
        } else {
            struct profile before = *out;
            const struct profile *both[] = {&before, &chunk};
            if (!merge_profiles(s->arena, both, 2, out, e)) return false;
        }
        *n_loaded += n_new;
    }
    return true;
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

/* Sources and bases, merged, and the bases taken from the sources. */
static bool grab_and_subtract(struct session *s, const struct argv_call *call, struct profile *out, struct err *e) {
    str base = call->call.base.len ? call->call.base : call->call.diff_base;
    uint32_t n_bases = base.len ? 1 : 0, n_loaded, n_bases_loaded;
    struct symbolize_locate locate = locate_words(call);
    struct profile sources, bases;
    struct err base_err = {0};
    bool sources_ok = grab_all(s, call, &locate, call->source, call->n_sources, &sources, &n_loaded, e);
    bool bases_ok = grab_all(s, call, &locate, &base, n_bases, &bases, &n_bases_loaded, &base_err);
    if (sources_ok && !bases_ok) err_set(e, "problem fetching base profiles: %s,", err_text(&base_err));
    err_clear(&base_err);
    if (!sources_ok) return err_prepend(e, "problem fetching source profiles: ");
    if (!bases_ok) return false;
    if (n_loaded == 0) return err_set(e, "failed to fetch any source profiles");
    if (n_bases > 0 && n_bases_loaded == 0) return err_set(e, "failed to fetch any base profiles");
    if (n_loaded != call->n_sources)
        message_warnf("Fetched %u source profiles out of %u", (unsigned)n_loaded, (unsigned)call->n_sources);
    *out = sources;
    enum merge_base_kind kind = call->call.base.len ? MERGE_BASE : MERGE_DIFF_BASE;
    return n_bases == 0 || merge_base(s->arena, &sources, &bases, kind, call->options.normalize, out, e);
}

/* What follows loading, merged or not. */
static bool finish_profile(struct session *s, const struct argv_call *call, struct profile *p, struct err *e) {
    if (call->call.all_frames) p->drop_frames = p->keep_frames = 0;
    struct notes notes = {.arena = s->arena};
    watch_stage(s->watch, "symbolizing");
    bool ok = symbolize_profile(s->arena, p, call->call.symbolize, call->call.tools, &notes, e);
    message_notes(&notes);
    if (!ok) return false;
    filter_drop_frames(s->arena, p);
    if (call->call.add_comment.len) add_comment(s->arena, p, call->call.add_comment);
    return true;
}

bool fetch_profile(struct session *s, const struct argv_call *call, struct profile *out, struct err *e) {
    return grab_and_subtract(s, call, out, e) && finish_profile(s, call, out, e);
}

bool fetch_each(struct session *s, const struct argv_call *call, const str *source, uint32_t n, struct profile *out,
                struct err *e) {
    struct symbolize_locate locate = locate_words(call);
    struct load_watch watch = watch_loader(s->watch);
    struct grab *grab = ARENA_ZERO(s->arena, struct grab, n);
    for (uint32_t i = 0; i < n; i++)
        grab[i] = (struct grab){.call = call, .locate = &locate, .watch = &watch, .source = source[i]};
    watch_sources(s->watch, n);
    task_run((int)n, grab_one, grab);
    watch_done(s->watch);
    bool ok = true;
    for (uint32_t i = 0; i < n; i++) {
        message_notes(&grab[i].notes);
        if (ok && !grab[i].ok) ok = err_set(e, "%.*s: %s", STR_ARG(source[i]), err_text(&grab[i].err));
        err_clear(&grab[i].err);
        arena_adopt(s->arena, &grab[i].arena);
        out[i] = grab[i].profile;
    }
    for (uint32_t i = 0; i < n && ok; i++) ok = finish_profile(s, call, &out[i], e);
    return ok;
}
