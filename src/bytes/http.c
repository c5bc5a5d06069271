/* HTTP requests by libcurl's multi interface, with the error messages of Go's client. */
#include "bytes/http.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>

#include <curl/curl.h>

#include "base/cancel.h"
#include "base/library.h"
#include "base/memory.h"
#include "bytes/gzip.h"
#include "bytes/http_tls.h"
#include "bytes/http_words.h"
#include "bytes/url.h"
#include "go/gotext.h"
#include "out/message.h"

#define FUNCTIONS(X)                                                                                                   \
    X(global_init)                                                                                                     \
    X(easy_init)                                                                                                       \
    X(easy_setopt)                                                                                                     \
    X(easy_getinfo)                                                                                                    \
    X(easy_strerror)                                                                                                   \
    X(easy_cleanup)                                                                                                    \
    X(slist_append)                                                                                                    \
    X(slist_free_all)                                                                                                  \
    X(multi_init)                                                                                                      \
    X(multi_add_handle)                                                                                                \
    X(multi_remove_handle)                                                                                             \
    X(multi_perform)                                                                                                   \
    X(multi_poll)                                                                                                      \
    X(multi_info_read)                                                                                                 \
    X(multi_cleanup)

/* libcurl's functions. curl.h wraps some in macros that check types; a name without parentheses is the function
 * itself. */
static struct {
#define MEMBER(name) __typeof__(curl_##name) *name;
    FUNCTIONS(MEMBER)
#undef MEMBER
} curl;
static struct err failed; /* why the library cannot be used */

#define UNIX STR("http+unix") /* the scheme of URLs whose host is the path of a socket */

/* Limits on redirects and on the parts of an answer other than the profile. */
enum { REDIRECTS_MOST = 9, STATUS_MOST = 256, REASON_MOST = 1 << 20 };
enum { STALLED_BYTES = 100 * 1000 }; /* must arrive in http_request.stalled_s */

/* One request in progress; a redirect restarts it. */
struct transfer {
    struct http_request *request;
    struct batch *batch;
    CURL *easy;
    struct curl_slist *header;
    str url;              /* of the current hop */
    str socket;           /* its path; empty for a host */
    bool is_post;         /* of the current hop: a redirect may turn POST into GET */
    unsigned n_redirects; /* number followed */
    int64_t deadline_ms;  /* 0: none */
    bool by_proxy;
    bool without_names;             /* the server's certificate has no subject alternative names */
    struct sockaddr_storage dialed; /* the first address tried; family 0: none */
    /* the answer: */
    char status[STATUS_MOST]; /* "404 Not Found"; empty until the status line has arrived */
    str location;
    bool has_headers, is_pprof, is_text, is_gzip, too_large;
    char *body;
    size_t len, cap;
    char curl_error[CURL_ERROR_SIZE];
};

struct batch {
    CURLM *multi;
    const struct http_identity *who;
    str fault;                  /* in the certificate files or the headers; empty: none was found */
    uint64_t bytes, most_bytes; /* of all bodies */
    struct transfer *transfer;
    uint32_t n, next;   /* those in turn before `next` have been started */
    uint32_t n_in_turn; /* under way */
};

