#include "binaries/tools.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "go/gotext.h"

extern char **environ;

/* --- finding */

static bool is_executable(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && !S_ISDIR(st.st_mode) && access(path, X_OK) == 0;
}

/* Where $PATH has it; NULL: nowhere. As in Go, what a relative entry finds counts as not found. */
static const char *look_on_path(struct arena *a, const char *name) {
    str rest = str_from(getenv("PATH")), directory;
    while (rest.len && str_cut(&rest, ':', &directory)) {
        const char *path = str_format(a, "%.*s/%s", STR_ARG(directory), name).ptr;
        if (is_executable(path)) return path[0] == '/' ? path : NULL;
    }
    return NULL;
}

static const char *look_in(struct arena *a, str directory, const char *name) {
    if (!directory.len) return look_on_path(a, name);
    const char *path = str_c(a, gotext_clean_path(a, str_format(a, "%.*s/%s", STR_ARG(directory), name)));
    if (!strchr(path, '/')) return look_on_path(a, path); /* the directory was "." */
    return is_executable(path) ? path : NULL;
}

/* Tries the entries of -tools for one tool ("" for those that name none). */
static const char *look_in_entries(struct arena *a, str config, str tool, const char *name) {
    const char *found = NULL;
    str entry, rest = config.ptr ? config : STR_EMPTY; /* an empty flag is one empty entry */
    while (!found && str_cut(&rest, ',', &entry)) {
        size_t colon = str_find_char(entry, ':');
        str of = colon < entry.len ? str_slice(entry, 0, colon) : STR_EMPTY;
        str directory = colon < entry.len ? str_from_offset(entry, colon + 1) : entry;
        if (str_equal(of, tool)) found = look_in(a, directory, name);
    }
    return found;
}

/* The tool's own entries go before the general ones. */
static const char *look(struct arena *a, str config, const char *tool, const char *name) {
    const char *own = look_in_entries(a, config, str_from(tool), name);
    return own ? own : look_in_entries(a, config, STR_EMPTY, name);
}

void tools_find(struct arena *a, str config, struct tools *out) {
    const char *symbolizer = look(a, config, "llvm-symbolizer", "llvm-symbolizer");
    const char *addr2line = look(a, config, "addr2line", "addr2line");
    const char *nm = look(a, config, "nm", "llvm-nm");
    if (!nm) nm = look(a, config, "nm", "nm");
    *out = (struct tools){.llvm_symbolizer = symbolizer ? symbolizer : "llvm-symbolizer",
                          .addr2line = addr2line ? addr2line : "addr2line",
                          .nm = nm ? nm : "nm",
                          .llvm_symbolizer_found = symbolizer != NULL,
                          .addr2line_found = addr2line != NULL,
                          .nm_found = nm != NULL};
}

/* --- which disassembler is it */

