/* Preloaded into a program, makes the Nth call of a kind fail, or sends a signal there. testdata/run-walk starts it.
 *
 * WALK_KIND names the kind (KINDS below), WALK_NTH the call (from 1; 0 only counts), WALK_COUNT a file of 8 bytes that
 * holds the number of calls so far, of the program and its forked children. WALK_DO says what happens: a number is
 * errno, "short" moves one byte, "signal N" sends a signal before the call. With WALK_ALL every later call fails, too.
 * WALK_TRACE names a file of 100000 numbers of 8 bytes: the nth becomes a number that stands for the functions that led
 * to the nth call. WALK_PLAIN=1 has a file system without O_TMPFILE, WALK_PLAIN=2 one without hard links as well.
 * Programs that are started by execve are left alone. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum kind {
    ALLOC,
    MAP,
    OPEN,
    READ,
    WRITE,
    MESSAGE,
    NAME,
    CLOSE,
    SETTLE,
    STAT,
    THREAD,
    CHILD,
    NET,
    POLL,
    LIBRARY,
    NONE
};
static const char *const kinds[] = {"alloc",  "map",  "open",   "read",  "write", "message", "name",   "close",
                                    "settle", "stat", "thread", "child", "net",   "poll",    "library"};

static enum kind kind = NONE;
static uint64_t nth;
static _Atomic uint64_t *count;
enum { TRACE_MOST = 100000 };
static uint64_t *trace;
static int fails_with, signal_number, plain;
static bool is_short, all;

static void *map_file(const char *file, size_t size) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC);
    void *p = (void *)syscall(SYS_mmap, NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    if (p == MAP_FAILED) abort();
    return p;
}

__attribute__((constructor)) static void start(void) {
    const char *name = getenv("WALK_KIND"), *file = getenv("WALK_COUNT"), *what = getenv("WALK_DO");
    if (!name || !file || !what) return;
    plain = getenv("WALK_PLAIN") ? atoi(getenv("WALK_PLAIN")) : 0;
    all = getenv("WALK_ALL") != NULL;
    nth = strtoull(getenv("WALK_NTH"), NULL, 10);
    if (strcmp(what, "short") == 0)
        is_short = true;
    else if (strncmp(what, "signal ", 7) == 0)
        signal_number = atoi(what + 7);
    else
        fails_with = atoi(what);
    void *p = map_file(file, 4096);
    if (getenv("WALK_TRACE")) trace = map_file(getenv("WALK_TRACE"), TRACE_MOST * sizeof *trace);
    for (int k = 0; k < NONE; k++)
        if (strcmp(name, kinds[k]) == 0) kind = (enum kind)k;
    unsetenv("LD_PRELOAD");
    void *at[1];
    backtrace(at, 1); /* loads what it needs now, outside of a failing call */
    count = p;
}

/* A number for the functions that led here. */
static uint64_t place(void) {
    void *at[32];
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    int n = backtrace(at, 32);
    for (int i = 0; i < n; i++) hash = (hash ^ (uint64_t)(uintptr_t)at[i]) * 1099511628211u;
    return hash;
}

/* Counts a call. True if it fails, with errno set. */
static bool fails(enum kind k) {
    if (k != kind || !count) return false;
    uint64_t n = atomic_fetch_add(count, 1) + 1;
    if (trace && n <= TRACE_MOST) trace[n - 1] = place();
    if (!nth || (all ? n < nth : n != nth)) return false;
    if (signal_number) {
        syscall(SYS_kill, getpid(), signal_number);
        return false;
    }
    if (!is_short) errno = fails_with;
    return true;
}

#define REAL(name) ((__typeof__(&name))(uintptr_t)real(#name))
static void *real(const char *name) {
    void *p = dlsym(RTLD_NEXT, name);
    if (!p) abort();
    return p;
}

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
/* ncurses crashes when it has no memory, and so does readline where it does not use its xmalloc: what these allocate
 * counts, but does not fail. */
