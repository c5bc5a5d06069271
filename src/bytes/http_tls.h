/* Are the files of -tls_cert, -tls_key and -tls_ca there, and do they look right? libcurl would say so later, and less
 * clearly. */
#ifndef CPROF_BYTES_HTTP_TLS_H
#define CPROF_BYTES_HTTP_TLS_H

#include "base/err.h"
#include "base/str.h"

/* Files in PEM; each may be empty. A certificate needs a key, and a key a certificate. */
struct http_tls {
    str cert, key; /* who we are */
    str ca;        /* whom we trust, instead of the system's authorities */
};

/* False with the sentence of the reference. */
bool http_tls_check(const struct http_tls *tls, struct err *e);

#endif
