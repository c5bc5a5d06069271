/* HTTP on listening sockets, through libmicrohttpd. */
#include "serve/http.h"

#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/library.h"
#include "base/memory.h"

enum {
    CONNECTIONS_MOST = 64,   /* connections whose requests are answered; requests of further ones are refused */
    CONNECTIONS_TAKEN = 256, /* connections per socket; further ones are closed at once */
    HEAD_MOST = 32 * 1024,   /* bytes of the head of a request */
    READ_MS = 10000,         /* for a whole request, once its first line is there */
    IDLE_S = 60, /* until the first line of the next request, and for the client to take a piece of an answer */
    STREAM_BLOCK = 64 * 1024, /* bytes of a streamed body that are read at a time */
    TICK_MS = 1000            /* interval of checks */
};

#define FUNCTIONS(X)                                                                                                   \
    X(start_daemon)                                                                                                    \
    X(stop_daemon)                                                                                                     \
    X(quiesce_daemon)                                                                                                  \
    X(get_connection_info)                                                                                             \
    X(get_connection_values_n)                                                                                         \
    X(set_connection_option)                                                                                           \
    X(create_response_from_buffer)                                                                                     \
    X(create_response_from_callback)                                                                                   \
    X(add_response_header)                                                                                             \
    X(queue_response)                                                                                                  \
    X(destroy_response)

static struct {
#define MEMBER(name) __typeof__(MHD_##name) *name;
    FUNCTIONS(MEMBER)
#undef MEMBER
} mhd;

/* The state of a connection. */
enum http_phase {
    PHASE_READING,  /* reads a request, or waits for the next one, until `deadline` */
    PHASE_HANDLING, /* the handler runs */
    PHASE_SENDING   /* sends an answer; the library has a timeout for that */
};

struct http_connection {
    struct http_server *server;
    int fd;
    enum http_phase phase;
    int64_t deadline;
    atomic_bool gone;
    bool crowded; /* there were too many connections before it */
    struct http_connection *next, **from;
};

struct http_server {
    struct MHD_Daemon *daemon[2];
    unsigned n;
    http_handler *handle;
    void *context;
    pthread_t watcher;
    int wake;             /* an eventfd that wakes the watcher after a change */
    pthread_mutex_t lock; /* protects all fields below */
    pthread_cond_t handled;
    struct http_connection *connections;
    unsigned n_connections, n_handling;
    int64_t last_request;
    bool ending;
};

/* A request that is being read or answered. */
struct http_exchange {
    struct arena arena;
    struct http_server *server;
    struct http_call call;
    struct http_answer answer;
    VEC(char) body;
    bool begun;
};

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool load(struct err *e) {
#define SYMBOL(name) {"MHD_" #name, &mhd.name},
    const struct library_symbol symbol[] = {FUNCTIONS(SYMBOL)};
#undef SYMBOL
    return library_load(&library_table[LIBRARY_MICROHTTPD], symbol, sizeof symbol / sizeof *symbol, e) ||
           err_prepend(e, "cannot load the HTTP library (libmicrohttpd12): ");
}

static void wake(struct http_server *s) {
    uint64_t one = 1;
    ssize_t n = write(s->wake, &one, sizeof one);
    (void)n; /* a write fails only if the eventfd is full, and then the watcher is awake */
}

