/* Makes the list of paths at which a source may be. pprof's own places come first, in source.c; only what it does not
 * find is looked for here. */
#include "report/code/places.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"
#include "go/gotext.h"
#include "graph/graph.h"

enum {
    PARTS_MOST = 64,         /* parts of a path that are looked at */
    MODULE_FILE_MOST = 4096, /* bytes of a go.mod that are read; its first lines name the module */
    BINARY_PIECE = 1 << 20   /* bytes of a binary that are searched at once */
};

int places_open(str path, str only_below, bool *outside) {
    if (memchr(path.ptr, 0, path.len)) {
        errno = EINVAL;
        return -1;
    }
    if (path.len >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    char name[PATH_MAX];
    memcpy(name, path.ptr, path.len);
    name[path.len] = 0;
    int fd = file_open_named(name);
    if (fd < 0 || !only_below.len || file_is_below(fd, only_below)) return fd;
    close(fd);
    if (outside) *outside = true;
    errno = EACCES;
    return -1;
}

int places_open_regular(str path, str only_below, bool *outside) {
    struct stat st;
    int fd = places_open(path, only_below, outside);
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* The root of an installation of Go, from the path of its program bin/go. */
static str root_of_program(struct arena *a) {
    const char *program = process_find(a, "go");
    char real[PATH_MAX];
    if (!program || !realpath(program, real)) return STR_EMPTY;
    str bin = str_slice(str_from(real), 0, str_find_last_char(str_from(real), '/'));
    return str_has_suffix(bin, STR("/bin")) ? str_copy(a, str_slice(bin, 0, bin.len - 4)) : STR_EMPTY;
}

void places_read_environment(struct arena *a, struct places_go *out) {
    str root = str_from(getenv("GOROOT")), cache = str_from(getenv("GOMODCACHE")), home = str_from(getenv("HOME")), one;
    VEC(str) caches = {0};
    if (cache.len) *VEC_PUSH(a, &caches) = str_copy(a, cache);
    for (str rest = str_from(getenv("GOPATH")); rest.len && str_cut(&rest, ':', &one);)
        if (one.len) *VEC_PUSH(a, &caches) = str_format(a, "%.*s/pkg/mod", STR_ARG(one));
    if (home.len) *VEC_PUSH(a, &caches) = str_format(a, "%.*s/go/pkg/mod", STR_ARG(home));
    out->root_named = root.len > 0;
    out->root = root.len ? str_copy(a, root) : root_of_program(a);
    out->module_caches = str_join(a, caches.at, caches.n, STR(":"));
}

/* A folder of the search path and the module that it belongs to. */
struct places_folder {
    str path;
    str root, module; /* the folder of the nearest go.mod, and the module's path; empty: not found */
};
struct places_index {
    struct places_scope scope;
    str asked; /* the binary whose version of Go is known */
    char go_text[32];
    size_t go_length;
    VEC(struct places_folder) folders;
};

struct places_finder {
    struct arena *arena;
    struct places_index *in;
    str binary;
    str path; /* cleaned, with / between its parts and without a drive letter */
    bool absolute;
    str part[PARTS_MOST];     /* of the path, the first ones */
    size_t start[PARTS_MOST]; /* their offsets in the path */
    size_t n_parts;
    size_t version; /* the part with a module's version, such as yaml@v1.2.3; n_parts: no version */
    VEC(str) found;
};

static void add(struct places_finder *f, str path) {
    path = gotext_clean_path(f->arena, path);
    if (f->found.n == PLACES_MOST) return;
    for (size_t i = 0; i < f->found.n; i++)
        if (str_equal(f->found.at[i], path)) return;
    *VEC_PUSH(f->arena, &f->found) = path;
}

static void add_below(struct places_finder *f, str folder, str rest) {
    if (rest.len) add(f, str_join(f->arena, (str[]){folder, rest}, 2, STR("/")));
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static bool is_windows_path(str path) {
    bool drive =
        path.len > 2 && is_letter(path.ptr[0]) && path.ptr[1] == ':' && (path.ptr[2] == '\\' || path.ptr[2] == '/');
    return drive || (str_find_char(path, '\\') < path.len && str_find_char(path, '/') == path.len);
}

static str with_slashes(struct arena *a, str path) {
    char *text = arena_alloc(a, path.len);
    for (size_t i = 0; i < path.len; i++) text[i] = path.ptr[i] == '\\' ? '/' : path.ptr[i];
    return (str){text, path.len};
}

static str from_part(const struct places_finder *f, size_t part) {
    return part < f->n_parts ? str_from_offset(f->path, f->start[part]) : STR_EMPTY;
}

/* Reads the path of the module from a go.mod. Its value may be quoted. */
static str module_path(struct arena *a, int fd) {
    char *text = arena_alloc(a, MODULE_FILE_MOST);
    ssize_t n = read(fd, text, MODULE_FILE_MOST);
    str rest = {text, n > 0 ? (size_t)n : 0}, line, word, name;
    while (rest.len && str_cut(&rest, '\n', &line)) {
        if (!str_next_word(&line, &word) || !str_equal(word, STR("module")) || !str_next_word(&line, &name)) continue;
        if (name.len > 1 && (name.ptr[0] == '"' || name.ptr[0] == '`')) name = str_slice(name, 1, name.len - 1);
        return name;
    }
    return STR_EMPTY;
}

static bool to_parent(str *folder) {
    size_t slash = str_find_last_char(*folder, '/');
    if (slash == folder->len || folder->len == 1) return false;
    *folder = str_slice(*folder, 0, slash ? slash : 1);
    return true;
}

/* Finds the module that a folder belongs to, as go does: in the nearest folder upwards. */
static void find_module(struct arena *a, struct places_folder *f, str only_below) {
    str folder = f->path;
    do {
        int fd = places_open_regular(str_format(a, "%.*s/go.mod", STR_ARG(folder)), only_below, NULL);
        if (fd < 0) continue;
        f->root = folder;
        f->module = module_path(a, fd);
        close(fd);
        return;
    } while (to_parent(&folder));
}

struct places_index *places_new(struct arena *a, const struct places_scope *scope) {
    struct places_index *p = ARENA_NEW(a, struct places_index);
    p->scope = *scope;
    str folder;
    for (str rest = scope->search_path; rest.len && str_cut(&rest, ':', &folder);) {
        if (!folder.len) continue;
        struct places_folder f = {gotext_clean_path(a, folder), STR_EMPTY, STR_EMPTY};
        find_module(a, &f, scope->only_below);
        *VEC_PUSH(a, &p->folders) = f;
    }
    return p;
}

/* The offset of the version in a part of a path; its length if it has none. */
static size_t version_at(str part) {
    size_t at = str_find(part, STR("@v"));
    return at + 2 < part.len && part.ptr[at + 2] >= '0' && part.ptr[at + 2] <= '9' ? at : part.len;
}

/* Files of the module itself: binaries built with -trimpath name them by the module's path, perhaps with a version. */
static void add_module(struct places_finder *f, const struct places_folder *in) {
    if (!in->module.len) return;
    for (size_t from = 0; f->version < f->n_parts && from <= f->version; from++) {
        size_t end = f->start[f->version] + version_at(f->part[f->version]);
        if (str_equal(str_slice(f->path, f->start[from], end), in->module))
            add_below(f, in->root, from_part(f, f->version + 1));
    }
    if (str_has_prefix(f->path, in->module) && f->path.len > in->module.len && f->path.ptr[in->module.len] == '/')
        add_below(f, in->root, str_from_offset(f->path, in->module.len + 1));
}

/* The name on disk: an upper-case letter is written as ! and the lower-case one. */
static str escape(struct arena *a, str name) {
    char *text = arena_alloc(a, 2 * name.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c >= 'A' && c <= 'Z') text[n++] = '!', c = (char)(c - 'A' + 'a');
        text[n++] = c;
    }
    return (str){text, n};
}

static void add_in_folders(struct places_finder *f, str rest) {
    for (size_t i = 0; i < f->in->folders.n; i++) {
        const struct places_folder *in = &f->in->folders.at[i];
        if (in->root.len) add_below(f, in->root, rest);
        add_below(f, in->path, rest);
    }
}

/* Files of other modules: in the module caches and in folders called vendor. The module's path may start at any part,
 * as the cache may have been anywhere; its first part has a dot. */
static void add_dependency(struct places_finder *f) {
    str file = from_part(f, f->version + 1), cache;
    for (size_t from = 0; file.len && from <= f->version; from++) {
        if (from < f->version && str_find_char(f->part[from], '.') == f->part[from].len) continue;
        size_t version = f->start[f->version] + version_at(f->part[f->version]);
        str name = str_slice(f->path, f->start[from], f->start[f->version] + f->part[f->version].len);
        for (str rest = f->in->scope.go.module_caches; rest.len && str_cut(&rest, ':', &cache);) {
            add(f, str_join(f->arena, (str[]){cache, escape(f->arena, name), file}, 3, STR("/")));
            add(f, str_join(f->arena, (str[]){cache, name, file}, 3, STR("/")));
        }
        name = str_slice(f->path, f->start[from], version);
        add_in_folders(f, str_join(f->arena, (str[]){STR("vendor"), name, file}, 3, STR("/")));
    }
    for (size_t i = 0; i + 1 < f->n_parts; i++)
        if (str_equal(f->part[i], STR("vendor"))) add_in_folders(f, from_part(f, i));
}

/* The text of a version such as 1.22.3 in a part like go1.22.3 or toolchain@v0.0.1-go1.22.3.linux-amd64. */
static str go_version(str part) {
    size_t go = str_find(part, STR("go1.")), dash = str_find(part, STR("go-1."));
    if (go < part.len)
        part = str_from_offset(part, go + 2);
    else if (dash < part.len)
        part = str_from_offset(part, dash + 3);
    if (!str_has_prefix(part, STR("1."))) return STR_EMPTY;
    size_t n = 0;
    while (n < part.len && ((part.ptr[n] >= '0' && part.ptr[n] <= '9') || part.ptr[n] == '.')) n++;
    while (n && part.ptr[n - 1] == '.') n--;
    return str_slice(part, 0, n);
}

/* The version of Go that built the binary, which stands 32 bytes behind a magic text (Go's debug/buildinfo, since Go
 * 1.18): a length and "go1.22.3". Empty if it is unknown. */
static str built_with(struct places_finder *f) {
    static const char magic[] = "\xff Go buildinf:";
    enum { AFTER = 32, HEAD = 64 };
    struct places_index *in = f->in;
    if (f->binary.ptr == in->asked.ptr) return (str){in->go_text, in->go_length};
    in->asked = f->binary;
    in->go_length = 0;
    int fd = f->binary.len ? places_open_regular(f->binary, in->scope.only_below, NULL) : -1;
    if (fd < 0) return STR_EMPTY;
    struct arena scratch = {0};
    char *piece = arena_alloc(&scratch, BINARY_PIECE);
    ssize_t n;
    for (off_t at = 0; !in->go_length && (n = pread(fd, piece, BINARY_PIECE, at)) > HEAD; at += n - HEAD) {
        const char *found = memmem(piece, (size_t)n - HEAD, magic, sizeof magic - 1);
        if (!found) continue;
        str rest = str_from_offset((str){found, (size_t)(piece + n - found)}, AFTER + 1);
        str version = go_version(str_slice(rest, 0, (unsigned char)found[AFTER]));
        if (version.len > sizeof in->go_text) continue;
        memcpy(in->go_text, version.ptr, version.len);
        in->go_length = version.len;
    }
    arena_release(&scratch);
    close(fd);
    return (str){in->go_text, in->go_length};
}

/* True if the installation of Go has the sources of this version; empty: of the one that the binary was built with. */
static bool root_has_version(struct places_finder *f, str version) {
    const struct places_scope *in = &f->in->scope;
    if (!version.len) version = built_with(f);
    if (!version.len) return in->go.root_named;
    int fd = places_open_regular(str_format(f->arena, "%.*s/VERSION", STR_ARG(in->go.root)), in->only_below, NULL);
    if (fd < 0) return in->go.root_named;
    char text[64];
    ssize_t n = read(fd, text, sizeof text);
    close(fd);
    str line = {text, n > 0 ? (size_t)n : 0};
    return str_equal(go_version(str_slice(line, 0, str_find_char(line, '\n'))), version);
}

/* The version is looked up only for a file that exists, since all of a binary is read for it. */
static void add_below_root(struct places_finder *f, str rest, str version) {
    const struct places_scope *in = &f->in->scope;
    str path = str_join(f->arena, (str[]){in->go.root, STR("src"), rest}, 3, STR("/"));
    int fd = places_open_regular(path, in->only_below, NULL);
    if (fd >= 0) close(fd);
    if (fd >= 0 ? root_has_version(f, version) : in->go.root_named) add(f, path);
}

/* Go's own packages. -trimpath leaves fmt/print.go of their paths; else they are in src of a folder that is called like
 * an installation of Go. */
static void add_standard(struct places_finder *f) {
    str version = STR_EMPTY;
    if (!f->in->scope.go.root.len || !f->n_parts) return;
    bool plain = !f->absolute && f->n_parts > 1 && str_find_char(f->part[0], '.') == f->part[0].len;
    if (plain) add_below_root(f, f->path, STR_EMPTY);
    for (size_t i = 1; i + 1 < f->n_parts; i++) {
        str of = f->part[i - 1], one = go_version(of);
        if (one.len) version = one;
        if (!str_equal(f->part[i], STR("src"))) continue;
        if (one.len || str_equal(of, STR("go")) || str_equal(of, STR("golang")) || str_equal(of, STR("libexec")) ||
            str_has_prefix(of, STR("go-"))) {
            add_below_root(f, from_part(f, i + 1), version);
            return;
        }
    }
}

static struct places_finder start(struct arena *a, struct places_index *p, str path) {
    struct places_finder f = {.arena = a, .in = p, .binary = STR_EMPTY};
    if (is_windows_path(path)) {
        path = with_slashes(a, path);
        if (path.len > 1 && path.ptr[1] == ':') path = str_from_offset(path, 2);
    }
    f.path = gotext_clean_path(a, path);
    f.absolute = f.path.len && f.path.ptr[0] == '/';
    str rest = f.path, part;
    while (f.n_parts < PARTS_MOST && rest.len && str_cut(&rest, '/', &part)) {
        if (!part.len) continue;
        f.start[f.n_parts] = (size_t)(part.ptr - f.path.ptr);
        f.part[f.n_parts++] = part;
    }
    while (f.version < f.n_parts && version_at(f.part[f.version]) == f.part[f.version].len) f.version++;
    return f;
}

struct places_list places_find(struct arena *a, struct places_index *p, const struct places_source *of) {
    struct places_finder f = start(a, p, of->path);
    f.binary = of->binary;
    if (f.absolute) add(&f, f.path);
    if (is_windows_path(of->path)) {
        str rest = graph_trim_path(f.path, with_slashes(a, p->scope.trim_path), p->scope.search_path);
        for (size_t i = 0; rest.len < f.path.len && i < p->folders.n; i++) add_below(&f, p->folders.at[i].path, rest);
    }
    for (size_t i = 0; i < p->folders.n; i++) add_module(&f, &p->folders.at[i]);
    add_dependency(&f);
    add_standard(&f);
    for (size_t i = 0; p->scope.named && i < f.n_parts; i++)
        for (size_t k = 0; k < p->folders.n; k++) add_below(&f, p->folders.at[k].path, from_part(&f, i));
    return (struct places_list){f.found.at, f.found.n};
}

str places_find_prefix(struct arena *a, struct places_index *p, str path, str *found) {
    struct places_finder f = start(a, p, path);
    for (size_t i = 1; i < f.n_parts; i++)
        for (size_t k = 0; k < p->folders.n; k++) {
            str folder = p->folders.at[k].path;
            do {
                *found = gotext_clean_path(a, str_join(a, (str[]){folder, from_part(&f, i)}, 2, STR("/")));
                int fd = places_open_regular(*found, p->scope.only_below, NULL);
                if (fd < 0) continue;
                close(fd);
                return str_slice(f.path, 0, f.start[i] - 1);
            } while (to_parent(&folder));
        }
    return STR_EMPTY;
}
