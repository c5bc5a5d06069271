/* Strings as views: a pointer and a length, no terminator, never owned.
 * A view lives as long as the bytes it points into (an arena, the inflated profile, a literal). */
#ifndef CPROF_BASE_STR_H
#define CPROF_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

typedef struct str {
    const char *ptr; /* may be NULL only when len is 0 */
    size_t len;
} str;

#define STR(literal) ((str){"" literal, sizeof("" literal) - 1})
#define STR_EMPTY ((str){"", 0})
/* for printf's %.*s: printf("%.*s", STR_ARG(s)); lengths over INT_MAX are cut */
#define STR_ARG(s) (int)((s).len > 0x7fffffff ? 0x7fffffff : (s).len), ((s).ptr ? (s).ptr : "")

str str_from(const char *c_string); /* NULL gives the empty view */
static inline bool str_equal(str a, str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
int str_compare(str a, str b); /* bytewise, a prefix sorts first: <0, 0, >0 */
bool str_has_prefix(str s, str prefix);
bool str_has_suffix(str s, str suffix);
bool str_equal_fold(str a, str b);   /* ASCII letter case ignored */
size_t str_find(str s, str needle);  /* offset of the first occurrence; s.len if not found */
size_t str_find_char(str s, char c); /* offset of the first c; s.len if not found */
size_t str_find_last_char(str s, char c);
str str_slice(str s, size_t from, size_t to); /* [from, to), both clamped to s.len */
str str_from_offset(str s, size_t from);      /* the rest after `from` bytes */
str str_trim(str s);                          /* white space as Go's strings.TrimSpace sees it in ASCII */
/* Takes the part before the next `sep` off the front of *rest; false when *rest was used up.
 * "a,b," yields "a", "b", "". */
bool str_cut(str *rest, char sep, str *part);
bool str_next_word(str *rest, str *word); /* words between runs of white space; false at the end */
str str_base_name(str path);              /* Go's filepath.Base: "." for "", "/" for "///" */

str str_copy(struct arena *a, str s);      /* always followed by a NUL that is not counted */
const char *str_c(struct arena *a, str s); /* the same as a C string */
str str_lower(struct arena *a, str s);     /* ASCII */
str str_join(struct arena *a, const str *part, size_t n, str sep);
str str_format(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
