/* Fetches debug information by build ID. The protocol and the cache are those of elfutils' debuginfod(8). */
#include "symbolize/debuginfod.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "binaries/object_open.h"
#include "bytes/http.h"
#include "go/gotext.h"
#include "go/unit.h"
#include "out/whole_file.h"
#include "symbolize/places.h"

enum { AT_ONCE = 8, FETCHED_MOST = 256 }; /* files at a time, and in one run: a profile can name any number */
#define STAGE "fetching symbols"
enum { MISSING_S = 600 }; /* for this time an empty file says that no server has it */

struct debuginfod {
    struct arena *arena;
    const struct debuginfod_progress *progress;
    struct troubles *troubles;
    str cache;
    int64_t stalled_s, most_s, most_bytes;
    uint64_t done, total; /* bytes of all files on their way */
    uint64_t silent;      /* bit i: server i does not answer, and is not asked again */
};

/* One file on its way from a server. */
struct debuginfod_fetch {
    struct debuginfod *d;
    struct debuginfod_want *want;
    str path;
    struct whole_file file;
    uint64_t len, total;
    int errnum; /* of writing */
    bool too_large;
    uint32_t n_answers; /* servers that say that they do not have it */
};

static int64_t number_from(const char *variable, int64_t otherwise) {
    int64_t n;
    str text = str_from(getenv(variable));
    return text.len && gotext_parse_int(text, 10, &n) == GOTEXT_OK && n > 0 ? n : otherwise;
}

/* Empty if no folder can be had. */
static str cache_folder(struct arena *a) {
    str own = str_from(getenv("DEBUGINFOD_CACHE_PATH")), all = str_from(getenv("XDG_CACHE_HOME")),
        home = str_from(getenv("HOME"));
    struct stat st;
    if (own.len) return own;
    if (home.len && stat(str_c(a, home), &st) != 0) home = STR_EMPTY; /* a home is not made */
    if (home.len) {
        str old = str_format(a, "%.*s/.debuginfod_client_cache", STR_ARG(home));
        if (stat(old.ptr, &st) == 0 && S_ISDIR(st.st_mode)) return old;
    }
    if (all.len) return str_format(a, "%.*s/debuginfod_client", STR_ARG(all));
    return home.len ? str_format(a, "%.*s/.cache/debuginfod_client", STR_ARG(home)) : STR_EMPTY;
}

/* Is it debug information of this build? */
static bool is_wanted(const char *path, str build_id) {
    struct arena scratch = {0};
    struct object object;
    bool ok = object_open(&scratch, &OBJECT_WHOLE(str_from(path)), &object, NULL) && object.elf && object.has_debug &&
              str_equal(object.build_id, build_id);
    arena_release(&scratch);
    return ok;
}

/* Looks in the cache. Returns false if servers are to be asked. */
static bool look_in_cache(struct debuginfod *d, struct debuginfod_want *w, const char *path) {
    struct stat st;
    if (lstat(path, &st) != 0) return false;
    if (S_ISREG(st.st_mode) && st.st_size == 0 && time(NULL) - st.st_mtime < MISSING_S) return true;
    if (!S_ISREG(st.st_mode) || !is_wanted(path, w->build_id)) {
        unlink(path); /* no file, damaged, or said too long ago that no server has it */
        return false;
    }
    w->path = str_copy(d->arena, str_from(path));
    return true;
}

static bool take(void *context, str piece, uint64_t total) {
    struct debuginfod_fetch *f = context;
    struct debuginfod *d = f->d;
    if (f->len + piece.len > (uint64_t)d->most_bytes) {
        f->too_large = true;
        return false;
    }
    f->errnum = file_write(f->file.fd, piece);
    if (f->errnum) return false;
    f->len += piece.len;
    d->done += piece.len;
    d->total += total - f->total; /* unsigned: may wrap on the way */
    f->total = total;
    if (d->progress->stage) d->progress->stage(d->progress->context, STAGE, d->done, d->total);
    return true;
}

