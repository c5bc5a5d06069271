/* C++ and function names by libiberty, whose only other user is demangle_rust.c. libiberty's C++ demangler and
 * pprof's have the same author and agree on nearly everything. pprof can leave out parts that libiberty cannot
 * (template arguments, parameters of enclosing functions): these are removed from libiberty's tree, or marked in
 * it, before it is printed. */
#include "binaries/demangle.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libiberty/demangle.h>

#include "base/hash.h"
#include "base/sink.h"
#include "profile/groups.h"

typedef struct demangle_component node; /* shorter than libiberty's name */

/* libiberty's parser recurses at least once per byte, so longer symbols are not demangled. */
enum { MANGLED_MOST = 16 * 1024 };

bool demangle_keep(struct arena *a, struct sink *s, bool ok, str *out) {
    if (ok) *out = str_copy(a, sink_bytes(s));
    sink_drop(s);
    return ok;
}

/* Put around template arguments: one is printed after the template's name, the other as its last argument. Symbols
 * that contain these bytes are not demangled. */
#define MARK_OPEN "\001"
#define MARK_CLOSE "\002"

struct pruner {
    struct arena *scratch;
    enum demangle_mode mode;
    const struct demangle_operator_info *address_of;
    node *open, *close;
    struct u64map seen; /* to visit once: nodes are shared where the symbol refers back */
};

static node *new_name(struct arena *a, const char *text) {
    node *n = ARENA_NEW(a, node);
    cplus_demangle_fill_name(n, text, (int)strlen(text));
    return n;
}

static node *new_pair(struct arena *a, enum demangle_component_type type, node *left, node *right) {
    node *n = ARENA_NEW(a, node);
    n->type = type;
    n->u.s_binary.left = left;
    n->u.s_binary.right = right;
    return n;
}

static void mark_arguments(struct pruner *p, node *template) {
    node *last = new_pair(p->scratch, DEMANGLE_COMPONENT_TEMPLATE_ARGLIST, p->close, NULL);
    node **end = &template->u.s_binary.right;
    while (*end) end = &(*end)->u.s_binary.right;
    *end = last;
    template->u.s_binary.left =
        new_pair(p->scratch, DEMANGLE_COMPONENT_COMPOUND_NAME, template->u.s_binary.left, p->open);
}

/* Cuts the arguments of std::basic_string<char, …> where an abbreviation names a class whose constructor follows. */
static void cut_arguments(node *standard) {
    str text = {standard->u.s_string.string, (size_t)standard->u.s_string.len};
    standard->u.s_string.len = (int)str_find_char(text, '<');
}

static bool qualifies_this(enum demangle_component_type type) {
    switch (type) {
    case DEMANGLE_COMPONENT_RESTRICT_THIS:
    case DEMANGLE_COMPONENT_VOLATILE_THIS:
    case DEMANGLE_COMPONENT_CONST_THIS:
    case DEMANGLE_COMPONENT_REFERENCE_THIS:
    case DEMANGLE_COMPONENT_RVALUE_REFERENCE_THIS:
    case DEMANGLE_COMPONENT_TRANSACTION_SAFE:
    case DEMANGLE_COMPONENT_NOEXCEPT:
    case DEMANGLE_COMPONENT_THROW_SPEC: return true;
    default: return false;
    }
}

/* Turns foo(int)::x into foo()::x. */
static void drop_enclosing_parameters(node *local) {
    node *n = local->u.s_binary.left;
    if (!n || n->type != DEMANGLE_COMPONENT_TYPED_NAME) return;
    for (n = n->u.s_binary.right; n && qualifies_this(n->type);) n = n->u.s_binary.left;
    if (n && n->type == DEMANGLE_COMPONENT_FUNCTION_TYPE) n->u.s_binary.right = NULL;
}

/* Turns &(foo(int)) into &(foo); libiberty does so itself for plain names, but not for templates. As in pprof,
 * &(foo() const) stays. */
static void drop_parameters_of_address(const struct pruner *p, node *unary) {
    const node *op = unary->u.s_binary.left, *of = unary->u.s_binary.right;
    if (!op || op->type != DEMANGLE_COMPONENT_OPERATOR || op->u.s_operator.op != p->address_of) return;
    if (!of || of->type != DEMANGLE_COMPONENT_TYPED_NAME || !of->u.s_binary.right) return;
    if (!of->u.s_binary.left || qualifies_this(of->u.s_binary.left->type)) return;
    if (of->u.s_binary.right->type == DEMANGLE_COMPONENT_FUNCTION_TYPE) unary->u.s_binary.right = of->u.s_binary.left;
}

