/* The places below a folder where a mapping's binary or its debug information may be. */
#include "symbolize/places.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "go/gotext.h"

/* filepath.Join: joins the parts that are not empty. */
static str join(struct arena *a, const str *part, size_t n) {
    str kept[6];
    size_t n_kept = 0;
    for (size_t i = 0; i < n; i++)
        if (part[i].len) kept[n_kept++] = part[i];
    return n_kept ? gotext_clean_path(a, str_join(a, kept, n_kept, STR("/"))) : STR_EMPTY;
}
#define JOIN(a, ...) join((a), (const str[]){__VA_ARGS__}, sizeof((const str[]){__VA_ARGS__}) / sizeof(str))

static str directory_of(struct arena *a, str path) {
    size_t slash = str_find_last_char(path, '/');
    return gotext_clean_path(a, slash < path.len ? str_slice(path, 0, slash + 1) : STR_EMPTY);
}

static int by_bytes(const void *a, const void *b) { return str_compare(*(const str *)a, *(const str *)b); }

/* Lists everything in a directory, sorted by name. */
static void list_directory(struct arena *a, str directory, places_list *out) {
    DIR *d = opendir(str_c(a, directory));
    if (!d) return;
    size_t first = out->n;
    for (const struct dirent *entry; (entry = readdir(d));) {
        str name = str_from(entry->d_name);
        if (!str_equal(name, STR(".")) && !str_equal(name, STR(".."))) *VEC_PUSH(a, out) = JOIN(a, directory, name);
    }
    closedir(d);
    if (out->n > first) qsort(out->at + first, out->n - first, sizeof *out->at, by_bytes);
}

str places_by_build_id(struct arena *a, str build_id) {
    for (size_t i = 0; i < build_id.len; i++)
        if (str_find_char(STR("0123456789abcdef"), build_id.ptr[i]) == 16) return STR_EMPTY;
    if (build_id.len < 4 || build_id.len > 128) return STR_EMPTY;
    return str_format(a, "%.2s/%.*s.debug", build_id.ptr, STR_ARG(str_from_offset(build_id, 2)));
}

/* By build ID, as perf and LLVM store them, then by name, as perf's symfs and GDB do, then as distributions do. */
void places_candidates(struct arena *a, str directory, str file, str build_id, places_list *out) {
    str base = file.len ? str_base_name(file) : STR_EMPTY;
    /* a build ID must be a single path element */
    if (str_find_char(build_id, '/') < build_id.len || str_find(build_id, STR("..")) < build_id.len)
        build_id = STR_EMPTY;
    if (build_id.len) {
        *VEC_PUSH(a, out) = JOIN(a, directory, build_id, base);
        list_directory(a, JOIN(a, directory, build_id), out);
        *VEC_PUSH(a, out) = JOIN(a, directory, file, build_id);
        if (build_id.len >= 2) {
            str rest = str_format(a, "%.*s.debug", STR_ARG(str_from_offset(build_id, 2)));
            *VEC_PUSH(a, out) = JOIN(a, directory, str_slice(build_id, 0, 2), rest);
        }
    }
    str of = directory_of(a, file), debug = str_format(a, "%.*s.debug", STR_ARG(base));
    if (file.len) {
        *VEC_PUSH(a, out) = JOIN(a, directory, base);
        *VEC_PUSH(a, out) = JOIN(a, directory, file);
        *VEC_PUSH(a, out) = JOIN(a, directory, str_format(a, "%.*s.debug", STR_ARG(file)));
        *VEC_PUSH(a, out) = JOIN(a, directory, of, STR(".debug"), debug);
        *VEC_PUSH(a, out) = JOIN(a, directory, STR("usr"), STR("lib"), STR("debug"), of, debug);
    }
    str by_id = places_by_build_id(a, build_id);
    if (!by_id.len) return;
    *VEC_PUSH(a, out) = JOIN(a, directory, STR(".build-id"), by_id);
    *VEC_PUSH(a, out) = JOIN(a, directory, STR("usr"), STR("lib"), STR("debug"), STR(".build-id"), by_id);
}

str places_search_path(struct arena *a, str search_path) {
    return search_path.len ? search_path : JOIN(a, str_from(getenv("HOME")), STR("pprof"), STR("binaries"));
}

bool places_may_be_below(struct arena *scratch, str directory, str file) {
    struct stat st;
    if (str_find(file, STR("..")) < file.len) return true; /* it can lead elsewhere */
    return stat(str_c(scratch, directory.len ? directory : STR(".")), &st) == 0;
}