/* Watches connections: closes those whose request stays incomplete, and notices clients that disconnect. */
static void *watch(void *context) {
    struct http_server *s = context;
    struct pollfd fds[1 + 2 * CONNECTIONS_TAKEN];
    struct http_connection *of[1 + 2 * CONNECTIONS_TAKEN];
    pthread_mutex_lock(&s->lock);
    while (!s->ending) {
        nfds_t n = 1;
        int64_t now = now_ms();
        fds[0] = (struct pollfd){.fd = s->wake, .events = POLLIN};
        for (struct http_connection *c = s->connections; c; c = c->next) {
            if (c->phase == PHASE_READING && now >= c->deadline) {
                shutdown(c->fd, SHUT_RDWR);
                c->phase = PHASE_SENDING;
            }
            if (c->phase != PHASE_HANDLING || c->gone || n == sizeof fds / sizeof *fds) continue;
            of[n] = c;
            fds[n++] = (struct pollfd){.fd = c->fd, .events = POLLRDHUP};
        }
        pthread_mutex_unlock(&s->lock);
        int some = poll(fds, n, TICK_MS);
        pthread_mutex_lock(&s->lock);
        if (some <= 0) continue;
        uint64_t count;
        if (fds[0].revents && read(s->wake, &count, sizeof count) < 0) continue;
        /* connections that ended meanwhile are no longer in the list */
        for (struct http_connection *c = s->connections; c; c = c->next)
            for (nfds_t i = 1; i < n; i++)
                if (of[i] == c && fds[i].fd == c->fd && c->phase == PHASE_HANDLING && fds[i].revents) c->gone = true;
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **own,
                          enum MHD_ConnectionNotificationCode what) {
    struct http_server *s = context;
    struct http_connection *c = *own;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info = mhd.get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *own = c = memory_alloc(sizeof *c);
        *c = (struct http_connection){.server = s, .fd = info->connect_fd, .deadline = now_ms() + READ_MS};
        pthread_mutex_lock(&s->lock);
        c->crowded = s->n_connections++ >= CONNECTIONS_MOST;
        c->next = s->connections;
        c->from = &s->connections;
        if (c->next) c->next->from = &c->next;
        s->connections = c;
        pthread_mutex_unlock(&s->lock);
    } else if (c) {
        pthread_mutex_lock(&s->lock);
        s->n_connections--;
        *c->from = c->next;
        if (c->next) c->next->from = c->from;
        pthread_mutex_unlock(&s->lock);
        free(c);
        *own = NULL;
    }
}

static struct http_connection *connection_of(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = mhd.get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info->socket_context;
}

static void enter(struct MHD_Connection *connection, enum http_phase phase, int64_t most_ms) {
    struct http_connection *c = connection_of(connection);
    struct http_server *s = c->server;
    pthread_mutex_lock(&s->lock);
    if (c->phase != PHASE_HANDLING && phase == PHASE_HANDLING) s->n_handling++;
    if (c->phase == PHASE_HANDLING && phase != PHASE_HANDLING) s->n_handling--;
    c->phase = phase;
    s->last_request = now_ms();
    c->deadline = s->last_request + most_ms;
    pthread_cond_broadcast(&s->handled);
    pthread_mutex_unlock(&s->lock);
    if (phase == PHASE_HANDLING) wake(s);
}

/* Called after the first line of a request. */
static void *on_target(void *context, const char *target, struct MHD_Connection *connection) {
    struct http_exchange *x = memory_alloc(sizeof *x);
    *x = (struct http_exchange){.server = context};
    x->call.target = str_copy(&x->arena, str_from(target));
    enter(connection, PHASE_READING, READ_MS);
    return x;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **own,
                         enum MHD_RequestTerminationCode how) {
    struct http_exchange *x = *own;
    (void)context;
    (void)how;
    if (!x) return;
    enter(connection, PHASE_READING, IDLE_S * 1000);
    if (x->answer.release) x->answer.release(x->answer.context);
    arena_release(&x->arena);
    free(x);
    *own = NULL;
}

/* Keeps targets escaped: query.c decodes them. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *s) {
    (void)context;
    (void)connection;
    return strlen(s);
}

static enum MHD_Result take_header(void *context, enum MHD_ValueKind kind, const char *name, size_t name_length,
                                   const char *value, size_t length) {
    struct http_call *call = context;
    str header = {name, name_length}, text = {value ? value : "", value ? length : 0};
    (void)kind;
    if (str_equal_fold(header, STR("Host"))) {
        call->n_hosts++;
        call->host = text;
    } else if (str_equal_fold(header, STR("X-Cprof-Token"))) {
        call->token = text;
    } else if (str_equal_fold(header, STR("Origin"))) {
        call->origin = text;
    } else if (str_equal_fold(header, STR("Sec-Fetch-Site"))) {
        call->fetch_site = text;
    } else if (str_equal_fold(header, STR("Accept-Encoding"))) {
        call->accept_encoding = text;
    } else if (str_equal_fold(header, STR("If-None-Match"))) {
        call->if_none_match = text;
    }
    return MHD_YES;
}

static ssize_t read_piece(void *context, uint64_t at, char *to, size_t most) {
    struct http_exchange *x = context;
    (void)at;
    size_t n = x->answer.read(x->answer.context, to, most);
    return n ? (ssize_t)n : MHD_CONTENT_READER_END_OF_STREAM;
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, struct http_exchange *x) {
    str body = x->answer.body;
    /* the library does not write to the body */
    struct MHD_Response *response =
        x->answer.read ? mhd.create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_piece, x, NULL)
                       : mhd.create_response_from_buffer(body.len, (void *)(uintptr_t)body.ptr, MHD_RESPMEM_PERSISTENT);
    if (!response) return MHD_NO;
    for (size_t i = 0; i < x->answer.headers.n; i++)
        mhd.add_response_header(response, x->answer.headers.at[i].name, x->answer.headers.at[i].value);
    enum MHD_Result result = mhd.queue_response(connection, x->answer.status, response);
    mhd.destroy_response(response);
    return result;
}

