#include "load/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Go's texts of system errors are in lower case. */
static bool fail(struct err *e, const char *doing, str path, int errnum) {
    char text[256];
    const char *said = strerror_r(errnum, text, sizeof text);
    char first = said[0] >= 'A' && said[0] <= 'Z' ? (char)(said[0] + ('a' - 'A')) : said[0];
    return err_set(e, "%s %.*s: %c%s", doing, STR_ARG(path), first, first ? said + 1 : "");
}

static bool read_all(struct arena *a, int fd, size_t expected, str path, str *out, struct err *e) {
    /* one byte more than expected, so that the end of a file is seen without growing */
    size_t cap = expected + 1, len = 0;
    if (cap < 65536) cap = 65536;
    char *bytes = arena_alloc(a, cap);
    for (;;) {
        ssize_t n = read(fd, bytes + len, cap - len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail(e, "read", path, errno);
        if (n == 0) break;
        len += (size_t)n;
        if (len == cap) {
            bytes = arena_grow(a, bytes, cap, cap * 2);
            cap *= 2;
        }
    }
    *out = (str){bytes, len};
    return true;
}

bool source_read(struct arena *a, str path, str *out, struct err *e) {
    if (str_equal(path, STR("-"))) return read_all(a, STDIN_FILENO, 0, path, out, e);
    struct arena scratch = {0};
    const char *name = str_c(&scratch, path);
    struct stat st;
    int fd = -1;
    bool ok = stat(name, &st) == 0 || fail(e, "stat", path, errno);
    if (ok) {
        fd = open(name, O_RDONLY | O_CLOEXEC);
        ok = fd >= 0 || fail(e, "open", path, errno);
    }
    arena_release(&scratch);
    if (!ok) return false;
    size_t expected = S_ISREG(st.st_mode) && st.st_size > 0 ? (size_t)st.st_size : 0;
    ok = read_all(a, fd, expected, path, out, e);
    close(fd);
    return ok;
}
