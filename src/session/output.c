/* Writes the finished bytes of a report to standard output, a file, or a program that shows them (pprof.md 1.3). */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/ending.h"
#include "base/file.h"
#include "base/process.h"
#include "cli/argv.h"
#include "gate/report.h"
#include "out/message.h"
#include "out/whole_file.h"
#include "session/output.h"
#include "session/pager.h"
#include "session/session.h"

static bool fail_errno(struct err *e, const char *doing, str name, int errnum) {
    struct arena scratch = {0};
    err_set(e, "%s %.*s: %.*s", doing, STR_ARG(name), STR_ARG(message_errno(&scratch, errnum)));
    arena_release(&scratch);
    return false;
}

/* Writes a report to standard output, or shows it with a pager. Escapes control characters, unless `is_safe` or
 * the report has colours and does this itself. */
static bool to_stdout(const struct command *c, str bytes, bool is_safe, struct err *e) {
    struct arena scratch = {0};
    struct terminal_screen screen = terminal_screen();
    int errnum = 0;
    if (screen.is_terminal && !c->report->styled && !is_safe) bytes = message_safe(&scratch, bytes);
    bool paged = !str_equal(c->options.pager, STR("off")) && pager_is_needed(bytes, &screen) && pager_show(bytes);
    if (!paged) errnum = file_write(STDOUT_FILENO, bytes);
    arena_release(&scratch);
    return errnum == 0 || fail_errno(e, "write", STR("/dev/stdout"), errnum);
}

bool output_open_numbered(struct arena *a, str directory, str prefix, str suffix, struct whole_file *f, struct err *e) {
    const char *slash = directory.len && directory.ptr[directory.len - 1] != '/' ? "/" : "";
    int errnum;
    str before = str_format(a, "%.*s%s%.*s", STR_ARG(directory), slash, STR_ARG(prefix));
    return whole_file_open_numbered(a, before, suffix, f, &errnum) || fail_errno(e, "open", str_from(f->path), errnum);
}

bool output_finish_numbered(struct arena *a, struct whole_file *f, int write_errnum, struct err *e) {
    int errnum = write_errnum;
    if (!errnum && whole_file_finish(a, f, &errnum)) return true;
    whole_file_drop(f);
    if (errnum == EEXIST) {
        str name = str_base_name(f->before);
        return err_set(e, "could not create file of the form %.*s001%.*s", STR_ARG(name), STR_ARG(f->after));
    }
    return fail_errno(e, "write", str_from(f->path), errnum);
}

bool output_screen(const struct command *c, struct terminal_screen *screen, struct err *e) {
    const struct options *o = &c->options;
    if (o->output.len)
        *screen = (struct terminal_screen){0};
    else
        *screen = terminal_screen();
    if (!str_equal(o->pager, STR("auto")) && !str_equal(o->pager, STR("off")))
        return err_set(e, "pager must be auto or off");
    if (str_equal(o->color, STR("always")))
        screen->colours = terminal_forced_colours();
    else if (str_equal(o->color, STR("never")))
        screen->colours = COLOURS_NONE;
    else if (!str_equal(o->color, STR("auto")))
        return err_set(e, "color must be auto, always or never");
    if (!c->report->painted && !c->report->styled) return true;
    if (o->width && (o->width < TERMINAL_FEWEST || o->width > TERMINAL_MOST))
        return err_set(e, "width must be from %d to %d", TERMINAL_FEWEST, TERMINAL_MOST);
    if (o->width) screen->columns = (int)o->width;
    return true;
}

/* Returns true if the report is written to standard output or its file while it is made, so that large reports need no
 * memory. Not if it may still fail (a pattern that matches nothing), is drawn first, or has to be escaped for a
 * terminal. */
static bool may_stream(const struct session *s, const struct command *c, bool painted) {
    const struct report *r = c->report;
    if (painted) return false;
    if (r->post != POST_NONE || r->has_param) return false;
    if (c->options.output.len) return !c->append;
    return isatty(STDOUT_FILENO) != 1 && r->where != TO_VIEWER && (r->where == TO_STDOUT || !s->interactive);
}

static bool prepare(struct arena *a, struct session *s, const struct command *c, struct output *out, struct err *e) {
    *out = (struct output){.session = s, .command = c, .arena = a};
    if (!output_screen(c, &out->screen, e)) return false;
    bool is_text = !c->options.format.len || str_equal(c->options.format, STR("text"));
    out->painted = c->report->painted && is_text && (out->screen.columns || out->screen.colours != COLOURS_NONE);
    out->paint = (struct paint){.heat = out->screen.is_terminal || out->screen.colours != COLOURS_NONE};
    return true;
}

