/* The prompt: reads commands and runs them until the input ends (pprof.md 2). */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"
#include "out/message.h"
#include "prompt/commands.h"
#include "prompt/prompt.h"
#include "prompt/words.h"
#include "session/output.h"
#include "session/run.h"

/* Prints an error; one of a script, after the script's name and line. */
static void complain(const struct prompt *p, const struct err *e) {
    const struct prompt_script *s = p->n_scripts ? &p->script[p->n_scripts - 1] : NULL;
    if (s)
        message_warnf("%.*s:%u: %s", STR_ARG(s->name), s->line, err_text(e));
    else
        message_warn(str_from(err_text(e)));
}

/* A report to make, here or in a child. */
struct report_work {
    const struct prompt *prompt;
    const struct command *command;
};

static void make_report(const struct report_work *w) {
    struct err e = {0};
    if (!run_command(w->prompt->session, w->command, &e)) complain(w->prompt, &e);
    err_clear(&e);
}

static void make_report_in_child(void *context, int fd) {
    const struct report_work *w = context;
    w->prompt->session->temporary_fd = fd;
    make_report(w);
}

/* As make_report_in_child; standard output is a pipe, into which a report goes that is else written to a file. */
static void make_report_into_pipe(void *context, int fd) {
    const struct report_work *w = context;
    w->prompt->session->interactive = false;
    make_report_in_child(context, fd);
}

/* Takes over the temporary files that the child gave to viewers: `paths` lists them, one per line, for removal at
 * the end. */
static void take_temporaries(struct session *s, str paths) {
    str path;
    while (str_cut(&paths, '\n', &path))
        if (path.len) output_remember_temporary(s, path);
}

/* Tells of a child that a signal has ended. Ctrl-C ends the files of commands, too. */
static void report_death(struct prompt *p, int status, const char *child) {
    if (!WIFSIGNALED(status)) return;
    int number = WTERMSIG(status);
    if (number == SIGINT) {
        while (p->n_scripts) commands_close_script(p);
        if (!repl_has_user(p->input)) raise(SIGINT);
        message_print(STR("")); /* ends the line that shows ^C */
    } else if (number != SIGPIPE) {
        message_warnf("%s was ended by a signal: %s", child, strsignal(number));
    }
}

/* Runs the user's text by the shell; a NULL `work`: alone. */
static void run_shell(struct prompt *p, str text, const struct process_work *work) {
    struct arena scratch = {0};
    struct err e = {0};
    struct process_ends ends;
    if (!process_shell(&scratch, str_c(&scratch, text), work, &ends, &e)) complain(p, &e);
    take_temporaries(p->session, ends.output);
    bool both = WIFSIGNALED(ends.work) && WIFSIGNALED(ends.shell) && WTERMSIG(ends.work) == WTERMSIG(ends.shell);
    report_death(p, ends.work, "the command");
    if (!both || WTERMSIG(ends.work) != SIGINT) report_death(p, ends.shell, work ? "the program" : "the command");
    err_clear(&e);
    arena_release(&scratch);
}

/* With a user at the prompt, each command runs in a child that shares the profile's memory: Ctrl-C ends the command
 * wherever it is, and a crash does not end the session. */
static void run_in_child(struct prompt *p, const struct report_work *work) {
    struct arena scratch = {0};
    struct report_work copy = *work;
    str paths;
    int status;
    process_fork(&scratch, &(struct process_work){make_report_in_child, &copy}, &paths, &status);
    take_temporaries(p->session, paths);
    report_death(p, status, "the command");
    arena_release(&scratch);
}

static void make_report_of(struct prompt *p, const struct words_line *line, struct command *c) {
    struct report_work work = {p, c};
    if (line->file.ptr) {
        c->options.output = line->file;
        c->append = line->append;
    }
    if (line->program.ptr)
        run_shell(p, line->program, &(struct process_work){make_report_into_pipe, &work});
    else if (repl_has_user(p->input))
        run_in_child(p, &work);
    else
        make_report(&work);
}

