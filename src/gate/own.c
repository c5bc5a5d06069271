/* Telling a program's own code from its runtime and libraries, by the names and files of each language. */
#include "gate/own.h"

/* First elements of the import paths of Go's standard library (go list std), and of the runtime's own names. */
static const char *const go_library[] = {
    "archive", "bufio",   "bytes",    "cmp",      "compress", "container", "context", "crypto",  "database",
    "debug",   "embed",   "encoding", "errors",   "expvar",   "flag",      "fmt",     "go",      "hash",
    "html",    "image",   "index",    "internal", "io",       "iter",      "log",     "maps",    "math",
    "mime",    "net",     "os",       "path",     "plugin",   "reflect",   "regexp",  "runtime", "slices",
    "sort",    "strconv", "strings",  "structs",  "sync",     "syscall",   "testing", "text",    "time",
    "type:",   "unicode", "unique",   "unsafe",   "vendor",   "weak",      "_cgo",    "gogo",
};
static const char *const java_library[] = {"java.", "javax.", "jdk.", "sun.", "com.sun.", "kotlin.", "scala.",
                                           "java/", "javax/", "jdk/", "sun/", "com/sun/", "kotlin/", "scala/"};
static const char *const rust_library[] = {
    "std::", "core::", "alloc::", "<std::", "<core::", "<alloc::", "<&std::", "<&core::", "__rust_"};
static const char *const c_library[] = {"std::", "__", "operator new", "operator delete", "_start", "_dl_"};
/* Functions that start a thread; they do not show its purpose. */
static const char *const starters[] = {"clone",          "clone3",         "start_thread",
                                       "_start",         "runtime.goexit", "runtime.mcall",
                                       "runtime.rt0_go", "runtime.mstart", "runtime.systemstack"};
static const char *const c_mappings[] = {"ld-",        "ld.so",     "libc.",   "libc-",    "libm.",
                                         "libm-",      "libdl.",    "libdl-",  "librt.",   "librt-",
                                         "libpthread", "libstdc++", "libc++",  "libgcc_s", "linux-vdso",
                                         "libsystem_", "[vdso]",    "[kernel", "[vsyscall"};

#define ANY_PREFIX(s, table) begins_with_any(s, table, sizeof(table) / sizeof *(table))
static bool begins_with_any(str s, const char *const *table, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (str_has_prefix(s, str_from(table[i]))) return true;
    return false;
}

static bool has_any_suffix(str s, const char *const *table, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (str_has_suffix(s, str_from(table[i]))) return true;
    return false;
}

static bool contains(str s, str needle) { return str_find(s, needle) < s.len; }

/* The first element of a Go function's package: "net" for net/http.(*conn).serve, "sort" for sort.Strings. Empty if
 * no dot ends a package. */
static str go_first_element(str name) {
    size_t slash = str_find_char(name, '/');
    if (slash < name.len) return str_slice(name, 0, slash);
    size_t dot = str_find_char(name, '.');
    return dot < name.len ? str_slice(name, 0, dot) : STR_EMPTY;
}

static bool go_is_own(str name) {
    str first = go_first_element(name);
    for (size_t i = 0; i < sizeof go_library / sizeof *go_library; i++)
        if (str_equal(first, str_from(go_library[i]))) return false;
    return first.len > 0;
}

bool own_is_function(str name, str file) {
    static const char *const go[] = {".go", ".s"};
    static const char *const python[] = {".py", ".pyx"};
    static const char *const script[] = {".js", ".mjs", ".cjs", ".ts"};
    static const char *const java[] = {".java", ".kt", ".scala"};
    if (name.len == 0) return false;
    if (has_any_suffix(file, go, 2)) return go_is_own(name);
    if (has_any_suffix(file, python, 2) || str_has_prefix(file, STR("<")))
        return !str_has_prefix(file, STR("<frozen")) &&
               (!contains(file, STR("/lib/python")) || contains(file, STR("/site-packages/")));
    if (str_has_prefix(file, STR("node:")) || name.ptr[0] == '(') return false;
    if (has_any_suffix(file, script, 4)) return true;
    if (has_any_suffix(file, java, 3)) return !ANY_PREFIX(name, java_library);
    if (str_has_suffix(file, STR(".rs")) && contains(file, STR("/rustc/"))) return false;
    if (ANY_PREFIX(name, rust_library) || ANY_PREFIX(name, c_library)) return false;
    if (str_has_prefix(file, STR("/usr/include/")) || str_has_prefix(file, STR("/usr/lib/"))) return false;
    if (file.len || contains(name, STR("::"))) return true;
    /* without a file: Go and Java names have dots, and no package name is in both */
    return !ANY_PREFIX(name, java_library) && (str_find_char(name, '.') == name.len || go_is_own(name));
}

