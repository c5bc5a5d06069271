/* Replacing a file by a complete new one, by way of a file without a name or a temporary one. */
#include "out/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ending.h"
#include "base/file.h"
#include "base/memory.h"

#ifndef RENAME_NOREPLACE /* in musl before 1.2.6 */
#include <sys/syscall.h>
#define RENAME_NOREPLACE 1
static int renameat2(int old_folder, const char *old, int new_folder, const char *new, unsigned flags) {
    return (int)syscall(SYS_renameat2, old_folder, old, new_folder, new, flags);
}
#endif

enum { NAMES_TRIED = 100, NUMBER_MOST = 9999, LINKS_MOST = 40 };

/* True if another file can take its place unnoticed: a writable regular file of ours with a single name. */
static bool replaceable(const char *path, const struct stat *st) {
    return S_ISREG(st->st_mode) && st->st_nlink == 1 && st->st_uid == geteuid() && access(path, W_OK) == 0;
}

/* Until the mask is restored, a signal that ends the program waits. */
static void block_signals(sigset_t *before) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, before);
}

static const char *folder_of(struct arena *a, const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash) return ".";
    return slash == path ? "/" : str_c(a, (str){path, (size_t)(slash - path)});
}

static bool is_at(const char *name, const struct stat *file) {
    struct stat st;
    return lstat(name, &st) == 0 && st.st_dev == file->st_dev && st.st_ino == file->st_ino;
}

/* Locks a file that is to have a temporary name. False if another process has the lock. Some file systems have no
 * locks, and then nobody can take one. */
static bool lock(int fd) { return flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK; }

/* Removes a temporary file whose process was killed: a living one has the lock. Others may put what they like at this
 * name: only a regular file of ours is opened, and no link is followed. Returns true if the name may be free. */