static bool may_not_fail(void) {
    void *at[24];
    Dl_info from;
    bool unchecked = false;
    int n = backtrace(at, 24);
    for (int i = 0; i < n; i++) {
        struct dl_find_object object;
        if (_dl_find_object(at[i], &object) != 0 || !object.dlfo_link_map->l_name) continue;
        if (strstr(object.dlfo_link_map->l_name, "libtinfo")) return true;
        if (!strstr(object.dlfo_link_map->l_name, "libreadline")) continue;
        /* it searches all symbols of a library: too slow for the thousands of calls that fail in libcrypto */
        if (dladdr(at[i], &from) && from.dli_sname &&
            (strcmp(from.dli_sname, "xmalloc") == 0 || strcmp(from.dli_sname, "xrealloc") == 0))
            return false;
        unchecked = true;
    }
    return unchecked;
}
static bool no_memory(void) { return fails(ALLOC) && !may_not_fail(); }
void *malloc(size_t n) { return no_memory() ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t size) { return no_memory() ? NULL : __libc_calloc(n, size); }
void *realloc(void *p, size_t n) { return no_memory() ? NULL : __libc_realloc(p, n); }

void *mmap(void *at, size_t n, int protect, int flags, int fd, off_t offset) {
    return fails(MAP) ? MAP_FAILED : (void *)syscall(SYS_mmap, at, n, protect, flags, fd, offset);
}
void *mmap64(void *at, size_t n, int protect, int flags, int fd, off_t offset) {
    return mmap(at, n, protect, flags, fd, offset);
}
void *mremap(void *at, size_t old, size_t n, int flags, ...) {
    va_list args;
    va_start(args, flags);
    void *to = flags & MREMAP_FIXED ? va_arg(args, void *) : NULL;
    va_end(args);
    return fails(MAP) ? MAP_FAILED : (void *)syscall(SYS_mremap, at, old, n, flags, to);
}

static int open_any(int folder, const char *path, int flags, mode_t mode) {
    if (plain && (flags & O_TMPFILE) == O_TMPFILE) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return fails(OPEN) ? -1 : (int)syscall(SYS_openat, folder, path, flags, mode);
}
#define MODE(flags)                                                                                                    \
    mode_t mode = 0;                                                                                                   \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                                                             \
        va_list args;                                                                                                  \
        va_start(args, flags);                                                                                         \
        mode = va_arg(args, mode_t);                                                                                   \
        va_end(args);                                                                                                  \
    }