/* The last part of a class's name, which its constructor and destructor share: a plain name, a lambda or an unnamed
 * type. NULL if it is another part. */
static node *last_part(node *class) {
    for (;;) {
        if (!class) return NULL;
        switch (class->type) {
        case DEMANGLE_COMPONENT_NAME:
        case DEMANGLE_COMPONENT_LAMBDA:
        case DEMANGLE_COMPONENT_UNNAMED_TYPE: return class;
        case DEMANGLE_COMPONENT_QUAL_NAME:
        case DEMANGLE_COMPONENT_LOCAL_NAME: class = class->u.s_binary.right; break;
        case DEMANGLE_COMPONENT_TEMPLATE: class = class->u.s_binary.left; break;
        default: return NULL;
        }
    }
}

/* Gives a constructor or destructor the name of its own class. libiberty gives it the name that it has read last,
 * which is the base's for an inherited constructor, and any name of a parameter or scope for classes without one. */
static void name_by_class(node *qualified) {
    node *method = qualified->u.s_binary.right, *class = last_part(qualified->u.s_binary.left);
    if (!class || !method) return;
    node **name;
    if (method->type == DEMANGLE_COMPONENT_CTOR)
        name = &method->u.s_ctor.name;
    else if (method->type == DEMANGLE_COMPONENT_DTOR)
        name = &method->u.s_dtor.name;
    else
        return;
    if (class->type != DEMANGLE_COMPONENT_NAME || (*name && (*name)->type == DEMANGLE_COMPONENT_NAME)) *name = class;
}

/* Turns (a::b)<c> into a::(b<c>), which prints the same; but as an operand, libiberty prints the first in
 * parentheses. */
static void qualify_template(const struct pruner *p, node *n) {
    if (!n || n->type != DEMANGLE_COMPONENT_TEMPLATE) return;
    const node *name = n->u.s_binary.left;
    if (!name || name->type != DEMANGLE_COMPONENT_QUAL_NAME) return;
    node *template = new_pair(p->scratch, DEMANGLE_COMPONENT_TEMPLATE, name->u.s_binary.right, n->u.s_binary.right);
    n->type = DEMANGLE_COMPONENT_QUAL_NAME;
    n->u.s_binary.left = name->u.s_binary.left;
    n->u.s_binary.right = template;
}

static bool has_operands(enum demangle_component_type type) {
    return type == DEMANGLE_COMPONENT_UNARY || type == DEMANGLE_COMPONENT_BINARY_ARGS ||
           type == DEMANGLE_COMPONENT_TRINARY_ARG1 || type == DEMANGLE_COMPONENT_TRINARY_ARG2;
}

/* Drops qualifiers of "this", which are printed after the parameters; libiberty keeps those of lambdas in default
 * arguments. */
static void drop_qualifiers(node *tree) {
    if (tree->type != DEMANGLE_COMPONENT_LOCAL_NAME) return;
    node **name = &tree->u.s_binary.right;
    if (!*name || (*name)->type != DEMANGLE_COMPONENT_DEFAULT_ARG) return;
    name = &(*name)->u.s_unary_num.sub;
    while (*name && qualifies_this((*name)->type)) *name = (*name)->u.s_binary.left;
}

/* The subtrees of a node; libiberty stores them in different members for different kinds. */
static unsigned children(const node *n, node *out[2]) {
    switch (n->type) {
    case DEMANGLE_COMPONENT_NAME:
    case DEMANGLE_COMPONENT_OPERATOR:
    case DEMANGLE_COMPONENT_BUILTIN_TYPE:
    case DEMANGLE_COMPONENT_EXTENDED_BUILTIN_TYPE:
    case DEMANGLE_COMPONENT_SUB_STD:
    case DEMANGLE_COMPONENT_TEMPLATE_PARAM:
    case DEMANGLE_COMPONENT_FUNCTION_PARAM:
    case DEMANGLE_COMPONENT_UNNAMED_TYPE:
    case DEMANGLE_COMPONENT_CHARACTER:
    case DEMANGLE_COMPONENT_NUMBER: return 0;
    case DEMANGLE_COMPONENT_EXTENDED_OPERATOR: out[0] = n->u.s_extended_operator.name; return 1;
    case DEMANGLE_COMPONENT_FIXED_TYPE: out[0] = n->u.s_fixed.length; return 1;
    case DEMANGLE_COMPONENT_CTOR: out[0] = n->u.s_ctor.name; return 1;
    case DEMANGLE_COMPONENT_DTOR: out[0] = n->u.s_dtor.name; return 1;
    case DEMANGLE_COMPONENT_LAMBDA:
    case DEMANGLE_COMPONENT_DEFAULT_ARG: out[0] = n->u.s_unary_num.sub; return 1;
    default:
        out[0] = n->u.s_binary.left;
        out[1] = n->u.s_binary.right;
        return 2;
    }
}

