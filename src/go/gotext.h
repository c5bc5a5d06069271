/* Numbers and times as Go's standard library reads and writes them, for input and output that must agree with
 * pprof's to the byte. */
#ifndef CPROF_GO_GOTEXT_H
#define CPROF_GO_GOTEXT_H

#include "base/arena.h"
#include "base/str.h"

enum gotext_fault { GOTEXT_OK, GOTEXT_SYNTAX, GOTEXT_RANGE };

/* strconv.ParseInt(s, base, 64); base 0 takes 0x, 0o, 0b, a leading 0, and underscores. */
enum gotext_fault gotext_parse_int(str s, int base, int64_t *out);
enum gotext_fault gotext_parse_uint(str s, int base, uint64_t *out);
/* strconv.ParseFloat(s, 64): decimal, hexadecimal, inf, infinity, nan, underscores only with a base prefix. */
enum gotext_fault gotext_parse_float(str s, double *out);
/* strconv.ParseBool's words: 1 t T TRUE true True, 0 f F FALSE false False. */
bool gotext_parse_bool(str s, bool *out);
/* fmt's %v of a float64: the shortest text that reads back as v, with an exponent below 1e-04 and from 1e+06 up:
 * 0.005, 123456, 1.234567e+06, +Inf, NaN. */
str gotext_float(struct arena *a, double v);
str gotext_quote(struct arena *a, str s); /* %q */
/* time.Duration.String(): "1m30s", "4h35m0.5s", "1.5ms", "0s". */
str gotext_duration(struct arena *a, int64_t nanoseconds);
/* time.Unix(0, ns).Format("2006-01-02 15:04:05 MST") in the local zone, which $TZ selects by Go's rules. */
str gotext_time(struct arena *a, int64_t nanoseconds);
str gotext_time_utc(struct arena *a, int64_t nanoseconds); /* the same, whatever $TZ is */
/* time.Unix(0, ns).String(): "2021-07-11 14:21:47.085084416 +0000 UTC". */
str gotext_time_full(struct arena *a, int64_t nanoseconds);
/* filepath.Clean on Unix paths. */
str gotext_clean_path(struct arena *a, str path);

#endif
