/* malloc, calloc and realloc that do not fail, and the limit of memory. */
#include "base/memory.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/ending.h"

enum {
    USUAL_LIMIT_FROM = 64 * 1024 * 1024,
    LEAST = 32 * 1024 * 1024, /* of the usual limit */
    FILE_MOST = 8192          /* bytes read of a file of the system */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic uint64_t budget, mapped; /* budget: 0 until it is set */
static struct rlimit inherited;

_Noreturn void memory_exhausted(size_t size) {
    /* no printf: it may allocate */
    char text[200];
    int n = snprintf(text, sizeof text, "cprof: out of memory (%zu more bytes were needed%s)\n", size,
                     budget && budget != UINT64_MAX ? "; -max_memory sets the limit" : "");
    ending_clean(); /* first: a full screen would take the message with it */
    ssize_t written = write(STDERR_FILENO, text, (size_t)n);
    (void)written; /* a failure cannot be reported anywhere */
    _exit(2);
}

/* Reads the start of a file into text[FILE_MOST], as a string. It allocates nothing. */
static bool read_start(const char *path, char *text) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t n = read(fd, text, FILE_MOST - 1);
    close(fd);
    text[n > 0 ? n : 0] = 0;
    return n > 0;
}

/* The number in a file, after `key`; UINT64_MAX if it has no number ("max"). */
static uint64_t read_number(const char *path, const char *key) {
    char text[FILE_MOST];
    const char *at = read_start(path, text) ? strstr(text, key) : NULL;
    if (!at) return UINT64_MAX;
    at += strlen(key);
    while (*at == ' ') at++;
    return *at >= '0' && *at <= '9' ? strtoull(at, NULL, 10) : UINT64_MAX;
}

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* The limit of a control group and of those that it is in. `group` is its path, which this shortens. */
static uint64_t limit_of_group(const char *root, char *group, const char *file) {
    uint64_t limit = UINT64_MAX;
    for (char *end;; *end = 0) {
        char path[FILE_MOST + 64];
        snprintf(path, sizeof path, "%s%s/%s", root, group, file);
        limit = least(limit, read_number(path, ""));
        if (!(end = strrchr(group, '/'))) return limit;
    }
}

/* The limit of our control groups: of the unified hierarchy ("0::/path") or that of memory ("4:memory:/path"). */
static uint64_t limit_of_groups(void) {
    char text[FILE_MOST], *rest = text, *line;
    uint64_t limit = UINT64_MAX;
    if (!read_start("/proc/self/cgroup", text)) return limit;
    while ((line = strsep(&rest, "\n"))) {
        char *names = strchr(line, ':'), *group = names ? strchr(names + 1, ':') : NULL;
        if (!group) continue;
        *group++ = 0;
        if (!names[1])
            limit = least(limit, limit_of_group("/sys/fs/cgroup", group, "memory.max"));
        else if (strstr(names, "memory"))
            limit = least(limit, limit_of_group("/sys/fs/cgroup/memory", group, "memory.limit_in_bytes"));
    }
    return limit;
}

static uint64_t usual_limit(void) {
    uint64_t kilobytes = read_number("/proc/meminfo", "MemAvailable:");
    uint64_t half = least(kilobytes > UINT64_MAX / 1024 ? UINT64_MAX : kilobytes * 1024, limit_of_groups()) / 2;
    return half < LEAST ? LEAST : half >= UINT64_MAX / 2 ? UINT64_MAX : half;
}

bool memory_can_limit(void) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return false;
#endif
#endif
    return true;
}

/* Sets the limit unless it is set; `bytes` of 0 is the usual one. */
static void set(uint64_t bytes) {
    pthread_mutex_lock(&lock);
    if (!budget) {
        if (!bytes) bytes = usual_limit();
        if (memory_can_limit() && bytes != UINT64_MAX && getrlimit(RLIMIT_DATA, &inherited) == 0) {
            struct rlimit limit = {least(bytes, inherited.rlim_cur), inherited.rlim_max};
            if (setrlimit(RLIMIT_DATA, &limit) == 0) bytes = limit.rlim_cur;
        }
        budget = bytes;
    }
    pthread_mutex_unlock(&lock);
}

void memory_limit(uint64_t bytes) {
    if (bytes) set(bytes);
}

uint64_t memory_budget(void) {
    if (!budget) set(0);
    return budget;
}

bool memory_fits(uint64_t bytes) { return bytes <= USUAL_LIMIT_FROM || bytes <= memory_budget(); }

void memory_grows(size_t size) {
    mapped += size;
    if (!budget && mapped > USUAL_LIMIT_FROM) set(0);
}

void memory_unlimit(void) {
    if (inherited.rlim_cur) setrlimit(RLIMIT_DATA, &inherited);
}

void *memory_alloc(size_t size) {
    if (size > USUAL_LIMIT_FROM) memory_grows(size);
    void *p = malloc(size ? size : 1);
    if (!p) memory_exhausted(size);
    return p;
}

void *memory_zero(size_t count, size_t size) {
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (!p) memory_exhausted(size && count > (size_t)-1 / size ? (size_t)-1 : count * size);
    return p;
}

void *memory_resize(void *p, size_t size) {
    if (size > USUAL_LIMIT_FROM) memory_grows(size);
    p = realloc(p, size ? size : 1);
    if (!p) memory_exhausted(size);
    return p;
}
