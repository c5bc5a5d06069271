/* The program: parses the command line, loads the profiles, runs one report or the prompt, picks the exit status. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "browse/browse.h"
#include "bytes/source.h"
#include "cli/advice.h"
#include "cli/argv.h"
#include "cli/completions.h"
#include "cli/help.h"
#include "cli/version.h"
#include "out/message.h"
#include "prompt/prompt.h"
#include "serve/serve.h"
#include "session/identity.h"
#include "session/listing.h"
#include "session/output.h"
#include "session/run.h"
#include "session/session.h"
#include "session/trend_run.h"
#include "session/watch.h"
#include "symbolize/symbol_cache.h"

enum { DONE = 0, FAILED = 2 };

/* Prints the error after the program's name, and clears it. */
static int fail(struct err *e) {
    struct arena scratch = {0};
    message_print(str_format(&scratch, "%s: %s", message_as_pprof() ? "pprof" : "cprof", err_text(e)));
    arena_release(&scratch);
    err_clear(e);
    return FAILED;
}

/* Prints the error as fail does; a gate's report gets it, too. */
static int fail_call(struct arena *a, const struct argv_call *call, struct err *e) {
    struct err of_output = {0};
    str message = str_copy(a, str_from(err_text(e)));
    bool reported = output_trouble(a, call, message, &of_output);
    int status = fail(e);
    /* The output itself may be what failed: its error is then printed once. */
    if (!reported && !str_equal(message, str_from(err_text(&of_output)))) status = fail(&of_output);
    err_clear(&of_output);
    return status;
}

/* Scripts may read pprof's text. */
static void print_usage(bool all) {
    struct sink out;
    sink_to_memory(&out);
    if (all || message_as_pprof())
        help_usage(&out);
    else
        help_short(&out);
    message_lines(sink_bytes(&out));
    sink_drop(&out);
}

/* Writes a short text that is not a report to standard output. */
static int print_short(void (*what)(struct sink *out), struct err *e) {
    struct sink out;
    sink_to_fd(&out, STDOUT_FILENO);
    what(&out);
    return sink_close(&out, e) ? DONE : fail(e);
}

/* Prints the manual page; its template is read from standard input. */
static int print_manual(struct err *e) {
    struct arena scratch = {0};
    struct sink out;
    VEC(char) template = {0};
    char part[4096];
    for (ssize_t n; (n = read(STDIN_FILENO, part, sizeof part)) > 0;)
        for (ssize_t i = 0; i < n; i++) *VEC_PUSH(&scratch, &template) = part[i];
    sink_to_fd(&out, STDOUT_FILENO);
    man_page(&out, (str){template.at, template.n});
    bool ok = sink_close(&out, e);
    arena_release(&scratch);
    return ok ? DONE : fail(e);
}

/* Prints a script for a shell. */
static int print_completion(str shell, struct err *e) {
    struct sink out;
    sink_to_fd(&out, STDOUT_FILENO);
    bool known = completions_write(&out, shell) || err_set(e, "-completion is bash, zsh or fish");
    return (sink_close(&out, known ? e : NULL) && known) ? DONE : fail(e);
}

static bool reads_standard_input(const struct argv_call *call) {
    for (uint32_t i = 0; i < call->n_sources; i++)
        if (argv_is_standard_input(call->source[i])) return true;
    return false;
}

/* When a profile was read from standard input, the user's keys and commands come from the terminal, if there is one. */
static void free_standard_input(const struct argv_call *call) {
    if (!reads_standard_input(call)) return;
    int fd = isatty(STDERR_FILENO) == 1 ? open("/dev/tty", O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    dup2(fd, STDIN_FILENO);
    close(fd);
}

static int run(struct arena *a, const struct argv_call *call, struct err *e) {
    memory_limit(call->memory);
    source_limit(call->input);
    /* before profiles are loaded, which may take long */
    if (call->call.tui && !reads_standard_input(call) && !browse_check(e)) return fail_call(a, call, e);
    struct profile profile;
    struct session s = {.arena = a,
                        .profile = &profile,
                        .options = call->options,
                        .tools = call->call.tools,
                        .temporary_fd = -1,
                        .identity = identity_read(a, call),
                        .progress = progress_new(a, call->call.v)};
    struct session_gate gate = {0};
    if (call->report && call->report->gate) {
        s.gate = &gate;
        s.profile = &gate.runs.merged;
    }
    if (call->report && call->report->reads_series) {
        bool shown = trend_run(&s, call, e);
        progress_print(s.progress);
        arena_release(&s.command);
        return shown ? DONE : fail_call(a, call, e);
    }
    bool listed;
    if (!listing_print(&s, call, &listed, e)) return fail_call(a, call, e);
    if (listed) return DONE;
    if (call->call.watch.len) {
        bool ok = watch_run(&s, call, e);
        arena_release(&s.command);
        return ok ? DONE : fail_call(a, call, e);
    }
    if (s.gate ? !fetch_runs(&s, call, e) : !session_load(&s, call, &profile, e)) return fail_call(a, call, e);
    bool ok = advice_setting(options_find(STR("unit")), s.options.unit, s.profile, e);
    if (!ok) {
        /* the error is printed below */
    } else if (call->report) {
        struct command c = {.report = call->report, .pattern = call->pattern, .options = call->options};
        ok = run_command(&s, &c, e);
    } else if (call->call.http.len) {
        ok = serve_run(&s, call, e);
    } else if (call->call.tui) {
        free_standard_input(call);
        ok = browse_run(&s, &call->options, e);
    } else {
        free_standard_input(call);
        prompt_run(&s, call, &profile);
    }
    progress_print(s.progress);
    output_remove_temporaries(&s);
    arena_release(&s.command);
    arena_release(&s.loaded);
    return ok ? gate.exit_status : fail_call(a, call, e);
}

int main(int argc, char **argv) {
    struct arena arena = {0};
    struct notes notes = {.arena = &arena};
    struct argv_call call;
    struct err e = {0}, ignored = {0};
    int status = FAILED;
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of writing, like a full disk */
    file_open_standard();
    enum argv_verdict verdict = argv_parse(&arena, argc, (const char *const *)argv, &call, &notes, &e);
    message_colour(!str_equal(call.options.color, STR("never")));
    message_notes(&notes);
    switch (verdict) {
    case ARGV_RUN: status = run(&arena, &call, &e); break;
    case ARGV_VERSION: status = print_short(version_write, &e); break;
    case ARGV_CACHE: status = print_short(symbol_cache_print, &e); break;
    case ARGV_CLEAR_CACHE: status = print_short(symbol_cache_clear, &e); break;
    case ARGV_MANUAL: status = print_manual(&e); break;
    case ARGV_COMPLETION: status = print_completion(call.pattern, &e); break;
    case ARGV_HELP:
    case ARGV_HELP_ALL:
        print_usage(verdict == ARGV_HELP_ALL);
        status = DONE;
        break;
    case ARGV_SYNTAX:
        if (message_as_pprof()) {
            message_print(str_from(err_text(&e)));
            print_usage(true);
        } else {
            message_print(str_format(&arena, "cprof: %s", err_text(&e)));
        }
        output_trouble(&arena, &call, str_from(err_text(&e)), &ignored);
        err_clear(&ignored);
        break;
    case ARGV_NO_SOURCE:
        print_usage(false);
        status = fail_call(&arena, &call, &e);
        break;
    case ARGV_ERROR: status = fail_call(&arena, &call, &e); break;
    }
    err_clear(&e);
    arena_release(&arena);
    return status;
}