bool output_open(struct arena *a, struct session *s, const struct command *c, struct output *out, struct err *e) {
    if (!prepare(a, s, c, out, e)) return false;
    if (!may_stream(s, c, out->painted))
        sink_to_memory(&out->sink);
    else if (!c->options.output.len)
        sink_to_fd(&out->sink, STDOUT_FILENO);
    else if (whole_file_open(a, c->options.output, &out->file))
        sink_to_fd(&out->sink, out->file.fd);
    else
        sink_to_memory(&out->sink);
    return true;
}

bool output_open_text(struct arena *a, struct session *s, const struct command *c, struct output *out, struct err *e) {
    if (!prepare(a, s, c, out, e)) return false;
    sink_to_memory(&out->sink);
    return true;
}

/* Paints the report, if it has marks; then *bytes are in the sink, and safe for a terminal. */
static bool paint_report(struct output *out, str *bytes) {
    if (!out->painted || !out->paint.mark.n) return false;
    struct sink painted;
    sink_to_memory(&painted);
    paint_write(&out->paint, *bytes, &out->screen, &painted);
    paint_release(&out->paint);
    sink_drop(&out->sink);
    out->sink = painted;
    *bytes = sink_bytes(&out->sink);
    return true;
}

str output_close_text(struct output *out) {
    str bytes = sink_bytes(&out->sink);
    bool is_safe = paint_report(out, &bytes) || out->command->report->styled || !out->screen.is_terminal;
    bytes = str_copy(out->arena, is_safe ? bytes : message_safe(out->arena, bytes));
    output_drop(out);
    return bytes;
}

void output_drop(struct output *out) {
    paint_release(&out->paint);
    if (out->sink.fd >= 0) out->sink.len = 0; /* drops the bytes that are still in the buffer */
    if (out->sink.fd >= 0 && out->command->options.output.len) whole_file_drop(&out->file);
    sink_drop(&out->sink);
}

/* Replaces the file by the new one, in which all bytes are. */
static bool finish_file(struct arena *a, struct whole_file *f, str name, int write_errnum, struct err *e) {
    int errnum = write_errnum;
    if (errnum)
        whole_file_drop(f);
    else
        whole_file_finish(a, f, &errnum);
    return errnum == 0 || fail_errno(e, "write", name, errnum);
}

bool output_to_file(struct arena *a, str name, bool append, str bytes, struct err *e) {
    struct whole_file f;
    const char *step;
    if (!append && whole_file_open(a, name, &f)) return finish_file(a, &f, name, file_write(f.fd, bytes), e);
    int errnum = append ? whole_file_append(a, name, bytes, &step) : whole_file_overwrite(a, name, bytes, &step);
    return errnum == 0 || fail_errno(e, step, name, errnum);
}

static bool to_numbered_file(const struct report *r, str bytes, struct err *e) {
    struct arena scratch = {0};
    str suffix = str_format(&scratch, ".%s", r->extension);
    struct whole_file f;
    bool ok = output_open_numbered(&scratch, STR_EMPTY, STR("profile"), suffix, &f, e) &&
              output_finish_numbered(&scratch, &f, file_write(f.fd, bytes), e);
    if (ok) message_warnf("Generating report in %s", f.path);
    arena_release(&scratch);
    return ok;
}

/* The program that a word of report.viewers names on this system, or empty. */
static str viewer_words(const char *word) {
    const char *display = getenv("DISPLAY");
    if (word[0] == '$') return str_from(getenv(word + 1));
    if (strcmp(word, "xdg-open") == 0 && !(display && *display)) return STR_EMPTY;
    return str_from(word);
}

bool output_start_viewer(struct arena *a, const char *const *viewers, const char *what, bool own_group,
                         struct output_viewer *viewer, struct err *e) {
    for (; *viewers; viewers++) {
        str words = viewer_words(*viewers);
        VEC(const char *) argv = {0};
        for (str word; words.len && str_cut(&words, ' ', &word);) *VEC_PUSH(a, &argv) = str_c(a, word);
        if (!argv.n) continue;
        *VEC_PUSH(a, &argv) = what;
        *VEC_PUSH(a, &argv) = NULL;
        if (!process_start(argv.at, own_group, &viewer->errors, &viewer->pid, e)) continue;
        err_clear(e);
        return true;
    }
    return false;
}

