/* Source files: searched in the working directory and along -source_path, read once and split into lines. */
#include "report/code/source.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/lists.h"
#include "base/md5.h"
#include "base/sink.h"
#include "binaries/dwarf/dwarf.h"
#include "go/gotext.h"
#include "graph/graph.h"
#include "out/message.h"
#include "profile/profile.h"
#include "report/code/places.h"

enum {
    LINE_MOST = 65535,              /* bytes of a line without its newline: a longer line ends the file before it */
    FILE_MOST = 1024 * 1024 * 1024, /* bytes read of a file; no source is larger */
    MISSING_MOST = 3,               /* missing files of which each has a note */
    TRIED_MOST = 6,                 /* paths that such a note names */
    CHANGED_MOST = 3,               /* files that the note about a binary names */
    BINARIES_MOST = 50              /* notes about binaries */
};

/* What is in a file. Many paths may lead to one. */
struct contents {
    str text;
    const char **line; /* starts of lines; line i ends before line[i+1] */
    size_t n_lines;
    bool has_sum;
    unsigned char md5[16];
};

struct file {
    str error;
    struct places_list tried;  /* where a file that is missing was looked for */
    struct contents *contents; /* NULL: missing */
};

/* A file of the profile, by each spelling that a report may use. */
struct source_origin {
    str path;       /* as in the profile */
    map_id mapping; /* of a location in the file; PROFILE_NONE: unknown */
};

struct source_missing {
    str path;
    struct places_list tried;
};
/* A file that was found, and the binary that was built from it. */
struct source_read {
    str path, binary, build_id;
    struct contents *contents;
    bool newer; /* than the binary */
};
/* How such a file differs from the one that the binary was built from. */
enum source_change { CHANGE_NONE, CHANGE_NEWER, CHANGE_CONTENTS };

struct source_reader {
    struct arena *arena;
    struct source_scope scope;
    bool named;   /* scope.search_path was given */
    bool outside; /* the file that is looked for exists, and may not be read; no other is taken for it */
    struct intern paths;
    VEC(struct file) files;          /* by id in `paths` */
    struct intern known;             /* see file_id */
    VEC(struct contents *) contents; /* by id in `known`; NULL: could not be read */
    VEC(str) trying;                 /* the paths tried for the file that is looked for */
    /* made when first needed: */
    struct places_index *places;
    struct intern spellings;
    struct source_origin *origin;       /* by id in `spellings`; NULL: not made yet */
    VEC(struct source_missing) missing; /* the first MISSING_MOST */
    size_t n_missing;
    VEC(struct source_read) read;
};

struct source_reader *source_reader_new(struct arena *a, const struct source_scope *scope, struct err *e) {
    struct source_reader *r = ARENA_NEW(a, struct source_reader);
    *r = (struct source_reader){.arena = a, .scope = *scope, .named = scope->search_path.len > 0};
    r->paths = (struct intern){.arena = a, .copy = true};
    r->known = (struct intern){.arena = a, .copy = true};
    if (r->named) return r;
    char text[PATH_MAX], message[ERR_SYSTEM_MOST];
    if (!getcwd(text, sizeof text)) {
        err_set(e, "could not stat current dir: %s", err_system(errno, message));
        return NULL;
    }
    r->scope.search_path = str_copy(a, str_from(text));
    return r;
}

static str parent_of(str dir) {
    size_t slash = str_find_last_char(dir, '/');
    if (slash == dir.len) return STR(".");
    return str_slice(dir, 0, slash ? slash : 1);
}

/* Searches a relative path in `dir` and in every directory above it. */
static int open_above(struct source_reader *r, struct arena *scratch, str dir, str path) {
    for (;;) {
        struct arena_mark m = arena_mark(scratch);
        str full = dir.len ? str_join(scratch, (str[]){dir, STR("/"), path}, 3, STR_EMPTY) : path;
        full = gotext_clean_path(scratch, full);
        int fd = places_open(full, r->scope.only_below, &r->outside);
        if (fd < 0) *VEC_PUSH(r->arena, &r->trying) = str_copy(r->arena, full);
        arena_rewind(scratch, m);
        if (fd >= 0) return fd;
        str parent = gotext_clean_path(scratch, parent_of(dir));
        if (str_equal(parent, dir)) return -1;
        dir = parent;
    }
}

