/* The package granularity: the rules of each language. */
#include "filter/package.h"

#include <string.h>

#include "filter/fold_numbers.h"
#include "filter/names.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool contains(str s, str part) { return str_find(s, part) < s.len; }
static bool has_prefix_at(str s, size_t i, str prefix) { return str_has_prefix(str_from_offset(s, i), prefix); }

static bool has_any_suffix(str s, const char *const *suffix) {
    for (; *suffix; suffix++)
        if (str_has_suffix(s, str_from(*suffix))) return true;
    return false;
}

/* The offset after the last occurrence of `part`; 0 if it does not occur. */
static size_t after_last(str s, str part) {
    size_t after = 0;
    for (size_t i = 0, n; (n = str_find(str_from_offset(s, i), part)) < s.len - i; i += n + part.len)
        after = i + n + part.len;
    return after;
}

static str replace_char(struct arena *a, str s, char from, char to) {
    if (str_find_char(s, from) == s.len) return s;
    char *text = arena_alloc(a, s.len);
    for (size_t i = 0; i < s.len; i++) text[i] = s.ptr[i] == from ? to : s.ptr[i];
    return (str){text, s.len};
}

/* Go writes a dot in the last element of an import path as %2e. */
static str go_unescape(struct arena *a, str path) {
    if (!contains(path, STR("%2e"))) return path;
    char *text = arena_alloc(a, path.len);
    size_t n = 0;
    for (size_t i = 0; i < path.len; i++) {
        bool dot = has_prefix_at(path, i, STR("%2e"));
        text[n++] = dot ? '.' : path.ptr[i];
        i += dot ? 2 : 0;
    }
    return (str){text, n};
}

static str go_package(struct arena *a, str name, str file) {
    static const char *const generated[] = {"type:.eq.", "type:.hash.", "type..eq.", "type..hash."};
    for (size_t i = 0; i < sizeof generated / sizeof *generated; i++)
        if (str_has_prefix(name, str_from(generated[i]))) name = str_from_offset(name, strlen(generated[i]));
    str path = str_slice(name, 0, str_find_char(name, '[')); /* type arguments have slashes and dots */
    path = str_slice(path, 0, str_find_char(path, '('));
    size_t last = str_find_last_char(path, '/');
    last = last < path.len ? last + 1 : 0;
    size_t dot = last + str_find_char(str_from_offset(path, last), '.');
    if (dot > last && dot < path.len) return go_unescape(a, str_slice(path, 0, dot));
    /* assembly of the runtime: gogo in /usr/local/go/src/runtime/asm_amd64.s */
    size_t source = after_last(file, STR("/src/"));
    bool trimmed = file.len > 0 && file.ptr[0] != '/' && str_find_char(file, '/') < file.len; /* by -trimpath */
    return source || trimmed ? str_slice(file, source, str_find_last_char(file, '/')) : STR_EMPTY;
}

static str java_package(struct arena *a, str name) {
    size_t class = str_find_char(name, ';'); /* Ljava/lang/Thread;::run */
    if (class < name.len && str_has_prefix(name, STR("L"))) name = str_slice(name, 1, class);
    name = str_slice(name, 0, str_find_char(name, '('));
    size_t module = str_find_char(name, '@'); /* java.base@17.0.1/java.lang.Thread.run */
    if (module < name.len) name = str_from_offset(name, module + str_find_char(str_from_offset(name, module), '/') + 1);
    name = replace_char(a, name, '/', '.');
    size_t part = 0, before = 0, n_parts = 0, dollar = str_find_char(name, '$');
    for (;; n_parts++) {
        size_t dot = part + str_find_char(str_from_offset(name, part), '.');
        if (is_upper(part < name.len ? name.ptr[part] : 0)) break;
        if (dollar < dot) return str_slice(name, 0, dollar); /* clojure.core$map.invoke */
        if (dot == name.len) {
            /* no class that is written as usual: the last two parts are class and method */
            part = n_parts > 1 ? before : 0;
            break;
        }
        before = part;
        part = dot + 1;
    }
    return part ? str_slice(name, 0, part - 1) : STR("(default package)");
}

static str python_package(struct arena *a, str file) {
    if (str_has_prefix(file, STR("<frozen "))) return str_slice(file, 8, str_find_last_char(file, '>'));
    str path = replace_char(a, file, '\\', '/');
    size_t library = after_last(path, STR("/site-packages/"));
    if (!library) library = after_last(path, STR("/dist-packages/"));
    if (!library) {
        size_t version = after_last(path, STR("/lib/python"));
        if (version) library = version + str_find_char(str_from_offset(path, version), '/') + 1;
    }
    if (!library || library >= path.len) return file;
    path = str_from_offset(path, library);
    str base = str_slice(path, 0, str_find_last_char(path, '.'));
    if (str_has_suffix(base, STR("/__init__"))) base.len -= 9;
    return replace_char(a, base, '/', '.');
}