/* Called with the head of a request, with each piece of its body, and at its end. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *piece, size_t *n, void **own) {
    struct http_server *s = context;
    struct http_exchange *x = *own;
    (void)url;
    (void)version;
    if (!x->begun) {
        x->begun = true;
        return MHD_YES;
    }
    if (*n) {
        if (x->body.n + *n > HTTP_BODY_MOST) x->call.too_long = true;
        for (size_t i = 0; i < *n && !x->call.too_long; i++) *VEC_PUSH(&x->arena, &x->body) = piece[i];
        *n = 0;
        return MHD_YES;
    }
    mhd.set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, 0U);
    enter(connection, PHASE_HANDLING, 0);
    x->call.arena = &x->arena;
    x->call.gone = &connection_of(connection)->gone;
    x->call.crowded = connection_of(connection)->crowded;
    x->call.client = mhd.get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    x->call.method = str_copy(&x->arena, str_from(method));
    if (!x->call.too_long) x->call.body = (str){x->body.at ? x->body.at : "", x->body.n};
    mhd.get_connection_values_n(connection, MHD_HEADER_KIND, take_header, &x->call);
    s->handle(s->context, &x->call, &x->answer);
    enum MHD_Result result = send_answer(connection, x);
    enter(connection, PHASE_SENDING, 0);
    mhd.set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, (unsigned)IDLE_S);
    return result;
}

static struct MHD_Daemon *start(struct http_server *s, int fd) {
    return mhd.start_daemon(MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL |
                                MHD_USE_ITC,
                            0, NULL, NULL, on_request, s,                             //
                            MHD_OPTION_LISTEN_SOCKET, fd,                             //
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_TAKEN, //
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_MOST,    //
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,          //
                            MHD_OPTION_STRICT_FOR_CLIENT, 1,                          //
                            MHD_OPTION_URI_LOG_CALLBACK, on_target, s,                //
                            MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, s,           //
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,           //
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,             //
                            MHD_OPTION_END);
}

bool http_start(struct arena *a, const struct listen_sockets *sockets, http_handler *handle, void *context,
                struct http_server **out, struct err *e) {
    struct listen_sockets left = *sockets;
    if (!load(e)) {
        listen_close(&left);
        return false;
    }
    struct http_server *s = *out = ARENA_NEW(a, struct http_server);
    s->handle = handle;
    s->context = context;
    s->last_request = now_ms();
    s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->handled, NULL);
    bool ok = s->wake >= 0 && pthread_create(&s->watcher, NULL, watch, s) == 0;
    for (unsigned i = 0; i < sockets->n && ok; i++) {
        s->daemon[i] = start(s, sockets->fd[i]);
        ok = s->daemon[i] != NULL;
        s->n += ok;
    }
    /* sockets and threads that were started stay until the end of the program */
    return ok || err_set(e, "cannot start the web server");
}

bool http_finish(struct http_server *s, int most_ms) {
    for (unsigned i = 0; i < s->n; i++) {
        int fd = mhd.quiesce_daemon(s->daemon[i]);
        if (fd >= 0) close(fd);
    }
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += most_ms / 1000;
    pthread_mutex_lock(&s->lock);
    while (s->n_handling && pthread_cond_timedwait(&s->handled, &s->lock, &until) == 0) continue;
    bool all = s->n_handling == 0;
    pthread_mutex_unlock(&s->lock);
    return all;
}

void http_stop(struct http_server *s) {
    for (unsigned i = 0; i < s->n; i++) mhd.stop_daemon(s->daemon[i]);
    pthread_mutex_lock(&s->lock);
    s->ending = true;
    pthread_mutex_unlock(&s->lock);
    wake(s);
    pthread_join(s->watcher, NULL);
    close(s->wake);
}

int64_t http_idle_ms(struct http_server *s) {
    pthread_mutex_lock(&s->lock);
    int64_t idle = s->n_handling ? 0 : now_ms() - s->last_request;
    pthread_mutex_unlock(&s->lock);
    return idle;
}