/* "DOING SERVER: WHY", without the URL that begins the messages of http.c: it differs from file to file. */
static void complain(struct debuginfod *d, str server, str why) {
    size_t quoted = str_find(why, STR("\": "));
    if (str_has_prefix(why, STR("Get \"")) && quoted < why.len) why = str_from_offset(why, quoted + 3);
    trouble_add(d->troubles, TROUBLE_UNNAMED, "Fetching debug information from %.*s failed: %.*s", STR_ARG(server),
                STR_ARG(why));
}

/* Puts the file in place if it is what was wanted. */
static void keep(struct debuginfod *d, struct debuginfod_fetch *f, str server) {
    struct whole_file *file = &f->file;
    char text[ERR_SYSTEM_MOST];
    int errnum;
    const char *there = file->temporary ? file->temporary : str_format(d->arena, "/proc/self/fd/%d", file->fd).ptr;
    if (!is_wanted(there, f->want->build_id)) {
        complain(d, server,
                 str_format(d->arena, "it sent no debug information of build %.*s", STR_ARG(f->want->build_id)));
    } else if (!whole_file_finish(d->arena, file, &errnum)) {
        complain(d, server, str_format(d->arena, "write %.*s: %s", STR_ARG(f->path), err_system(errnum, text)));
    } else {
        f->want->path = f->path;
        str size = unit_label(d->arena, (int64_t)f->len, STR("bytes"), STR("auto"));
        notes_add(d->troubles->notes, NOTE_MESSAGE, "Fetched debug information of %.*s (%.*s) from %.*s",
                  STR_ARG(f->want->name), STR_ARG(size), STR_ARG(server));
    }
}

/* Tells what came of a request. Returns false if the server does not answer. */
static bool settle(struct debuginfod *d, struct debuginfod_fetch *f, str server, struct http_request *r) {
    char text[ERR_SYSTEM_MOST];
    str why = str_from(err_text(&r->err));
    if (r->outcome == HTTP_OK)
        keep(d, f, server);
    else if (f->errnum)
        complain(d, server, str_format(d->arena, "write %.*s: %s", STR_ARG(f->path), err_system(f->errnum, text)));
    else if (f->too_large)
        complain(d, server, str_format(d->arena, "build %.*s is larger than the limit", STR_ARG(f->want->build_id)));
    else if (r->outcome == HTTP_REFUSED && str_find(why, STR(": 404")) < why.len)
        f->n_answers++;
    else
        complain(d, server, str_copy(d->arena, why));
    err_clear(&r->err);
    arena_adopt(d->arena, &r->arena);
    return r->outcome != HTTP_NO_ANSWER;
}

/* Asks one server for n files at the same time. Returns false if it does not answer. */
static bool ask(struct debuginfod *d, str server, struct debuginfod_fetch *const *fetch, uint32_t n) {
    struct http_request request[AT_ONCE];
    const struct http_identity nobody = {.fault = STR_EMPTY};
    bool answers = true;
    for (uint32_t i = 0; i < n; i++)
        request[i] = (struct http_request){.url = str_format(d->arena, "%.*s/buildid/%.*s/debuginfo", STR_ARG(server),
                                                             STR_ARG(fetch[i]->want->build_id)),
                                           .timeout_ms = d->most_s * 1000,
                                           .stalled_s = d->stalled_s,
                                           .take = take,
                                           .context = fetch[i]};
    http_run(request, n, &nobody, 0);
    for (uint32_t i = 0; i < n; i++) answers &= settle(d, fetch[i], server, &request[i]);
    return answers;
}

