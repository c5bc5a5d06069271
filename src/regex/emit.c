/* Writes the tree as a PCRE2 pattern, for the options of jit.c: . matches any code point, ^ and $ match at lines,
 * \b and \w are ASCII's. Groups do not capture, since PCRE2 only has to answer yes or no. No byte of the user's
 * pattern is copied: every literal is escaped. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "go/utf8.h"
#include "regex/tree.h"

struct out {
    struct arena *a;
    VEC(char) text;
    bool empty_choice; /* some alternative can match the empty string */
    bool calls_back;
    uint64_t work, work_most; /* comparisons since the last callback, and the most between two */
};

/* The comparisons of a property, how often a repeated class is compared, and the comparisons of a step. */
enum { PROPERTY_WORK = 32, REPEATED_WORK = 16, STEP_WORK = 16 };

static void emit_node(struct out *o, const struct regex_node *n);

static void put(struct out *o, const char *text) {
    for (; *text; text++) *VEC_PUSH(o->a, &o->text) = *text;
}

__attribute__((format(printf, 2, 3))) static void put_format(struct out *o, const char *format, ...) {
    char buf[64];
    va_list args;
    va_start(args, format);
    vsnprintf(buf, sizeof buf, format, args);
    va_end(args);
    put(o, buf);
}

static void add_work(struct out *o, uint64_t comparisons) {
    o->work += comparisons;
    if (o->work > o->work_most) o->work_most = o->work;
}

static void put_callback(struct out *o) {
    if (!o->calls_back) return;
    put(o, "(?C)");
    o->work = 0;
}

static bool is_word(uint32_t r) {
    return (r >= '0' && r <= '9') || (r >= 'A' && r <= 'Z') || (r >= 'a' && r <= 'z') || r == '_';
}

/* Writes one code point, inside or outside a class. PCRE2 refuses surrogates, which never occur in text. */
static void put_rune(struct out *o, uint32_t r) {
    char buf[5] = {0};
    add_work(o, 1);
    if (r >= 0x80) {
        utf8_encode(buf, r);
        put(o, buf);
    } else if (r < ' ' || r == 0x7f) {
        put_format(o, "\\x%02x", (unsigned)r);
    } else {
        put_format(o, is_word(r) ? "%c" : "\\%c", (int)r);
    }
}

static bool is_surrogate(uint32_t r) { return r >= 0xd800 && r <= 0xdfff; }

static void put_range(struct out *o, uint32_t first, uint32_t last) {
    if (is_surrogate(first)) first = 0xe000;
    if (is_surrogate(last)) last = 0xd7ff;
    if (first > last) return;
    put_rune(o, first);
    if (first == last) return;
    put(o, "-");
    put_rune(o, last);
}

static bool is_single(const struct regex_class *c) {
    return !c->negated && !c->n_properties && c->n_ranges == 1 && c->range[0].first == c->range[0].last &&
           !is_surrogate(c->range[0].first);
}

/* Code points whose only simple folding is themselves, in Unicode 15 (CaseFolding.txt), with room for new ones beside
 * those that have case: Han, kana and Yi; Hangul and private use; small scripts and cuneiform; Tangut and symbols;
 * emoji and the rest. */
static const struct regex_range no_case[] = {
    {0x2e00, 0xa63f}, {0xac00, 0xfaff}, {0x11900, 0x16e3f}, {0x17000, 0x1dfff}, {0x1ea00, REGEX_RUNE_MOST}};
enum { NO_CASE = sizeof no_case / sizeof *no_case };

static void add_common(struct arena *a, struct regex_class *to, struct regex_range r, uint32_t first, uint32_t last) {
    if (r.first > first) first = r.first;
    if (r.last < last) last = r.last;
    if (first <= last) regex_class_add(a, to, first, last);
}

/* Takes the code points without case out of a class that folds. */
static struct regex_class split_no_case(struct arena *a, struct regex_class *c) {
    struct regex_class with = {.property = c->property, .n_properties = c->n_properties, .negated = c->negated};
    struct regex_class without = {0};
    for (size_t i = 0; i < c->n_ranges; i++) {
        uint32_t next = 0;
        for (size_t g = 0; g < NO_CASE; g++) {
            add_common(a, &without, c->range[i], no_case[g].first, no_case[g].last);
            add_common(a, &with, c->range[i], next, no_case[g].first - 1);
            next = no_case[g].last + 1;
        }
    }
    *c = with;
    return without;
}

/* Writes a class, without the (?i:) that it needs if it folds. */
static void put_class(struct out *o, const struct regex_class *c) {
    if (is_single(c)) {
        put_rune(o, c->range[0].first);
        return;
    }
    add_work(o, c->n_ranges + PROPERTY_WORK * c->n_properties);
    put(o, c->negated ? "[^" : "[");
    size_t before = o->text.n;
    for (size_t i = 0; i < c->n_ranges; i++) put_range(o, c->range[i].first, c->range[i].last);
    for (size_t i = 0; i < c->n_properties; i++)
        put_format(o, "\\%c{%s}", c->property[i].negated ? 'P' : 'p', c->property[i].name);
    if (o->text.n != before) {
        put(o, "]");
        return;
    }
    /* an empty class cannot be written as [] */
    o->text.n = before - (c->negated ? 2 : 1);
    put(o, c->negated ? "." : "(?!)");
}

