/* Files that are removed and a terminal that is restored when the program is ended early. */
#include "base/ending.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { SPARE_MOST = 4, SPARE_PATH = 4096, FILES_MOST = 64, LAST_WORDS_MOST = 256 };

/* A path is freed only by the thread that takes it out. A signal handler takes paths and never frees them. */
static struct {
    pthread_mutex_t lock; /* held while paths are added and compared, not by the handler */
    _Atomic(char *) file[FILES_MOST];
    _Atomic pid_t owner[FILES_MOST];
    struct termios terminal;
    _Atomic int terminal_fd; /* -1: no terminal is restored */
    char last_words[LAST_WORDS_MOST];
    _Atomic size_t last_words_length;
    _Atomic pid_t terminal_owner;
    bool installed;
} state = {.lock = PTHREAD_MUTEX_INITIALIZER, .terminal_fd = -1};

static void restore_terminal(void) {
    int fd = state.terminal_fd;
    /* a process in the background would change the terminal under another program */
    if (fd < 0 || state.terminal_owner != getpid() || tcgetpgrp(fd) != getpgrp()) return;
    size_t length = atomic_exchange(&state.last_words_length, 0);
    ssize_t written = length ? write(fd, state.last_words, length) : 0;
    (void)written; /* the terminal may be gone */
    tcsetattr(fd, TCSANOW, &state.terminal);
}

void ending_clean(void) {
    for (int i = 0; i < FILES_MOST; i++) {
        if (state.owner[i] != getpid()) continue;
        const char *path = atomic_exchange(&state.file[i], NULL);
        if (path) unlink(path);
    }
    restore_terminal();
}

static void on_signal(int number) {
    ending_clean();
    signal(number, SIG_DFL);
    raise(number); /* the signal ends the program when this handler returns */
}

/* Signals that are ignored or handled stay so. */
static void handle_signals(void) {
    static const int ends[] = {SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGXCPU, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct sigaction now, then = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
        sigfillset(&then.sa_mask);
        if (sigaction(ends[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL) sigaction(ends[i], &then, NULL);
    }
}

static void install(void) {
    if (state.installed) return;
    state.installed = true;
    atexit(ending_clean); /* readline ends the program by itself when it has no memory */
    handle_signals();
}

/* Where paths are kept once there is no memory, for which the program is about to end. No place is used twice, so that
 * a signal handler never reads a path that is being written. */
static char spare[SPARE_MOST][SPARE_PATH];

static char *copy_of(const char *path) {
    static unsigned n_spare;
    char *copy = strdup(path);
    if (copy || n_spare == SPARE_MOST || strlen(path) >= SPARE_PATH) return copy;
    return strcpy(spare[n_spare++], path);
}

static void drop_copy(char *path) {
    for (int i = 0; i < SPARE_MOST; i++)
        if (path == spare[i]) return;
    free(path);
}

void ending_unlink(const char *path) {
    int before = errno;
    pthread_mutex_lock(&state.lock);
    install();
    bool known = false;
    for (int i = 0; i < FILES_MOST; i++) {
        const char *file = state.file[i];
        known |= file && state.owner[i] == getpid() && strcmp(file, path) == 0;
    }
    char *copy = known ? NULL : copy_of(path);
    for (int i = 0; copy && i < FILES_MOST; i++) {
        if (state.file[i]) continue;
        state.owner[i] = getpid();
        state.file[i] = copy;
        copy = NULL;
    }
    drop_copy(copy);
    pthread_mutex_unlock(&state.lock);
    errno = before;
}

void ending_forget(const char *path) {
    int before = errno;
    pthread_mutex_lock(&state.lock);
    for (int i = 0; i < FILES_MOST; i++) {
        char *file = state.file[i];
        if (!file || state.owner[i] != getpid() || strcmp(file, path) != 0) continue;
        if (atomic_compare_exchange_strong(&state.file[i], &file, NULL)) drop_copy(file);
        break;
    }
    pthread_mutex_unlock(&state.lock);
    errno = before;
}

void ending_restore_terminal(int fd) {
    pthread_mutex_lock(&state.lock);
    install();
    handle_signals(); /* a child may have set those back that its parent handles */
    if (tcgetattr(fd, &state.terminal) == 0) {
        state.terminal_owner = getpid();
        state.terminal_fd = fd;
    }
    pthread_mutex_unlock(&state.lock);
}

void ending_write_terminal(const char *bytes, size_t n) {
    pthread_mutex_lock(&state.lock);
    state.last_words_length = 0;
    if (n > LAST_WORDS_MOST) n = 0; /* half of a sequence would be worse than none */
    memcpy(state.last_words, bytes, n);
    state.last_words_length = n;
    pthread_mutex_unlock(&state.lock);
}
