/* Strings as views. */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

str str_from(const char *c_string) { return c_string ? (str){c_string, strlen(c_string)} : STR_EMPTY; }

int str_compare(str a, str b) {
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
    if (c) return c;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_has_prefix(str s, str prefix) {
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

bool str_has_suffix(str s, str suffix) {
    return s.len >= suffix.len && (suffix.len == 0 || memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c; }

bool str_equal_fold(str a, str b) {
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i])) return false;
    return true;
}

size_t str_find(str s, str needle) {
    if (needle.len == 0) return 0;
    if (needle.len > s.len) return s.len;
    const char *p = memmem(s.ptr, s.len, needle.ptr, needle.len);
    return p ? (size_t)(p - s.ptr) : s.len;
}

size_t str_find_char(str s, char c) {
    const char *p = s.len ? memchr(s.ptr, c, s.len) : NULL;
    return p ? (size_t)(p - s.ptr) : s.len;
}

size_t str_find_last_char(str s, char c) {
    const char *p = s.len ? memrchr(s.ptr, c, s.len) : NULL;
    return p ? (size_t)(p - s.ptr) : s.len;
}

str str_slice(str s, size_t from, size_t to) {
    if (to > s.len) to = s.len;
    if (from > to) from = to;
    /* an empty view may have no pointer to add to */
    return (str){s.ptr ? s.ptr + from : s.ptr, to - from};
}

str str_from_offset(str s, size_t from) { return str_slice(s, from, s.len); }

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

str str_trim(str s) {
    while (s.len && is_space(s.ptr[0])) s = str_from_offset(s, 1);
    while (s.len && is_space(s.ptr[s.len - 1])) s.len--;
    return s;
}

bool str_cut(str *rest, char sep, str *part) {
    if (!rest->ptr) return false;
    size_t at = str_find_char(*rest, sep);
    *part = str_slice(*rest, 0, at);
    *rest = at < rest->len ? str_from_offset(*rest, at + 1) : (str){NULL, 0};
    return true;
}

bool str_next_word(str *rest, str *word) {
    size_t from = 0;
    while (from < rest->len && is_space(rest->ptr[from])) from++;
    size_t to = from;
    while (to < rest->len && !is_space(rest->ptr[to])) to++;
    *word = str_slice(*rest, from, to);
    *rest = str_from_offset(*rest, to);
    return word->len > 0;
}

str str_base_name(str path) {
    if (path.len == 0) return STR(".");
    while (path.len && path.ptr[path.len - 1] == '/') path.len--;
    if (path.len == 0) return STR("/");
    size_t slash = str_find_last_char(path, '/');
    return slash < path.len ? str_from_offset(path, slash + 1) : path;
}

str str_copy(struct arena *a, str s) {
    char *p = arena_alloc(a, s.len + 1);
    if (s.len) memcpy(p, s.ptr, s.len);
    p[s.len] = 0;
    return (str){p, s.len};
}

const char *str_c(struct arena *a, str s) { return str_copy(a, s).ptr; }

str str_lower(struct arena *a, str s) {
    char *p = arena_alloc(a, s.len + 1);
    for (size_t i = 0; i < s.len; i++) p[i] = lower(s.ptr[i]);
    p[s.len] = 0;
    return (str){p, s.len};
}

str str_join(struct arena *a, const str *part, size_t n, str sep) {
    size_t len = n ? sep.len * (n - 1) : 0;
    for (size_t i = 0; i < n; i++) len += part[i].len;
    char *p = arena_alloc(a, len + 1);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        if (i && sep.len) memcpy(p + at, sep.ptr, sep.len), at += sep.len;
        if (part[i].len) memcpy(p + at, part[i].ptr, part[i].len), at += part[i].len;
    }
    p[len] = 0;
    return (str){p, len};
}

str str_format(struct arena *a, const char *format, ...) {
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    size_t len = n > 0 ? (size_t)n : 0;
    char *p = arena_alloc(a, len + 1);
    vsnprintf(p, len + 1, format, again);
    va_end(again);
    return (str){p, len};
}