static bool remove_left(const char *name) {
    struct stat st;
    if (lstat(name, &st) != 0) return errno == ENOENT;
    if (!S_ISREG(st.st_mode) || st.st_uid != geteuid()) return false;
    int fd = open(name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT;
    bool same = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid();
    /* with the lock, nobody else takes it for left behind, and removes a later one of this name */
    bool removed = same && flock(fd, LOCK_EX | LOCK_NB) == 0 && is_at(name, &st) && unlink(name) == 0;
    close(fd);
    return removed;
}

/* Calls `make` with temporary names beside the file until it succeeds. All processes try the same ones in the same
 * order, so that the next to write the file finds what one that was killed has left. */
static bool take_temporary(struct arena *a, struct whole_file *f,
                           bool (*make)(struct whole_file *f, const char *name)) {
    str path = f->number ? str_join(a, (str[]){f->before, f->after}, 2, STR_EMPTY) : str_from(f->path);
    for (int i = 0, tries = 0; tries < NAMES_TRIED; tries++) {
        const char *name = str_format(a, "%.*s.cprof-%d", STR_ARG(path), i).ptr;
        if (make(f, name)) {
            f->temporary = name;
            return true;
        }
        if (errno != EEXIST) return false;
        if (!remove_left(name)) i++;
    }
    errno = EEXIST;
    return false;
}

/* The name is removed if the program is ended. */
static bool make_file(struct whole_file *f, const char *name) {
    struct stat st;
    sigset_t before;
    block_signals(&before);
    f->fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = f->fd >= 0;
    if (ok && !(lock(f->fd) && fstat(f->fd, &st) == 0 && is_at(name, &st))) {
        /* another process took it for left behind before it was locked */
        close(f->fd);
        f->fd = -1;
        errno = EEXIST;
        ok = false;
    }
    if (ok) ending_unlink(name);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}

static bool link_descriptor(struct whole_file *f, const char *name) {
    char from[64];
    snprintf(from, sizeof from, "/proc/self/fd/%d", f->fd);
    return lock(f->fd) && linkat(AT_FDCWD, from, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
}

/* Opens a file without a name (O_TMPFILE), which vanishes when cprof is killed. Not every file system has them, and
 * linking one to a name needs /proc; otherwise opens a temporary file. Returns false with errno set. */
static bool open_new(struct arena *a, struct whole_file *f) {
    if (access("/proc/self/fd", F_OK) == 0)
        f->fd = open(folder_of(a, f->path), O_TMPFILE | O_WRONLY | O_CLOEXEC, f->mode);
    return f->fd >= 0 || take_temporary(a, f, make_file);
}

static mode_t usual_mode(void) {
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
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

/* The path at the end of a chain of links, where there is no file yet; NULL if there is one that cannot be seen. */
static const char *follow_links(struct arena *a, const char *path) {
    struct stat st;
    for (int i = 0; i < LINKS_MOST; i++) {
        char to[4096];
        if (lstat(path, &st) != 0) return errno == ENOENT ? path : NULL;
        ssize_t n = S_ISLNK(st.st_mode) ? readlink(path, to, sizeof to) : -1;
        if (n <= 0 || (size_t)n == sizeof to) return NULL;
        const char *next = str_c(a, (str){to, (size_t)n});
        path = next[0] == '/' ? next : str_format(a, "%s/%s", folder_of(a, path), next).ptr;
    }
    return NULL;
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
        f->path = str_c(a, str_from(real));
        free(real);
    } else {
        ok = errno == ENOENT && (f->path = follow_links(a, path));
        f->mode = usual_mode();
    }
    return ok && open_new(a, f);
}

static const char *numbered(struct arena *a, const struct whole_file *f, int number) {
    return str_format(a, "%.*s%03d%.*s", STR_ARG(f->before), number, STR_ARG(f->after)).ptr;
}

bool whole_file_open_numbered(struct arena *a, str before, str after, struct whole_file *f, int *errnum) {
    struct stat st;
    *f = (struct whole_file){.fd = -1, .mode = usual_mode(), .before = before, .after = after};
    do f->path = numbered(a, f, ++f->number);
    while (f->number < NUMBER_MOST && lstat(f->path, &st) == 0);
    bool ok = open_new(a, f);
    *errnum = ok ? 0 : errno;
    return ok;
}

/* Moves the temporary file to a name that is free. Some file systems have one of the two ways. */
static bool move_to_free(struct whole_file *f, const char *name) {
    if (renameat2(AT_FDCWD, f->temporary, AT_FDCWD, name, RENAME_NOREPLACE) == 0) return true;
    return errno != EEXIST && link(f->temporary, name) == 0 && unlink(f->temporary) == 0;
}

/* Puts the new file at f->path if this name is free. Returns false with errno set. */
static bool place_free(struct whole_file *f) {
    return f->temporary ? move_to_free(f, f->path) : link_descriptor(f, f->path);
}

/* Puts the new file at the first number that is free. Returns 0 or errno. */
static int place_numbered(struct arena *a, struct whole_file *f) {
    for (;;) {
        if (f->passing) ending_unlink(f->path);
        if (place_free(f)) return 0;
        if (f->passing) ending_forget(f->path);
        if (errno != EEXIST || f->number == NUMBER_MOST) return errno;
        f->path = numbered(a, f, ++f->number);
    }
}

/* Puts the new file in place of an older one. Returns 0 or errno. */
static int replace(struct arena *a, struct whole_file *f) {
    /* without an older file there is never a temporary name */
    if (!f->temporary && link_descriptor(f, f->path)) return 0;
    if (!f->temporary && !take_temporary(a, f, link_descriptor)) return errno;
    return rename(f->temporary, f->path) == 0 ? 0 : errno;
}

/* Removes the new file's name, while the lock tells others that it is ours. */
static void remove_temporary(struct whole_file *f) {
    sigset_t before;
    if (!f->temporary) return;
    block_signals(&before);
    unlink(f->temporary);
    ending_forget(f->temporary);
    f->temporary = NULL;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Puts the new file in place, or removes its name. Returns 0 or errno. */
static int place(struct arena *a, struct whole_file *f) {
    sigset_t before;
    block_signals(&before); /* the temporary name is ours only until the file is in place */
    int errnum = fchmod(f->fd, f->mode) == 0 ? 0 : errno;
    if (!errnum) errnum = f->number ? place_numbered(a, f) : replace(a, f);
    if (!errnum && f->temporary) {
        ending_forget(f->temporary);
        f->temporary = NULL;
    }
    remove_temporary(f);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return errnum;
}

/* File systems that delay writing tell its errors when a descriptor is closed. Returns 0 or errno. */
static int close_duplicate(int fd) {
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) return errno;
    return close(copy) == 0 || errno == EINTR ? 0 : errno;
}

bool whole_file_finish(struct arena *a, struct whole_file *f, int *errnum) {
    *errnum = close_duplicate(f->fd);
    if (f->path && !*errnum) *errnum = place(a, f);
    whole_file_drop(f);
    return *errnum == 0;
}

void whole_file_drop(struct whole_file *f) {
    remove_temporary(f);
    if (f->fd >= 0) close(f->fd);
    f->fd = -1;
}

/* Reads up to `most` bytes from the start. Returns 0 or errno. */
static int read_start(int fd, char *bytes, size_t most, size_t *len) {
    for (*len = 0; *len < most;) {
        ssize_t n = pread(fd, bytes + *len, most - *len, (off_t)*len);
        if (n < 0 && errno != EINTR) return errno;
        if (n == 0) break;
        if (n > 0) *len += (size_t)n;
    }
    return 0;
}

/* Overwrites an open file of `st`, which is readable or empty. Returns 0, or errno with the old contents restored. */
static int overwrite(int fd, const struct stat *st, str bytes) {
    size_t old_len, most = (uint64_t)st->st_size < bytes.len ? (size_t)st->st_size : bytes.len;
    char *old = memory_alloc(most);
    int errnum = most ? read_start(fd, old, most, &old_len) : 0;
    if (errnum) goto end;
    /* a full disk is noticed before a byte is lost; file systems that cannot reserve space try their luck */
    if (bytes.len > (uint64_t)st->st_size) {
        int failed = fallocate(fd, 0, st->st_size, (off_t)(bytes.len - (uint64_t)st->st_size));
        if (failed && errno != EOPNOTSUPP && errno != ENOSYS && errno != EINTR) errnum = errno;
    }
    if (!errnum) errnum = file_write(fd, bytes);
    if (!errnum && ftruncate(fd, (off_t)bytes.len) != 0) errnum = errno;
    if (!errnum) errnum = close_duplicate(fd);
    if (errnum) {
        if (most && lseek(fd, 0, SEEK_SET) == 0) file_write(fd, (str){old, old_len});
        (void)!ftruncate(fd, st->st_size); /* the first error is the one to report */
    }
end:
    free(old);
    return errnum;
}

/* Appends to an open file of `st`. Returns 0, or errno with the file as it was. */
static int append(int fd, const struct stat *st, str bytes) {
    int failed = bytes.len ? fallocate(fd, FALLOC_FL_KEEP_SIZE, st->st_size, (off_t)bytes.len) : 0;
    int errnum = failed && errno != EOPNOTSUPP && errno != ENOSYS && errno != EINTR ? errno : 0;
    if (!errnum && fcntl(fd, F_SETFL, O_APPEND) < 0) errnum = errno;
    if (!errnum) errnum = file_write(fd, bytes);
    if (!errnum) errnum = close_duplicate(fd);
    if (errnum) (void)!ftruncate(fd, st->st_size); /* the first error is the one to report */
    return errnum;
}

/* Opens a file that keeps its identity, and changes it while signals wait. */
static int change(struct arena *a, str name, str bytes, bool at_end, const char **step) {
    const char *path = str_c(a, name);
    struct stat st;
    bool is_new = false, readable = true;
    *step = "open";
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0 && errno == EACCES) {
        readable = false;
        fd = open(path, O_WRONLY | O_CLOEXEC);
    } else if (fd < 0 && errno == ENOENT) {
        is_new = true;
        fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    }
    if (fd < 0) return errno;
    *step = "write";
    sigset_t before;
    block_signals(&before); /* the signal comes after the last byte */
    int errnum = fstat(fd, &st) == 0 ? 0 : errno;
    if (!errnum && !readable && !at_end) st.st_size = 0;
    if (!errnum && S_ISREG(st.st_mode))
        errnum = at_end ? append(fd, &st, bytes) : overwrite(fd, &st, bytes);
    else if (!errnum)
        errnum = file_write(fd, bytes);
    if (errnum && is_new) unlink(path);
    close(fd);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return errnum;
}

int whole_file_overwrite(struct arena *a, str name, str bytes, const char **step) {
    return change(a, name, bytes, false, step);
}

int whole_file_append(struct arena *a, str name, str bytes, const char **step) {
    return change(a, name, bytes, true, step);
}
