/* libFuzzer: any bytes as a request to the web interface: "METHOD TARGET", the Host header, the body, each after a
 * line break. Each answer has the headers that all answers must have, in which no line can begin, and leads to no other
 * server; a request with a Host header of another server gets no profile. */
#include "serve/routes.h"

#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>

#include "serve/state.h"
#include "testing/random.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct serve_state state;
static struct session session;
static struct profile profile;
static struct argv_call call;
static struct arena arena;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    struct random r = {1};
    /* requests start no program, and change no file */
    setenv("PATH", "/nonexistent", 1);
    setenv("XDG_CONFIG_HOME", "/dev/null", 1);
    profile = random_profile(&arena, &r, (struct random_size){8, 8, 2, 8, 6, 3, 100, true, false});
    options_defaults(&call.options);
    session = (struct session){.arena = &arena, .profile = &profile, .options = call.options, .temporary_fd = -1};
    state_init(&state, &session, &call);
    state.guard = (struct guard){true, STR("localhost"), STR_EMPTY, STR("token")};
    state.results = results_new(&arena, NULL);
    return 0;
}

static bool is_one_line(const char *s) {
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || (unsigned char)*s >= 0x7f) return false;
    return true;
}

static str header_of(const struct http_answer *answer, const char *name) {
    for (size_t i = 0; i < answer->headers.n; i++)
        if (str_equal(str_from(answer->headers.at[i].name), str_from(name)))
            return str_from(answer->headers.at[i].value);
    return STR_EMPTY;
}

/* Traps unless the answer is one that a browser may get. */
static void look_at(const struct http_call *request, const struct http_answer *answer) {
    str place = header_of(answer, "Location");
    bool redirects = answer->status == 307;
    for (size_t i = 0; i < answer->headers.n; i++)
        if (!is_one_line(answer->headers.at[i].value)) __builtin_trap();
    if (!header_of(answer, "Content-Security-Policy").len || !header_of(answer, "Cache-Control").len) __builtin_trap();
    if (answer->status < 200 || answer->status > 503 || redirects != (place.len > 0)) __builtin_trap();
    /* neither "//host" nor "http:" */
    if (redirects && place.ptr[0] == '/' && place.len > 1 && (place.ptr[1] == '/' || place.ptr[1] == '\\'))
        __builtin_trap();
    str first = str_slice(place, 0, str_find_char(place, '/'));
    if (str_find_char(str_slice(first, 0, str_find_char(first, '?')), ':') < str_find_char(first, '?'))
        __builtin_trap();
    if (answer->status == 200 && !guard_allows_host(&state.guard, request->host)) __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    atomic_bool gone = false;
    struct sockaddr_in client = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct http_answer answer = {.body = STR_EMPTY};
    str rest = {(const char *)data, size}, line, host;
    if (!str_cut(&rest, '\n', &line) || !str_cut(&rest, '\n', &host)) return 0;
    size_t blank = str_find_char(line, ' ');
    /* the library passes on texts that end at a zero byte */
    if (str_find_char(line, 0) < line.len || blank == line.len) return 0;
    struct http_call request = {.arena = &a,
                                .gone = &gone,
                                .client = (const struct sockaddr *)&client,
                                .method = str_slice(line, 0, blank),
                                .target = str_from_offset(line, blank + 1),
                                .body = rest,
                                .host = host,
                                .token = STR("token"),
                                .origin = STR_EMPTY,
                                .fetch_site = STR_EMPTY,
                                .accept_encoding = STR_EMPTY,
                                .if_none_match = STR_EMPTY,
                                .n_hosts = 1};
    routes_answer(&state, &request, &answer);
    look_at(&request, &answer);
    if (answer.release) answer.release(answer.context);
    arena_release(&a);
    return 0;
}
