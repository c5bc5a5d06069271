/* Starts other programs and exchanges data with them. */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/file.h"
#include "base/memory.h"

extern char **environ;

enum {
    CANCEL_MS = 50, /* time between two checks for a cancelled command, and for the end of a program */
    /* Limits of programs that name none. A symbolizer reads 200 MB of debug information in seconds. */
    SILENT_MS = 600 * 1000,
    OUTPUT_MOST_MB = 2048,
    ERRORS_MOST = 64 * 1024,
    LEFT_SILENT_MS = 1000 /* of processes that a program leaves behind with its standard output open */
};

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

/* How a program is started. `in`, `out` and `errors` become its descriptors 0 to 2; -1 stands for /dev/null. */
struct start {
    const char *path;
    const char *const *argv, *const *environment;
    const char *const *variables; /* for the environment where it has none of that name; NULL: none */
    int in, out, errors;
    bool own_group; /* leads a process group */
    bool dies_with_us;
};

/* In the child: takes the descriptors and the signals of a new program, and runs it. Returns errno. It calls only what
 * may be called between fork and exec in a process with threads. */
static int become(const struct start *s, pid_t parent) {
    if (s->own_group) setpgid(0, 0);
    if (s->dies_with_us) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(127);
    }
    const int fds[] = {s->in, s->out, s->errors};
    for (int i = 0; i < 3; i++) {
        if (fds[i] == i) continue; /* ours */
        int fd = fds[i] >= 0 ? fds[i] : open("/dev/null", i == 0 ? O_RDONLY : O_WRONLY);
        if (fd < 0 || dup2(fd, i) < 0) return errno;
        if (fds[i] < 0 && fd > STDERR_FILENO) close(fd);
    }
    /* a thread of the web interface blocks signals that a program must receive */
    signal(SIGXFSZ, SIG_DFL); /* main.c ignores it */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    memory_unlimit();
    /* execve wants its arguments unqualified and does not write to them */
    execve(s->path, (char *const *)(uintptr_t)s->argv, (char *const *)(uintptr_t)s->environment);
    return errno;
}

/* The environment of programs: ours, but they do not fetch debug information, which symbolize/debuginfod.c does with
 * limits and once for all. */
static const char *const *environment(struct arena *a, const char *const *variables) {
    static const char left_out[] = "DEBUGINFOD_URLS=";
    size_t n = 0, more = 0, kept = 0;
    while (environ[n]) n++;
    while (variables && variables[more]) more++;
    const char **out = ARENA_ARRAY(a, const char *, n + more + 1);
    for (size_t i = 0; i < n; i++)
        if (strncmp(environ[i], left_out, sizeof left_out - 1) != 0) out[kept++] = environ[i];
    for (size_t i = 0; i < more; i++)
        if (!getenv(str_c(a, str_slice(str_from(variables[i]), 0, str_find_char(str_from(variables[i]), '=')))))
            out[kept++] = variables[i];
    out[kept] = NULL;
    return out;
}

/* Starts a program. `starts` is a pipe that closes once the program runs; it brings errno if it does not. */
static bool spawn(const char *const *argv, struct start s, pid_t *pid, struct err *e) {
    struct arena scratch = {0};
    char text[ERR_SYSTEM_MOST];
    int starts[2], errnum = 0;
    s.argv = argv;
    s.environment = environment(&scratch, s.variables);
    s.path = strchr(argv[0], '/') ? argv[0] : process_find(&scratch, argv[0]);
    bool ok = true;
    if (!s.path) {
        ok = err_set(e, "exec: \"%s\": executable file not found in $PATH", argv[0]);
    } else if (pipe2(starts, O_CLOEXEC) != 0) {
        ok = err_set(e, "no pipe for %s: %s", argv[0], err_system(errno, text));
    } else {
        pid_t parent = getpid();
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, &before); /* the child runs none of our handlers */
        *pid = fork();
        if (*pid == 0) {
            errnum = become(&s, parent);
            _exit(write(starts[1], &errnum, sizeof errnum) == (ssize_t)sizeof errnum ? 127 : 126);
        }
        if (*pid < 0) errnum = errno;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        close(starts[1]);
        if (*pid > 0) {
            ssize_t n;
            while ((n = read(starts[0], &errnum, sizeof errnum)) < 0 && errno == EINTR) continue;
            if (n != (ssize_t)sizeof errnum) errnum = 0;
            if (errnum)
                while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR) continue;
        }
        close(starts[0]);
        if (errnum) ok = err_set(e, "fork/exec %s: %s", s.path, err_system(errnum, text));
    }
    arena_release(&scratch);
    return ok;
}