/* Looks where pprof does. */
static int open_source(struct source_reader *r, str path, str *error) {
    path = graph_trim_path(path, r->scope.trim_path, r->scope.search_path);
    if (path.len && path.ptr[0] == '/') {
        *VEC_PUSH(r->arena, &r->trying) = path;
        int fd = places_open(path, r->scope.only_below, &r->outside);
        char message[ERR_SYSTEM_MOST];
        if (fd < 0)
            *error = str_join(r->arena, (str[]){STR("open "), path, STR(": "), str_from(err_system(errno, message))}, 4,
                              STR_EMPTY);
        return fd;
    }
    struct arena scratch = {0};
    str rest = r->scope.search_path, dir;
    int fd = -1;
    while (fd < 0 && str_cut(&rest, ':', &dir)) fd = open_above(r, &scratch, dir, path);
    arena_release(&scratch);
    if (fd < 0)
        *error = str_join(r->arena, (str[]){STR("could not find file "), path, STR(" on path "), r->scope.search_path},
                          4, STR_EMPTY);
    return fd;
}

/* Reads the file of this size. One that cannot be read to its end has no lines, and *error tells that. */
static str read_file(struct arena *a, str path, int fd, uint64_t size, str *error) {
    size_t cap = size < FILE_MOST ? size : FILE_MOST, len = 0;
    char *bytes = arena_alloc(a, cap), message[ERR_SYSTEM_MOST];
    bool ok = true;
    while (ok && len < cap) {
        ssize_t n = read(fd, bytes + len, cap - len);
        if (n < 0 && errno == EINTR) continue;
        ok = n >= 0;
        if (n <= 0) break;
        len += (size_t)n;
    }
    if (ok) return (str){bytes, len};
    *error = str_join(a, (str[]){STR("read "), path, STR(": "), str_from(err_system(errno, message))}, 4, STR_EMPTY);
    return STR_EMPTY;
}

static void split_lines(struct arena *a, struct contents *c) {
    VEC(const char *) starts = {0};
    const char *at = c->text.ptr, *end = at + c->text.len;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *next = newline ? newline + 1 : end;
        if ((newline ? newline : end) - at > LINE_MOST) break;
        *VEC_PUSH(a, &starts) = at;
        at = next;
    }
    c->n_lines = starts.n;
    *VEC_PUSH(a, &starts) = at;
    c->line = starts.at;
}

/* What is in an open file, which is read once. Anything but a regular file (a directory, a device) has no lines. */
static struct contents *contents_of(struct source_reader *r, str path, int fd, str *error) {
    struct stat st;
    char message[ERR_SYSTEM_MOST];
    if (fstat(fd, &st) != 0)
        *error = str_join(r->arena, (str[]){STR("read "), path, STR(": "), str_from(err_system(errno, message))}, 4,
                          STR_EMPTY);
    bool regular = !error->len && S_ISREG(st.st_mode) && st.st_size > 0;
    uint32_t id = 0;
    if (regular) {
        id = file_id(&r->known, st.st_dev, st.st_ino);
        if (id == r->contents.n) *VEC_PUSH(r->arena, &r->contents) = NULL;
        if (r->contents.at[id]) return r->contents.at[id];
    }
    struct contents *c = ARENA_NEW(r->arena, struct contents);
    *c = (struct contents){.text = STR_EMPTY};
    if (regular) c->text = read_file(r->arena, path, fd, (uint64_t)st.st_size, error);
    split_lines(r->arena, c);
    if (regular && !error->len) r->contents.at[id] = c;
    return c;
}

static void add_spelling(struct source_reader *r, str spelling, struct source_origin of, size_t *cap) {
    uint32_t n = r->spellings.n, id = intern_id(&r->spellings, spelling);
    if (id < n) return;
    if (id == *cap) r->origin = arena_vec_grow(r->arena, r->origin, cap, sizeof *r->origin);
    r->origin[id] = of;
}

