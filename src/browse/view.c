/* The table of views, and what they share: patterns, marks, matches. */
#include "browse/view.h"

#include "base/sink.h"
#include "go/utf8.h"
#include "regex/regex.h"

const struct view *const view_table[] = {
#define VIEW(name) &view_##name,
#include "browse/views.def"
};
const unsigned view_table_n = sizeof view_table / sizeof *view_table;

const struct view *view_find(str name) {
    for (unsigned i = 0; i < view_table_n; i++)
        if (str_equal(str_from(view_table[i]->name), name)) return view_table[i];
    return NULL;
}

enum view_order view_order(const struct view *v, const struct view_place *p) {
    if (p->order != ORDER_USUAL) return p->order;
    return v->heaviest_first || p->options.sort == SORT_CUM ? ORDER_CUM : ORDER_FLAT;
}

/* Writes the text as a part of a regular expression that matches it alone. */
static void write_literal(struct sink *out, str text) {
    for (size_t i = 0, n; i < text.len; i += n) {
        uint32_t rune;
        n = utf8_decode(text, i, &rune);
        if (rune == UTF8_INVALID || rune < 0x20) {
            sink_printf(out, "\\x{%x}", (unsigned)rune);
            continue;
        }
        if (n == 1 && strchr("\\.?+*[](){}|^$", text.ptr[i])) sink_char(out, '\\');
        sink_str(out, str_slice(text, i, i + n));
    }
}

static str pattern_between(struct arena *a, const char *before, str text, const char *after) {
    struct sink out;
    sink_to_memory(&out);
    sink_str(&out, str_from(before));
    write_literal(&out, text);
    sink_str(&out, str_from(after));
    str pattern = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return pattern;
}

str view_pattern(struct arena *a, str function) { return pattern_between(a, "^", function, "$"); }

str view_name_pattern(struct arena *a, const struct options *o, str function) {
    bool alone = o->granularity == GRANULARITY_UNSET || o->granularity == GRANULARITY_FUNCTIONS;
    /* other names have an address, a file or a line beside the function's */
    return alone ? view_pattern(a, function) : pattern_between(a, "(^| )", function, "( |$)");
}

bool view_is_marked(const struct view_memory *m, str function) {
    uint32_t id;
    return function.len && m->marked.n && intern_find(&m->functions, function, &id) && m->marked.at[id];
}

bool view_mark(struct view_memory *m, str function) {
    m->functions.arena = &m->arena;
    m->functions.copy = true;
    uint32_t id = intern_id(&m->functions, function);
    while (m->marked.n <= id) *VEC_PUSH(&m->arena, &m->marked) = false;
    return m->marked.at[id] = !m->marked.at[id];
}

bool view_matches(const struct view_match *match, str name, str function) {
    return (!match->regex || regex_match(match->regex, name)) &&
           (!match->marked || view_is_marked(match->marked, function)) &&
           (!match->function.len || str_equal(match->function, function));
}