/* The parent's ends. The child's input is a socket, because writing to a pipe without a reader would kill us by a
 * signal. */
struct child {
    pid_t pid;
    int in, out, errors; /* errors: -1 if they are not kept */
};

static void close_ends(int ends[2]) {
    for (int i = 0; i < 2; i++)
        if (ends[i] >= 0) close(ends[i]);
}

static bool child_start(struct child *c, const struct process_call *call, struct err *e) {
    int in[2], out[2], errors[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0)
        return err_set(e, "no socket for %s", call->argv[0]);
    if (pipe2(out, O_CLOEXEC) != 0) {
        close_ends(in);
        return err_set(e, "no pipe for %s", call->argv[0]);
    }
    if (call->keep_errors && pipe2(errors, O_CLOEXEC) != 0) {
        close_ends(in);
        close_ends(out);
        return err_set(e, "no pipe for %s", call->argv[0]);
    }
    *c = (struct child){.in = in[0], .out = out[0], .errors = errors[0]};
    struct start start = {.in = in[1], .out = out[1], .errors = errors[1], .dies_with_us = true};
    bool ok = spawn(call->argv, start, &c->pid, e);
    close(in[1]);
    close(out[1]);
    if (errors[1] >= 0) close(errors[1]);
    if (ok) return true;
    close(c->in);
    close(c->out);
    if (c->errors >= 0) close(c->errors);
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
    int errnum; /* not 0: reading failed */
};

/* Returns false at the end. */
static bool receive(int fd, struct received *r) {
    if (r->len == r->cap) {
        size_t grown = r->cap ? r->cap * 2 : 64 * 1024;
        r->at = arena_grow(r->arena, r->at, r->cap, grown);
        r->cap = grown;
    }
    ssize_t n = read(fd, r->at + r->len, r->cap - r->len);
    if (n < 0 && errno == EINTR) return true;
    if (n < 0) r->errnum = errno;
    if (n > 0) r->len += (size_t)n;
    return n > 0;
}

static str bytes_of(const struct received *r) { return r->len ? (str){r->at, r->len} : STR_EMPTY; }

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Keeps the first bytes of standard error, and drops the rest so that the child never waits. Returns false at the end.
 */
static bool receive_errors(int fd, struct received *r) {
    char bytes[4096];
    ssize_t n = read(fd, bytes, sizeof bytes);
    if (n <= 0) return n < 0 && errno == EINTR;
    size_t room = r->len < ERRORS_MOST ? ERRORS_MOST - r->len : 0, kept = (size_t)n < room ? (size_t)n : room;
    static const str cut = {"\n[the rest is cut off]\n", 23};
    if (!r->at) r->at = arena_alloc(r->arena, ERRORS_MOST + cut.len);
    if (r->len > ERRORS_MOST) return true;
    memcpy(r->at + r->len, bytes, kept);
    r->len += kept;
    if (kept == (size_t)n) return true;
    memcpy(r->at + r->len, cut.ptr, cut.len);
    r->len += cut.len;
    return true;
}