static void prune(struct pruner *p, node *n) {
    bool fresh;
    if (!n) return;
    u64map_put(&p->seen, (uint64_t)(uintptr_t)n, 0, &fresh);
    if (!fresh) return;
    node *child[2];
    unsigned n_children = children(n, child);
    for (unsigned i = 0; i < n_children && has_operands(n->type); i++) qualify_template(p, child[i]);
    if (n->type == DEMANGLE_COMPONENT_QUAL_NAME) name_by_class(n);
    if (n->type == DEMANGLE_COMPONENT_UNARY) drop_parameters_of_address(p, n);
    if (n->type == DEMANGLE_COMPONENT_LOCAL_NAME && p->mode != DEMANGLE_FULL) drop_enclosing_parameters(n);
    if (n->type == DEMANGLE_COMPONENT_SUB_STD && p->mode == DEMANGLE_DEFAULT) cut_arguments(n);
    n_children = children(n, child);
    for (unsigned i = 0; i < n_children; i++) prune(p, child[i]);
    if (n->type == DEMANGLE_COMPONENT_TEMPLATE && p->mode == DEMANGLE_DEFAULT) mark_arguments(p, n);
}

static void prune_tree(struct arena *scratch, node *tree, enum demangle_mode mode) {
    struct pruner p = {.scratch = scratch, .mode = mode, .seen = {.arena = scratch}};
    node address_of;
    cplus_demangle_fill_operator(&address_of, "&", 1);
    p.address_of = address_of.u.s_operator.op;
    p.open = new_name(scratch, MARK_OPEN);
    p.close = new_name(scratch, MARK_CLOSE);
    prune(&p, tree);
}

struct printer {
    struct sink text;
    size_t left;    /* bytes that may still come, between marks too */
    unsigned marks; /* number of open ones: while it is not 0, nothing is written */
    bool closing;   /* after a closing mark, before its > */
    jmp_buf stop;
};

static void put(struct printer *p, const char *s, size_t n) {
    if (n && !p->marks) sink_write(&p->text, s, n); /* an empty sink has no memory for no bytes */
    if (n > p->left) longjmp(p->stop, 1);
    p->left -= n;
}

/* libiberty's callback, called with parts of any size. It cannot return failure, so it jumps: the printer owns
 * nothing but stack memory. */
static void print_piece(const char *s, size_t n, void *context) {
    struct printer *p = context;
    for (size_t from = 0, i = 0; i <= n; i++) {
        bool special = i < n && (s[i] == MARK_OPEN[0] || s[i] == MARK_CLOSE[0] || p->closing);
        if (i < n && !special) continue;
        put(p, s + from, i - from);
        from = i + 1;
        if (i == n) break;
        if (s[i] == MARK_OPEN[0]) p->marks++;
        p->closing = s[i] == MARK_CLOSE[0];
        if (!p->closing && s[i] == '>') p->marks--;
    }
}

static bool ends_with_operator(str s) { return str_has_suffix(s, STR("operator")); }

/* Renumbers template parameters of a lambda: libiberty counts $T0, $T1 …, pprof $T, $T0 … Writes the new text and
 * returns how many bytes of `s` were used. */
static size_t renumber(str s, char *to, size_t *n) {
    static const str names[] = {{"$TT", 3}, {"$T", 2}, {"$N", 2}};
    for (size_t i = 0; i < 3; i++) {
        if (!str_has_prefix(s, names[i])) continue;
        uint32_t number = 0;
        size_t end = names[i].len, from = end;
        while (end < s.len && end < from + 8 && s.ptr[end] >= '0' && s.ptr[end] <= '9')
            number = number * 10 + (uint32_t)(s.ptr[end++] - '0');
        if (end == from) continue;
        memcpy(to + *n, s.ptr, from);
        *n += from;
        if (number) *n += (size_t)snprintf(to + *n, 9, "%u", number - 1);
        return end;
    }
    return 0;
}

/* Argument lists that are open, for each open parenthesis. */
struct demangle_lists {
    VEC(uint32_t) open;
    uint32_t outside; /* of all parentheses */
};

static void count_lists(struct arena *a, struct demangle_lists *l, str text, size_t i) {
    uint32_t *now = l->open.n ? &l->open.at[l->open.n - 1] : &l->outside;
    char c = text.ptr[i];
    if (c == '(') *VEC_PUSH(a, &l->open) = 0;
    if (c == ')' && l->open.n) l->open.n--;
    if (c == '<') ++*now;
    if (c == '>' && *now && text.ptr[i - 1] != '-') --*now;
}

