/* Bracketed parts of names. */
#include "profile/groups.h"

#include <string.h>

str groups_remove(struct arena *a, str s, char begin, char end) {
    char *text = arena_alloc(a, s.len);
    size_t n = 0, first = 0;
    unsigned depth = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == end && depth == 0) {
            memcpy(text + n, s.ptr + i, s.len - i);
            return (str){text, n + s.len - i};
        }
        text[n++] = s.ptr[i];
        if (s.ptr[i] == begin && depth++ == 0) first = n - 1;
        if (s.ptr[i] == end && --depth == 0) n = first;
    }
    return (str){text, n};
}