bool own_is_mapping(str file) { return !ANY_PREFIX(str_base_name(file), c_mappings); }

struct own_code {
    const struct profile *p;
    const struct graph_names *names;
    const bool *function, *mapping;
};

static struct own_code code_of(struct arena *a, const struct profile *p, const struct graph_names *names) {
    bool *function = ARENA_ARRAY(a, bool, p->n_functions), *mapping = ARENA_ARRAY(a, bool, p->n_mappings);
    for (uint32_t i = 0; i < p->n_functions; i++)
        function[i] = own_is_function(profile_str(p, p->function[i].name), profile_str(p, p->function[i].file));
    for (uint32_t i = 0; i < p->n_mappings; i++) mapping[i] = own_is_mapping(profile_str(p, p->mapping[i].file));
    return (struct own_code){p, names, function, mapping};
}

/* The function of a location's line; PROFILE_NONE if it has no lines. */
static func_id function_of(const struct own_code *c, loc_id loc, uint32_t line) {
    const struct profile_location *l = &c->p->location[loc];
    uint32_t at = line - c->names->first[loc];
    return at < l->n_lines ? c->p->line[l->first_line + at].function : PROFILE_NONE;
}

static bool is_own(const struct own_code *c, loc_id loc, uint32_t line) {
    func_id f = function_of(c, loc, line);
    map_id m = c->p->location[loc].mapping;
    return (f == PROFILE_NONE || c->function[f]) && (m == PROFILE_NONE || c->mapping[m]);
}

static bool is_starter(const struct own_code *c, loc_id loc, uint32_t line) {
    func_id f = function_of(c, loc, line);
    if (f == PROFILE_NONE) return false;
    str name = profile_str(c->p, c->p->function[f].name);
    for (size_t i = 0; i < sizeof starters / sizeof *starters; i++)
        if (str_equal(name, str_from(starters[i]))) return true;
    return str_has_prefix(name, STR("__"));
}

/* What a stack needs to know of a location, found once: a stack may repeat a location of many lines. */
struct own_place {
    bool is_own, has_name;
    uint32_t line; /* the innermost own line, or else the outermost one that starts no thread */
};

static struct own_place place_of(const struct own_code *c, loc_id loc) {
    struct own_place place = {0};
    uint32_t from = c->names->first[loc], to = c->names->first[loc + 1];
    for (uint32_t l = from; l < to; l++)
        if (is_own(c, loc, l)) return (struct own_place){.is_own = true, .line = l};
    for (uint32_t l = to; l-- > from && !place.has_name;)
        if (!is_starter(c, loc, l)) place = (struct own_place){.has_name = true, .line = l};
    return place;
}

static struct own_leaf leaf_of(const struct own_code *c, const struct own_place *place, uint64_t from, uint64_t to) {
    const struct profile *p = c->p;
    struct own_leaf outermost = {from, from < to ? c->names->first[p->frame[from]] : 0};
    for (uint64_t f = from; f < to; f++) {
        struct own_place at = place[p->frame[f]];
        if (at.is_own) return (struct own_leaf){f, at.line};
        if (at.has_name) outermost = (struct own_leaf){f, at.line};
    }
    return outermost;
}

const struct own_leaf *own_leaves(struct arena *a, const struct profile *p, const struct graph_names *names) {
    struct arena scratch = {0};
    struct own_code c = code_of(&scratch, p, names);
    struct own_leaf *leaf = ARENA_ARRAY(a, struct own_leaf, p->n_stacks);
    struct own_place *place = ARENA_ARRAY(&scratch, struct own_place, p->n_locations);
    for (loc_id loc = 0; loc < p->n_locations; loc++) place[loc] = place_of(&c, loc);
    for (stack_id s = 0; s < p->n_stacks; s++) leaf[s] = leaf_of(&c, place, p->stack_off[s], p->stack_off[s + 1]);
    arena_release(&scratch);
    return leaf;
}

const bool *own_nodes(struct arena *a, const struct profile *p, const struct graph_names *names) {
    struct arena scratch = {0};
    struct own_code c = code_of(&scratch, p, names);
    bool *own = ARENA_ZERO(a, bool, names->n_nodes);
    for (loc_id loc = 0; loc < p->n_locations; loc++)
        for (uint32_t l = names->first[loc]; l < names->first[loc + 1]; l++)
            if (is_own(&c, loc, l)) own[names->node_of[l]] = true;
    arena_release(&scratch);
    return own;
}
