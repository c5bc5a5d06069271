/* Requests to a server in a thread of this test, on the loopback interface. testdata/run-http tests the command
 * line; here are the cases it cannot reach. */

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cancel.h"
#include "bytes/http.h"
#include "testing/test.h"

static struct arena arena;
static const struct http_identity nobody;
static char no_proxy[] = "no_proxy=*";

/* Answers a number of connections, one after the other or, once all are connected, in reverse order. */
struct server {
    pthread_t thread;
    int listener;
    unsigned port;
    int n;
    bool together;
    const char *answer, *later_answer; /* later_answer is for connections after the first; NULL: the same answer */
    char asked[4096];                  /* the last request */
};

static void read_request(int fd, char *out, size_t size) {
    size_t n = 0;
    for (ssize_t got; n < size - 1 && (got = read(fd, out + n, size - 1 - n)) > 0;) {
        n += (size_t)got;
        out[n] = '\0';
        const char *end = strstr(out, "\r\n\r\n"), *length = strstr(out, "Content-Length: ");
        size_t body = length ? strtoul(length + 16, NULL, 10) : 0;
        if (end && n >= (size_t)(end + 4 - out) + body) return;
    }
}

static void *serve(void *context) {
    struct server *s = context;
    int fd[8];
    for (int i = 0; i < s->n; i++) {
        fd[i] = accept(s->listener, NULL, NULL);
        read_request(fd[i], s->asked, sizeof s->asked);
        if (s->together) continue;
        const char *answer = i && s->later_answer ? s->later_answer : s->answer;
        if (write(fd[i], answer, strlen(answer)) < 0) s->asked[0] = '\0';
        close(fd[i]);
    }
    for (int i = s->n; s->together && i-- > 0;) {
        if (write(fd[i], s->answer, strlen(s->answer)) < 0) s->asked[0] = '\0';
        close(fd[i]);
    }
    return NULL;
}

static void start(struct server *s, int n, bool together, const char *answer) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    *s = (struct server){.n = n, .together = together, .answer = answer};
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(s->listener >= 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(s->listener, 8), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &size), 0);
    s->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void stop(struct server *s) {
    pthread_join(s->thread, NULL);
    close(s->listener);
}

static struct http_request request_to(const struct server *s, const char *path) {
    return (struct http_request){.url = str_format(&arena, "http://127.0.0.1:%u%s", s->port, path),
                                 .timeout_ms = 20000};
}

static void release(struct http_request *r) {
    err_clear(&r->err);
    arena_release(&r->arena);
}

static void test_side_by_side(void **state) {
    (void)state;
    struct server s;
    start(&s, 4, true, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
    struct http_request r[4];
    for (int i = 0; i < 4; i++) r[i] = request_to(&s, "/x");
    http_run(r, 4, &nobody, 0); /* the server answers after it has read all four requests */
    stop(&s);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(r[i].outcome, HTTP_OK);
        assert_int_equal(r[i].body.len, 3);
        assert_memory_equal(r[i].body.ptr, "abc", 3);
        release(&r[i]);
    }
}

static void test_too_large(void **state) {
    (void)state;
    struct server s;
    start(&s, 1, false, "HTTP/1.1 200 OK\r\n\r\n0123456789");
    struct http_request r = request_to(&s, "/x");
    http_run(&r, 1, &nobody, 9);
    stop(&s);
    assert_int_equal(r.outcome, HTTP_CUT_OFF);
    assert_string_equal(err_text(&r.err), "the answer is larger than this machine can hold");
    release(&r);
}

