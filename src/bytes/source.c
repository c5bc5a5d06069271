/* Opening and reading files, pipes and standard input. */
#include "bytes/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cancel.h"
#include "go/unit.h"

static bool fail(struct err *e, const char *doing, str path, int errnum) {
    char text[ERR_SYSTEM_MOST];
    return err_set(e, "%s %.*s: %s", doing, STR_ARG(path), err_system(errnum, text));
}

enum { CANCEL_MS = 50 }; /* time between two checks for a cancelled command */

static uint64_t limit = UINT64_C(1) << 40;

void source_limit(uint64_t bytes) {
    if (bytes) limit = bytes;
}

static bool fail_limit(struct err *e) {
    struct arena scratch = {0};
    str most = unit_label(&scratch, (int64_t)limit, STR("bytes"), STR("auto"));
    err_set(e, "it has more than %.*s (-max_input)", STR_ARG(most));
    arena_release(&scratch);
    return false;
}

static bool open_path(str path, struct source *out, struct err *e) {
    struct arena scratch = {0};
    const char *name = str_c(&scratch, path);
    struct stat st;
    *out = (struct source){.path = path, .fd = -1};
    bool ok = stat(name, &st) == 0 || fail(e, "stat", path, errno);
    if (ok) {
        out->fd = open(name, O_RDONLY | O_CLOEXEC);
        ok = out->fd >= 0 || fail(e, "open", path, errno);
    }
    arena_release(&scratch);
    if (ok && S_ISREG(st.st_mode) && st.st_size > 0) out->size = (size_t)st.st_size;
    return ok;
}

bool source_open(str path, struct source *out, struct err *e) {
    *out = (struct source){.path = path, .fd = STDIN_FILENO};
    return str_equal(path, STR("-")) || open_path(path, out, e);
}

bool source_read_some(struct source *s, char *to, size_t cap, size_t *n, struct err *e) {
    ssize_t got = -1;
    *n = 0;
    do {
        struct pollfd input = {.fd = s->fd, .events = POLLIN};
        if (cancel_wanted()) return err_set(e, "cancelled");
        errno = EINTR;
        if (!cancel_is_set() || poll(&input, 1, CANCEL_MS) > 0) got = read(s->fd, to, cap);
    } while (got < 0 && errno == EINTR);
    *n = got > 0 ? (size_t)got : 0;
    s->n_read += *n;
    if (s->n_read > limit) return fail_limit(e);
    return got >= 0 || fail(e, "read", s->path, errno);
}

bool source_read_most(struct arena *a, struct source *s, size_t most, str *out, struct err *e) {
    /* one byte more than expected, so that the end of the file is found without growing */
    size_t cap = s->size + 1, len = 0;
    if (cap < 65536) cap = 65536;
    char *bytes = arena_alloc(a, cap);
    while (len < most) {
        size_t n, wanted = most - len < cap - len ? most - len : cap - len;
        if (!source_read_some(s, bytes + len, wanted, &n, e)) return false;
        if (n == 0) break;
        len += n;
        if (len == cap) {
            bytes = arena_grow(a, bytes, cap, cap * 2);
            cap *= 2;
        }
    }
    *out = (str){bytes, len};
    return true;
}

void source_close(struct source *s) {
    if (s->fd != STDIN_FILENO) close(s->fd);
    s->fd = -1;
}

bool source_read(struct arena *a, str path, str *out, struct err *e) {
    struct source s;
    if (!source_open(path, &s, e)) return false;
    bool ok = source_read_most(a, &s, SIZE_MAX, out, e);
    source_close(&s);
    return ok;
}
