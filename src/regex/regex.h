/* Regular expressions with Go's (RE2's) syntax and meaning, matched by PCRE2 with JIT. The only module that knows
 * pcre2. The library is opened when a pattern first needs it, not at start-up; literals, also with ^ and $ around
 * them and several separated by |, never need it. Text is bytes; invalid UTF-8 never fails a match (as in RE2, each
 * bad byte is read as U+FFFD).
 *
 * Known differences: \p{…} and (?i) outside ASCII follow PCRE2's version of Unicode; (?i)\p{Lu} and (?i)\p{Ll}
 * match every letter that has case; an invalid byte matches \x{FFFD} even as the pattern's first part.
 *
 * A struct regex is used by one thread at a time; different ones may be used at the same time. */
#ifndef CPROF_REGEX_REGEX_H
#define CPROF_REGEX_REGEX_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct regex;

/* Compiles `pattern`. On failure the error message is Go's: error parsing regexp: missing closing ): `(`. A pattern
 * that RE2 would accept but that cannot be run as RE2 runs it (its classes need Unicode's tables and PCRE2 cannot
 * be opened) is an error, too. The result lives as long as `a`; later calls allocate nothing in `a`, so `a` may be
 * marked and rewound between matches. */
struct regex *regex_compile(struct arena *a, str pattern, struct err *e);
/* Unanchored match. Bounded in time, linear in the text: where PCRE2 would backtrack for long, the simulation takes
 * over. A match beyond its bound, too (hundreds of millions of steps; no pattern in use does that), counts as no
 * match and sets regex_overran. */
bool regex_match(const struct regex *r, str text);
bool regex_overran(const struct regex *r);
/* As regex_compile, for a pattern that a file brought: all of its matches together have a bound, too. They may take
 * `steps`, and TUNING_REGEX_STEPS_A_BYTE more for each byte of a text. From the match that passes it, no text matches.
 */
struct regex *regex_compile_bounded(struct arena *a, str pattern, uint64_t steps, struct err *e);
/* Finds capture group `group` of the first match (0: the whole match); returns false if there is no match or the
 * group took no part in it. Always uses the simulation, so it is slower than regex_match. */
bool regex_group(const struct regex *r, str text, unsigned group, str *out);

#endif
