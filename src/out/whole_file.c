/* Replacing a file by a complete new one, by way of a file without a name or a temporary one. */
#include "out/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES_TRIED = 100 };

/* True if another file can take its place unnoticed: a writable regular file of ours with a single name. */
static bool replaceable(const char *path, const struct stat *st) {
    return S_ISREG(st->st_mode) && st->st_nlink == 1 && st->st_uid == geteuid() && access(path, W_OK) == 0;
}

static const char *folder_of(struct arena *a, const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash) return ".";
    return slash == path ? "/" : str_c(a, (str){path, (size_t)(slash - path)});
}

/* Opens a file without a name (O_TMPFILE), which vanishes when cprof is killed. Not every file system has them, and
 * linking one to a name needs /proc; otherwise opens a temporary file. */
static void open_new(struct arena *a, struct whole_file *f) {
    if (access("/proc/self/fd", F_OK) == 0)
        f->fd = open(folder_of(a, f->path), O_TMPFILE | O_WRONLY | O_CLOEXEC, f->mode);
    if (f->fd >= 0) return;
    char *name = arena_alloc(a, strlen(f->path) + sizeof ".XXXXXX");
    stpcpy(stpcpy(name, f->path), ".XXXXXX");
    f->fd = mkostemp(name, O_CLOEXEC);
    f->temporary = name;
}

/* Devices and pipes are opened to be written directly, as there is no old content to lose. So is standard output, by
 * any name such as /dev/stdout: other programs may have it open and would not see it replaced. */
static bool open_stream(const char *path, struct whole_file *f) {
    struct stat st, standard;
    if (stat(path, &st) != 0 || S_ISDIR(st.st_mode)) return false;
    if (!S_ISREG(st.st_mode))
        f->fd = open(path, O_WRONLY | O_CLOEXEC);
    else if (fstat(STDOUT_FILENO, &standard) == 0 && st.st_dev == standard.st_dev && st.st_ino == standard.st_ino)
        f->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    return f->fd >= 0;
}

bool whole_file_open(struct arena *a, str name, struct whole_file *f) {
    const char *path = str_c(a, name);
    *f = (struct whole_file){.fd = -1};
    if (open_stream(path, f)) return true;
    char *real = realpath(path, NULL);
    struct stat st;
    bool ok;
    if (real) {
        ok = stat(real, &st) == 0 && replaceable(real, &st);
        f->mode = st.st_mode & 07777;
        path = str_c(a, str_from(real));
        free(real);
    } else {
        ok = lstat(path, &st) != 0 && errno == ENOENT; /* if something is there after all, it is a dangling link */
        mode_t mask = umask(0);
        umask(mask);
        f->mode = 0666 & ~mask;
    }
    if (!ok) return false;
    f->path = path;
    open_new(a, f);
    return f->fd >= 0;
}

/* Gives the file without a name its temporary name. */
static bool give_name(struct arena *a, struct whole_file *f) {
    if (f->temporary) return true;
    const char *from = str_format(a, "/proc/self/fd/%d", f->fd).ptr;
    for (int i = 0; i < NAMES_TRIED; i++) {
        const char *name = str_format(a, "%s.%ld-%d", f->path, (long)getpid(), i).ptr;
        if (linkat(AT_FDCWD, from, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0) {
            f->temporary = name;
            return true;
        }
        if (errno != EEXIST) return false;
    }
    return false;
}

bool whole_file_finish(struct arena *a, struct whole_file *f, int *errnum) {
    *errnum = 0;
    if (f->path && (fchmod(f->fd, f->mode) != 0 || !give_name(a, f))) *errnum = errno;
    if (close(f->fd) != 0 && !*errnum) *errnum = errno;
    f->fd = -1;
    if (f->path && !*errnum && rename(f->temporary, f->path) != 0) *errnum = errno;
    if (!*errnum) return true;
    whole_file_drop(f);
    return false;
}

void whole_file_drop(struct whole_file *f) {
    if (f->fd >= 0) close(f->fd);
    f->fd = -1;
    if (f->temporary) unlink(f->temporary);
    f->temporary = NULL;
}
