/* Reading lines: through readline, opened at run time, or plainly from a file or pipe. */
#include "prompt/repl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ending.h"
#include "base/file.h"
#include "base/library.h"
#include "base/memory.h"
#include "base/sink.h"
#include "out/message.h"
#include "out/whole_file.h"
#include "prompt/complete.h"

enum { HISTORY_MOST = 1000, BLOCK = 65536, FRESH_MOST = 1 << 20 };

typedef void line_fn(char *line);
typedef char **completion_fn(const char *text, int start, int end);

/* The functions and variables of readline in use. The library is opened only when a user sits at the prompt, so that
 * other runs do not pay for it. */
struct readline {
    void (*handler_install)(const char *prompt, line_fn *handler);
    void (*handler_remove)(void);
    void (*read_char)(void);
    void (*sigcleanup)(void);
    void (*free_line_state)(void);
    void (*cleanup_after_signal)(void);
    void (*add_history)(const char *line);
    void (*stifle_history)(int most);
    int (*read_history)(const char *path);
    /* variables */
    completion_fn **completion;
    int *completion_over, *append_character, *suppress_append, *catch_signals;
    const char **name, **word_breaks;
    char **line_buffer;
    FILE **outstream;
};

struct repl {
    struct arena *arena;
    const struct profile *profile;
    bool user;
    const struct readline *rl; /* NULL: plain reading */
    str history;               /* path of the history file; empty: no history */
    struct sink fresh;         /* in memory: the lines of this session, up to FRESH_MOST bytes */
    char *typed;               /* the line from readline, malloc'd */
    bool finished;             /* readline called back with a line, or with the end of input (typed is NULL) */
    char *buf;                 /* plain reading: the bytes [from, to) are unread */
    size_t from, to, cap;
    bool end;
};

/* The prompt of the callbacks: readline's have no context argument. */
static struct repl *current;
static volatile sig_atomic_t got_interrupt;

static void on_interrupt(int number) {
    (void)number;
    got_interrupt = 1;
}

static bool load_readline(struct readline *rl, struct err *e) {
    const struct library_symbol symbol[] = {
        {"rl_callback_handler_install", &rl->handler_install},
        {"rl_callback_handler_remove", &rl->handler_remove},
        {"rl_callback_read_char", &rl->read_char},
        {"rl_callback_sigcleanup", &rl->sigcleanup},
        {"rl_free_line_state", &rl->free_line_state},
        {"rl_cleanup_after_signal", &rl->cleanup_after_signal},
        {"add_history", &rl->add_history},
        {"stifle_history", &rl->stifle_history},
        {"read_history", &rl->read_history},
        {"rl_attempted_completion_function", &rl->completion},
        {"rl_attempted_completion_over", &rl->completion_over},
        {"rl_completion_append_character", &rl->append_character},
        {"rl_completion_suppress_append", &rl->suppress_append},
        {"rl_catch_signals", &rl->catch_signals},
        {"rl_readline_name", &rl->name},
        {"rl_completer_word_break_characters", &rl->word_breaks},
        {"rl_line_buffer", &rl->line_buffer},
        {"rl_outstream", &rl->outstream},
    };
    return library_load(&library_table[LIBRARY_READLINE], symbol, sizeof symbol / sizeof *symbol, e);
}

/* Copies s with malloc, because readline frees what completion returns. */
static char *give_away(str s) {
    char *p = memory_alloc(s.len + 1);
    if (s.len) memcpy(p, s.ptr, s.len);
    p[s.len] = 0;
    return p;
}

/* The longest common prefix of all candidates; `typed` if they do not start with it. */
static str common_start(const struct complete_list *list, str typed) {
    if (list->at.n > 1 && list->partial) return typed;
    str common = list->at.at[0];
    for (size_t i = 1; i < list->at.n; i++) {
        size_t n = 0;
        while (n < common.len && n < list->at.at[i].len && common.ptr[n] == list->at.at[i].ptr[n]) n++;
        while (n < common.len && n > 0 && ((unsigned char)common.ptr[n] & 0xC0) == 0x80) n--; /* whole characters */
        common = str_slice(common, 0, n);
    }
    return common.len < typed.len ? typed : common;
}

