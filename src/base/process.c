/* Starts other programs and exchanges data with them. */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cancel.h"

extern char **environ;

enum { CANCEL_MS = 50 }; /* how often a program's work is looked after */

const char *process_argument(struct arena *a, str name) {
    bool odd = name.len && (name.ptr[0] == '-' || name.ptr[0] == '@');
    return odd ? str_join(a, (str[]){STR("./"), name}, 2, STR_EMPTY).ptr : str_c(a, name);
}

bool process_is_program(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && !S_ISDIR(st.st_mode) && access(path, X_OK) == 0;
}

const char *process_find(struct arena *a, const char *name) {
    str rest = str_from(getenv("PATH")), directory;
    while (rest.len && str_cut(&rest, ':', &directory)) {
        const char *path = str_format(a, "%.*s/%s", STR_ARG(directory), name).ptr;
        if (directory.len && process_is_program(path)) return path[0] == '/' ? path : NULL;
    }
    return NULL;
}

/* The descriptors of a child (-1: /dev/null; for standard error: ours), and whether it leads a process group. */
struct start {
    int in, out;
    bool show_errors, own_group;
};

static void set_actions(posix_spawn_file_actions_t *actions, const struct start *s) {
    posix_spawn_file_actions_init(actions);
    if (s->in >= 0)
        posix_spawn_file_actions_adddup2(actions, s->in, STDIN_FILENO);
    else
        posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (s->out >= 0)
        posix_spawn_file_actions_adddup2(actions, s->out, STDOUT_FILENO);
    else
        posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (!s->show_errors) posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
}

static bool spawn(const char *const *argv, const struct start *s, pid_t *pid, struct err *e) {
    struct arena scratch = {0};
    const char *path = strchr(argv[0], '/') ? argv[0] : process_find(&scratch, argv[0]);
    if (!path) {
        arena_release(&scratch);
        return err_set(e, "exec: \"%s\": executable file not found in $PATH", argv[0]);
    }
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    set_actions(&actions, s);
    posix_spawnattr_init(&attributes);
    /* signals that a server's threads block are not blocked in what they start */
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, (short)(POSIX_SPAWN_SETSIGMASK | (s->own_group ? POSIX_SPAWN_SETPGROUP : 0)));
    posix_spawnattr_setpgroup(&attributes, 0);
    /* posix_spawn wants its arguments unqualified and does not write to them */
    int errnum = posix_spawn(pid, path, &actions, &attributes, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (errnum) {
        char text[ERR_SYSTEM_MOST];
        err_set(e, "fork/exec %s: %s", path, err_system(errnum, text));
    }
    arena_release(&scratch);
    return errnum == 0;
}

/* The parent's ends. The child's input is a socket, because writing to a pipe without a reader would kill us by a
 * signal. */
struct child {
    pid_t pid;
    int in, out;
};

static bool child_start(struct child *c, const struct process_call *call, struct err *e) {
    int in[2], out[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0)
        return err_set(e, "no socket for %s", call->argv[0]);
    if (pipe2(out, O_CLOEXEC) != 0) {
        close(in[0]);
        close(in[1]);
        return err_set(e, "no pipe for %s", call->argv[0]);
    }
    *c = (struct child){.in = in[0], .out = out[0]};
    bool ok = spawn(call->argv, &(struct start){in[1], out[1], call->show_errors, false}, &c->pid, e);
    close(in[1]);
    close(out[1]);
    if (ok) return true;
    close(c->in);
    close(c->out);
    return false;
}

/* Sends the bytes that the child accepts now. *input is empty once all are sent, or once the child accepts no more. */
static void feed(const struct child *c, str *input) {
    ssize_t n = send(c->in, input->ptr, input->len, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0)
        *input = str_from_offset(*input, (size_t)n);
    else if (errno != EAGAIN && errno != EINTR)
        *input = STR_EMPTY;
}

/* Output of a child. */
struct received {
    struct arena *arena;
    char *at;
    size_t len, cap;
};

/* Returns false at the end. */
static bool receive(int fd, struct received *r) {
    if (r->len == r->cap) {
        size_t grown = r->cap ? r->cap * 2 : 64 * 1024;
        r->at = arena_grow(r->arena, r->at, r->cap, grown);
        r->cap = grown;
    }
    ssize_t n = read(fd, r->at + r->len, r->cap - r->len);
    if (n < 0) return errno == EINTR;
    r->len += (size_t)n;
    return n > 0;
}

static str bytes_of(const struct received *r) { return r->len ? (str){r->at, r->len} : STR_EMPTY; }

static void exchange(const struct child *c, str input, struct received *r) {
    struct pollfd fds[2] = {{.fd = c->out, .events = POLLIN}, {.fd = c->in, .events = POLLOUT}};
    for (bool more = true; more;) {
        if (!input.len && fds[1].fd >= 0) {
            shutdown(c->in, SHUT_WR);
            fds[1].fd = -1; /* poll ignores it */
        }
        int some = poll(fds, 2, cancel_is_set() ? CANCEL_MS : -1);
        if (some == 0 && cancel_wanted()) {
            kill(c->pid, SIGKILL);
            return;
        }
        if (some < 0 && errno != EINTR) return;
        if (some <= 0) continue;
        if (fds[1].fd >= 0 && fds[1].revents) feed(c, &input);
        if (fds[0].revents) more = receive(c->out, r);
    }
}

bool process_wait(pid_t pid, struct err *e) {
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return err_set(e, "wait: no child process");
    if (WIFSIGNALED(status)) return err_set(e, "signal: %s", strsignal(WTERMSIG(status)));
    return WEXITSTATUS(status) == 0 || err_set(e, "exit status %d", WEXITSTATUS(status));
}

bool process_run(struct arena *a, struct process_call *call, struct err *e) {
    struct child c;
    struct received r = {.arena = a};
    call->output = STR_EMPTY;
    call->started = child_start(&c, call, e);
    if (!call->started) return false;
    exchange(&c, call->input, &r);
    call->output = bytes_of(&r);
    close(c.in);
    close(c.out);
    return process_wait(c.pid, e);
}

bool process_start(const char *const *argv, bool own_group, pid_t *pid, struct err *e) {
    return spawn(argv, &(struct start){-1, -1, true, own_group}, pid, e);
}

void process_fork(struct arena *a, const struct process_work *work, str *output, int *status) {
    int ends[2];
    sigset_t interrupt, before;
    struct received r = {.arena = a};
    *status = 0;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, &before); /* none may arrive before both sides handle it */
    bool piped = pipe2(ends, O_CLOEXEC) == 0;
    pid_t child = piped ? fork() : -1;
    if (child == 0) {
        close(ends[0]);
        signal(SIGINT, SIG_DFL);
        sigprocmask(SIG_SETMASK, &before, NULL);
        work->run(work->context, ends[1]);
        _exit(0);
    }
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
    sigaction(SIGINT, &ignore, &old);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (piped) close(ends[1]);
    if (child < 0) {
        work->run(work->context, -1);
    } else {
        while (receive(ends[0], &r)) continue;
        while (waitpid(child, status, 0) < 0 && errno == EINTR) continue;
    }
    if (piped) close(ends[0]);
    sigaction(SIGINT, &old, NULL);
    *output = bytes_of(&r);
}