static void load(void) {
#define SYMBOL(name) {"curl_" #name, &curl.name},
    const struct library_symbol symbol[] = {FUNCTIONS(SYMBOL)};
#undef SYMBOL
    if (library_load(&library_table[LIBRARY_CURL], symbol, sizeof symbol / sizeof *symbol, &failed) &&
        curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        err_set(&failed, "libcurl does not start");
}

static bool curl_load(struct err *e) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return !failed.text || err_set(e, "fetching needs libcurl: %s", failed.text);
}

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool fail(struct transfer *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Ends the request with an error: no answer came from t->url. */
static bool fail(struct transfer *t, const char *format, ...) {
    struct http_request *r = t->request;
    char text[2 * CURL_ERROR_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    str url = gotext_quote(&r->arena, http_shown_url(&r->arena, t->url));
    r->outcome = HTTP_NO_ANSWER;
    return err_set(&r->err, "%s %.*s: %s", r->is_post ? "Post" : "Get", STR_ARG(url), text);
}

static void start_answer(struct transfer *t, str status_line) {
    str status = str_trim(str_from_offset(status_line, str_find_char(status_line, ' ')));
    size_t n = status.len < STATUS_MOST ? status.len : STATUS_MOST - 1;
    memcpy(t->status, status.ptr, n);
    t->status[n] = '\0';
    t->location = STR_EMPTY;
    t->has_headers = t->is_pprof = t->is_text = t->is_gzip = false;
}

static size_t on_header(char *bytes, size_t size, size_t n, void *context) {
    struct transfer *t = context;
    str line = {bytes, size * n}, value;
    if (str_has_prefix(line, STR("HTTP/"))) /* there may be several: 100 Continue */
        start_answer(t, line);
    else if (str_trim(line).len == 0)
        t->has_headers = t->status[0] != '1';
    else if (http_header_value(line, STR("Location"), &value))
        t->location = str_copy(&t->request->arena, value);
    else if (http_header_value(line, STR("X-Go-Pprof"), &value))
        t->is_pprof = value.len > 0;
    else if (http_header_value(line, STR("Content-Type"), &value))
        t->is_text = str_find(value, STR("text/plain")) < value.len;
    else if (http_header_value(line, STR("Content-Encoding"), &value))
        t->is_gzip = str_equal_fold(value, STR("gzip"));
    return line.len;
}

static bool is_redirect(const struct transfer *t) {
    static const char *const codes[] = {"301", "302", "303", "307", "308"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (t->location.len && strncmp(t->status, codes[i], 3) == 0) return true;
    return false;
}

static bool is_success(const struct transfer *t) {
    return strcmp(t->status, "200") == 0 || strncmp(t->status, "200 ", 4) == 0;
}
static bool has_reason(const struct transfer *t) { return t->is_pprof && t->is_text && !is_redirect(t); }
/* The server wants other credentials: its text may name them. */
static bool is_denial(const struct transfer *t) {
    return (strncmp(t->status, "401", 3) == 0 || strncmp(t->status, "403", 3) == 0) && !message_as_pprof();
}

/* Collects the body; a body that is not wanted ends the transfer. */
static size_t on_body(char *bytes, size_t size, size_t n, void *context) {
    struct transfer *t = context;
    size_t more = size * n;
    bool wanted = is_success(t) || has_reason(t) || is_denial(t) || !t->status[0];
    if (!wanted || (!is_success(t) && t->len + more > REASON_MOST)) return 0;
    if (is_success(t) && t->request->take) {
        curl_off_t total = 0;
        curl.easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &total);
        return t->request->take(t->request->context, (str){bytes, more}, total > 0 ? (uint64_t)total : 0) ? more : 0;
    }
    if (more > t->batch->most_bytes - t->batch->bytes) {
        t->too_large = true;
        return 0;
    }
    t->batch->bytes += more;
    if (more > t->cap - t->len) {
        size_t cap = t->cap ? t->cap : 65536;
        while (cap < t->len + more) cap *= 2;
        t->body = arena_grow(&t->request->arena, t->body, t->cap, cap);
        t->cap = cap;
    }
    memcpy(t->body + t->len, bytes, more);
    t->len += more;
    return t->status[0] ? more : 0; /* without a status line it is not HTTP: the first bytes show that */
}

static curl_socket_t on_dial(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    struct transfer *t = context;
    (void)purpose;
    if (!t->dialed.ss_family && address->addrlen <= sizeof t->dialed)
        memcpy(&t->dialed, &address->addr, address->addrlen);
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static const char *either_env(const char *upper, const char *lower) {
    const char *value = getenv(upper);
    if (!value || !*value) value = getenv(lower);
    return value ? value : "";
}

static void set_proxy(struct transfer *t, bool is_https, str host) {
    const char *proxy = is_https ? either_env("HTTPS_PROXY", "https_proxy") : either_env("HTTP_PROXY", "http_proxy");
    t->by_proxy = *proxy && !http_is_loopback(host);
    curl.easy_setopt(t->easy, CURLOPT_PROXY, t->by_proxy ? proxy : "");
    curl.easy_setopt(t->easy, CURLOPT_NOPROXY, either_env("NO_PROXY", "no_proxy"));
}

/* libcurl calls it before it sends a request. Unlike libcurl, Go does not accept a host name in a certificate's
 * common name. A reused connection shows no certificates; they were checked when it was made. */
static int on_connected(void *context, char *there, char *here, int there_port, int here_port) {
    (void)there, (void)here, (void)there_port, (void)here_port;
    struct transfer *t = context;
    struct curl_certinfo *info = NULL;
    if (curl.easy_getinfo(t->easy, CURLINFO_CERTINFO, &info) != CURLE_OK || !info || info->num_of_certs < 1)
        return CURL_PREREQFUNC_OK;
    for (const struct curl_slist *l = info->certinfo[0]; l; l = l->next)
        if (strncmp(l->data, "X509v3 Subject Alternative Name:", 32) == 0) return CURL_PREREQFUNC_OK;
    t->without_names = true;
    return CURL_PREREQFUNC_ABORT;
}

static void set_tls(struct transfer *t, bool verify) {
    struct arena *a = &t->request->arena;
    const struct http_tls *tls = &t->batch->who->tls;
    const char *ca = tls->ca.len ? str_c(a, tls->ca) : getenv("SSL_CERT_FILE");
    if (tls->cert.len) curl.easy_setopt(t->easy, CURLOPT_SSLCERT, str_c(a, tls->cert));
    if (tls->key.len) curl.easy_setopt(t->easy, CURLOPT_SSLKEY, str_c(a, tls->key));
    if (ca && *ca) {
        curl.easy_setopt(t->easy, CURLOPT_CAINFO, ca);
        curl.easy_setopt(t->easy, CURLOPT_CAPATH, (char *)NULL);
    }
    curl.easy_setopt(t->easy, CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
    curl.easy_setopt(t->easy, CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
    if (!verify) return;
    curl.easy_setopt(t->easy, CURLOPT_CERTINFO, 1L);
    curl.easy_setopt(t->easy, CURLOPT_PREREQFUNCTION, on_connected);
    curl.easy_setopt(t->easy, CURLOPT_PREREQDATA, t);
}

static void set_callbacks(struct transfer *t) {
    curl.easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    curl.easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->curl_error);
    curl.easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header);
    curl.easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
    curl.easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl.easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
    curl.easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_dial);
    curl.easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t);
}

static void set_method(struct transfer *t) {
    /* libcurl would undo every encoding that a server names, and fail if the body does not have it; Go undoes gzip
     * only */
    t->header = curl.slist_append(NULL, t->request->take ? "Accept-Encoding: identity" : "Accept-Encoding: gzip");
    if (t->is_post) {
        t->header = curl.slist_append(t->header, "Content-Type: application/octet-stream");
        t->header = curl.slist_append(t->header, "Expect:"); /* Go's client does not wait for 100 Continue */
    }
    const struct http_headers *own = &t->batch->who->headers;
    for (size_t i = 0; i < own->line.n && url_is_same_server(t->request->url, t->url); i++)
        t->header = curl.slist_append(t->header, own->line.at[i].ptr);
    curl.easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->header);
    if (!t->is_post) return;
    curl.easy_setopt(t->easy, CURLOPT_POST, 1L);
    curl.easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->request->post.len);
    curl.easy_setopt(t->easy, CURLOPT_POSTFIELDS, t->request->post.ptr);
}

