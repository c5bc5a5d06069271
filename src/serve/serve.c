/* The web interface: starts, waits for the end, and stops. */
#include "serve/serve.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli/argv.h"
#include "options/settings.h"
#include "out/message.h"
#include "serve/http.h"
#include "serve/query.h"
#include "serve/routes.h"
#include "serve/state.h"
#include "session/output.h"

enum {
    FINISH_MS = 2000, /* time to finish requests at the end */
    CANCEL_MS = 500   /* time for cancelled work and its programs to stop */
};

/* Opens a browser with the saved part of the settings. If none can be started, prints the URL. */
static void open_browser(struct arena *a, const struct session *s, str url) {
    bool changed;
    struct query none = {NULL, 0};
    struct err e = {0};
    struct output_viewer viewer;
    str query = query_with_options(a, &none, &s->options, &changed);
    if (query.len) url = str_join(a, (str[]){url, query}, 2, STR("?"));
    if (!output_start_viewer(a, report_find(STR("web"))->viewers, str_c(a, url), true, &viewer, &e))
        message_warn(url);
    else if (viewer.errors >= 0)
        close(viewer.errors); /* a browser says much, and the URL is on the terminal */
    err_clear(&e);
}

/* Waits for a signal that ends the program and returns it, or 0 after the time without requests. */
static int wait_for_end(struct http_server *server, const sigset_t *ends, int64_t idle_s) {
    for (;;) {
        int64_t left_ms = idle_s * 1000 - http_idle_ms(server);
        if (idle_s && left_ms <= 0) return 0;
        struct timespec time = {.tv_sec = left_ms / 1000, .tv_nsec = left_ms % 1000 * 1000000};
        int number = idle_s ? sigtimedwait(ends, NULL, &time) : sigwaitinfo(ends, NULL);
        if (number > 0) return number;
    }
}

/* A profile can name any file, and other machines can connect: limits source and binaries to -source_path and the
 * working directory. */
static void confine(struct session *s) {
    str rest = s->options.source_path, folder;
    VEC(str) below = {0};
    char real[PATH_MAX];
    if (realpath(".", real)) *VEC_PUSH(s->arena, &below) = str_copy(s->arena, str_from(real));
    while (rest.len && str_cut(&rest, ':', &folder))
        if (folder.len && realpath(str_c(s->arena, folder), real))
            *VEC_PUSH(s->arena, &below) = str_copy(s->arena, str_from(real));
    s->only_below = below.n ? str_join(s->arena, below.at, below.n, STR(":")) : STR(":");
}

/* Adds the signals that end the program, except those that are ignored (nohup). */
static void add_ends(sigset_t *ends) {
    static const int number[] = {SIGINT, SIGTERM, SIGHUP};
    sigemptyset(ends);
    for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
        struct sigaction now;
        if (sigaction(number[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN) sigaddset(ends, number[i]);
    }
}

bool serve_run(struct session *s, const struct argv_call *call, struct err *e) {
    struct listen_address at;
    struct listen_sockets sockets;
    struct serve_state state;
    struct http_server *server;
    sigset_t ends;
    str settings;
    if (!listen_parse(call->call.http, &at, e)) return false;
    if (!settings_path(s->arena, &settings, e)) return false;
    if (!listen_open(s->arena, &at, &sockets, e)) return false;
    if (!sockets.loopback) confine(s);
    state_init(&state, s, call);
    state.guard = (struct guard){sockets.loopback, at.host, call->call.http_hosts, call->call.http_token};
    if (!state.guard.token.len && !guard_make_token(s->arena, &state.guard.token))
        return err_set(e, "the system has no random numbers");
    /* only this thread gets the signals that end the program */
    add_ends(&ends);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    state.results = results_new(s->arena, e);
    if (!state.results) return false;
    if (!http_start(s->arena, &sockets, routes_answer, &state, &server, e)) return false;
    message_print(str_format(s->arena, "Serving web UI on %.*s", STR_ARG(sockets.url)));
    if (!sockets.loopback)
        message_print(str_format(s->arena, "Anyone who can reach %.*s can read this profile.",
                                 STR_ARG(str_from_offset(sockets.url, 7))));
    if (isatty(STDOUT_FILENO) == 1 && !call->call.no_browser) open_browser(s->arena, s, sockets.url);

    int number = wait_for_end(server, &ends, call->call.http_idle);
    /* a second signal ends the program at once */
    sigprocmask(SIG_UNBLOCK, &ends, NULL);
    bool all_done = http_finish(server, FINISH_MS);
    bool all_stopped = results_stop(state.results, CANCEL_MS);
    if (number) {
        output_remove_temporaries(s);
        raise(number);
    }
    if (all_done && all_stopped) {
        http_stop(server);
        results_free(state.results);
        state_give(&state, state.newest);
    }
    return true;
}
