/* Are the files of -tls_cert, -tls_key and -tls_ca there, and do they look right? libcurl would say so later, and less
 * clearly. */
#ifndef CPROF_BYTES_HTTP_TLS_H
#define CPROF_BYTES_HTTP_TLS_H

#include "bytes/http.h"

/* False with the sentence of the reference. */
bool http_tls_check(const struct http_tls *tls, struct err *e);

#endif