static void set_timeout(struct transfer *t) {
    int64_t left = t->deadline_ms ? t->deadline_ms - now_ms() : 0;
    if (t->deadline_ms && left < 1) left = 1;
    if (left > INT_MAX) left = INT_MAX;
    curl.easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)left);
    int64_t stalled_ms = t->request->stalled_s * 1000;
    int64_t connect_ms = stalled_ms && (!left || stalled_ms < left) ? stalled_ms : left;
    curl.easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms ? (long)connect_ms : (long)INT_MAX);
    if (!stalled_ms) return;
    curl.easy_setopt(t->easy, CURLOPT_LOW_SPEED_TIME, (long)t->request->stalled_s);
    curl.easy_setopt(t->easy, CURLOPT_LOW_SPEED_LIMIT, (long)(STALLED_BYTES / t->request->stalled_s + 1));
}

/* Starts the first hop or the next one. */
static bool start(struct transfer *t) {
    str scheme = url_scheme(t->url), port, host = url_host(url_authority(t->url), &port);
    struct arena *a = &t->request->arena;
    bool insecure = str_equal(scheme, HTTP_INSECURE), is_socket = str_equal(scheme, UNIX);
    bool is_https = insecure || str_equal(scheme, STR("https"));
    if (t->batch->fault.len) return fail(t, "%.*s", STR_ARG(t->batch->fault));
    if (!is_https && !is_socket && !str_equal(scheme, STR("http")))
        return fail(t, "unsupported protocol scheme \"%.*s\"", STR_ARG(scheme));
    if (!host.len) return fail(t, "http: no Host in request URL");
    t->socket = is_socket ? url_socket(a, t->url) : STR_EMPTY;
    if (t->socket.len >= sizeof((struct sockaddr_un *)NULL)->sun_path)
        return fail(t, "dial unix %.*s: connect: invalid argument", STR_ARG(t->socket));
    if (port.len > 5 || (port.len && strtol(str_c(a, port), NULL, 10) > 65535))
        return fail(t, "dial tcp: address %.*s: invalid port", STR_ARG(port));
    t->dialed.ss_family = 0;
    t->easy = curl.easy_init();
    if (!t->easy) return fail(t, "libcurl does not start");
    str url = str_slice(t->url, 0, str_find_char(t->url, '#'));
    if (insecure) url = str_format(a, "https%.*s", STR_ARG(str_from_offset(url, scheme.len)));
    if (is_socket) url = url_with_server(a, url, STR("http"), STR("localhost"));
    curl.easy_setopt(t->easy, CURLOPT_URL, str_c(a, url));
    if (is_socket) curl.easy_setopt(t->easy, CURLOPT_UNIX_SOCKET_PATH, str_c(a, t->socket));
    curl.easy_setopt(t->easy, CURLOPT_PATH_AS_IS, 1L);
    curl.easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl.easy_setopt(t->easy, CURLOPT_HTTP09_ALLOWED, 1L); /* on_body sees such an answer and refuses it */
    curl.easy_setopt(t->easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl.easy_setopt(t->easy, CURLOPT_USERAGENT, "cprof");
    set_callbacks(t);
    set_proxy(t, is_https, is_socket ? STR("localhost") : host);
    if (is_https) set_tls(t, !insecure);
    set_method(t);
    set_timeout(t);
    return curl.multi_add_handle(t->batch->multi, t->easy) == CURLM_OK || fail(t, "libcurl does not start");
}

static void stop(struct transfer *t) {
    if (t->easy) {
        curl.multi_remove_handle(t->batch->multi, t->easy);
        curl.easy_cleanup(t->easy);
    }
    curl.slist_free_all(t->header);
    t->easy = NULL;
    t->header = NULL;
}

/* Starts the hop after a redirect; returns false without a redirect. */
static bool follow(struct transfer *t) {
    char *next = NULL;
    if (++t->n_redirects > REDIRECTS_MOST) {
        t->url = t->location;
        return fail(t, "stopped after 10 redirects");
    }
    /* libcurl would make a path of "://" */
    if (!url_is_valid(t->location) || curl.easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &next) != CURLE_OK || !next)
        return fail(t, "failed to parse Location header \"%.*s\"", STR_ARG(t->location));
    struct arena *a = &t->request->arena;
    str before = t->url, port;
    t->url = str_copy(a, str_from(next));
    /* only the user may ask for no verification or for a socket, not a server */
    if (str_equal(url_scheme(t->url), HTTP_INSECURE) && !str_equal(url_scheme(t->request->url), HTTP_INSECURE))
        return fail(t, "a redirect to https+insecure is not followed");
    if (str_equal(url_scheme(t->url), UNIX)) return fail(t, "a redirect to http+unix is not followed");
    /* libcurl was told of http://localhost */
    if (t->socket.len && str_equal(url_host(url_authority(t->url), &port), STR("localhost")) && !port.len)
        t->url = url_with_server(a, t->url, UNIX, url_host(url_authority(before), &port));
    if (strncmp(t->status, "307", 3) != 0 && strncmp(t->status, "308", 3) != 0) t->is_post = false;
    stop(t);
    t->status[0] = '\0';
    t->has_headers = false;
    return start(t);
}

