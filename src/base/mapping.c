/* Maps files, and puts zeros in the place of pages that SIGBUS tells to be lost. */
#include "base/mapping.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/ending.h"

enum { MAPPINGS_MOST = 256 };

/* The handler sees a mapping from the time when `end` is set. */
static struct {
    atomic_bool taken, lost;
    _Atomic uintptr_t start, end;
} mapping[MAPPINGS_MOST];

static struct sigaction before;
static uintptr_t page_size;

/* Replaces the rest of a mapping, from the page that was lost on. The system call may be used in a signal handler. */
static bool replace_lost(uintptr_t at) {
    for (int i = 0; i < MAPPINGS_MOST; i++) {
        uintptr_t start = mapping[i].start, end = mapping[i].end, page = at / page_size * page_size;
        if (at < start || at >= end) continue;
        mapping[i].lost = true;
        return mmap((void *)page, end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
    }
    return false;
}

static void on_bus_error(int number, siginfo_t *info, void *context) {
    int errnum = errno;
    bool sent = info->si_code <= 0; /* by a process: no page is missing */
    (void)context;
    if (sent || !replace_lost((uintptr_t)info->si_addr)) {
        /* the signal comes again, for the handler before ours */
        if (before.sa_handler == SIG_DFL) ending_clean();
        sigaction(number, &before, NULL);
        if (sent) raise(number);
    }
    errno = errnum;
}

/* Others may have replaced the handler since the last time. */
static void install(void) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    struct sigaction now, then = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigfillset(&then.sa_mask);
    pthread_mutex_lock(&lock);
    page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
    if (sigaction(SIGBUS, NULL, &now) == 0 && now.sa_sigaction != on_bus_error) {
        before = now;
        sigaction(SIGBUS, &then, NULL);
    }
    pthread_mutex_unlock(&lock);
}

bool mapping_open(int fd, size_t size, str *out) {
    int i = 0;
    install();
    while (i < MAPPINGS_MOST && atomic_exchange(&mapping[i].taken, true)) i++;
    if (i == MAPPINGS_MOST) return false;
    void *p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED) {
        mapping[i].taken = false;
        return false;
    }
    mapping[i].lost = false;
    mapping[i].start = (uintptr_t)p;
    mapping[i].end = (uintptr_t)p + size;
    *out = (str){p, size};
    return true;
}

bool mapping_close(str bytes) {
    int i = 0;
    while (i < MAPPINGS_MOST && (!mapping[i].taken || mapping[i].start != (uintptr_t)bytes.ptr || !mapping[i].end)) i++;
    if (i == MAPPINGS_MOST) return true;
    bool lost = mapping[i].lost;
    mapping[i].end = 0;
    munmap((void *)(uintptr_t)bytes.ptr, bytes.len);
    mapping[i].taken = false;
    return !lost;
}