/* Copies the text and corrects what libiberty prints around empty argument packs ("<, int>", "(int, , char)" and
 * "x<y>>") and in the heads of lambdas. */
static str correct(struct arena *a, str text) {
    char *to = arena_alloc(a, 2 * text.len + 16);
    bool lambda = str_find(text, STR("{lambda<")) < text.len, maybe_shift = str_find(text, STR(")>>(")) < text.len;
    struct arena scratch = {0};
    struct demangle_lists lists = {0};
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        size_t taken = lambda && c == '$' ? renumber(str_from_offset(text, i), to, &n) : 0;
        if (taken) {
            i += taken - 1;
            continue;
        }
        to[n++] = c;
        if (maybe_shift) count_lists(&scratch, &lists, text, i);
        bool before_argument = c == '<' || c == '(' || (c == ' ' && i && text.ptr[i - 1] == ',');
        while (before_argument && str_has_prefix(str_from_offset(text, i + 1), STR(", "))) i += 2;
        if (c != '>' || i + 1 == text.len || text.ptr[i + 1] != '>') continue;
        uint32_t open = lists.open.n ? lists.open.at[lists.open.n - 1] : lists.outside;
        bool shift = maybe_shift && !open && i && text.ptr[i - 1] == ')' && i + 2 < text.len && text.ptr[i + 2] == '(';
        if (!shift && !ends_with_operator(str_slice(text, 0, i))) to[n++] = ' ';
    }
    arena_release(&scratch);
    return (str){to, n};
}

static bool print_tree(struct arena *a, node *tree, int options, size_t most, str *out) {
    struct printer p = {.left = most};
    sink_to_memory(&p.text);
    bool ok = setjmp(p.stop) == 0 && cplus_demangle_print_callback(options, tree, print_piece, &p);
    str text;
    if (!demangle_keep(a, &p.text, ok, &text)) return false;
    *out = correct(a, text);
    return true;
}

/* The parts of a symbol to be printed. */
struct demangle_parts {
    enum demangle_mode mode;
    bool parameters, clones;
};

/* libiberty 2.40 parses "sr" in an expression by a member of its state that cplus_demangle_v3_components does not
 * initialize: is it not 0, the newer of two spellings is tried. It then has the value that the stack had there. This
 * writes a known value there, so that a symbol is parsed the same each time. */
static __attribute__((noinline)) void write_stack(int value) {
    volatile unsigned char below[2048];
    for (size_t i = 0; i < sizeof below; i++) below[i] = (unsigned char)value;
}

static node *parse(const char *mangled, int options, void **memory) {
    write_stack(1);
    node *tree = cplus_demangle_v3_components(mangled, options, memory);
    if (tree) return tree;
    write_stack(0);
    return cplus_demangle_v3_components(mangled, options, memory);
}

/* Demangles one encoding: the text after "_Z" must be understood completely, unless the beginning alone is wanted. */
static bool demangle_encoding(struct arena *a, str mangled, struct demangle_parts w, str *out) {
    struct arena scratch = {0};
    int options = DMGL_ANSI | (w.parameters ? DMGL_PARAMS : 0);
    void *memory = NULL;
    node *tree = parse(str_c(&scratch, mangled), options, &memory);
    bool ok = tree != NULL;
    if (ok) {
        while (!w.clones && tree->type == DEMANGLE_COMPONENT_CLONE) tree = tree->u.s_binary.left;
        if (!w.parameters) drop_qualifiers(tree);
        prune_tree(&scratch, tree, w.mode);
        ok = print_tree(a, tree, options, demangle_most(mangled), out);
    }
    free(memory); /* allocated by libiberty with malloc */
    arena_release(&scratch);
    return ok;
}

/* Demangles an encoding; if it is not understood, tries it without its suffix, such as a clone's. */
static bool demangle_beginning(struct arena *a, str mangled, struct demangle_parts w, str *out) {
    if (demangle_encoding(a, mangled, w, out)) return true;
    if (!w.parameters && str_has_prefix(mangled, STR("_ZNH"))) {
        /* H marks a method with an explicit object parameter (C++23), unknown to libiberty */
        str plain = str_format(a, "_ZN%.*s", STR_ARG(str_from_offset(mangled, 4)));
        return demangle_encoding(a, plain, w, out);
    }
    size_t dot = str_find_last_char(mangled, '.');
    if (!w.parameters || w.clones || dot == mangled.len) return false;
    mangled.len = dot;
    return demangle_encoding(a, mangled, w, out);
}