static bool fail_to_dial(struct transfer *t) {
    struct arena *a = &t->request->arena;
    long errnum = 0;
    curl.easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &errnum);
    const char *before = t->by_proxy ? "proxyconnect tcp: " : "";
    if (t->socket.len)
        return fail(t, "dial unix %.*s: connect: %.*s", STR_ARG(t->socket),
                    STR_ARG(http_system_words(a, errnum ? (int)errnum : ECONNREFUSED)));
    if (!errnum || !t->dialed.ss_family) return fail(t, "%sdial tcp: %s", before, t->curl_error);
    return fail(t, "%sdial tcp %.*s: connect: %.*s", before, STR_ARG(http_shown_address(a, &t->dialed)),
                STR_ARG(http_system_words(a, (int)errnum)));
}

/* "read tcp 127.0.0.1:40000->127.0.0.1:80: read: connection reset by peer" */
static str reset_message(struct transfer *t) {
    struct arena *a = &t->request->arena;
    char *here = NULL, *there = NULL;
    long here_port = 0, there_port = 0, errnum = 0;
    curl.easy_getinfo(t->easy, CURLINFO_LOCAL_IP, &here);
    curl.easy_getinfo(t->easy, CURLINFO_LOCAL_PORT, &here_port);
    curl.easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &there);
    curl.easy_getinfo(t->easy, CURLINFO_PRIMARY_PORT, &there_port);
    curl.easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &errnum);
    if (t->socket.len)
        return str_format(a, "read unix @->%.*s: read: %.*s", STR_ARG(t->socket),
                          STR_ARG(http_system_words(a, errnum ? (int)errnum : ECONNRESET)));
    return str_format(a, "read tcp %s:%ld->%s:%ld: read: %.*s", here ? here : "", here_port, there ? there : "",
                      there_port, STR_ARG(http_system_words(a, errnum ? (int)errnum : ECONNRESET)));
}

