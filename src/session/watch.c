/* -watch: one profile after the other, each in memory of its own, and the first one for comparison. */
#include "session/watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/cells.h"
#include "base/file.h"
#include "bytes/url.h"
#include "cli/argv.h"
#include "merge/merge.h"
#include "out/message.h"
#include "out/terminal.h"
#include "session/keep_copy.h"
#include "session/run.h"
#include "session/source_load.h"

enum { WARNING_ROWS = 4 }; /* of a screen */

bool watch_read_time(str text, int64_t *ms, struct err *e) {
    static const struct {
        str name;
        double ms;
    } unit[] = {{{"ms", 2}, 1}, {{"s", 1}, 1000}, {{"", 0}, 1000}, {{"m", 1}, 60000}, {{"h", 1}, 3600000}};
    size_t at = 0;
    double value = 0, digit = 1;
    bool point = false;
    for (; at < text.len && at < 12; at++) {
        char c = text.ptr[at];
        if (c == '.' && !point) {
            point = true;
        } else if (c >= '0' && c <= '9') {
            value = value * 10 + (c - '0');
            if (point) digit *= 10;
        } else {
            break;
        }
    }
    for (size_t i = 0; i < sizeof unit / sizeof *unit; i++) {
        if (!str_equal(str_from_offset(text, at), unit[i].name)) continue;
        double all = value / digit * unit[i].ms;
        if (all < WATCH_LEAST_MS || all > WATCH_MOST_MS) break;
        *ms = (int64_t)all;
        return true;
    }
    return err_set(e, "-watch=%.*s is not a time from 100ms to 24h, such as 5s", STR_ARG(text));
}

/* A profile, and all of its memory. */
struct shot {
    struct arena arena;
    struct profile profile;
    unsigned number; /* from 1 */
    bool any_url;    /* a source is a URL */
    time_t at;
};

struct watch {
    struct session *session;
    const struct argv_call *call; /* with what -watch changes in it */
    struct command command;
    int64_t every_ms;
    struct shot first, last;
    struct notes warnings; /* of the last round, in `warnings_arena` */
    struct arena warnings_arena;
    bool drawn; /* on a terminal, whose older lines were scrolled away */
};

static volatile sig_atomic_t ended, resized;

static void on_end(int number) {
    (void)number;
    ended = 1;
}
static void on_resize(int number) {
    (void)number;
    resized = 1;
}
static bool is_ended(void *context) {
    (void)context;
    return ended;
}

static str clock_text(struct arena *a, time_t at) {
    char text[16] = "";
    struct tm tm;
    if (localtime_r(&at, &tm)) strftime(text, sizeof text, "%H:%M:%S", &tm);
    return str_copy(a, str_from(text));
}

