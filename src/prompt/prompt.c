/* The prompt: reads commands and runs them until the input ends (pprof.md 2). */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/process.h"
#include "cli/help.h"
#include "out/message.h"
#include "prompt/prompt.h"
#include "prompt/repl.h"
#include "session/output.h"
#include "session/run.h"
#include "session/session.h"

static void greet(struct session *s) {
    struct arena scratch = {0};
    struct notes notes = {.arena = &scratch};
    struct report_lines lines;
    int64_t total;
    bool ok = run_header(s, &scratch, &notes, &lines, &total);
    message_notes(&notes);
    if (ok) {
        for (uint32_t i = 0; message_on_terminal() && i < lines.n; i++)
            lines.at[i] = message_one_line(&scratch, lines.at[i]);
        message_lines(str_join(&scratch, lines.at, lines.n, STR("\n")));
        if (total == 0 && s->profile->n_types > 1) {
            message_print(STR("No samples were found with the default sample value type."));
            message_print(STR("Try \"sample_index\" command to analyze different sample values.\n"));
        }
    }
    message_print(STR("Entering interactive mode (type \"help\" for commands, \"o\" for options)"));
    arena_release(&scratch);
}

static void run_here(struct session *s, const struct command *c) {
    struct err e = {0};
    if (!run_command(s, c, &e)) message_warn(str_from(err_text(&e)));
    err_clear(&e);
}

/* Takes over the temporary files that the child gave to viewers: `paths` lists them, one per line, for removal at
 * the end. */
static void take_temporaries(struct session *s, str paths) {
    str path;
    while (str_cut(&paths, '\n', &path))
        if (path.len) output_remember_temporary(s, path);
}

static void report_death(int status) {
    if (!WIFSIGNALED(status)) return;
    int number = WTERMSIG(status);
    if (number == SIGINT)
        message_print(STR("")); /* ends the line that shows ^C */
    else if (number != SIGPIPE)
        message_warnf("the command was ended by a signal: %s", strsignal(number));
}

struct run_work {
    struct session *session;
    const struct command *command;
};

static void run_work(void *context, int fd) {
    const struct run_work *work = context;
    work->session->temporary_fd = fd;
    run_here(work->session, work->command);
}

/* With a user at the prompt, each command runs in a child that shares the profile's memory: Ctrl-C ends the command
 * wherever it is, and a crash does not end the session. */
static void run_in_child(struct session *s, const struct command *c) {
    struct arena scratch = {0};
    struct run_work work = {s, c};
    str paths;
    int status;
    process_fork(&scratch, &(struct process_work){run_work, &work}, &paths, &status);
    take_temporaries(s, paths);
    report_death(status);
    arena_release(&scratch);
}

/* The profile with the names that the help may show. */
static struct profile shown_profile(struct arena *a, const struct profile *p) {
    struct profile shown = *p;
    if (message_on_terminal()) profile_replace_strings(&shown, a, message_one_line);
    return shown;
}

static void show_help(struct session *s, str topic) {
    struct arena scratch = {0};
    struct profile profile = shown_profile(&scratch, s->profile);
    struct sink out;
    sink_to_memory(&out);
    if (topic.len == 0) help_commands(&out);
    if (topic.len == 0 || help_topic(&out, topic, &profile))
        message_lines(sink_bytes(&out));
    else
        message_warnf("Unknown command: %.*s", STR_ARG(topic));
    sink_drop(&out);
    arena_release(&scratch);
}

static void show_settings(struct session *s) {
    struct arena scratch = {0};
    struct profile profile = shown_profile(&scratch, s->profile);
    struct sink out;
    sink_to_memory(&out);
    help_settings(&out, &s->options, &profile);
    message_lines(sink_bytes(&out));
    sink_drop(&out);
    arena_release(&scratch);
}

/* Runs one line. Returns false if it ends the session. */
static bool run_line(struct session *s, str line, bool user) {
    struct arena scratch = {0};
    struct err e = {0};
    struct command c;
    bool go_on = true;
    const struct command_place place = {s->arena, s->profile, &s->options};
    switch (command_read(&scratch, &place, line, &c, &e)) {
    case COMMAND_NOTHING: break;
    case COMMAND_REPORT: user ? run_in_child(s, &c) : run_here(s, &c); break;
    case COMMAND_OPTIONS: show_settings(s); break;
    case COMMAND_HELP: show_help(s, c.pattern); break;
    case COMMAND_QUIT: go_on = false; break;
    case COMMAND_FAILED: message_warn(str_from(err_text(&e))); break;
    }
    err_clear(&e);
    arena_release(&scratch);
    return go_on;
}

void prompt_run(struct session *s) {
    s->interactive = true;
    s->options.compact_labels = true;
    greet(s);
    struct repl *input = repl_open(s->arena, s->profile);
    bool go_on = true;
    while (go_on) {
        str line, expanded[COMMAND_LINES];
        enum repl_verdict verdict = repl_read(input, "(pprof) ", &line);
        if (verdict == REPL_END) break;
        if (verdict == REPL_INTERRUPTED) {
            message_print(STR(""));
            continue;
        }
        struct arena scratch = {0};
        unsigned n = command_expand(&scratch, s->profile, line, expanded);
        for (unsigned i = 0; i < n && go_on; i++) go_on = run_line(s, expanded[i], repl_has_user(input));
        arena_release(&scratch);
    }
    repl_close(input);
}