static void write_text(void *context, int fd) {
    (void)fd;
    file_write(STDOUT_FILENO, *(const str *)context); /* a reader that has enough needs no message */
}

/* Shows what a command of the prompt prints: on standard error, as pprof does, or where the line says. */
static bool show_text(struct prompt *p, const struct words_line *line, str text, struct err *e) {
    if (line->program.ptr)
        run_shell(p, line->program, &(struct process_work){write_text, &text});
    else if (line->file.ptr)
        return output_to_file(p->session->arena, line->file, line->append, text, e);
    else if (text.len)
        message_lines(text);
    return true;
}

/* Runs one expanded line. */
static void run_command_line(struct prompt *p, const struct words_line *line, str text) {
    struct session *s = p->session;
    struct arena scratch = {0};
    struct err e = {0};
    struct command c;
    struct sink out;
    bool ok, elsewhere = line->file.ptr || line->program.ptr;
    const struct command_place place = {s->arena, s->profile, &s->options};
    sink_to_memory(&out);
    if (commands_run(p, text, elsewhere, &out, &ok, &e)) {
        if (ok) ok = show_text(p, line, sink_bytes(&out), &e);
        if (!ok) complain(p, &e);
    } else {
        switch (command_read(&scratch, &place, text, &c, &e)) {
        case COMMAND_NOTHING: break;
        case COMMAND_REPORT: make_report_of(p, line, &c); break;
        case COMMAND_FAILED: complain(p, &e); break;
        }
    }
    sink_drop(&out);
    err_clear(&e);
    arena_release(&scratch);
}

static void run_line(struct prompt *p, str text) {
    struct session *s = p->session;
    struct arena scratch = {0};
    struct err e = {0};
    struct words_line line;
    str expanded[COMMAND_LINES];
    const struct changes_state before = changes_now(&p->changes, &s->options);
    unsigned n_undo = p->changes.n;
    if (!words_parse(&scratch, text, &line, &e)) {
        complain(p, &e);
    } else if (line.shell.ptr) {
        run_shell(p, line.shell, NULL);
    } else {
        unsigned n = command_expand(&scratch, s->profile, line.command, expanded);
        for (unsigned i = 0; i < n && !p->ended; i++) run_command_line(p, &line, expanded[i]);
    }
    /* what undo took back is no change that another undo could take back */
    if (p->changes.n >= n_undo) changes_note(&p->changes, &before, &s->options);
    err_clear(&e);
    arena_release(&scratch);
}

/* The next line of the script that is being run; closes those that have ended. */
static bool next_of_script(struct prompt *p, str *line) {
    while (p->n_scripts) {
        struct prompt_script *s = &p->script[p->n_scripts - 1];
        if (s->rest.len && str_cut(&s->rest, '\n', line)) {
            s->line++;
            if (!str_has_prefix(str_trim(*line), STR("#"))) return true;
        } else {
            commands_close_script(p);
        }
    }
    return false;
}

void prompt_run(struct session *s, const struct argv_call *call, struct profile *profile) {
    struct prompt p = {.session = s, .profile = profile, .call = *call, .changes = {.arena = s->arena}};
    s->interactive = true;
    s->options.compact_labels = true;
    commands_greet(&p);
    message_print(STR("Entering interactive mode (type \"help\" for commands, \"o\" for options)"));
    p.input = repl_open(s->arena, s->profile);
    while (!p.ended) {
        str line;
        if (!next_of_script(&p, &line)) {
            enum repl_verdict verdict = repl_read(p.input, "(pprof) ", &line);
            if (verdict == REPL_END) break;
            if (verdict == REPL_INTERRUPTED) {
                message_print(STR(""));
                continue;
            }
        }
        run_line(&p, line);
        message_colour(!str_equal(s->options.color, STR("never")));
    }
    while (p.n_scripts) commands_close_script(&p);
    repl_close(p.input);
}