static bool has_ended(pid_t pid) {
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

/* Sends the input and reads the output to its end. The limit of time holds between two moves of either side. Processes
 * that the program leaves behind may hold its output and its standard error open for ever. */
static bool exchange(const struct child *c, const struct process_call *call, struct received *r,
                     struct received *errors, struct err *e) {
    enum { OUT, IN, ERRORS };
    struct pollfd fds[] = {
        {.fd = c->out, .events = POLLIN}, {.fd = c->in, .events = POLLOUT}, {.fd = c->errors, .events = POLLIN}};
    bool ended = false;
    str input = call->input;
    int limit = call->silent_ms ? call->silent_ms : SILENT_MS;
    size_t most = call->output_most ? call->output_most : (size_t)OUTPUT_MOST_MB << 20;
    for (int64_t moved = now_ms();;) {
        if (!input.len && fds[IN].fd >= 0) {
            shutdown(c->in, SHUT_WR);
            fds[IN].fd = -1; /* poll ignores it */
        }
        bool is_whole = fds[OUT].fd < 0;
        if (is_whole && fds[ERRORS].fd < 0) break;
        if (cancel_wanted()) return err_set(e, "%s was cancelled", call->argv[0]);
        if (!ended && has_ended(c->pid)) { /* before poll, which then sees all that it wrote */
            ended = true;
            moved = now_ms();
        }
        int64_t left = moved + (ended && limit > LEFT_SILENT_MS ? LEFT_SILENT_MS : limit) - now_ms();
        if (left <= 0 && ended) break;
        if (left <= 0) return err_set(e, "%s did nothing for %g seconds", call->argv[0], limit / 1000.0);
        int some = poll(fds, 3, is_whole && ended ? 0 : left > CANCEL_MS ? CANCEL_MS : (int)left);
        if (some < 0 && errno != EINTR) {
            char text[ERR_SYSTEM_MOST];
            return err_set(e, "poll %s: %s", call->argv[0], err_system(errno, text));
        }
        if (some == 0 && is_whole && ended) break;
        if (some <= 0) continue;
        /* errors that are dropped, or that others write, are no sign that it gets on */
        bool has_words = fds[ERRORS].revents && errors->len <= ERRORS_MOST && !ended;
        if (fds[OUT].revents || fds[IN].revents || has_words) moved = now_ms();
        if (fds[IN].fd >= 0 && fds[IN].revents) feed(c, &input);
        if (fds[OUT].revents && !receive(c->out, r)) {
            shutdown(c->in, SHUT_WR);
            fds[OUT].fd = fds[IN].fd = -1;
        }
        if (fds[ERRORS].revents && !receive_errors(c->errors, errors)) fds[ERRORS].fd = -1;
        if (r->len > most) return err_set(e, "%s wrote more than %zu MB", call->argv[0], (most + (1 << 20) - 1) >> 20);
    }
    char text[ERR_SYSTEM_MOST];
    return !r->errnum || err_set(e, "read %s: %s", call->argv[0], err_system(r->errnum, text));
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
    struct received r = {.arena = a}, errors = {.arena = a};
    call->output = call->errors = STR_EMPTY;
    call->started = child_start(&c, call, e);
    if (!call->started) return false;
    bool ok = exchange(&c, call, &r, &errors, e);
    if (!ok) kill(c.pid, SIGKILL);
    call->output = bytes_of(&r);
    call->errors = bytes_of(&errors);
    close(c.in);
    close(c.out);
    if (c.errors >= 0) close(c.errors);
    ok = process_wait(c.pid, ok ? e : NULL) && ok;
    return ok && call->wants_output && !r.len ? err_set(e, "%s wrote nothing", call->argv[0]) : ok;
}

/* A file in memory that cannot grow: who writes more gets an error and no signal. Returns -1 if there can be none. */
static int bounded_file(size_t size) {
    int fd = memfd_create("errors", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) return -1;
    if (ftruncate(fd, (off_t)size) == 0 && fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0)
        return fd;
    close(fd);
    return -1;
}

bool process_start(const char *const *argv, bool own_group, int *errors, pid_t *pid, struct err *e) {
    int fd = errors ? bounded_file(ERRORS_MOST) : -1;
    bool ok = spawn(argv, (struct start){.in = -1, .out = -1, .errors = fd, .own_group = own_group}, pid, e);
    if (errors) *errors = ok ? fd : -1;
    if (!ok && fd >= 0) close(fd);
    return ok;
}

str process_errors(struct arena *a, int errors, size_t *read_so_far, bool is_last) {
    if (errors < 0) return STR_EMPTY;
    char *bytes = arena_alloc(a, ERRORS_MOST);
    ssize_t n = pread(errors, bytes, ERRORS_MOST - *read_so_far, (off_t)*read_so_far);
    while (n > 0 && !bytes[n - 1]) n--; /* not yet written */
    while (!is_last && n > 0 && bytes[n - 1] != '\n') n--;
    if (n <= 0) return STR_EMPTY;
    *read_so_far += (size_t)n;
    return (str){bytes, (size_t)n};
}

bool process_show(const char *const *argv, const char *const *variables, str text, int *status, struct err *e) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return err_set(e, "no pipe for %s", argv[0]);
    struct start start = {.variables = variables, .in = ends[0], .out = STDOUT_FILENO, .errors = STDERR_FILENO};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, pipe_before, interrupt_before;
    sigset_t interrupt, before;
    pid_t pid;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupt, &before); /* none may arrive before it is ignored */
    bool ok = spawn(argv, start, &pid, e);
    sigaction(SIGPIPE, &ignore, &pipe_before);
    sigaction(SIGINT, &ignore, &interrupt_before);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[0]);
    if (ok) file_write(ends[1], text); /* until nobody reads */
    close(ends[1]);
    while (ok && waitpid(pid, status, 0) < 0 && errno == EINTR) continue;
    sigaction(SIGINT, &interrupt_before, NULL);
    sigaction(SIGPIPE, &pipe_before, NULL);
    return ok;
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
    pid_t parent = getpid(), child = piped ? fork() : -1;
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent) _exit(0);
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