static str js_package(str file) {
    size_t modules = after_last(file, STR("/node_modules/"));
    if (modules) {
        str rest = str_from_offset(file, modules);
        size_t end = str_find_char(rest, '/');
        if (str_has_prefix(rest, STR("@")) && end < rest.len)
            end += 1 + str_find_char(str_from_offset(rest, end + 1), '/');
        return str_slice(rest, 0, end);
    }
    if (str_has_prefix(file, STR("file://"))) file = str_from_offset(file, 7);
    return str_slice(file, 0, str_find_char(file, '?'));
}

/* The file of a function of V8 in a map of perf: "JS:*handle /srv/app.js:10:5". Empty: the name is not one. */
static str v8_file(str name) {
    static const char *const kind[] = {"JS:", "LazyCompile:", "Function:", "Script:", "Eval:"};
    for (size_t i = 0; i < sizeof kind / sizeof *kind; i++) {
        if (!str_has_prefix(name, str_from(kind[i]))) continue;
        str file = str_from_offset(name, str_find_char(name, ' ') + 1);
        for (size_t n = file.len; n > 0 && (is_digit(file.ptr[n - 1]) || file.ptr[n - 1] == ':'); n--)
            if (file.ptr[n - 1] == ':') file.len = n - 1;
        return file;
    }
    return STR_EMPTY;
}

/* Parts of a name of C++ or Rust, which :: separates outside of brackets. */
enum { PARTS_MOST = 32, NAME_MOST = 16 * 1024, DEPTH_MOST = 8 };
struct scopes {
    str part[PARTS_MOST];
    size_t n;
};

/* The offset of the first `c` outside of brackets, from `i`; s.len if it is not found. ':' stands for "::". */
static size_t find_outside(str s, size_t i, char c) {
    unsigned depth = 0;
    for (; i < s.len; i++) {
        char x = s.ptr[i];
        bool arrow = x == '>' && i > 0 && s.ptr[i - 1] == '-';
        if (depth == 0 && x == c && !arrow && (c != ':' || has_prefix_at(s, i, STR("::")))) return i;
        if (x == '<' || x == '(' || x == '{' || x == '[') depth++;
        if ((x == '>' || x == ')' || x == '}' || x == ']') && !arrow && depth > 0) depth--;
    }
    return s.len;
}