int open(const char *path, int flags, ...) {
    MODE(flags)
    return open_any(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    MODE(flags)
    return open_any(AT_FDCWD, path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
    MODE(flags)
    return open_any(folder, path, flags, mode);
}
int __open_2(const char *path, int flags) { return open_any(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return open_any(AT_FDCWD, path, flags, 0); }
int __openat_2(int folder, const char *path, int flags) { return open_any(folder, path, flags, 0); }

/* The number of bytes to move: all, one, or -1 for a failure. */
static ssize_t moved(enum kind k, size_t n) {
    if (!fails(k)) return (ssize_t)n;
    return is_short ? n > 0 : -1;
}
/* read and write are points where a thread may be cancelled; cprof cancels none */
ssize_t read(int fd, void *to, size_t n) {
    ssize_t m = moved(READ, n);
    return m < 0 ? -1 : syscall(SYS_read, fd, to, (size_t)m);
}
ssize_t __read_chk(int fd, void *to, size_t n, size_t room) {
    (void)room;
    return read(fd, to, n);
}
ssize_t pread(int fd, void *to, size_t n, off_t at) {
    ssize_t m = moved(READ, n);
    return m < 0 ? -1 : syscall(SYS_pread64, fd, to, (size_t)m, at);
}
ssize_t pread64(int fd, void *to, size_t n, off_t at) { return pread(fd, to, n, at); }
ssize_t __pread_chk(int fd, void *to, size_t n, off_t at, size_t room) {
    (void)room;
    return pread(fd, to, n, at);
}
ssize_t __pread64_chk(int fd, void *to, size_t n, off_t at, size_t room) {
    (void)room;
    return pread(fd, to, n, at);
}
ssize_t recv(int fd, void *to, size_t n, int flags) {
    ssize_t m = moved(READ, n);
    return m < 0 ? -1 : syscall(SYS_recvfrom, fd, to, (size_t)m, flags, NULL, NULL);
}
ssize_t __recv_chk(int fd, void *to, size_t n, size_t room, int flags) {
    (void)room;
    return recv(fd, to, n, flags);
}
/* Is it a descriptor that wakes a thread (eventfd)? Writing these does not fail. */
static bool only_wakes(int fd) {
    struct stat st;
    return kind == WRITE && syscall(SYS_fstat, fd, &st) == 0 && (st.st_mode & S_IFMT) == 0;
}
ssize_t write(int fd, const void *from, size_t n) {
    if (only_wakes(fd)) return syscall(SYS_write, fd, from, n);
    ssize_t m = moved(fd == STDERR_FILENO ? MESSAGE : WRITE, n);
    return m < 0 ? -1 : syscall(SYS_write, fd, from, (size_t)m);
}
ssize_t pwrite(int fd, const void *from, size_t n, off_t at) {
    ssize_t m = moved(WRITE, n);
    return m < 0 ? -1 : syscall(SYS_pwrite64, fd, from, (size_t)m, at);
}
ssize_t pwrite64(int fd, const void *from, size_t n, off_t at) { return pwrite(fd, from, n, at); }
ssize_t send(int fd, const void *from, size_t n, int flags) {
    ssize_t m = moved(WRITE, n);
    return m < 0 ? -1 : syscall(SYS_sendto, fd, from, (size_t)m, flags, NULL, 0);
}
ssize_t writev(int fd, const struct iovec *v, int n) {
    if (kind != WRITE || !is_short) return fails(WRITE) ? -1 : syscall(SYS_writev, fd, v, n);
    return n > 0 && fails(WRITE) ? syscall(SYS_write, fd, v[0].iov_base, v[0].iov_len > 0)
                                 : syscall(SYS_writev, fd, v, n);
}
ssize_t sendmsg(int fd, const struct msghdr *m, int flags) {
    return fails(WRITE) && !is_short ? -1 : syscall(SYS_sendmsg, fd, m, flags);
}

#define CALL(kind, result, name, types, values)                                                                        \
    result name types { return fails(kind) ? (result)-1 : REAL(name) values; }
static bool no_links(void) {
    if (plain > 1) errno = EPERM;
    return plain > 1;
}
CALL(NAME, int, rename, (const char *from, const char *to), (from, to))
CALL(NAME, int, renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags))
/* a file system that takes no new names still removes them */
int unlink(const char *path) { return !all && fails(NAME) ? -1 : REAL(unlink)(path); }
CALL(NAME, int, mkdir, (const char *path, mode_t mode), (path, mode))
int link(const char *from, const char *to) { return no_links() || fails(NAME) ? -1 : REAL(link)(from, to); }
int linkat(int a, const char *from, int b, const char *to, int flags) {
    return no_links() || fails(NAME) ? -1 : REAL(linkat)(a, from, b, to, flags);
}
int close(int fd) {
    bool failed = fails(CLOSE);
    long result = syscall(SYS_close, fd); /* the descriptor is closed even if closing it fails */
    if (failed) errno = fails_with;
    return failed ? -1 : (int)result;
}
CALL(SETTLE, int, fchmod, (int fd, mode_t mode), (fd, mode))
CALL(SETTLE, int, flock, (int fd, int what), (fd, what))
CALL(SETTLE, int, ftruncate, (int fd, off_t n), (fd, n))
CALL(SETTLE, int, ftruncate64, (int fd, off64_t n), (fd, n))
CALL(SETTLE, int, fallocate, (int fd, int how, off_t at, off_t n), (fd, how, at, n))
CALL(SETTLE, int, fallocate64, (int fd, int how, off64_t at, off64_t n), (fd, how, at, n))
CALL(SETTLE, int, fsync, (int fd), (fd))
CALL(SETTLE, off_t, lseek, (int fd, off_t at, int from), (fd, at, from))
CALL(SETTLE, off64_t, lseek64, (int fd, off64_t at, int from), (fd, at, from))
int fcntl(int fd, int what, ...) {
    va_list args;
    va_start(args, what);
    long value = va_arg(args, long);
    va_end(args);
    return what == F_DUPFD_CLOEXEC && fails(SETTLE) ? -1 : (int)syscall(SYS_fcntl, fd, what, value);
}
int fcntl64(int fd, int what, ...) {
    va_list args;
    va_start(args, what);
    long value = va_arg(args, long);
    va_end(args);
    return fcntl(fd, what, value);
}
DIR *opendir(const char *path) { return fails(OPEN) ? NULL : REAL(opendir)(path); }
CALL(STAT, int, stat, (const char *path, struct stat *st), (path, st))
CALL(STAT, int, lstat, (const char *path, struct stat *st), (path, st))
CALL(STAT, int, fstat, (int fd, struct stat *st), (fd, st))
CALL(STAT, int, access, (const char *path, int mode), (path, mode))
CALL(STAT, ssize_t, readlink, (const char *path, char *to, size_t n), (path, to, n))
char *realpath(const char *path, char *to) { return fails(STAT) ? NULL : REAL(realpath)(path, to); }
char *__realpath_chk(const char *path, char *to, size_t room) {
    (void)room;
    return realpath(path, to);
}
int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *), void *context) {
    return fails(THREAD) ? fails_with : REAL(pthread_create)(thread, how, run, context);
}
CALL(CHILD, pid_t, fork, (void), ())
CALL(CHILD, int, pipe2, (int ends[2], int flags), (ends, flags))
CALL(CHILD, int, pipe, (int ends[2]), (ends))
CALL(CHILD, int, socketpair, (int domain, int type, int protocol, int ends[2]), (domain, type, protocol, ends))
CALL(CHILD, int, execve, (const char *path, char *const argv[], char *const envp[]), (path, argv, envp))
CALL(CHILD, int, dup2, (int from, int to), (from, to))
CALL(CHILD, pid_t, waitpid, (pid_t pid, int *status, int how), (pid, status, how))
CALL(NET, int, socket, (int domain, int type, int protocol), (domain, type, protocol))
CALL(NET, int, connect, (int fd, const struct sockaddr *to, socklen_t n), (fd, to, n))
CALL(NET, int, bind, (int fd, const struct sockaddr *to, socklen_t n), (fd, to, n))
CALL(NET, int, listen, (int fd, int n), (fd, n))
CALL(NET, int, accept4, (int fd, struct sockaddr *from, socklen_t *n, int flags), (fd, from, n, flags))
CALL(NET, int, getsockname, (int fd, struct sockaddr *name, socklen_t *n), (fd, name, n))
CALL(NET, int, setsockopt, (int fd, int level, int name, const void *value, socklen_t n), (fd, level, name, value, n))
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out) {
    return fails(NET) ? EAI_MEMORY : REAL(getaddrinfo)(node, service, hints, out);
}
CALL(POLL, int, poll, (struct pollfd * fds, nfds_t n, int ms), (fds, n, ms))
int __poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t room) {
    (void)room;
    return poll(fds, n, ms);
}
CALL(POLL, int, ppoll, (struct pollfd * fds, nfds_t n, const struct timespec *time, const sigset_t *mask),
     (fds, n, time, mask))
int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *time, const sigset_t *mask, size_t room) {
    (void)room;
    return ppoll(fds, n, time, mask);
}
void *dlopen(const char *file, int how) { return fails(LIBRARY) ? NULL : REAL(dlopen)(file, how); }