/* Notes each file of the profile by its own path, and as a report trims it. */
static void find_origins(struct source_reader *r) {
    const struct profile *v = r->scope.profile;
    size_t cap = 0;
    r->spellings = (struct intern){.arena = r->arena};
    add_spelling(r, STR_EMPTY, (struct source_origin){STR_EMPTY, PROFILE_NONE}, &cap);
    str source_path = r->named ? r->scope.search_path : STR_EMPTY;
    for (loc_id i = 0; v && i < v->n_locations; i++) {
        const struct profile_location *l = &v->location[i];
        for (uint32_t k = 0; k < l->n_lines; k++) {
            struct source_origin of = {profile_str(v, v->function[v->line[l->first_line + k].function].file),
                                       l->mapping};
            uint32_t id;
            if (!of.path.len || intern_find(&r->spellings, of.path, &id)) continue;
            str trimmed = graph_trim_path(of.path, r->scope.trim_path, source_path);
            add_spelling(r, of.path, of, &cap);
            add_spelling(r, gotext_clean_path(r->arena, trimmed), of, &cap);
        }
    }
}

static struct source_origin origin_of(struct source_reader *r, str path) {
    uint32_t id;
    if (!r->origin) find_origins(r);
    return intern_find(&r->spellings, path, &id) ? r->origin[id] : (struct source_origin){path, PROFILE_NONE};
}

static str binary_of(const struct source_reader *r, struct source_origin of) {
    const struct profile *v = r->scope.profile;
    return of.mapping == PROFILE_NONE ? STR_EMPTY : profile_str(v, v->mapping[of.mapping].file);
}

/* Looks in the places that pprof does not know. */
static int open_elsewhere(struct source_reader *r, str path) {
    if (!r->places) {
        struct places_scope scope = {.search_path = r->scope.search_path,
                                     .named = r->named,
                                     .trim_path = r->scope.trim_path,
                                     .only_below = r->scope.only_below};
        places_read_environment(r->arena, &scope.go);
        r->places = places_new(r->arena, &scope);
    }
    struct source_origin of = origin_of(r, path);
    struct places_source wanted = {of.path, binary_of(r, of)};
    struct source_missing m = {of.path, places_find(r->arena, r->places, &wanted)};
    for (size_t i = 0; i < m.tried.n && !r->outside; i++) {
        int fd = places_open_regular(m.tried.at[i], r->scope.only_below, &r->outside);
        if (fd >= 0) return fd;
    }
    r->n_missing++;
    if (r->missing.n < MISSING_MOST) *VEC_PUSH(r->arena, &r->missing) = m;
    for (size_t i = 0, n = r->trying.n, k; i < m.tried.n; i++) {
        for (k = 0; k < n && !str_equal(r->trying.at[k], m.tried.at[i]);) k++;
        if (k == n) *VEC_PUSH(r->arena, &r->trying) = m.tried.at[i];
    }
    return -1;
}

/* True if the file was changed after its binary was built. Those of a module's version never change, whenever they
 * were unpacked. */
static bool is_newer(str path, const char *binary, int fd) {
    struct stat source, built;
    return str_find(path, STR("@v")) == path.len && fstat(fd, &source) == 0 && stat(binary, &built) == 0 &&
           S_ISREG(built.st_mode) && source.st_mtime > built.st_mtime;
}

/* Keeps what can tell later whether the file is the one that its binary was built from. */
static void keep_read(struct source_reader *r, str path, int fd, struct contents *contents) {
    const struct profile *v = r->scope.profile;
    if (!v) return;
    struct source_origin of = origin_of(r, path);
    str binary = binary_of(r, of);
    if (!binary.len || memchr(binary.ptr, 0, binary.len)) return;
    binary = str_copy(r->arena, binary);
    *VEC_PUSH(r->arena, &r->read) = (struct source_read){.path = of.path,
                                                         .binary = binary,
                                                         .build_id = profile_str(v, v->mapping[of.mapping].build_id),
                                                         .contents = contents,
                                                         .newer = is_newer(of.path, binary.ptr, fd)};
}

