/* Checks of the PEM files of -tls_cert, -tls_key and -tls_ca. */
#include "bytes/http_tls.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "bytes/source.h"

static bool read_pem(struct arena *a, str path, str *out, struct err *e) {
    int fd = open(str_c(a, path), O_RDONLY | O_CLOEXEC);
    char why[ERR_SYSTEM_MOST];
    if (fd < 0) return err_set(e, "open %.*s: %s", STR_ARG(path), err_system(errno, why));
    close(fd);
    return source_read(a, path, out, e);
}

static bool has(str text, str part) { return str_find(text, part) < text.len; }

static bool check_pair(struct arena *a, const struct http_tls *tls, struct err *e) {
    str cert, key;
    if (!read_pem(a, tls->cert, &cert, e) || !read_pem(a, tls->key, &key, e)) return false;
    if (!has(cert, STR("-----BEGIN CERTIFICATE-----")))
        return err_set(e, "tls: failed to find any PEM data in certificate input");
    if (has(key, STR("PRIVATE KEY-----"))) return true;
    if (has(key, STR("-----BEGIN CERTIFICATE-----")))
        return err_set(e, "tls: found a certificate rather than a key in the PEM for the private key");
    return err_set(e, "tls: failed to find any PEM data in key input");
}

bool http_tls_check(const struct http_tls *tls, struct err *e) {
    struct arena scratch = {0};
    str ignored;
    bool ok = true;
    if (tls->cert.len && tls->key.len)
        ok = check_pair(&scratch, tls, e) ||
             err_prepend(e, "could not load certificate/key pair specified by -tls_cert and -tls_key: ");
    else if (tls->key.len)
        ok = err_set(e, "-tls_key is specified, so -tls_cert must also be specified");
    else if (tls->cert.len)
        ok = err_set(e, "-tls_cert is specified, so -tls_key must also be specified");
    if (ok && tls->ca.len)
        ok = read_pem(&scratch, tls->ca, &ignored, e) || err_prepend(e, "could not load CA specified by -tls_ca: ");
    arena_release(&scratch);
    return ok;
}