static bool fail_to_verify(struct transfer *t) {
    long verified = 0;
    curl.easy_getinfo(t->easy, CURLINFO_SSL_VERIFYRESULT, &verified);
    /* OpenSSL's numbers: no issuer, self-signed, self-signed in the chain, no issuer here, no first signature */
    bool is_unknown = verified == 2 || (verified >= 18 && verified <= 21);
    if (is_unknown) return fail(t, "tls: failed to verify certificate: x509: certificate signed by unknown authority");
    return fail(t, "tls: failed to verify certificate: %s", t->curl_error);
}

/* Ends the request with an error: there was no usable answer. */
static bool fail_before_answer(struct transfer *t, CURLcode code) {
    if (t->len) {
        str line = str_slice((str){t->body, t->len}, 0, 100);
        line = str_trim(str_slice(line, 0, str_find_char(line, '\n')));
        return fail(t, "net/http: HTTP/1.x transport connection broken: malformed HTTP response %.*s",
                    STR_ARG(gotext_quote(&t->request->arena, line)));
    }
    str port, host = url_host(url_authority(t->url), &port);
    switch ((int)code) {
    case CURLE_OK:
    case CURLE_GOT_NOTHING: return fail(t, "EOF");
    case CURLE_COULDNT_CONNECT: return fail_to_dial(t);
    case CURLE_COULDNT_RESOLVE_HOST: return fail(t, "dial tcp: lookup %.*s: no such host", STR_ARG(host));
    case CURLE_COULDNT_RESOLVE_PROXY: return fail(t, "proxyconnect tcp: dial tcp: lookup: no such host");
    case CURLE_OPERATION_TIMEDOUT:
        return fail(t, "net/http: request canceled (Client.Timeout exceeded while awaiting headers)");
    case CURLE_RECV_ERROR: return fail(t, "%.*s", STR_ARG(reset_message(t)));
    case CURLE_PEER_FAILED_VERIFICATION: return fail_to_verify(t);
    case CURLE_ABORTED_BY_CALLBACK:
        if (t->without_names)
            return fail(t,
                        "tls: failed to verify certificate: x509: certificate relies on legacy Common Name field, use "
                        "SANs instead");
        return fail(t, "%s", curl.easy_strerror(code));
    case CURLE_SSL_CACERT_BADFILE:
        return fail(t, "tls: failed to verify certificate: x509: certificate signed by unknown authority");
    case CURLE_SSL_CERTPROBLEM:
        return fail(t, "could not load certificate/key pair specified by -tls_cert and -tls_key: %s", t->curl_error);
    case CURLE_SSL_CONNECT_ERROR:
        if (strstr(t->curl_error, "wrong version number"))
            return fail(t, "tls: first record does not look like a TLS handshake");
        return fail(t, "tls: %s", t->curl_error);
    default: return fail(t, "%s", t->curl_error[0] ? t->curl_error : curl.easy_strerror(code));
    }
}

