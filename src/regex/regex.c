/* Chooses how a pattern is matched: as literals, by PCRE2, or by simulation. */
#include "regex/regex.h"

#include <string.h>

#include "base/tuning.h"
#include "go/utf8.h"
#include "regex/tree.h"

/* A pattern without any operators. */
struct literal {
    str text;
    bool at_begin, at_end; /* for ^text and text$ */
};

struct regex {
    struct regex_tree tree;
    VEC(struct literal) literal; /* if not empty, the pattern is one of these and the other members are unused */
    struct regex_jit *jit;
    struct regex_record {
        uint64_t runs, gave_up; /* how often PCRE2 ran, and gave up */
        bool overran;
    } * record;
    struct regex_meter *meter; /* NULL: each match has a bound, but not all together */
};

/* Appends the literals that n matches; returns false if it is not made of literals. */
static bool find_literals(struct arena *a, struct regex *r, const struct regex_node *n, bool begin, bool end) {
    const struct regex_node *const *part = (const struct regex_node *const *)n->child;
    size_t n_parts = n->n;
    switch (n->kind) {
    case REGEX_CAPTURE: return find_literals(a, r, part[0], begin, end);
    case REGEX_CHOICE:
        for (size_t i = 0; i < n->n; i++)
            if (!find_literals(a, r, part[i], begin, end)) return false;
        return true;
    case REGEX_SEQUENCE: break;
    default: part = &n; n_parts = 1;
    }
    for (; n_parts && part[0]->kind == REGEX_BEGIN_TEXT; part++, n_parts--) begin = true;
    for (; n_parts && part[n_parts - 1]->kind == REGEX_END_TEXT; n_parts--) end = true;
    if (n_parts == 1 && (part[0]->kind == REGEX_CAPTURE || part[0]->kind == REGEX_CHOICE))
        return find_literals(a, r, part[0], begin, end);
    char *text = arena_alloc(a, n_parts * 4), *p = text;
    for (size_t i = 0; i < n_parts; i++) {
        if (part[i]->kind == REGEX_EMPTY) continue;
        /* a surrogate occurs in no text and has no UTF-8 form */
        if (part[i]->kind != REGEX_RUNE || (part[i]->rune & ~0x7ffu) == 0xd800) return false;
        p += utf8_encode(p, part[i]->rune);
    }
    *VEC_PUSH(a, &r->literal) = (struct literal){{text, (size_t)(p - text)}, begin, end};
    return true;
}

static bool literal_matches(const struct literal *l, str text) {
    if (l->at_begin && l->at_end) return str_equal(text, l->text);
    if (l->at_begin) return str_has_prefix(text, l->text);
    if (l->at_end) return str_has_suffix(text, l->text);
    return !l->text.len || str_find(text, l->text) < text.len;
}

static struct regex *compile(struct arena *a, str pattern, struct regex_meter *meter, struct err *e) {
    struct regex *r = ARENA_NEW(a, struct regex);
    if (!pattern.ptr) pattern = STR_EMPTY;
    if (!regex_parse(a, pattern, &r->tree, e)) return NULL;
    r->meter = meter;
    r->record = ARENA_NEW(a, struct regex_record);
    if (find_literals(a, r, r->tree.top, false, false)) return r;
    r->literal.n = 0;
    if (r->tree.needs_tables && !regex_jit_load(e)) return NULL;
    r->jit = regex_jit_new(a, regex_emit(a, r->tree.top, meter ? &meter->callback : NULL), meter);
    return r;
}

struct regex *regex_compile(struct arena *a, str pattern, struct err *e) {
    return compile(a, pattern, NULL, e);
}

struct regex *regex_compile_bounded(struct arena *a, str pattern, uint64_t steps, struct err *e) {
    struct regex_meter *meter = ARENA_NEW(a, struct regex_meter);
    meter->compiled = meter->simulated = steps;
    return compile(a, pattern, meter, e);
}

/* Adds the steps that a text brings, and takes those of comparing it with the literals. Returns false if there are not
 * enough. */
static bool count_text(const struct regex *r, str text) {
    struct regex_meter *m = r->meter;
    m->compiled += text.len * TUNING_REGEX_STEPS_A_BYTE;
    m->simulated += text.len * TUNING_REGEX_STEPS_A_BYTE;
    r->record->overran |= m->simulated < r->literal.n;
    if (!r->record->overran) m->simulated -= r->literal.n;
    return !r->record->overran;
}

bool regex_match(const struct regex *r, str text) {
    if (r->meter && !count_text(r, text)) return false;
    for (size_t i = 0; i < r->literal.n; i++)
        if (literal_matches(&r->literal.at[i], text)) return true;
    if (r->literal.n) return false;
    struct regex_record *record = r->record;
    enum regex_answer got = REGEX_GAVE_UP;
    /* PCRE2 is no longer tried on a pattern where it usually gives up */
    bool worth_it = record->gave_up < 8 + record->runs / 16 && (!r->meter || r->meter->compiled);
    if (worth_it && text.len <= TUNING_REGEX_JIT_TEXT && utf8_first_invalid(text) == text.len) {
        got = regex_jit_match(r->jit, text);
        record->runs++;
        record->gave_up += got == REGEX_GAVE_UP;
    }
    if (got == REGEX_GAVE_UP) got = regex_pike_match(&r->tree, text, r->meter);
    record->overran |= got == REGEX_GAVE_UP;
    return got == REGEX_YES;
}

bool regex_overran(const struct regex *r) { return r->record->overran; }

bool regex_group(const struct regex *r, str text, unsigned group, str *out) {
    size_t from, to;
    if (group > r->tree.groups) return false;
    if (!text.ptr) text = STR_EMPTY;
    enum regex_answer got = regex_pike_group(&r->tree, text, group, &from, &to);
    r->record->overran |= got == REGEX_GAVE_UP;
    if (got != REGEX_YES || from == SIZE_MAX || to == SIZE_MAX) return false;
    *out = str_slice(text, from, to);
    return true;
}