/* Completion in readline's form: the text to insert, then the candidates if there are several. */
static char **complete(const char *text, int start, int end) {
    (void)end;
    const struct readline *rl = current->rl;
    struct arena scratch = {0};
    str before = str_slice(str_from(*rl->line_buffer), 0, (size_t)start), typed = str_from(text);
    struct complete_list list = complete_word(&scratch, current->profile, before, typed);
    *rl->completion_over = 1; /* readline adds no file names of its own */
    *rl->append_character = (unsigned char)list.after;
    *rl->suppress_append = list.after == 0;
    char **out = NULL;
    if (list.at.n) {
        out = memory_zero(list.at.n + 2, sizeof *out);
        out[0] = give_away(common_start(&list, typed));
        for (size_t i = 0; list.at.n > 1 && i < list.at.n; i++) out[i + 1] = give_away(list.at.at[i]);
    }
    arena_release(&scratch);
    return out;
}

static void take_line(char *line) {
    current->typed = line;
    current->finished = true;
    current->rl->handler_remove();
}

/* $XDG_STATE_HOME/cprof/history; missing folders are made. Empty without a home. */
static str history_path(struct arena *a) {
    str state = str_from(getenv("XDG_STATE_HOME")), home = str_from(getenv("HOME"));
    if (!state.len || state.ptr[0] != '/') {
        if (!home.len) return STR_EMPTY;
        state = str_format(a, "%.*s/.local/state", STR_ARG(home));
    }
    str path = str_format(a, "%.*s/cprof/history", STR_ARG(state));
    for (size_t i = 1; i < path.len; i++)
        if (path.ptr[i] == '/') mkdir(str_c(a, str_slice(path, 0, i)), 0700);
    return path;
}

static void start_readline(struct repl *r) {
    static struct readline library; /* one per process, as readline itself */
    struct err why = {0};
    if (!load_readline(&library, &why)) {
        if (!message_as_pprof()) message_warnf("Lines cannot be edited here: %s", err_text(&why));
        err_clear(&why);
        return;
    }
    r->rl = &library;
    *library.name = "cprof";
    *library.catch_signals = 0; /* Ctrl-C is handled by read_typed */
    *library.completion = complete;
    *library.word_breaks = " \t";
    /* standard output may be a file: the prompt and the typed text stay on the terminal */
    if (isatty(STDOUT_FILENO) != 1) *library.outstream = stderr;
    ending_restore_terminal(STDIN_FILENO);
    r->history = history_path(r->arena);
    library.stifle_history(HISTORY_MOST);
    if (r->history.len) library.read_history(r->history.ptr);
}

struct repl *repl_open(struct arena *a, const struct profile *p) {
    struct repl *r = ARENA_NEW(a, struct repl);
    r->arena = a;
    r->profile = p;
    r->history = STR_EMPTY;
    sink_to_memory(&r->fresh);
    r->user = isatty(STDIN_FILENO) == 1;
    current = r;
    if (r->user) {
        struct sigaction action = {.sa_handler = on_interrupt};
        sigemptyset(&action.sa_mask);
        sigaction(SIGINT, &action, NULL);
        start_readline(r);
    }
    return r;
}

/* Waits for input; returns false on Ctrl-C. SIGINT is unblocked only during the wait, so none is lost between the
 * test of got_interrupt and the wait. */
static bool wait_for_input(void) {
    sigset_t interrupt, before;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, &before);
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int n = 0;
    while (!got_interrupt && n <= 0) {
        n = ppoll(&input, 1, NULL, &before);
        if (n < 0 && errno != EINTR) break;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    bool interrupted = got_interrupt;
    got_interrupt = 0;
    return !interrupted;
}

static void remember(struct repl *r, str line) {
    if (!str_trim(line).len || sink_bytes(&r->fresh).len > FRESH_MOST) return;
    sink_str(&r->fresh, line);
    sink_text(&r->fresh, "\n");
}

static enum repl_verdict read_typed(struct repl *r, const char *prompt, str *line) {
    const struct readline *rl = r->rl;
    free(r->typed);
    r->typed = NULL;
    r->finished = false;
    rl->handler_install(prompt, take_line);
    while (!r->finished) {
        if (wait_for_input()) {
            rl->read_char();
            continue;
        }
        rl->free_line_state();
        rl->sigcleanup();
        rl->cleanup_after_signal();
        rl->handler_remove();
        return REPL_INTERRUPTED;
    }
    if (!r->typed) return REPL_END;
    *line = str_from(r->typed);
    if (str_trim(*line).len) rl->add_history(r->typed);
    remember(r, *line);
    return REPL_LINE;
}