static void emit_class(struct out *o, const struct regex_class *c) {
    bool not_newline =
        c->negated && !c->n_properties && c->n_ranges == 1 && c->range[0].first == '\n' && c->range[0].last == '\n';
    if (not_newline) {
        put(o, "\\N");
        return;
    }
    if (!c->fold) {
        put_class(o, c);
        return;
    }
    struct regex_class with = *c, without = split_no_case(o->a, &with);
    if (without.n_ranges) {
        /* PCRE2 looks for the other case of each code point of a range: 1.1 million take 5 ms */
        put(o, c->negated ? "(?:(?!" : "(?:");
        put_class(o, &without);
        put(o, c->negated ? ")" : "|");
    }
    put(o, "(?i:");
    put_class(o, &with);
    put(o, without.n_ranges ? "))" : ")");
}

/* Writes a sequence. Adjacent letters that ignore case share one (?i:), so that PCRE2 can search for the word. */
static void emit_sequence(struct out *o, const struct regex_node *n) {
    bool folding = false;
    for (size_t i = 0; i < n->n; i++) {
        const struct regex_node *c = n->child[i];
        bool fold = c->kind == REGEX_CLASS && c->set->fold && is_single(c->set);
        if (fold != folding) put(o, fold ? "(?i:" : ")");
        folding = fold;
        if (fold)
            put_class(o, c->set);
        else
            emit_node(o, c);
    }
    if (folding) put(o, ")");
}

static void emit_repeat(struct out *o, const struct regex_node *n) {
    const struct regex_node *c = n->child[0];
    bool atom = c->kind == REGEX_RUNE || c->kind == REGEX_CLASS;
    if (!atom) put(o, "(?:");
    if (!atom) put_callback(o);
    uint64_t before = o->work;
    emit_node(o, c);
    if (atom) add_work(o, (REPEATED_WORK - 1) * (o->work - before));
    if (!atom) put(o, ")");
    if (n->max == REGEX_FOREVER && n->min <= 1)
        put(o, n->min ? "+" : "*");
    else if (n->max == REGEX_FOREVER)
        put_format(o, "{%d,}", n->min);
    else
        put_format(o, "{%d,%d}", n->min, n->max);
    if (n->lazy) put(o, "?");
    put_callback(o); /* each number of repetitions that is tried comes here */
}

static void emit_choice(struct out *o, const struct regex_node *n) {
    put(o, "(?:");
    for (size_t i = 0; i < n->n; i++) {
        if (i) put(o, "|");
        o->empty_choice |= n->child[i]->nullable;
        emit_node(o, n->child[i]);
    }
    put(o, ")");
}

static void emit_node(struct out *o, const struct regex_node *n) {
    switch (n->kind) {
    case REGEX_EMPTY: put(o, "(?:)"); break;
    case REGEX_RUNE:
        if (is_surrogate(n->rune))
            put(o, "(?!)");
        else
            put_rune(o, n->rune);
        break;
    case REGEX_CLASS: emit_class(o, n->set); break;
    case REGEX_BEGIN_TEXT: put(o, "\\A"); break;
    case REGEX_END_TEXT: put(o, "\\z"); break;
    case REGEX_BEGIN_LINE: put(o, "^"); break;
    case REGEX_END_LINE: put(o, "$"); break;
    case REGEX_WORD_EDGE: put(o, "\\b"); break;
    case REGEX_NO_WORD_EDGE: put(o, "\\B"); break;
    case REGEX_SEQUENCE: emit_sequence(o, n); break;
    case REGEX_CHOICE: emit_choice(o, n); break;
    case REGEX_REPEAT: emit_repeat(o, n); break;
    case REGEX_CAPTURE: emit_node(o, n->child[0]); break;
    }
}

/* An assertion that always holds. Up to PCRE2 10.42 the just-in-time compiler's search for places where another
 * attempt must fail is wrong after an alternative that can be empty: (1|)b*1 did not match "1". That search stops
 * at this assertion; the other optimizations pass over it. */
#define NO_EARLY_FAIL "(?!(?!))"

str regex_emit(struct arena *a, const struct regex_node *n, uint64_t *steps) {
    struct out o = {.a = a, .calls_back = steps != NULL};
    put_callback(&o);
    emit_node(&o, n);
    if (steps) *steps = 1 + o.work_most / STEP_WORK;
    *VEC_PUSH(a, &o.text) = '\0';
    return o.empty_choice ? str_format(a, NO_EARLY_FAIL "%s", o.text.at) : (str){o.text.at, o.text.n - 1};
}

str regex_emit_class(struct arena *a, const struct regex_class *c) {
    struct out o = {.a = a};
    emit_class(&o, c);
    *VEC_PUSH(a, &o.text) = '\0';
    return (str){o.text.at, o.text.n - 1};
}
