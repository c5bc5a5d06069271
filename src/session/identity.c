/* Reads what tells servers who asks. Secrets can come from files and the environment, because others can read the
 * command lines of processes, and shells keep them. */
#include "session/identity.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "bytes/source.h"

enum { FILE_MOST = 1 << 20 };

/* Reads a file or a pipe, such as that of a shell's <(command). */
static bool read_text(struct arena *a, str path, str *out, struct err *e) {
    struct source s;
    if (!source_open(path, &s, e)) return false;
    bool ok = source_read_most(a, &s, FILE_MOST + 1, out, e);
    source_close(&s);
    if (ok && out->len > FILE_MOST) return err_set(e, "it is larger than 1 MB");
    return ok;
}

static bool read_options(struct arena *a, const struct argv_call *call, struct http_headers *out, struct err *e) {
    uint32_t n;
    const str *given = argv_values(a, call, STR("header"), &n);
    for (uint32_t i = 0; i < n; i++) {
        str text, path = str_from_offset(given[i], 1);
        if (!str_has_prefix(given[i], STR("@"))) {
            if (!http_headers_add(a, out, given[i], e)) return err_prepend(e, "-header: ");
        } else if (!read_text(a, path, &text, e) || !http_headers_add_lines(a, out, text, e)) {
            return err_prepend(e, "-header=@%.*s: ", STR_ARG(path));
        }
    }
    return true;
}

static bool read_bearer(struct arena *a, str path, struct http_headers *out, struct err *e) {
    str text;
    if (!path.len) return true;
    if (!read_text(a, path, &text, e)) return err_prepend(e, "-bearer=%.*s: ", STR_ARG(path));
    text = str_trim(text);
    if (!text.len) return err_set(e, "-bearer=%.*s: the file has no token", STR_ARG(path));
    return http_headers_add(a, out, str_format(a, "Authorization: Bearer %.*s", STR_ARG(text)), e) ||
           err_prepend(e, "-bearer=%.*s: ", STR_ARG(path));
}

struct http_identity identity_read(struct arena *a, const struct argv_call *call) {
    const struct options_call *c = &call->call;
    struct http_identity out = {.tls = {.cert = c->tls_cert, .key = c->tls_key, .ca = c->tls_ca}, .fault = STR_EMPTY};
    struct http_headers bearer = {0}, env = {0};
    struct err e = {0};
    bool ok = read_options(a, call, &out.headers, &e) && read_bearer(a, c->bearer, &bearer, &e);
    if (ok && !http_headers_add_lines(a, &env, str_from(getenv("CPROF_HEADERS")), &e))
        ok = err_prepend(&e, "$CPROF_HEADERS: ");
    http_headers_add_missing(a, &out.headers, &bearer);
    http_headers_add_missing(a, &out.headers, &env);
    if (!ok) out.fault = str_copy(a, str_from(err_text(&e)));
    err_clear(&e);
    return out;
}

static bool is_regular(struct arena *a, str path) {
    struct stat st;
    return stat(str_c(a, path), &st) == 0 && S_ISREG(st.st_mode);
}

void identity_read_again(struct arena *a, const struct argv_call *call, struct http_identity *identity) {
    uint32_t n;
    const str *given = argv_values(a, call, STR("header"), &n);
    str bearer = call->call.bearer;
    bool has_file = bearer.len > 0, again = !bearer.len || is_regular(a, bearer);
    for (uint32_t i = 0; i < n; i++) {
        if (!str_has_prefix(given[i], STR("@"))) continue;
        has_file = true;
        again &= is_regular(a, str_from_offset(given[i], 1));
    }
    if (has_file && again) *identity = identity_read(a, call);
}