/* Makes room and reads more; false at the end of input. */
static bool read_more(struct repl *r) {
    if (r->from > 0) {
        memmove(r->buf, r->buf + r->from, r->to - r->from);
        r->to -= r->from;
        r->from = 0;
    }
    if (r->cap - r->to < BLOCK) {
        size_t grown = r->cap * 2 + BLOCK;
        r->buf = arena_grow(r->arena, r->buf, r->cap, grown);
        r->cap = grown;
    }
    ssize_t n;
    do n = read(STDIN_FILENO, r->buf + r->to, r->cap - r->to);
    while (n < 0 && errno == EINTR && !got_interrupt);
    if (n > 0) r->to += (size_t)n;
    r->end = n == 0 || (n < 0 && errno != EINTR);
    return n > 0;
}

/* Offset of the first line end; s.len if not found. Scripts may use either kind of line end. */
static size_t line_end(str s) {
    size_t newline = str_find_char(s, '\n');
    return str_find_char(str_slice(s, 0, newline), '\r');
}

static enum repl_verdict read_plain(struct repl *r, const char *prompt, str *line) {
    if (r->user) {
        fputs(prompt, stdout);
        fflush(stdout);
    }
    for (size_t seen = 0;;) {
        str have = {r->buf ? r->buf + r->from : "", r->to - r->from};
        size_t end = seen + line_end(str_from_offset(have, seen));
        if (end < have.len || (r->end && have.len)) {
            *line = str_slice(have, 0, end);
            r->from += end < have.len ? end + 1 : have.len;
            remember(r, *line);
            return REPL_LINE;
        }
        seen = have.len;
        if (r->end) return REPL_END;
        if (!read_more(r) && got_interrupt) {
            got_interrupt = 0;
            r->from = r->to = 0;
            return REPL_INTERRUPTED;
        }
    }
}

enum repl_verdict repl_read(struct repl *r, const char *prompt, str *line) {
    return r->rl ? read_typed(r, prompt, line) : read_plain(r, prompt, line);
}

bool repl_has_user(const struct repl *r) { return r->user; }

/* Reads the history file; empty if there is no file yet. Returns false if it cannot be read. */
static bool read_history(struct arena *a, const char *path, str *out) {
    VEC(char) text = {0};
    char part[4096];
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    *out = STR_EMPTY;
    if (fd < 0) return errno == ENOENT;
    while ((n = read(fd, part, sizeof part)) > 0 || (n < 0 && errno == EINTR))
        for (ssize_t i = 0; i < n; i++) *VEC_PUSH(a, &text) = part[i];
    close(fd);
    if (text.n) *out = (str){text.at, text.n};
    return n == 0;
}

/* The last `most` lines. */
static str last_lines(str text, int most) {
    size_t from = text.len;
    for (int n = 0; from > 0; from--)
        if (text.ptr[from - 1] == '\n' && n++ == most) break;
    return str_from_offset(text, from);
}

/* Appends the lines of this session to the history file, which keeps HISTORY_MOST. Prompts that end at the same time
 * wait for each other, so that no line is lost. Nothing depends on the history: failures pass without a message. */
static void save_history(const struct repl *r) {
    struct arena a = {0};
    int lock = open(str_c(&a, str_slice(r->history, 0, str_find_last_char(r->history, '/'))),
                    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (lock >= 0 && flock(lock, LOCK_EX) != 0 && errno == EINTR) continue;
    str old, text;
    struct whole_file f;
    struct stat st;
    const char *step;
    int errnum;
    bool ok = read_history(&a, r->history.ptr, &old);
    if (ok) text = last_lines(str_join(&a, (str[]){old, sink_bytes(&r->fresh)}, 2, STR_EMPTY), HISTORY_MOST);
    if (ok && whole_file_open(&a, r->history, &f)) {
        if (stat(r->history.ptr, &st) != 0) f.mode = 0600;
        if (file_write(f.fd, text) == 0)
            whole_file_finish(&a, &f, &errnum);
        else
            whole_file_drop(&f);
    } else if (ok) {
        whole_file_overwrite(&a, r->history, text, &step);
    }
    if (lock >= 0) close(lock);
    arena_release(&a);
}

bool repl_is_interrupted(void *nothing) {
    (void)nothing;
    return got_interrupt;
}

str repl_history(struct arena *a, const struct repl *r) {
    str old = STR_EMPTY;
    if (r->history.len && !read_history(a, r->history.ptr, &old)) old = STR_EMPTY;
    return str_join(a, (str[]){old, sink_bytes(&r->fresh)}, 2, STR_EMPTY);
}

void repl_close(struct repl *r) {
    if (r->history.len && sink_bytes(&r->fresh).len) save_history(r);
    sink_drop(&r->fresh);
    free(r->typed);
    r->typed = NULL;
    current = NULL;
}