static bool take_digits(str *s, str *digits) {
    size_t n = 0;
    while (n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9') n++;
    *digits = str_slice(*s, 0, n);
    *s = str_from_offset(*s, n);
    return true; /* also none */
}

static bool take_dot(str *s) {
    if (!s->len || s->ptr[0] != '.') return false;
    *s = str_from_offset(*s, 1);
    return true;
}

/* LLVM 8 or later: it takes the flags with two dashes. */
static bool is_recent_llvm(str version) {
    static const str opening = {"LLVM version ", 13};
    for (size_t at; (at = str_find(version, opening)) < version.len;) {
        version = str_from_offset(version, at + opening.len);
        str s = version, major, minor, patch;
        if (take_digits(&s, &major) && take_dot(&s) && take_digits(&s, &minor) && take_dot(&s)) {
            int64_t n, ignored;
            take_digits(&s, &patch);
            return gotext_parse_int(major, 10, &n) == GOTEXT_OK && gotext_parse_int(patch, 10, &ignored) == GOTEXT_OK &&
                   n >= 8;
        }
        str line = str_slice(version, 0, str_find_char(version, '\n'));
        if (str_find(line, STR("trunk")) < line.len) return true;
    }
    return false;
}

const char *tools_find_objdump(struct arena *a, str config, bool *is_llvm) {
    static const char *const names[] = {"llvm-objdump", "objdump"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        str version;
        const char *path = look(a, config, "objdump", names[i]);
        if (!path) continue;
        bool ran = tools_run(a, (const char *const[]){path, "--version", NULL}, STR_EMPTY, false, &version, NULL);
        if (!ran) continue;
        *is_llvm = is_recent_llvm(version);
        if (*is_llvm || str_find(version, STR("GNU objdump")) < version.len) return path;
    }
    return NULL;
}

/* --- running */

/* Our ends. The child's input is a socket, since a pipe whose reader has gone would kill us by a signal. */
struct child {
    pid_t pid;
    int in, out;
};

static bool spawn(const char *const *argv, bool show_errors, int in, int out, pid_t *pid, struct err *e) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (!show_errors) posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    /* posix_spawn wants its arguments unqualified and does not write to them */
    int errnum = posix_spawnp(pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (errnum == 0) return true;
    if (errnum == ENOENT && !strchr(argv[0], '/'))
        return err_set(e, "exec: \"%s\": executable file not found in $PATH", argv[0]);
    char text[256];
    const char *said = strerror_r(errnum, text, sizeof text);
    char first = said[0] >= 'A' && said[0] <= 'Z' ? (char)(said[0] + ('a' - 'A')) : said[0];
    return err_set(e, "fork/exec %s: %c%s", argv[0], first, first ? said + 1 : "");
}

static bool child_start(struct child *c, const char *const *argv, bool show_errors, struct err *e) {
    int in[2], out[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0) return err_set(e, "no socket for %s", argv[0]);
    if (pipe2(out, O_CLOEXEC) != 0) {
        close(in[0]);
        close(in[1]);
        return err_set(e, "no pipe for %s", argv[0]);
    }
    *c = (struct child){.in = in[0], .out = out[0]};
    bool ok = spawn(argv, show_errors, in[1], out[1], &c->pid, e);
    close(in[1]);
    close(out[1]);
    if (ok) return true;
    close(c->in);
    close(c->out);
    return false;
}

/* Sends what the child takes now; *input is empty once all went, or once it takes no more. */
static void feed(const struct child *c, str *input) {
    ssize_t n = send(c->in, input->ptr, input->len, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0)
        *input = str_from_offset(*input, (size_t)n);
    else if (errno != EAGAIN && errno != EINTR)
        *input = STR_EMPTY;
}

struct output {
    struct arena *arena;
    char *at;
    size_t len, cap;
};

/* False at the end. */
static bool drain(const struct child *c, struct output *o) {
    if (o->len == o->cap) {
        size_t grown = o->cap ? o->cap * 2 : 64 * 1024;
        o->at = arena_grow(o->arena, o->at, o->cap, grown);
        o->cap = grown;
    }
    ssize_t n = read(c->out, o->at + o->len, o->cap - o->len);
    if (n < 0) return errno == EINTR;
    o->len += (size_t)n;
    return n > 0;
}

static void exchange(const struct child *c, str input, struct output *o) {
    struct pollfd fds[2] = {{.fd = c->out, .events = POLLIN}, {.fd = c->in, .events = POLLOUT}};
    for (bool more = true; more;) {
        if (!input.len && fds[1].fd >= 0) {
            shutdown(c->in, SHUT_WR);
            fds[1].fd = -1; /* poll passes over it */
        }
        if (poll(fds, 2, -1) < 0) {
            if (errno != EINTR) return;
            continue;
        }
        if (fds[1].fd >= 0 && fds[1].revents) feed(c, &input);
        if (fds[0].revents) more = drain(c, o);
    }
}

static bool child_wait(const struct child *c, struct err *e) {
    int status;
    close(c->in);
    close(c->out);
    while (waitpid(c->pid, &status, 0) < 0)
        if (errno != EINTR) return err_set(e, "wait: no child process");
    if (WIFSIGNALED(status)) return err_set(e, "signal: %s", strsignal(WTERMSIG(status)));
    if (WEXITSTATUS(status)) return err_set(e, "exit status %d", WEXITSTATUS(status));
    return true;
}

bool tools_run(struct arena *a, const char *const *argv, str input, bool show_errors, str *output, struct err *e) {
    struct child c;
    struct output o = {.arena = a};
    *output = STR_EMPTY;
    if (!child_start(&c, argv, show_errors, e)) return false;
    exchange(&c, input, &o);
    if (o.len) *output = (str){o.at, o.len};
    return child_wait(&c, e);
}