static void test_post(void **state) {
    (void)state;
    struct server s;
    start(&s, 1, false, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    struct http_request r = request_to(&s, "/symbol");
    r.is_post = true;
    r.post = STR("0x1+0x2");
    http_run(&r, 1, &nobody, 0);
    stop(&s);
    assert_int_equal(r.outcome, HTTP_OK);
    assert_ptr_equal(strstr(s.asked, "POST /symbol HTTP/1.1\r\n"), s.asked);
    assert_non_null(strstr(s.asked, "Content-Type: application/octet-stream\r\n"));
    assert_non_null(strstr(s.asked, "\r\n\r\n0x1+0x2"));
    release(&r);
}

/* After 302 a POST becomes a GET, after 307 it stays a POST. */
static void test_redirected_post(void **state) {
    (void)state;
    static const char *const status[] = {"302 Found", "307 Temporary Redirect"}, *const want[] = {"GET /y ",
                                                                                                  "POST /y "};
    for (int i = 0; i < 2; i++) {
        struct server s;
        str first = str_format(&arena, "HTTP/1.1 %s\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n", status[i]);
        start(&s, 2, false, first.ptr);
        s.later_answer = "HTTP/1.1 404 Gone Away\r\nContent-Length: 0\r\n\r\n";
        struct http_request r = request_to(&s, "/x");
        r.is_post = true;
        r.post = STR("0x1");
        http_run(&r, 1, &nobody, 0);
        stop(&s);
        assert_int_equal(r.outcome, HTTP_REFUSED);
        assert_string_equal(err_text(&r.err), "server response: 404 Gone Away");
        assert_ptr_equal(strstr(s.asked, want[i]), s.asked);
        assert_int_equal(strstr(s.asked, "0x1") != NULL, i);
        release(&r);
    }
}

static void test_strange_answers(void **state) {
    (void)state;
    static const char *const answer[] = {"",
                                         "x",
                                         "HTTP/",
                                         "HTTP/1.1 200 OK\r\n",
                                         "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                                         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"};
    for (size_t i = 0; i < sizeof answer / sizeof answer[0]; i++) {
        struct server s;
        start(&s, 1, false, answer[i]);
        struct http_request r = request_to(&s, "/x");
        http_run(&r, 1, &nobody, 0);
        stop(&s);
        if (r.outcome == HTTP_OK) fail_msg("answer %zu is taken for one", i);
        assert_true(strlen(err_text(&r.err)) > 0);
        release(&r);
    }
}

/* A redirect to what Go does not take for a URL is an error, and not a request for a path of that name: the server
 * accepts one connection only. */
static void test_redirect_to_no_url(void **state) {
    (void)state;
    static const char *const location[] = {"://", "1:2", "/a%zz", "a b:c", "http://[::1/x"};
    for (size_t i = 0; i < sizeof location / sizeof location[0]; i++) {
        struct server s;
        str answer = str_format(&arena, "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", location[i]);
        start(&s, 1, false, answer.ptr);
        struct http_request r = request_to(&s, "/x");
        http_run(&r, 1, &nobody, 0);
        stop(&s);
        assert_int_equal(r.outcome, HTTP_NO_ANSWER);
        str want = str_format(&arena, "Get \"http://127.0.0.1:%u/x\": failed to parse Location header \"%s\"", s.port,
                              location[i]);
        assert_string_equal(err_text(&r.err), want.ptr);
        release(&r);
    }
}

static bool at_once(void *context) {
    (void)context;
    return true;
}

/* Requests that were never started have a reason, too. */
static void test_cancelled_in_turn(void **state) {
    (void)state;
    enum { N = HTTP_IN_TURN + 3 };
    struct http_request r[N];
    for (int i = 0; i < N; i++) r[i] = (struct http_request){.url = STR("http://127.0.0.1:1/x"), .in_turn = true};
    cancel_set(at_once, NULL);
    http_run(r, N, &nobody, 0);
    cancel_set(NULL, NULL);
    for (int i = 0; i < N; i++) {
        assert_int_equal(r[i].outcome, HTTP_NO_ANSWER);
        assert_string_equal(err_text(&r[i].err), "Get \"http://127.0.0.1:1/x\": cancelled");
        release(&r[i]);
    }
}

/* A request that cannot start, and one that no server accepts, let the next ones start. */
static void test_failing_in_turn(void **state) {
    (void)state;
    enum { N = 3 * HTTP_IN_TURN };
    struct http_request r[N];
    for (int i = 0; i < N; i++)
        r[i] = (struct http_request){.url = i % 2 ? STR("http://127.0.0.1:1/x") : STR("ftp://x"), .in_turn = true};
    http_run(r, N, &nobody, 0);
    for (int i = 0; i < N; i++) {
        assert_int_equal(r[i].outcome, HTTP_NO_ANSWER);
        assert_string_equal(err_text(&r[i].err),
                            i % 2 ? "Get \"http://127.0.0.1:1/x\": dial tcp 127.0.0.1:1: connect: connection refused"
                                  : "Get \"ftp://x\": unsupported protocol scheme \"ftp\"");
        release(&r[i]);
    }
}

static int begin(void **state) {
    (void)state;
    return putenv(no_proxy);
}
static int end(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_side_by_side),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_post),
        cmocka_unit_test(test_redirected_post),
        cmocka_unit_test(test_strange_answers),
        cmocka_unit_test(test_redirect_to_no_url),
        cmocka_unit_test(test_cancelled_in_turn),
        cmocka_unit_test(test_failing_in_turn),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