/* Checks what cannot be watched. */
static bool check(const struct argv_call *call, const struct report *r, struct err *e) {
    const struct options_call *c = &call->call;
    struct stat st;
    if (c->http.len) return err_set(e, "-watch is not compatible with -http");
    if (c->tui) return err_set(e, "-watch is not compatible with -tui");
    if (c->base.len || c->diff_base.len)
        return err_set(e, "-watch compares with the first profile, not with -base or -diff_base");
    if (call->options.output.len) return err_set(e, "-watch is not compatible with -output");
    if (r->gate || r->where != TO_STDOUT)
        return err_set(e, "-watch shows reports in text, such as -top and -flame, not -%s", r->name);
    for (uint32_t i = 0; i < call->n_sources; i++) {
        str source = call->source[i];
        struct arena scratch = {0};
        bool is_stream = argv_is_standard_input(source) ||
                         (stat(str_c(&scratch, source), &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
        arena_release(&scratch);
        if (is_stream) return err_set(e, "%.*s: -watch reads files and URLs, which can be read again", STR_ARG(source));
    }
    return true;
}

/* What tells whether files were changed; 0 if a source is a URL, which always may be. */
static uint64_t state_of_files(const struct argv_call *call) {
    uint64_t state = 1;
    for (uint32_t i = 0; i < call->n_sources; i++) {
        struct stat st;
        struct arena scratch = {0};
        bool is_file = stat(str_c(&scratch, call->source[i]), &st) == 0;
        arena_release(&scratch);
        if (!is_file) return 0;
        uint64_t part[] = {(uint64_t)st.st_ino, (uint64_t)st.st_size, (uint64_t)st.st_mtim.tv_sec,
                           (uint64_t)st.st_mtim.tv_nsec};
        for (size_t k = 0; k < sizeof part / sizeof *part; k++) state = state * UINT64_C(0x100000001B3) + part[k];
    }
    return state ? state : 1;
}

/* Collects CPU time for as long as the screen shows a profile, if only CPU profiles are watched and the user names no
 * time: Go's servers collect 30 seconds. */
static int64_t seconds_of(const struct argv_call *call, int64_t every_ms) {
    if (call->call.seconds > 0) return call->call.seconds;
    for (uint32_t i = 0; i < call->n_sources; i++) {
        struct arena scratch = {0};
        int64_t asked;
        str url = url_from_source(&scratch, call->source[i], 0, &asked);
        bool is_cpu = !source_load_is_file(call->source[i]) && str_has_suffix(url, STR("/debug/pprof/profile"));
        arena_release(&scratch);
        if (!is_cpu) return call->call.seconds;
    }
    return every_ms < 1000 ? 1 : every_ms / 1000;
}

/* Loads the sources. Keeps the last profile, with a warning, if that fails. */
static bool take_shot(struct watch *w, struct err *e) {
    struct shot next = {.number = w->last.number + 1};
    struct session s = *w->session;
    s.arena = &next.arena;
    if (next.number > 1) s.progress = NULL;
    bool ok = fetch_sources(&s, w->call, &next.profile, &next.any_url, e);
    if (ok && cancel_wanted()) ok = err_set(e, "cancelled");
    if (!ok) {
        arena_release(&next.arena);
        return false;
    }
    next.at = time(NULL);
    if (!w->first.number) {
        w->first = w->last = next;
        return true;
    }
    if (w->last.number > 1) arena_release(&w->last.arena);
    w->last = next;
    return true;
}

static bool make_text(struct watch *w, const struct profile *p, struct arena *a, str *out, struct err *e) {
    struct session s = *w->session;
    s.profile = p;
    s.progress = NULL;
    return run_to_text(&s, &w->command, a, out, e);
}

/* Makes the report of the last profile, and that of the change since the first one; the second is empty if the first
 * has the change in itself, if nothing can be compared yet, or if programs read the report. */
static bool make_texts(struct watch *w, struct arena *a, str *now, str *change, struct err *e) {
    const struct report *r = w->command.report;
    bool compared = w->last.number > 1 && !w->command.options.format.len;
    bool is_table = str_equal(str_from(r->name), STR("top")) || str_equal(str_from(r->name), STR("text")) ||
                    str_equal(str_from(r->name), STR("tree"));
    struct profile difference;
    struct merge_difference d = {{&w->last.profile, NULL}, {&w->first.profile, NULL}, MERGE_DIFF_BASE, false};
    if (!r->two_sides) d.kind = MERGE_BASE;
    *change = STR_EMPTY;
    compared = compared && (r->two_sides || is_table) && merge_base(a, &d, &difference, NULL);
    if (!make_text(w, compared && r->two_sides ? &difference : &w->last.profile, a, now, e)) return false;
    if (!compared || r->two_sides) return true;
    if (!make_text(w, &difference, a, change, e)) return false;
    size_t table = str_find(*change, STR("Showing nodes "));
    if (table < change->len) *change = str_from_offset(*change, table);
    return true;
}

/* The part of a line that fits into `columns` cells. Escape sequences, which only our own reports write, take none. */
static str clip(str line, int columns) {
    size_t i = 0;
    for (int cells = 0; i < line.len;) {
        size_t n = 1;
        if (line.ptr[i] == '\033') {
            while (i + n < line.len && !(line.ptr[i + n] >= 'A' && line.ptr[i + n] <= 'z' && line.ptr[i + n] != '['))
                n++;
            i += n + 1 < line.len - i ? n + 1 : line.len - i;
            continue;
        }
        unsigned char c = (unsigned char)line.ptr[i];
        uint32_t rune = c < 0x80 ? c : c < 0xE0 ? c & 0x1Fu : c < 0xF0 ? c & 0x0Fu : c & 0x07u;
        for (; i + n < line.len && ((unsigned char)line.ptr[i + n] & 0xC0) == 0x80; n++)
            rune = rune << 6 | ((unsigned char)line.ptr[i + n] & 0x3Fu);
        int width = c == '\t' ? 8 - cells % 8 : cells_of(rune);
        if (cells + width > columns) return str_slice(line, 0, i);
        cells += width;
        i += n;
    }
    return line;
}

static size_t count_lines(str text) {
    size_t n = 0;
    for (str line; text.len && str_cut(&text, '\n', &line);) n++;
    return n;
}

/* Writes at most `most` lines, each clipped, with the rest of its row cleared. */
static void put_lines(struct sink *out, str text, size_t most, int columns) {
    for (str line; most > 0 && text.len && str_cut(&text, '\n', &line); most--) {
        str shown = clip(line, columns);
        sink_str(out, shown);
        if (str_find_char(line, '\033') < line.len) sink_text(out, "\033[0m");
        sink_text(out, "\033[K\n");
    }
}

/* "Every 5s: SOURCE, profile 3 of 12:00:10; the first is of 12:00:00" */
static str heading(struct watch *w, struct arena *a) {
    str source = message_one_line(a, source_load_shown(a, w->call->source[0]));
    str more = w->call->n_sources > 1 ? str_format(a, " and %u more", (unsigned)w->call->n_sources - 1) : STR_EMPTY;
    str at = clock_text(a, w->last.at), first = clock_text(a, w->first.at);
    str since = w->last.number > 1 ? str_format(a, ", the first of %.*s", STR_ARG(first)) : STR_EMPTY;
    return str_format(a, "Every %gs: profile %u of %.*s%.*s: %.*s%.*s", (double)w->every_ms / 1000, w->last.number,
                      STR_ARG(at), STR_ARG(since), STR_ARG(source), STR_ARG(more));
}

/* Draws over what was drawn before. What the terminal showed before the first time is scrolled away, not lost. */
static void draw(struct watch *w, struct arena *a, struct terminal_screen screen, str now, str change,
                 struct sink *out) {
    size_t left = screen.rows > 2 ? (size_t)screen.rows - 2 : 1;
    if (!w->drawn) sink_repeat(out, '\n', (size_t)screen.rows);
    w->drawn = true;
    sink_text(out, "\033[H");
    put_lines(out, heading(w, a), 1, screen.columns);
    for (size_t i = 0, rows = 0; i < w->warnings.n; i++) {
        str text = message_one_line(a, w->warnings.at[i].text);
        for (; text.len && rows < WARNING_ROWS && left > 1; rows++, left--) {
            str part = clip(text, screen.columns);
            text = str_from_offset(text, part.len ? part.len : text.len);
            put_lines(out, part, 1, screen.columns);
        }
    }
    str title = str_format(a, "Change since %.*s:", STR_ARG(clock_text(a, w->first.at)));
    size_t below = count_lines(change) + 1, above = count_lines(now), half = left / 2;
    if (!change.len || left < 6) below = 0;
    if (below > half) below = above + half < left ? left - above : half;
    put_lines(out, now, left - below, screen.columns);
    if (below > 1) put_lines(out, title, 1, screen.columns);
    if (below > 1) put_lines(out, change, below - 1, screen.columns);
    sink_text(out, "\033[J");
}

/* Writes reports one after the other, with a line before each; without it in a form for programs. */
static void append(struct watch *w, struct arena *a, str now, str change, struct sink *out) {
    bool is_form = w->command.options.format.len > 0;
    if (!is_form) sink_printf(out, "--- %.*s\n", STR_ARG(heading(w, a)));
    sink_str(out, now);
    if (change.len) sink_printf(out, "Change since %.*s:\n%.*s", STR_ARG(clock_text(a, w->first.at)), STR_ARG(change));
}

/* Returns true if reports replace each other on a terminal. */
static bool draws(void) {
    struct terminal_screen screen = terminal_screen();
    return screen.can_page && screen.rows > 0;
}

/* Shows the last profile. *gone is set if no one reads the pipe any more. */
static bool show(struct watch *w, bool *gone, struct err *e) {
    struct arena scratch = {0};
    struct terminal_screen screen = terminal_screen();
    str now, change;
    struct sink out;
    sink_to_memory(&out);
    bool ok = make_texts(w, &scratch, &now, &change, e);
    if (ok && draws()) draw(w, &scratch, screen, now, change, &out);
    if (ok && !draws()) append(w, &scratch, now, change, &out);
    int errnum = ok && !cancel_wanted() ? file_write(STDOUT_FILENO, sink_bytes(&out)) : 0;
    *gone = errnum == EPIPE;
    if (errnum && !*gone) ok = err_set(e, "write /dev/stdout: %.*s", STR_ARG(message_errno(&scratch, errnum)));
    sink_drop(&out);
    arena_release(&scratch);
    return ok;
}

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits until the time, a signal, a change of the window's size, or the end of the reader: then *gone is set. Signals
 * are blocked between the look at their flags and the wait, so that none is lost. */
static void wait_until(int64_t until_ms, bool *gone) {
    struct pollfd reader = {.fd = STDOUT_FILENO};
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int64_t left = until_ms - now_ms();
    struct timespec t = {left / 1000, left % 1000 * 1000000};
    if (!ended && !resized && left > 0) ppoll(&reader, 1, &t, &before);
    *gone = reader.revents & (POLLERR | POLLHUP);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Shows the last profile, and the warnings that come with it: on a terminal above the report. */
static bool show_with_warnings(struct watch *w, bool *gone, struct err *e) {
    bool ok = show(w, gone, e);
    message_collect(NULL);
    for (size_t i = 0; i < w->warnings.n && !draws(); i++) message_warn(w->warnings.at[i].text);
    return ok;
}

/* Drops the warnings of the round before, and keeps those that come. */
static void start_round(struct watch *w) {
    message_collect(NULL);
    arena_release(&w->warnings_arena);
    w->warnings = (struct notes){.arena = &w->warnings_arena};
    message_collect(&w->warnings);
}

/* Takes a profile, and shows it or the reason why there is no new one. */
static bool next_round(struct watch *w, bool *taken, bool *gone, struct err *e) {
    struct err why = {0};
    start_round(w);
    *taken = take_shot(w, &why);
    if (!*taken) {
        str reason = w->warnings.n ? w->warnings.at[0].text : str_from(err_text(&why));
        w->warnings.n = 0;
        notes_add(&w->warnings, NOTE_WARNING, "No profile at %.*s: %.*s",
                  STR_ARG(clock_text(&w->warnings_arena, time(NULL))), STR_ARG(reason));
    }
    err_clear(&why);
    if (ended) {
        message_collect(NULL);
        return true;
    }
    if (*taken || draws()) return show_with_warnings(w, gone, e);
    message_collect(NULL);
    message_warn(w->warnings.at[0].text);
    return true;
}

/* Shows profiles until the end. */
static bool repeat(struct watch *w, struct err *e) {
    bool gone = false, taken = true;
    uint64_t files = state_of_files(w->call);
    int64_t next_ms = now_ms() + w->every_ms;
    start_round(w);
    bool ok = show_with_warnings(w, &gone, e);
    while (ok && !gone && !ended) {
        wait_until(next_ms, &gone);
        if (ended || gone) break;
        if (now_ms() < next_ms) { /* the window has another size */
            resized = 0;
            ok = !draws() || show(w, &gone, e);
            continue;
        }
        next_ms = now_ms() + w->every_ms;
        uint64_t state = state_of_files(w->call);
        if (state && state == files && taken) continue;
        files = state;
        ok = next_round(w, &taken, &gone, e);
    }
    return ok;
}

bool watch_run(struct session *s, const struct argv_call *call, struct err *e) {
    static const struct {
        int number;
        void (*handler)(int);
    } on[] = {{SIGINT, on_end}, {SIGTERM, on_end}, {SIGHUP, on_end}, {SIGPIPE, SIG_IGN}, {SIGWINCH, on_resize}};
    struct sigaction before[sizeof on / sizeof *on];
    struct argv_call own = *call;
    const struct report *r = call->report ? call->report : report_find(STR("top"));
    struct watch w = {
        .session = s, .call = &own, .command = {.report = r, .pattern = call->pattern, .options = call->options}};
    if (!watch_read_time(call->call.watch, &w.every_ms, e) || !check(call, r, e)) return false;
    own.call.seconds = seconds_of(call, w.every_ms);
    ended = resized = 0;
    for (size_t i = 0; i < sizeof on / sizeof *on; i++) {
        struct sigaction action = {.sa_handler = on[i].handler};
        sigaction(on[i].number, &action, &before[i]);
    }
    cancel_set(is_ended, NULL);
    bool ok = take_shot(&w, e) && repeat(&w, e);
    cancel_set(NULL, NULL);
    for (size_t i = 0; i < sizeof on / sizeof *on; i++) sigaction(on[i].number, &before[i], NULL);
    if (w.drawn) file_write(STDOUT_FILENO, STR("\n")); /* after the ^C */
    bool kept = !w.last.any_url || keep_copy(&w.last.profile, ok ? e : NULL);
    if (w.last.number > 1) arena_release(&w.last.arena);
    arena_release(&w.first.arena);
    arena_release(&w.warnings_arena);
    return ok && kept;
}