static struct file *file_of(struct source_reader *r, str path) {
    uint32_t id = intern_id(&r->paths, path);
    if (id < r->files.n) return &r->files.at[id];
    struct file f = {.error = STR_EMPTY};
    r->outside = false;
    r->trying.n = 0;
    int fd = open_source(r, path, &f.error);
    if (fd < 0) fd = open_elsewhere(r, path);
    if (fd < 0) {
        str *tried = ARENA_ARRAY(r->arena, str, r->trying.n);
        for (size_t i = 0; i < r->trying.n; i++) tried[i] = r->trying.at[i];
        f.tried = (struct places_list){tried, r->trying.n};
    }
    if (fd >= 0) {
        f.error = STR_EMPTY;
        f.contents = contents_of(r, path, fd, &f.error);
        if (!f.error.len) keep_read(r, path, fd, f.contents);
        close(fd);
    }
    *VEC_PUSH(r->arena, &r->files) = f;
    return &r->files.at[id];
}

bool source_line(struct source_reader *r, str path, int64_t n, str *line) {
    const struct contents *c = file_of(r, path)->contents;
    if (!c || n < 1 || (uint64_t)n > c->n_lines) return false;
    const char *from = c->line[n - 1], *to = c->line[n];
    if (to > from && to[-1] == '\n') to--;
    if (to > from && to[-1] == '\r') to--;
    *line = (str){from, (size_t)(to - from)};
    return true;
}

void source_measure(struct source_reader *r, str path, int64_t first, int64_t last, struct source_size *sum) {
    const struct contents *c = file_of(r, path)->contents;
    if (first < 1) first = 1;
    if (!c || last < first || (uint64_t)first > c->n_lines) return;
    size_t from = (size_t)first - 1, to = (uint64_t)last < c->n_lines ? (size_t)last : c->n_lines;
    sum->lines += to - from;
    sum->bytes += (uint64_t)(c->line[to] - c->line[from]);
}

str source_error(struct source_reader *r, str path) {
    uint32_t id;
    return intern_find(&r->paths, path, &id) ? r->files.at[id].error : STR_EMPTY;
}

size_t source_tried(struct source_reader *r, str path, const str **tried) {
    uint32_t id;
    bool known = intern_find(&r->paths, path, &id);
    *tried = known ? r->files.at[id].tried.at : NULL;
    return known ? r->files.at[id].tried.n : 0;
}

static void add_missing(const struct source_reader *r, const struct source_missing *m, struct notes *notes) {
    struct arena scratch = {0};
    struct sink text;
    str found, prefix = places_find_prefix(&scratch, r->places, m->path, &found);
    sink_to_memory(&text);
    sink_printf(&text, "Source of %.*s not found", STR_ARG(m->path));
    size_t n = m->tried.n < TRIED_MOST ? m->tried.n : TRIED_MOST;
    for (size_t i = 0; i < n; i++) {
        sink_str(&text, i ? STR(", ") : STR("; tried: "));
        sink_str(&text, m->tried.at[i]);
    }
    if (m->tried.n > n) sink_printf(&text, " and %zu more", m->tried.n - n);
    if (prefix.len)
        sink_printf(&text, "; -trim_path=%.*s finds %.*s", STR_ARG(prefix), STR_ARG(found));
    else
        sink_text(&text, "; name the folder of the sources by -source_path");
    notes_add(notes, NOTE_WARNING, "%.*s", STR_ARG(sink_bytes(&text)));
    sink_drop(&text);
    arena_release(&scratch);
}

/* The files that were read, by their binaries. */
struct read_lists {
    uint32_t *binary; /* by file: the number of its binary */
    uint32_t n;       /* binaries */
    struct lists files;
};

/* Lists the files by their binary's path, with its build ID if `builds`. */
static struct read_lists list_reads(struct arena *a, const struct source_reader *r, bool builds) {
    uint32_t n = (uint32_t)r->read.n;
    struct read_lists l = {.binary = ARENA_ARRAY(a, uint32_t, n)};
    struct intern keys = {.arena = a, .copy = true};
    for (uint32_t i = 0; i < n; i++) {
        const struct source_read *read = &r->read.at[i];
        str key = builds ? str_join(a, (str[]){read->binary, read->build_id}, 2, (str){"", 1}) : read->binary;
        l.binary[i] = intern_id(&keys, key);
    }
    l.n = keys.n;
    l.files = lists_of(a, l.binary, n, l.n);
    return l;
}

static const unsigned char *sum_of(struct contents *c) {
    if (!c->has_sum) md5_buffer(c->text.ptr, c->text.len, c->md5);
    c->has_sum = true;
    return c->md5;
}

