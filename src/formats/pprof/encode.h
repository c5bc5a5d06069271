/* Encodes a profile (or a view) as profile.proto. */
#ifndef CPROF_FORMATS_PPROF_ENCODE_H
#define CPROF_FORMATS_PPROF_ENCODE_H

#include "profile/profile.h"

/* Uncompressed, or compressed with gzip (pprof.md 8.11). */
struct sink;
void encode_profile(const struct profile *p, struct sink *out);
bool encode_profile_gzip(const struct profile *p, struct sink *out, struct err *e);

/* tables.c: the version of protobuf-c, as text. */
const char *tables_library(void);

#endif
