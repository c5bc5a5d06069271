/* Trims paths by source_path and trim_path. */
#include "graph/paths.h"

/* The offset after "/NAME/" in path, 0 if the path does not contain it. */
static size_t after_directory(str path, str name) {
    for (size_t at = 0; at < path.len; at++) {
        size_t slash = str_find_char(str_from_offset(path, at), '/') + at;
        if (slash >= path.len || path.len - slash < name.len + 2) return 0;
        if (str_equal(str_slice(path, slash + 1, slash + 1 + name.len), name) && path.ptr[slash + 1 + name.len] == '/')
            return slash + name.len + 2;
        at = slash;
    }
    return 0;
}

/* Returns true if path starts with prefix, with a "/" added if it has none at its end. *n is its length then. */
static bool starts_with_directory(str path, str prefix, size_t *n) {
    bool has_slash = prefix.len && prefix.ptr[prefix.len - 1] == '/';
    *n = prefix.len + !has_slash;
    return str_has_prefix(path, prefix) && (has_slash || (path.len > prefix.len && path.ptr[prefix.len] == '/'));
}

str graph_trim_path(str path, str trim_path, str source_path) {
    str rest = source_path, part;
    size_t n;
    if (!trim_path.len && source_path.len) {
        while (str_cut(&rest, ':', &part)) {
            n = after_directory(path, str_base_name(part));
            if (n) return str_from_offset(path, n);
        }
    }
    rest = trim_path;
    while (trim_path.len && str_cut(&rest, ':', &part))
        if (starts_with_directory(path, part, &n)) return str_from_offset(path, n);
    if (starts_with_directory(path, STR("/proc/self/cwd/./"), &n)) return str_from_offset(path, n);
    if (starts_with_directory(path, STR("/proc/self/cwd/"), &n)) return str_from_offset(path, n);
    return path;
}