static bool is_word(char c) { return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z') || c == '_'; }

/* The offset of the name of an operator, whose signs are no brackets; s.len if it is not found. */
static size_t find_operator(str s) {
    str word = STR("operator");
    for (size_t from = 0; from < s.len;) {
        size_t at = from + str_find(str_from_offset(s, from), word);
        bool begins = at == 0 || s.ptr[at - 1] == ':' || s.ptr[at - 1] == ' ';
        from = at + word.len;
        if (at < s.len && begins && (from >= s.len || !is_word(s.ptr[from]))) return at;
    }
    return s.len;
}

/* Splits a name without its return type. An operator is the last part. */
static struct scopes split(str s) {
    struct scopes out = {.n = 0};
    s = str_slice(s, 0, str_find(s, STR(" [clone ")));
    size_t last = find_operator(s);
    str head = str_slice(s, 0, last);
    for (size_t blank; (blank = find_outside(head, 0, ' ')) < head.len;) {
        str before = str_slice(head, 0, blank);
        if (str_find_char(before, '(') < before.len) break; /* f() const */
        head = str_from_offset(head, blank + 1);
    }
    while (head.len && out.n < PARTS_MOST) {
        size_t end = find_outside(head, 0, ':');
        out.part[out.n++] = str_slice(head, 0, end);
        if (end == head.len) return out;
        head = str_from_offset(head, end + 2);
    }
    if (out.n < PARTS_MOST) out.part[out.n++] = str_from_offset(s, last);
    return out;
}

static bool is_standard_namespace(str part) {
    static const char *const name[] = {"chrono", "filesystem", "ranges",       "pmr",  "this_thread",
                                       "tr1",    "execution",  "experimental", "views"};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        if (str_equal(part, str_from(name[i]))) return true;
    return false;
}

static bool is_inline_namespace(str part) {
    return str_equal(part, STR("__cxx11")) || str_equal(part, STR("_V2")) || str_equal(part, STR("__cxx1998")) ||
           (part.len > 2 && str_has_prefix(part, STR("__")) && is_digit(part.ptr[2])) ||
           str_has_prefix(part, STR("__ndk"));
}

/* Constructs inside of a function: a closure, lambda or local type. */
static bool is_inside_function(str part) {
    if (str_has_prefix(part, STR("{impl")) || str_has_prefix(part, STR("{{impl"))) return false;
    return str_has_prefix(part, STR("{")) || str_has_prefix(part, STR("$_")) || str_has_prefix(part, STR("'"));
}

/* Returns true if a namespace or module cannot be called so: a class, a function or a template. */
static bool is_no_namespace(str part, str next) {
    size_t first = 0;
    if (str_find_char(part, '$') < part.len) return true; /* what a tool left of a mangled name */
    while (first < part.len && part.ptr[first] == '_') first++;
    if (first == part.len || is_upper(part.ptr[first])) return true;
    if (str_has_prefix(part, STR("<")) || str_has_prefix(part, STR("{")) || str_has_prefix(part, STR("~"))) return true;
    if (str_find_char(part, '<') < part.len || str_find_char(part, '(') < part.len) return true;
    next = str_slice(next, 0, str_find_char(next, '('));
    next = str_slice(next, 0, str_find_char(next, '<'));
    bool destructor = str_has_prefix(next, STR("~")) && str_equal(str_from_offset(next, 1), part);
    return destructor || str_equal(part, next);
}

static str scoped_package(struct arena *a, str name, bool rust, unsigned depth);

/* The module of <T as Trait>: that of T, or of the trait if T is a parameter or belongs to the language. */
static str rust_head(struct arena *a, str head, unsigned depth) {
    static const char *const around[] = {"&", "mut ", "dyn ", "*const ", "*mut ", "[", "(", "'_ "};
    str inner = str_slice(head, 1, find_outside(head, 1, '>'));
    size_t as = str_find(inner, STR(" as "));
    str type = str_slice(inner, 0, as), trait = str_from_offset(inner, as + 4);
    for (size_t i = 0; i < sizeof around / sizeof *around; i++)
        while (str_has_prefix(type, str_from(around[i]))) {
            type = str_from_offset(type, strlen(around[i]));
            i = 0;
        }
    str package = scoped_package(a, type, true, depth + 1);
    return package.len || !trait.len ? package : scoped_package(a, trait, true, depth + 1);
}

/* The namespaces of a name; empty if it has none. */
static str scoped_package(struct arena *a, str name, bool rust, unsigned depth) {
    if (name.len > NAME_MOST || depth > DEPTH_MOST) return STR_EMPTY;
    struct scopes s = split(name);
    str kept[PARTS_MOST];
    size_t n = 0, i = 0;
    bool unnamed = false;
    if (s.n && str_has_prefix(s.part[0], STR("<"))) return s.n > 1 ? rust_head(a, s.part[0], depth) : STR_EMPTY;
    for (; i + 1 < s.n; i++) {
        str part = s.part[i];
        if (str_equal(part, STR("(anonymous namespace)"))) {
            unnamed = true;
            continue;
        }
        if (!rust && is_inline_namespace(part)) continue;
        bool in_library = n > 0 && (str_equal(kept[0], STR("std")) || str_equal(kept[0], STR("__gnu_cxx")));
        if (!rust && in_library && !is_standard_namespace(part)) break;
        if (is_no_namespace(part, s.part[i + 1])) break;
        kept[n++] = part;
    }
    /* the last part before a closure is the function around it */
    if (n > 0 && i > 0 && i < s.n && is_inside_function(s.part[i]) && str_equal(kept[n - 1], s.part[i - 1])) n--;
    if (n == 0) return unnamed ? STR("(anonymous namespace)") : STR_EMPTY;
    return str_join(a, kept, n, STR("::"));
}

/* The crate of a source: core of …/library/core/src/…, serde of …/registry/src/INDEX/serde-1.0.2/src/de.rs */
static str rust_crate(str file) {
    size_t source = after_last(file, STR("/src/"));
    if (source < 6) return STR_EMPTY;
    str before = str_slice(file, 0, source - 5);
    str name = str_from_offset(before, after_last(before, STR("/")));
    for (size_t i = 0; i + 1 < name.len; i++)
        if (name.ptr[i] == '-' && is_digit(name.ptr[i + 1])) return str_slice(name, 0, i);
    return name;
}

static str rust_package(struct arena *a, str name, str file) {
    str package = scoped_package(a, name, true, 0);
    return package.len ? package : rust_crate(file);
}

/* Java's names without a file: a part of the path begins with a capital letter, and none is as only Go's are. */
static bool looks_like_java(str name) {
    if (str_has_prefix(name, STR("L")) && str_find_char(name, '/') < str_find_char(name, ';')) return true;
    name = str_slice(name, 0, str_find_char(name, '('));
    if (str_find_char(name, ' ') < name.len || str_find_char(name, ':') < name.len) return false;
    size_t slash = str_find_char(name, '/');
    if (str_find_char(name, '.') < slash && slash < name.len) return str_find_char(name, '@') < slash;
    size_t last = str_find_last_char(name, '/');
    if (last < name.len) return last + 1 < name.len && is_upper(name.ptr[last + 1]);
    for (size_t i = 0; i < name.len; i++)
        if (is_upper(name.ptr[i]) && (i == 0 || name.ptr[i - 1] == '.'))
            return str_find_char(str_from_offset(name, i), '.') < name.len - i;
    return false;
}

static str by_language(struct arena *a, const struct package_function *f, str name) {
    static const char *const go[] = {".go", NULL}, *const assembly[] = {".s", NULL}, *const rust[] = {".rs", NULL};
    static const char *const java[] = {".java", ".kt", ".scala", ".groovy", ".clj", NULL};
    static const char *const python[] = {".py", ".pyx", ".pyi", NULL};
    static const char *const js[] = {".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx", NULL};
    static const char *const c[] = {".c",  ".cc",  ".cpp", ".cxx", ".C",   ".h",
                                    ".hh", ".hpp", ".hxx", ".inc", ".tcc", NULL};
    str file = f->file;
    bool scoped = find_outside(name, 0, ':') < name.len;
    if (has_any_suffix(file, go) || (has_any_suffix(file, assembly) && !scoped)) return go_package(a, name, file);
    if (has_any_suffix(file, rust)) return rust_package(a, name, file);
    if (has_any_suffix(file, java)) return java_package(a, name);
    if (has_any_suffix(file, python) || str_has_prefix(file, STR("<frozen "))) return python_package(a, file);
    if (has_any_suffix(file, js) || str_has_prefix(file, STR("node:")) || contains(file, STR("/node_modules/")) ||
        str_has_prefix(file, STR("http:")) || str_has_prefix(file, STR("https:")))
        return js_package(file);
    size_t library = str_find(name, STR(".so.")); /* libc-2.31.so.epoll_wait, as Pyroscope writes it */
    if (!file.len && library < str_find_char(name, '(') && library < str_find_char(name, ':'))
        return str_join(a, (str[]){STR("["), str_base_name(str_slice(name, 0, library + 3)), STR("]")}, 3, STR_EMPTY);
    size_t source = str_find(name, STR(".py:")), open = str_find(name, STR(" (")); /* fib (/app/fib.py:8), of py-spy */
    if (!file.len && open < source && source < name.len)
        return python_package(a, str_slice(name, open + 2, source + 3));
    if (str_has_suffix(name, STR("_[k]"))) return STR("[kernel]"); /* of async-profiler */
    if (v8_file(name).len) return js_package(v8_file(name));
    if (looks_like_java(name)) return java_package(a, name);
    if (scoped) return scoped_package(a, name, contains(name, STR("{closure")) || contains(name, STR(" as ")), 0);
    if (has_any_suffix(file, c) || name.len == 0 || name.ptr[0] == '(' || name.ptr[0] == '_') return STR_EMPTY;
    return str_find_char(name, ' ') == name.len ? go_package(a, name, STR_EMPTY) : STR_EMPTY;
}

str package_of(struct arena *a, const struct package_function *f) {
    str whole = f->system_name; /* still has template arguments and heads, unless it is mangled */
    bool readable = contains(whole, STR("::")) && !str_has_prefix(whole, STR("_")) && !contains(whole, STR("17h"));
    str name = fold_numbers(a, readable ? whole : f->name), mapping = f->mapping;
    size_t module = str_find_char(name, '`'); /* of DTrace: libc.so.1`malloc */
    if (module < name.len) {
        mapping = str_slice(name, 0, module);
        name = str_from_offset(name, module + 1);
    }
    str package = by_language(a, f, name);
    if (package.len) return package;
    if (!mapping.len) return f->name;
    str base = str_base_name(mapping);
    return str_has_prefix(base, STR("[")) ? base : str_join(a, (str[]){STR("["), base, STR("]")}, 3, STR_EMPTY);
}

static str rename_function(void *context, struct arena *a, const struct profile *v, func_id id) {
    const map_id *mapping_of = context;
    const struct profile_function *f = &v->function[id];
    str mapping = mapping_of[id] == PROFILE_NONE ? STR_EMPTY : profile_str(v, v->mapping[mapping_of[id]].file);
    struct package_function of = {profile_str(v, f->name), profile_str(v, f->system_name), profile_str(v, f->file),
                                  mapping};
    return package_of(a, &of);
}

void filter_packages(struct arena *a, struct profile *v) {
    struct arena scratch = {0};
    filter_add_functions(a, v);
    filter_rename(a, v, rename_function, (void *)filter_mapping_of_functions(&scratch, v));
    arena_release(&scratch);
}
