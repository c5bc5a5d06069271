/* Profiles with names: "--- symbol", a line for each address, "---", then "--- profile" or "--- heap" and a profile of
 * gperftools. `pprof --raw` of gperftools and php-memprof write them. */
#include "formats/addresses/text.h"

static const str opening = {"--- symbol", 10};

struct symbols {
    struct arena scratch;
    struct u64map by_address; /* address -> index in `name` */
    VEC(str) name;            /* with "--" between a function and the functions that it was inlined into */
};

/* Takes a line off the front of *rest, without one carriage return before its newline. */
static bool take_line(str *rest, str *line) {
    if (!str_cut(rest, '\n', line)) return false;
    if (line->len && line->ptr[line->len - 1] == '\r') line->len--;
    return true;
}

/* Reads names. *rest starts after the line that announces the profile, and *kind is the rest of that line. */
static bool read_symbols(struct symbols *s, str *rest, str *kind) {
    str line, digits;
    take_line(rest, &line);
    while (take_line(rest, &line)) {
        bool added;
        uint64_t address;
        if (str_has_prefix(line, STR("--- "))) {
            *kind = str_from_offset(line, 4);
            return true;
        }
        if (!text_take(&line, STR("0x")) || !str_cut(&line, ' ', &digits) || !text_parse_hex(digits, &address))
            continue;
        line = str_trim(line);
        if (!line.len) continue;
        uint32_t at = u64map_put(&s->by_address, address, (uint32_t)s->name.n, &added);
        if (added) *VEC_PUSH(&s->scratch, &s->name) = line;
        (void)at;
    }
    return false;
}

struct symbol_naming {
    struct intern strings, functions; /* of the ids of names */
    VEC(struct profile_function) function;
    VEC(struct profile_line) line;
};

static func_id function_of(struct symbol_naming *n, struct arena *a, str name) {
    str_id id = intern_id(&n->strings, name);
    uint32_t number = intern_id(&n->functions, str_copy(a, (str){(const char *)&id, sizeof id}));
    if (number == n->function.n)
        *VEC_PUSH(a, &n->function) =
            (struct profile_function){.id = (uint64_t)number + 1, .name = id, .system_name = id};
    return number;
}

/* Copies the profile's locations and adds the names. If the address of a caller was lowered to be inside of the call,
 * the name may be that of the original address. */
static void name_locations(const struct symbols *s, struct arena *a, struct profile *p) {
    struct symbol_naming n = {0};
    struct profile_location *location = ARENA_ARRAY(a, struct profile_location, p->n_locations);
    struct profile_mapping *mapping = ARENA_ARRAY(a, struct profile_mapping, p->n_mappings);
    n.strings.arena = n.functions.arena = a;
    for (uint32_t i = 0; i < p->n_strings; i++) intern_id(&n.strings, p->string[i]);
    for (uint32_t i = 0; i < p->n_mappings; i++) {
        mapping[i] = p->mapping[i];
        mapping[i].has_functions = true;
    }
    for (uint32_t i = 0; i < p->n_locations; i++) {
        struct profile_location *l = &location[i];
        uint32_t at;
        *l = p->location[i];
        l->first_line = (uint32_t)n.line.n;
        l->n_lines = 0;
        if (!u64map_get(&s->by_address, l->address, &at) && !u64map_get(&s->by_address, l->address + 1, &at)) continue;
        str names = s->name.at[at];
        for (bool more = true; more; l->n_lines++) {
            size_t end = str_find(names, STR("--"));
            more = end < names.len;
            *VEC_PUSH(a, &n.line) = (struct profile_line){.function = function_of(&n, a, str_slice(names, 0, end))};
            names = str_from_offset(names, end + 2);
        }
    }
    p->string = n.strings.key;
    p->n_strings = n.strings.n;
    p->string_tag = NULL;
    p->n_string_tags = 0;
    p->location = location;
    p->mapping = mapping;
    p->line = n.line.at;
    p->n_lines = (uint32_t)n.line.n;
    p->function = n.function.at;
    p->n_functions = (uint32_t)n.function.n;
}

enum sniff sniff_symbolized(str start, bool is_all) {
    if (start.len <= opening.len && !is_all) return SNIFF_MORE;
    return str_has_prefix(start, opening) && start.len > opening.len && text_is_space(start.ptr[opening.len])
               ? SNIFF_YES
               : SNIFF_NO;
}

enum format_verdict decode_symbolized(struct format_input *in, struct profile *out, struct err *e) {
    struct symbols s = {0};
    struct format_input inner = *in;
    str kind = STR_EMPTY;
    s.by_address.arena = &s.scratch;
    bool ok = sniff_symbolized(in->bytes, true) == SNIFF_YES;
    enum format_verdict v = FORMAT_UNRECOGNIZED;
    if (ok && !read_symbols(&s, &inner.bytes, &kind)) {
        err_set(e, "no profile behind the symbols");
        v = FORMAT_BROKEN;
    } else if (ok) {
        inner.size = inner.bytes.len;
        bool is_cpu = str_equal(str_trim(kind), STR("profile"));
        v = is_cpu ? decode_cpu(&inner, out, e) : decode_heap(&inner, out, e);
        if (v == FORMAT_UNRECOGNIZED && !is_cpu) {
            /* the announcement is also the first line of a contention profile */
            inner.bytes = str_from_offset(in->bytes, (size_t)(kind.ptr - in->bytes.ptr) - 4);
            v = decode_contention(&inner, out, e);
        }
        if (v == FORMAT_UNRECOGNIZED) {
            err_set(e, "the part after the symbols is not a profile of gperftools");
            v = FORMAT_BROKEN;
        }
    }
    if (v == FORMAT_OK) name_locations(&s, in->arena, out);
    arena_release(&s.scratch);
    return v;
}
