/* Finds the binaries of a profile's mappings below the search path (pprof.md 9.1). */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "binaries/object_open.h"
#include "go/gotext.h"
#include "symbolize/names.h"
#include "symbolize/symbolize.h"
#include "symbolize/trouble.h"

typedef VEC(str) path_list;

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
static void list_directory(struct arena *a, str directory, path_list *out) {
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

/* Adds the paths where a mapping's binary may be, below one directory: by build ID, as perf and LLVM store them,
 * then by name, as perf's symfs and GDB do. */
static void add_candidates(struct arena *a, str directory, str file, str build_id, path_list *out) {
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
    if (!file.len) return;
    str of = directory_of(a, file), debug = str_format(a, "%.*s.debug", STR_ARG(base));
    *VEC_PUSH(a, out) = JOIN(a, directory, base);
    *VEC_PUSH(a, out) = JOIN(a, directory, file);
    *VEC_PUSH(a, out) = JOIN(a, directory, str_format(a, "%.*s.debug", STR_ARG(file)));
    *VEC_PUSH(a, out) = JOIN(a, directory, of, STR(".debug"), debug);
    *VEC_PUSH(a, out) = JOIN(a, directory, STR("usr"), STR("lib"), STR("debug"), of, debug);
}

struct locator {
    struct arena *arena, scratch;
    struct names names;
    str search_path;
    struct troubles troubles;
    struct intern other; /* files with another build ID than some mapping */
    VEC(str) other_id;   /* their build IDs */
};

static bool ignore(struct locator *l, str path, str wanted, str build_id) {
    trouble_add(&l->troubles, TROUBLE_OTHER_BUILD, "Ignoring local file %.*s: build-id mismatch (%.*s != %.*s)",
                STR_ARG(path), STR_ARG(wanted), STR_ARG(build_id));
    return false;
}

/* True if this file is the mapping's binary. */
static bool try_candidate(struct locator *l, str path, const struct profile_mapping *m) {
    const struct profile *p = l->names.view;
    struct object object;
    struct object_mapping mapping = {path, m->start, m->limit, m->offset, profile_str(p, m->kernel_symbol)};
    str wanted = profile_str(p, m->build_id);
    uint32_t known;
    /* many mappings can name the same files: each is opened once */
    if (wanted.len && intern_find(&l->other, path, &known) && !str_equal(wanted, l->other_id.at[known]))
        return ignore(l, path, wanted, l->other_id.at[known]);
    if (!object_open(&l->scratch, &mapping, &object, NULL)) return false;
    if (!wanted.len || str_equal(wanted, object.build_id)) return true;
    if (intern_id(&l->other, path) == l->other_id.n) *VEC_PUSH(&l->scratch, &l->other_id) = object.build_id;
    return ignore(l, path, wanted, object.build_id);
}

/* False if the directory does not exist, so nothing can be below it; a path with ".." can lead elsewhere. */
static bool may_hold(struct locator *l, str directory, str file) {
    struct stat st;
    if (str_find(file, STR("..")) < file.len) return true;
    return stat(str_c(&l->scratch, directory.len ? directory : STR(".")), &st) == 0;
}

static void locate(struct locator *l, struct profile_mapping *m) {
    const struct profile *p = l->names.view;
    str rest = l->search_path, directory, file = profile_str(p, m->file), build_id = profile_str(p, m->build_id);
    path_list candidates = {0};
    while (str_cut(&rest, ':', &directory))
        if (may_hold(l, directory, file)) add_candidates(&l->scratch, directory, file, build_id, &candidates);
    for (size_t i = 0; i < candidates.n; i++) {
        if (!try_candidate(l, candidates.at[i], m)) continue;
        m->file = names_add(&l->names, str_copy(l->arena, candidates.at[i]));
        return;
    }
}

/* Adds a mapping, so that a binary at a fixed address can be symbolized without one in the profile. */
static void add_mapping(struct arena *a, struct profile *view) {
    struct profile_mapping *m = ARENA_NEW(a, struct profile_mapping);
    struct profile_location *location = ARENA_ARRAY(a, struct profile_location, view->n_locations);
    m->id = 1;
    for (uint32_t i = 0; i < view->n_locations; i++) {
        location[i] = view->location[i];
        location[i].mapping = 0;
    }
    view->mapping = m;
    view->n_mappings = 1;
    view->location = location;
}

static struct profile_mapping *own_mappings(struct arena *a, struct profile *view) {
    struct profile_mapping *m = ARENA_ARRAY(a, struct profile_mapping, view->n_mappings);
    for (uint32_t i = 0; i < view->n_mappings; i++) m[i] = view->mapping[i];
    view->mapping = m;
    return m;
}

void symbolize_locate_binaries(struct arena *a, struct profile *view, const struct symbolize_locate *how,
                               struct notes *notes) {
    struct locator l = {
        .arena = a, .names = {.arena = a, .view = view}, .search_path = how->search_path, .troubles = {.notes = notes}};
    l.other.arena = &l.scratch;
    if (!l.search_path.len) l.search_path = JOIN(&l.scratch, str_from(getenv("HOME")), STR("pprof"), STR("binaries"));
    bool made = view->n_mappings == 0;
    if (made) add_mapping(a, view);
    struct profile_mapping *m = own_mappings(a, view);
    for (uint32_t i = 0; i < view->n_mappings && !made; i++) locate(&l, &m[i]);
    if (how->exec_name.len) m[0].file = names_add(&l.names, how->exec_name);
    if (how->build_id.len && !m[0].build_id) m[0].build_id = names_add(&l.names, how->build_id);
    trouble_finish(&l.troubles);
    arena_release(&l.scratch);
}