static bool fail_in_answer(struct transfer *t, CURLcode code) {
    struct http_request *r = t->request;
    r->outcome = HTTP_CUT_OFF;
    if (t->too_large) return err_set(&r->err, "the answer is larger than this machine can hold");
    switch ((int)code) {
    case CURLE_PARTIAL_FILE: return err_set(&r->err, "unexpected EOF");
    case CURLE_OPERATION_TIMEDOUT: return err_set(&r->err, "context deadline exceeded");
    case CURLE_RECV_ERROR: return err_set(&r->err, "%.*s", STR_ARG(reset_message(t)));
    default: return err_set(&r->err, "%s", t->curl_error[0] ? t->curl_error : curl.easy_strerror(code));
    }
}

static bool refill(void *context, str *out, struct err *e) {
    (void)e;
    str *rest = context;
    *out = *rest;
    *rest = STR_EMPTY;
    return true;
}

/* Undoes the compression for transport. A profile that is gzip itself stays compressed. */
static bool unpack(struct transfer *t, struct err *e) {
    struct arena *a = &t->request->arena, scratch = {0};
    str rest = {t->body, t->len};
    uint64_t most = is_success(t) ? t->batch->most_bytes : REASON_MOST;
    char *bytes = NULL;
    size_t len = 0, cap = 0, n = 1;
    bool ok = true;
    if (!rest.len) return true;
    struct inflate_stream *stream = inflate_stream_new(&scratch, refill, &rest, INFLATE_FASTEST);
    while (ok && n) {
        if (len == cap) {
            size_t grown = cap ? cap * 2 : 65536;
            bytes = arena_grow(a, bytes, cap, grown);
            cap = grown;
        }
        ok = inflate_stream_next(stream, bytes + len, cap - len, &n, e);
        if (!ok) break;
        len += n;
        t->too_large = len > most;
        ok = !t->too_large;
    }
    inflate_stream_release(stream);
    arena_release(&scratch);
    t->body = bytes;
    t->len = len;
    return ok;
}

/* Ends the request: the answer is complete, or the transfer was ended early. */
static void finish(struct transfer *t, CURLcode code) {
    struct http_request *r = t->request;
    struct err fault = {0};
    bool ok = code == CURLE_OK && t->has_headers && (!t->is_gzip || unpack(t, &fault));
    r->status = t->has_headers ? (int)strtol(t->status, NULL, 10) : 0;
    if (!t->has_headers) {
        fail_before_answer(t, code);
    } else if (!is_success(t)) {
        r->outcome = HTTP_REFUSED;
        err_set(&r->err, "server response: %s", t->status);
        if (has_reason(t) && (code == CURLE_OK || code == CURLE_WRITE_ERROR))
            err_set(&r->err, "server response: %s - %.*s", t->status, STR_ARG(((str){t->body, t->len})));
        else if (is_denial(t) && ok && t->len) {
            str line = http_first_line(&r->arena, (str){t->body, t->len});
            err_set(&r->err, "server response: %s%s%.*s", t->status, line.len ? ": " : "", STR_ARG(line));
        }
    } else if (code == CURLE_OK && !ok && !t->too_large) {
        r->outcome = HTTP_CUT_OFF;
        err_set(&r->err, "%s", err_text(&fault));
    } else if (!ok) {
        fail_in_answer(t, code);
    } else {
        r->outcome = HTTP_OK;
        r->body = (str){t->body ? t->body : "", t->len};
    }
    err_clear(&fault);
}

