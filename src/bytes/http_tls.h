/* Checks the files of -tls_cert, -tls_key and -tls_ca before a request: libcurl's own error would come later and
 * name no file. */
#ifndef CPROF_BYTES_HTTP_TLS_H
#define CPROF_BYTES_HTTP_TLS_H

#include "base/err.h"
#include "base/str.h"

/* Names of PEM files; each may be empty. A certificate needs a key, and a key a certificate. */
struct http_tls {
    str cert, key; /* the client's own */
    str ca;        /* trusted authorities, instead of the system's */
};

/* Returns false, with pprof's error message, if a file is missing or unusable. */
bool http_tls_check(const struct http_tls *tls, struct err *e);

#endif