/* Fetches up to AT_ONCE files; those that one server does not have, from the next one. */
static void fetch_some(struct debuginfod *d, struct debuginfod_fetch *fetch, uint32_t n) {
    str rest = str_from(getenv("DEBUGINFOD_URLS")), server;
    uint32_t n_servers = 0;
    for (; str_next_word(&rest, &server) && n_servers < 64; n_servers++) {
        struct debuginfod_fetch *left[AT_ONCE];
        uint32_t n_left = 0;
        bool usable = str_has_prefix(server, STR("http://")) || str_has_prefix(server, STR("https://"));
        while (server.len && server.ptr[server.len - 1] == '/') server.len--;
        for (uint32_t i = 0; i < n && usable && !(d->silent >> n_servers & 1); i++) {
            struct debuginfod_fetch *f = &fetch[i];
            if (f->want->path.len) continue;
            f->len = f->total = 0;
            f->errnum = 0;
            f->too_large = false;
            if (whole_file_open(d->arena, f->path, &f->file))
                left[n_left++] = f;
            else
                complain(d, server, str_format(d->arena, "%.*s cannot be written", STR_ARG(f->path)));
        }
        if (n_left && !ask(d, server, left, n_left)) d->silent |= UINT64_C(1) << n_servers;
        for (uint32_t i = 0; i < n_left; i++) whole_file_drop(&left[i]->file);
    }
    for (uint32_t i = 0; i < n; i++) {
        if (fetch[i].n_answers != n_servers || !n_servers) continue;
        int fd = open(str_c(d->arena, fetch[i].path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd >= 0) close(fd);
    }
}

bool debuginfod_is_used(void) {
    str urls = str_from(getenv("DEBUGINFOD_URLS")), server;
    return str_next_word(&urls, &server);
}

void debuginfod_find(struct arena *a, struct debuginfod_want *want, uint32_t n,
                     const struct debuginfod_progress *progress, struct troubles *troubles) {
    struct debuginfod d = {.arena = a,
                           .progress = progress,
                           .troubles = troubles,
                           .stalled_s = number_from("DEBUGINFOD_TIMEOUT", 90),
                           .most_s = number_from("DEBUGINFOD_MAXTIME", 1800),
                           .most_bytes = number_from("DEBUGINFOD_MAXSIZE", INT64_C(1) << 32)};
    struct debuginfod_fetch *fetch = ARENA_ARRAY(a, struct debuginfod_fetch, n);
    struct intern builds = {.arena = a};
    uint32_t *number = ARENA_ARRAY(a, uint32_t, n), n_fetch = 0;
    if (!debuginfod_is_used()) return;
    d.cache = cache_folder(a);
    for (uint32_t i = 0; i < n; i++) {
        struct debuginfod_want *w = &want[i];
        number[i] = UINT32_MAX;
        if (!d.cache.len || !places_by_build_id(a, w->build_id).len) continue;
        uint32_t n_builds = builds.n;
        number[i] = intern_id(&builds, w->build_id);
        if (builds.n == n_builds) continue; /* the same build again */
        str folder = str_format(a, "%.*s/%.*s", STR_ARG(d.cache), STR_ARG(w->build_id));
        str path = str_format(a, "%.*s/debuginfo", STR_ARG(folder));
        if (look_in_cache(&d, w, path.ptr) || n_fetch == FETCHED_MOST) continue;
        file_make_folders(folder);
        fetch[n_fetch++] = (struct debuginfod_fetch){.d = &d, .want = w, .path = path};
    }
    if (n_fetch && progress->stage) progress->stage(progress->context, STAGE, 0, 0);
    for (uint32_t from = 0; from < n_fetch; from += AT_ONCE)
        fetch_some(&d, fetch + from, n_fetch - from < AT_ONCE ? n_fetch - from : AT_ONCE);
    str *path_of = ARENA_ZERO(a, str, builds.n);
    for (uint32_t i = 0; i < n; i++)
        if (number[i] != UINT32_MAX && want[i].path.len) path_of[number[i]] = want[i].path;
    for (uint32_t i = 0; i < n; i++)
        if (number[i] != UINT32_MAX && path_of[number[i]].len) want[i].path = path_of[number[i]];
}