/* Decides how the files of one binary differ. Its MD5 sums decide where it has them. */
static void judge_binary(struct arena *scratch, const struct source_reader *r, const struct lists *files,
                         uint32_t binary, enum source_change *change) {
    uint32_t n = 0;
    for (uint32_t i = files->first[binary]; i != LISTS_END; i = files->next[i]) n++;
    struct dwarf_source *source = ARENA_ARRAY(scratch, struct dwarf_source, n);
    uint32_t *place = ARENA_ARRAY(scratch, uint32_t, n);
    n = 0;
    for (uint32_t i = files->first[binary]; i != LISTS_END; i = files->next[i]) {
        const struct source_read *read = &r->read.at[i];
        change[i] = read->newer ? CHANGE_NEWER : CHANGE_NONE;
        if (read->contents->text.len >= FILE_MOST) continue;
        source[n] = (struct dwarf_source){.path = read->path};
        memcpy(source[n].md5, sum_of(read->contents), sizeof source[n].md5);
        place[n++] = i;
    }
    const struct source_read *of = &r->read.at[files->first[binary]];
    dwarf_compare_sources(of->binary.ptr, of->build_id, source, n);
    for (uint32_t i = 0; i < n; i++)
        if (source[i].sameness != DWARF_UNKNOWN)
            change[place[i]] = source[i].sameness == DWARF_SAME ? CHANGE_NONE : CHANGE_CONTENTS;
}

/* Adds a note for the files of one binary with the kind of change that its file `first` has. */
static void add_changed(const struct source_reader *r, const struct lists *files, const enum source_change *change,
                        uint32_t first, struct notes *notes) {
    struct sink text;
    str binary = r->read.at[first].binary;
    sink_to_memory(&text);
    size_t n = 0;
    for (uint32_t i = first; i != LISTS_END; i = files->next[i]) {
        if (change[i] != change[first]) continue;
        if (n < CHANGED_MOST) {
            if (n) sink_text(&text, ", ");
            sink_str(&text, r->read.at[i].path);
        }
        n++;
    }
    if (n > CHANGED_MOST) sink_printf(&text, " and %zu more", n - CHANGED_MOST);
    if (change[first] == CHANGE_NEWER)
        notes_add(notes, NOTE_WARNING, "%.*s %s newer than %.*s; lines may have moved since it was built",
                  STR_ARG(sink_bytes(&text)), n == 1 ? "is" : "are", STR_ARG(binary));
    else
        notes_add(notes, NOTE_WARNING, "%.*s %s from the source that %.*s was built from; lines may have moved",
                  STR_ARG(sink_bytes(&text)), n == 1 ? "differs" : "differ", STR_ARG(binary));
    sink_drop(&text);
}

/* Adds a note for each binary and kind of change. */
static void add_changes(const struct source_reader *r, struct notes *notes) {
    struct arena scratch = {0};
    enum source_change *change = ARENA_ZERO(&scratch, enum source_change, r->read.n);
    struct read_lists builds = list_reads(&scratch, r, true), binaries = list_reads(&scratch, r, false);
    bool *told = ARENA_ZERO(&scratch, bool, 3 * (size_t)binaries.n);
    for (uint32_t i = 0; i < builds.n; i++) judge_binary(&scratch, r, &builds.files, i, change);
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->read.n; i++) {
        bool *of = &told[3 * (size_t)binaries.binary[i] + change[i]];
        if (change[i] != CHANGE_NONE && !*of && n++ < BINARIES_MOST) add_changed(r, &binaries.files, change, i, notes);
        *of = true;
    }
    if (n > BINARIES_MOST)
        notes_add(notes, NOTE_WARNING, "Sources of %u more binaries have changed; lines may have moved",
                  (unsigned)(n - BINARIES_MOST));
    arena_release(&scratch);
}

void source_add_notes(const struct source_reader *r, struct notes *notes) {
    bool ours = !message_as_pprof(); /* pprof says in the listing itself that a file is missing */
    for (size_t i = 0; i < r->missing.n && ours; i++) add_missing(r, &r->missing.at[i], notes);
    if (r->n_missing > r->missing.n && ours)
        notes_add(notes, NOTE_WARNING, "%zu more sources not found", r->n_missing - r->missing.n);
    add_changes(r, notes);
}