/* Prints what a viewer wrote to its standard error since the last call, in whole lines until the last call. */
static void print_errors(const struct output_viewer *viewer, size_t *printed, bool is_last) {
    struct arena scratch = {0};
    message_program(process_errors(&scratch, viewer->errors, printed, is_last));
    arena_release(&scratch);
}

static bool to_viewer(struct session *s, const struct report *r, str bytes, struct err *e) {
    struct arena scratch = {0};
    const char *dir = getenv("TMPDIR");
    str suffix = str_format(&scratch, ".%s", r->extension), folder = dir && *dir ? str_from(dir) : STR("/tmp");
    struct whole_file f;
    bool ok = output_open_numbered(&scratch, folder, STR("pprof"), suffix, &f, e);
    f.passing = true;
    ok = ok && output_finish_numbered(&scratch, &f, file_write(f.fd, bytes), e);
    if (ok) output_remember_temporary(s, str_from(f.path));
    bool started = false;
    struct output_viewer viewer = {.pid = -1, .errors = -1};
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec++;
    /* at the prompt a viewer outlives its command: Ctrl-C must not reach it */
    if (ok) {
        const char *file = process_argument(&scratch, str_from(f.path));
        started = output_start_viewer(&scratch, r->viewers, file, s->interactive, &viewer, e);
    }
    if (started) {
        size_t printed = 0;
        /* the viewer may only pass the file to a program that is running already, which gets a second to read it */
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        print_errors(&viewer, &printed, false);
        if (!s->interactive) ok = process_wait(viewer.pid, e);
        print_errors(&viewer, &printed, true);
        if (viewer.errors >= 0) close(viewer.errors);
    }
    arena_release(&scratch);
    return ok && started;
}

/* Finishes a report that was written while it was made. */
static bool finish_stream(struct output *out, struct err *e) {
    str file = out->command->options.output;
    sink_flush(&out->sink);
    int errnum = out->sink.errnum;
    sink_drop(&out->sink);
    if (file.len) return finish_file(out->arena, &out->file, file, errnum, e);
    return errnum == 0 || fail_errno(e, "write", STR("/dev/stdout"), errnum);
}

bool output_finish(struct output *out, str bytes, struct err *e) {
    struct session *s = out->session;
    const struct report *r = out->command->report;
    str file = out->command->options.output;
    if (file.len) message_warnf("Generating report in %.*s", STR_ARG(file));
    if (out->sink.fd >= 0) return finish_stream(out, e);
    bool painted = paint_report(out, &bytes);
    bool ok, away = s->interactive || isatty(STDOUT_FILENO) == 1;
    if (file.len)
        ok = output_to_file(out->arena, file, out->command->append, bytes, e);
    else if (r->where == TO_VIEWER)
        ok = to_viewer(s, r, bytes, e);
    else if (r->where == VIEWER_ON_TTY && away)
        ok = to_viewer(s, r, bytes, e);
    else if (r->where == AWAY_FROM_TTY && away)
        ok = to_numbered_file(r, bytes, e);
    else
        ok = to_stdout(out->command, bytes, painted, e);
    sink_drop(&out->sink);
    return ok;
}

bool output_trouble(struct arena *a, const struct argv_call *call, str message, struct err *e) {
    if (!call->report || !call->report->gate) return true;
    struct sink form;
    sink_to_memory(&form);
    bool is_form = gate_write_trouble(call->options.format, message, &form);
    bool ok = true;
    if (call->options.output.len)
        ok = output_to_file(a, call->options.output, false, sink_bytes(&form), e);
    else if (is_form)
        ok =
            to_stdout(&(struct command){.report = call->report, .options = call->options}, sink_bytes(&form), false, e);
    sink_drop(&form);
    return ok;
}

void output_remember_temporary(struct session *s, str path) {
    if (s->temporary_fd >= 0) {
        /* after a failed write the file stays, which is harmless in a folder for temporary files */
        if (write(s->temporary_fd, path.ptr, path.len) < 0 || write(s->temporary_fd, "\n", 1) < 0) return;
        return;
    }
    const char *copy = str_c(s->arena, path);
    ending_unlink(copy);
    *VEC_PUSH(s->arena, &s->temporary) = str_from(copy);
}

void output_remove_temporaries(struct session *s) {
    for (size_t i = 0; i < s->temporary.n; i++) {
        const char *path = s->temporary.at[i].ptr;
        unlink(path);
        ending_forget(path);
    }
    s->temporary.n = 0;
}
