/* Regular expressions with Go's (RE2's) syntax and meaning, matched by PCRE2 with JIT.
 * The only module that knows pcre2. The library is loaded when a pattern first needs it, not at start-up:
 * literals, also with ^ and $ around them and several separated by |, never do.
 * Text is bytes; invalid UTF-8 never fails a match (it is read as RE2 does: U+FFFD per byte).
 *
 * Known differences: \p{…} and (?i) outside ASCII go by PCRE2's version of Unicode, (?i)\p{Lu} and
 * (?i)\p{Ll} match every letter that has case, and an invalid byte matches \x{FFFD} also where that is the pattern's
 * first part.
 *
 * A struct regex is used by one thread at a time; different ones may be used at the same time. */
#ifndef CPROF_REGEX_REGEX_H
#define CPROF_REGEX_REGEX_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct regex;

/* Compiles `pattern`. On failure the sentence is Go's: error parsing regexp: missing closing ): `(`
 * A pattern that RE2 would accept but that cannot be run as RE2 runs it (its classes need Unicode's tables
 * and PCRE2 cannot be loaded) is refused with a sentence too. The result lives as long as `a`; nothing more
 * is taken from `a` afterwards, so `a` may be marked and rewound between matches. */
struct regex *regex_compile(struct arena *a, str pattern, struct err *e);
/* Unanchored. Bounded in time, linear in the text: where PCRE2 would backtrack for long a simulation takes
 * over. A match that runs over its bound too (hundreds of millions of steps; no pattern in use does) counts
 * as no match and sets regex_overran. */
bool regex_match(const struct regex *r, str text);
bool regex_overran(const struct regex *r);
/* Capture group `group` of the first match (0: the whole match); false when there is no match or the group
 * took no part. Slower than regex_match, by the simulation always. */
bool regex_group(const struct regex *r, str text, unsigned group, str *out);

#endif