/* Demangles after removing "_GLOBAL_": I stands for constructors and D for destructors of the name after "_I_". */
static bool demangle_global(struct arena *a, str name, struct demangle_parts w, str *out) {
    if (name.len < 4 || (name.ptr[0] != '.' && name.ptr[0] != '_' && name.ptr[0] != '$')) return false;
    if ((name.ptr[1] != 'I' && name.ptr[1] != 'D') || name.ptr[2] != '_') return false;
    str key = name;
    w.parameters = true; /* as binutils prints it */
    w.clones = w.mode != DEMANGLE_FULL;
    if (str_has_prefix(str_from_offset(name, 3), STR("_Z")) &&
        !demangle_beginning(a, str_from_offset(name, 3), w, &key))
        return false;
    *out = str_format(a, "global %s keyed to %.*s", name.ptr[1] == 'I' ? "constructors" : "destructors", STR_ARG(key));
    return true;
}

/* Demangles "___Z…_block_invoke", with a number and a suffix: the body of a block in Apple's C dialects. */
static bool demangle_block(struct arena *a, str mangled, struct demangle_parts w, str *out) {
    static const str invoke = {"_block_invoke", 13};
    size_t block = mangled.len, at = 0, next;
    while ((next = str_find(str_from_offset(mangled, at), invoke)) < mangled.len - at) {
        block = at + next;
        at = block + 1;
    }
    if (block == mangled.len) return false;
    str rest = str_from_offset(mangled, block + invoke.len), inner;
    if (rest.len && rest.ptr[0] == '_') rest = str_from_offset(rest, 1);
    while (rest.len && rest.ptr[0] >= '0' && rest.ptr[0] <= '9') rest = str_from_offset(rest, 1);
    if (rest.len && rest.ptr[0] != '.') return false;
    if (!demangle_beginning(a, str_slice(mangled, 2, block), w, &inner)) return false;
    *out = str_format(a, "invocation function for block in %.*s", STR_ARG(inner));
    return true;
}

static bool demangle_cxx(struct arena *a, str mangled, enum demangle_mode mode, str *out) {
    struct demangle_parts w = {.mode = mode, .parameters = mode == DEMANGLE_FULL};
    if (mangled.len > MANGLED_MOST) return false;
    for (size_t i = 0; i < mangled.len; i++)
        if ((unsigned char)mangled.ptr[i] < ' ') return false;
    if (str_has_prefix(mangled, STR("_Z"))) return demangle_beginning(a, mangled, w, out);
    if (str_has_prefix(mangled, STR("___Z"))) return demangle_block(a, mangled, w, out);
    if (str_has_prefix(mangled, STR("_GLOBAL_"))) return demangle_global(a, str_from_offset(mangled, 8), w, out);
    return false;
}

str demangle_name(struct arena *a, str mangled, enum demangle_mode mode) {
    str out;
    if (mangled.len < 2 || mangled.ptr[0] != '_') return mangled;
    return demangle_rust(a, mangled, mode, &out) || demangle_cxx(a, mangled, mode, &out) ? out : mangled;
}

static bool contains(str s, str part) { return str_find(s, part) < s.len; }
static bool has(str s, char c) { return str_find_char(s, c) < s.len; }

/* True for C++ names that are readable already; "class.<init>" is Java's and "(*T[...]).Method" is Go's. It runs
 * for every function, so it searches single characters first, which the C library finds much faster than texts. */
static bool looks_demangled(str s) {
    bool begins = has(s, '<'), ends = has(s, ']');
    if (begins && contains(s, STR(".<"))) return false;
    if (ends && contains(s, STR("])."))) return false;
    return begins || ends || has(s, '>') || has(s, '[') || (has(s, ':') && contains(s, STR("::")));
}

str demangle_function(struct arena *a, str system_name, enum demangle_mode mode) {
    str name = demangle_name(a, system_name, mode);
    if (!str_equal(name, system_name)) return name;
    if (system_name.len && system_name.ptr[0] == '_') {
        /* Mach-O prefixes every symbol with an underscore */
        str bare = str_from_offset(system_name, 1);
        name = demangle_name(a, bare, mode);
        if (!str_equal(name, bare)) return name;
    }
    name = system_name;
    if (mode != DEMANGLE_FULL && looks_demangled(name)) {
        name = groups_remove(a, name, '(', ')');
        if (mode == DEMANGLE_DEFAULT) name = groups_remove(a, name, '<', '>');
    }
    return str_equal(name, system_name) ? system_name : name;
}
