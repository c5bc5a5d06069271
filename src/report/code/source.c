/* Source files: searched in the working directory and along -source_path, read once and split into lines. */
#include "report/code/source.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "go/gotext.h"
#include "graph/graph.h"

enum {
    LINE_MOST = 65535,             /* bytes of a line without its newline: a longer line ends the file before it */
    FILE_MOST = 1024 * 1024 * 1024 /* bytes read of a file; no source is larger */
};

struct file {
    str error;
    const char **line; /* starts of lines; line i ends before line[i+1] */
    size_t n_lines;
};

struct source_reader {
    struct arena *arena;
    str search_path, trim_path, only_below;
    struct intern paths;
    VEC(struct file) files; /* by id in `paths` */
};

struct source_reader *source_reader_new(struct arena *a, str search_path, str trim_path, str only_below,
                                        struct err *e) {
    struct source_reader *r = ARENA_NEW(a, struct source_reader);
    *r = (struct source_reader){
        .arena = a, .search_path = search_path, .trim_path = trim_path, .only_below = only_below};
    r->paths = (struct intern){.arena = a, .copy = true};
    if (search_path.len) return r;
    char text[PATH_MAX], message[ERR_SYSTEM_MOST];
    if (!getcwd(text, sizeof text)) {
        err_set(e, "could not stat current dir: %s", err_system(errno, message));
        return NULL;
    }
    r->search_path = str_copy(a, str_from(text));
    return r;
}

/* Opens the file; returns -1 with errno set on failure. */
static int open_path(const struct source_reader *r, str path) {
    if (memchr(path.ptr, 0, path.len)) {
        errno = EINVAL;
        return -1;
    }
    if (path.len >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    char name[PATH_MAX];
    memcpy(name, path.ptr, path.len);
    name[path.len] = 0;
    int fd = file_open_named(name);
    if (fd < 0 || !r->only_below.len || file_is_below(fd, r->only_below)) return fd;
    close(fd);
    errno = EACCES;
    return -1;
}

static str parent_of(str dir) {
    size_t slash = str_find_last_char(dir, '/');
    if (slash == dir.len) return STR(".");
    return str_slice(dir, 0, slash ? slash : 1);
}

/* Searches a relative path in `dir` and in every directory above it. */
static int open_above(const struct source_reader *r, struct arena *scratch, str dir, str path) {
    for (;;) {
        struct arena_mark m = arena_mark(scratch);
        str full = dir.len ? str_join(scratch, (str[]){dir, STR("/"), path}, 3, STR_EMPTY) : path;
        int fd = open_path(r, gotext_clean_path(scratch, full));
        arena_rewind(scratch, m);
        if (fd >= 0) return fd;
        str parent = gotext_clean_path(scratch, parent_of(dir));
        if (str_equal(parent, dir)) return -1;
        dir = parent;
    }
}

static int open_source(struct source_reader *r, str path, str *error) {
    path = graph_trim_path(path, r->trim_path, r->search_path);
    if (path.len && path.ptr[0] == '/') {
        int fd = open_path(r, path);
        char message[ERR_SYSTEM_MOST];
        if (fd < 0)
            *error = str_join(r->arena, (str[]){STR("open "), path, STR(": "), str_from(err_system(errno, message))}, 4,
                              STR_EMPTY);
        return fd;
    }
    struct arena scratch = {0};
    str rest = r->search_path, dir;
    int fd = -1;
    while (fd < 0 && str_cut(&rest, ':', &dir)) fd = open_above(r, &scratch, dir, path);
    arena_release(&scratch);
    if (fd < 0)
        *error = str_join(r->arena, (str[]){STR("could not find file "), path, STR(" on path "), r->search_path}, 4,
                          STR_EMPTY);
    return fd;
}

/* Reads the file; anything but a regular file (a directory, a device) has no lines. */
static str read_file(struct arena *a, int fd) {
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0) return STR_EMPTY;
    size_t cap = st.st_size < FILE_MOST ? (size_t)st.st_size : FILE_MOST, len = 0;
    char *bytes = arena_alloc(a, cap);
    while (len < cap) {
        ssize_t n = read(fd, bytes + len, cap - len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        len += (size_t)n;
    }
    return (str){bytes, len};
}

static void split_lines(struct arena *a, str text, struct file *f) {
    VEC(const char *) starts = {0};
    const char *at = text.ptr, *end = text.ptr + text.len;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *next = newline ? newline + 1 : end;
        if ((newline ? newline : end) - at > LINE_MOST) break;
        *VEC_PUSH(a, &starts) = at;
        at = next;
    }
    f->n_lines = starts.n;
    *VEC_PUSH(a, &starts) = at;
    f->line = starts.at;
}

static struct file *file_of(struct source_reader *r, str path) {
    uint32_t id = intern_id(&r->paths, path);
    if (id < r->files.n) return &r->files.at[id];
    struct file f = {.error = STR_EMPTY};
    int fd = open_source(r, path, &f.error);
    if (fd >= 0) {
        split_lines(r->arena, read_file(r->arena, fd), &f);
        close(fd);
    }
    *VEC_PUSH(r->arena, &r->files) = f;
    return &r->files.at[id];
}

bool source_line(struct source_reader *r, str path, int64_t n, str *line) {
    const struct file *f = file_of(r, path);
    if (n < 1 || (uint64_t)n > f->n_lines) return false;
    const char *from = f->line[n - 1], *to = f->line[n];
    if (to > from && to[-1] == '\n') to--;
    if (to > from && to[-1] == '\r') to--;
    *line = (str){from, (size_t)(to - from)};
    return true;
}

str source_error(struct source_reader *r, str path) {
    uint32_t id;
    return intern_find(&r->paths, path, &id) ? r->files.at[id].error : STR_EMPTY;
}
