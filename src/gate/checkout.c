/* Finding a profile's source files in the current directory, for annotations. */
#include "gate/checkout.h"

#include <sys/stat.h>
#include <unistd.h>

static bool contains(str s, str needle) { return str_find(s, needle) < s.len; }

static bool is_foreign(str file) {
    return contains(file, STR("@")) || contains(file, STR("/vendor/")) || contains(file, STR("/node_modules/")) ||
           contains(file, STR("/site-packages/")) || contains(file, STR("/.cargo/"));
}

/* True for relative paths without "." and ".." steps, so that they stay below the current directory. */
static bool is_below(str path) {
    str rest = path, part;
    if (path.len == 0 || path.ptr[0] == '/') return false;
    while (str_cut(&rest, '/', &part))
        if (part.len == 0 || str_equal(part, STR(".")) || str_equal(part, STR(".."))) return false;
    return true;
}

static bool is_here(struct arena *a, str path) {
    struct stat st;
    return is_below(path) && str_find_char(path, 0) == path.len && stat(str_c(a, path), &st) == 0 &&
           S_ISREG(st.st_mode);
}

str checkout_file(struct arena *a, str file) {
    char directory[4096];
    if (getcwd(directory, sizeof directory)) {
        str prefix = str_format(a, "%s/", directory);
        if (str_has_prefix(file, prefix)) file = str_from_offset(file, prefix.len);
    }
    if (is_here(a, file)) return file;
    if (is_foreign(file)) return STR_EMPTY;
    for (size_t i = 0; i < file.len; i++) {
        str end = str_from_offset(file, i + 1);
        if (file.ptr[i] == '/' && str_find_char(end, '/') < end.len && is_here(a, end)) return end;
    }
    return STR_EMPTY;
}
