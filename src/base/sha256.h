/* SHA-256 (FIPS 180-4), which no linked library has, for the hashes in a page's content security policy. */
#ifndef CPROF_BASE_SHA256_H
#define CPROF_BASE_SHA256_H

#include "base/str.h"

enum { SHA256_BYTES = 32, SHA256_BASE64 = 44 };

void sha256(str bytes, uint8_t digest[SHA256_BYTES]);
void sha256_base64(str bytes, char text[SHA256_BASE64]); /* the digest in base 64 (RFC 4648), without a NUL */

#endif
