/* libFuzzer: any bytes as what a server answers, headers included, over a Unix socket. An
 * answer that is no success has a message, and one that is has a body. */
#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bytes/http.h"
#include "testing/mutate.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

static struct {
    int fd;
    pthread_mutex_t lock; /* of the answer: a client may leave before it has read all */
    uint8_t data[1 << 16];
    size_t size;
    char path[64], url[256];
} server = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void remove_socket(void) { unlink(server.path); }

/* Answers each request with the input, and closes. */
static void *serve(void *unused) {
    for (;;) {
        char request[4096];
        size_t len = 0;
        int fd = accept(server.fd, NULL, NULL);
        if (fd < 0) return unused;
        for (ssize_t n; len + 1 < sizeof request && (n = read(fd, request + len, sizeof request - 1 - len)) > 0;) {
            len += (size_t)n;
            request[len] = 0;
            if (strstr(request, "\r\n\r\n")) break;
        }
        pthread_mutex_lock(&server.lock);
        for (size_t at = 0; at < server.size;) {
            ssize_t n = send(fd, server.data + at, server.size - at, MSG_NOSIGNAL);
            if (n <= 0) break;
            at += (size_t)n;
        }
        pthread_mutex_unlock(&server.lock);
        close(fd);
    }
}

/* A redirect to another host ends at a proxy that does not exist. */
int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    pthread_t thread;
    setenv("HTTP_PROXY", "http://127.0.0.1:1", 1);
    setenv("HTTPS_PROXY", "http://127.0.0.1:1", 1);
    snprintf(server.path, sizeof server.path, "/tmp/cprof-http-fuzz-%d", getpid());
    snprintf(server.url, sizeof server.url, "http+unix://%%2Ftmp%%2Fcprof-http-fuzz-%d/debug/pprof/heap", getpid());
    strcpy(at.sun_path, server.path);
    remove_socket();
    server.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server.fd < 0 || bind(server.fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(server.fd, 8) != 0 ||
        pthread_create(&thread, NULL, serve, NULL) != 0)
        abort();
    atexit(remove_socket);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    pthread_mutex_lock(&server.lock);
    server.size = size < sizeof server.data ? size : sizeof server.data;
    if (size) memcpy(server.data, data, server.size);
    pthread_mutex_unlock(&server.lock);
    const struct http_identity nobody = {.fault = STR_EMPTY};
    struct http_request r = {.url = str_from(server.url), .timeout_ms = 2000};
    http_run(&r, 1, &nobody, 1 << 20);
    assert(r.outcome == HTTP_OK ? !r.err.text && r.status == 200 && r.body.len <= 1 << 20 : r.err.text != NULL);
    err_clear(&r.err);
    arena_release(&r.arena);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    return mutate_text(data, size, max_size, seed);
}
