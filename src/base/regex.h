/* Regular expressions with Go's (RE2's) syntax and meaning, matched by PCRE2 with JIT.
 * The only module that knows pcre2. The library is loaded at the first compile, not at start-up.
 * Text is bytes; invalid UTF-8 never fails a match (it is read as RE2 does: U+FFFD per byte). */
#ifndef CPROF_BASE_REGEX_H
#define CPROF_BASE_REGEX_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct regex;

/* Compiles `pattern`. On failure the sentence is Go's: error parsing regexp: missing closing ): `(`
 * A pattern that RE2 would accept but that cannot be run as RE2 runs it is refused with a sentence of
 * the same form. The result lives as long as `a`. */
struct regex *regex_compile(struct arena *a, str pattern, struct err *e);
/* Unanchored. Bounded in time; a match that runs over the bound (none RE2 could run does in practice)
 * counts as no match and sets regex_overran. */
bool regex_match(const struct regex *r, str text);
bool regex_overran(const struct regex *r);
/* Capture group `group` of the first match; false when there is no match or the group took no part. */
bool regex_group(const struct regex *r, str text, unsigned group, str *out);

#endif