/* Work whose standard output is a pipe. */
struct piped_work {
    const struct process_work *work;
    int out;
    bool no_child; /* could be started: our own standard output stays, and the work is not done */
};

static void run_piped(void *context, int fd) {
    struct piped_work *p = context;
    p->no_child = fd < 0;
    if (p->no_child) return;
    if (dup2(p->out, STDOUT_FILENO) < 0) _exit(127);
    close(p->out);
    signal(SIGPIPE, SIG_DFL); /* a reader that has enough ends the work */
    p->work->run(p->work->context, fd);
}

bool process_shell(struct arena *a, const char *text, const struct process_work *work, struct process_ends *out,
                   struct err *e) {
    const char *const argv[] = {"/bin/sh", "-c", text, NULL};
    int ends[2] = {-1, -1};
    sigset_t interrupt, before;
    pid_t shell;
    bool no_child = false;
    char why[ERR_SYSTEM_MOST];
    *out = (struct process_ends){.output = STR_EMPTY};
    if (work && pipe2(ends, O_CLOEXEC) != 0) return err_set(e, "no pipe for /bin/sh: %s", err_system(errno, why));
    int in = work ? ends[0] : isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : -1;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, &before); /* none may arrive before it is ignored */
    bool ok = spawn(argv, (struct start){.in = in, .out = STDOUT_FILENO, .errors = STDERR_FILENO}, &shell, e);
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
    sigaction(SIGINT, &ignore, &old);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (ok && work) {
        struct piped_work piped = {work, ends[1], false};
        close(ends[0]);
        process_fork(a, &(struct process_work){run_piped, &piped}, &out->output, &out->work);
        close(ends[1]);
        if (piped.no_child) err_set(e, "no process can be started");
        no_child = piped.no_child;
    } else if (work) {
        close(ends[0]);
        close(ends[1]);
    }
    while (ok && waitpid(shell, &out->shell, 0) < 0 && errno == EINTR) continue;
    sigaction(SIGINT, &old, NULL);
    return ok && !no_child;
}