/* Starts the first hop; the time of the request begins. */
static bool begin(struct transfer *t) {
    if (t->request->timeout_ms) t->deadline_ms = now_ms() + t->request->timeout_ms;
    return start(t);
}

/* Starts as many of the requests that wait for their turn as may be under way. Returns how many. */
static int start_next(struct batch *b) {
    int n = 0;
    for (; b->next < b->n && b->n_in_turn < HTTP_IN_TURN; b->next++) {
        struct transfer *t = &b->transfer[b->next];
        if (!t->request->in_turn || !begin(t)) continue;
        b->n_in_turn++;
        n++;
    }
    return n;
}

static void work(struct batch *b) {
    int running = 1, left;
    start_next(b);
    while (running && !cancel_wanted()) {
        if (curl.multi_perform(b->multi, &running) != CURLM_OK) return;
        for (CURLMsg *m; (m = curl.multi_info_read(b->multi, &left));) {
            char *transfer;
            if (m->msg != CURLMSG_DONE) continue;
            CURLcode code = m->data.result;
            curl.easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &transfer);
            struct transfer *t = (struct transfer *)(void *)transfer;
            bool more = t->has_headers && is_redirect(t);
            if (more) {
                more = follow(t);
                running += more;
            } else {
                finish(t, code);
                stop(t);
            }
            if (more || !t->request->in_turn) continue;
            b->n_in_turn--;
            running += start_next(b);
        }
        if (running) curl.multi_poll(b->multi, NULL, 0, cancel_is_set() ? 100 : 1000, NULL);
    }
}

/* The limit on all bodies together: half of the memory that we may take, since a growing body is copied and decoding
 * takes more. */
static uint64_t half_of_memory(void) {
    uint64_t all = memory_budget();
    return all == UINT64_MAX ? UINT64_C(1) << 30 : all / 2;
}

void http_run(struct http_request *request, uint32_t n, const struct http_identity *who, uint64_t most_bytes) {
    struct arena scratch = {0};
    struct batch batch = {
        .who = who, .fault = who->fault, .most_bytes = most_bytes ? most_bytes : half_of_memory(), .n = n};
    struct transfer *transfer = batch.transfer = ARENA_ZERO(&scratch, struct transfer, n);
    struct err e = {0}, tls_fault = {0};
    if (!http_tls_check(&who->tls, &tls_fault)) batch.fault = str_from(err_text(&tls_fault));
    if (curl_load(&e)) batch.multi = curl.multi_init();
    for (uint32_t i = 0; i < n; i++) {
        struct http_request *r = &request[i];
        transfer[i] = (struct transfer){.request = r, .batch = &batch, .url = r->url, .is_post = r->is_post};
        if (!batch.multi)
            fail(&transfer[i], "%s", e.text ? e.text : "libcurl does not start");
        else if (!r->in_turn)
            begin(&transfer[i]);
    }
    if (batch.multi) {
        work(&batch);
        for (uint32_t i = 0; i < n; i++) {
            bool waits = request[i].in_turn && i >= batch.next;
            if ((transfer[i].easy || waits) && !request[i].err.text)
                fail(&transfer[i], "%s", cancel_wanted() ? "cancelled" : "libcurl failed");
            stop(&transfer[i]);
        }
        curl.multi_cleanup(batch.multi);
    }
    err_clear(&e);
    err_clear(&tls_fault);
    arena_release(&scratch);
}
