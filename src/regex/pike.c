/* Simulates the tree as a small program (Pike's algorithm), with all its threads in step, one code point after the
 * other: the time is at most the length of the text times that of the program, for any pattern. It is slower than
 * compiled code on usual patterns; it serves patterns on which backtracking explodes, long texts, invalid UTF-8 and
 * groups. Threads are kept in order of preference, as Perl would try them. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/tuning.h"
#include "go/utf8.h"
#include "regex/tree.h"

enum op { OP_RUNE, OP_CLASS, OP_JUMP, OP_SPLIT, OP_SAVE, OP_ASSERT, OP_MATCH };

struct inst {
    enum op op;
    uint32_t next;           /* the following instruction; OP_SPLIT: the preferred one */
    uint32_t arg;            /* OP_SPLIT: the other one; OP_RUNE: itself; OP_SAVE: twice the group, plus 1 at its end;
                                OP_ASSERT: an enum regex_kind */
    struct regex_class *set; /* OP_CLASS */
};

/* The threads alive at one place of the text. */
struct threads {
    uint32_t *pc;    /* pc[n], in order of preference */
    uint32_t *where; /* where[pc] is the index of pc in pc[], if it is there */
    struct span {
        size_t from, to;
    } * span; /* span[i]: of the requested group, for the thread pc[i] */
    size_t n;
};

struct pike {
    struct arena *a;
    VEC(struct inst) code;
    unsigned group;  /* the requested group */
    bool anchored;   /* can only match at the start of the text */
    bool too_large;  /* the program would exceed PROGRAM_MOST instructions */
    bool start[256]; /* start[byte]: true if a match can start with it */
    struct threads now, next;
    struct pending {
        uint32_t pc;
        struct span span;
    } * pending; /* pending[code.n + 1] */
    uint64_t steps;
};

enum { PROGRAM_MOST = 1 << 20 };
#define STEPS_MOST ((uint64_t)300 * 1000 * 1000)
#define UNKNOWN UINT32_MAX /* a target to be filled in */
#define NO_RUNE UINT32_MAX /* the code point before the first and after the last */

static void build(struct pike *p, const struct regex_node *n);

static uint32_t add(struct pike *p, enum op op, uint32_t arg) {
    if (p->code.n >= PROGRAM_MOST) {
        p->too_large = true;
        return 0;
    }
    uint32_t at = (uint32_t)p->code.n;
    *VEC_PUSH(p->a, &p->code) = (struct inst){.op = op, .next = at + 1, .arg = arg};
    return at;
}

static uint32_t here(const struct pike *p) { return (uint32_t)p->code.n; }

/* Sets the exit of the split at `at`, whose body follows it, to the current end. */
static void leave_here(struct pike *p, uint32_t at, bool lazy) {
    struct inst *i = &p->code.at[at];
    i->arg = here(p);
    if (lazy) {
        i->arg = i->next;
        i->next = here(p);
    }
}

/* x+ is the body and a split back to it. */
static void build_plus(struct pike *p, const struct regex_node *n, bool lazy) {
    uint32_t body = here(p);
    build(p, n);
    uint32_t split = add(p, OP_SPLIT, 0);
    if (p->too_large) return;
    struct inst *i = &p->code.at[split];
    i->arg = lazy ? body : i->next;
    if (!lazy) i->next = body;
}

static void build_star(struct pike *p, const struct regex_node *n, bool lazy) {
    uint32_t split = add(p, OP_SPLIT, 0);
    if (n->nullable) {
        build_plus(p, n, lazy); /* as in Go: (x+)? prefers the right thread if x can be empty */
    } else {
        build(p, n);
        uint32_t jump = add(p, OP_JUMP, 0);
        p->code.at[jump].next = split;
    }
    if (!p->too_large) leave_here(p, split, lazy);
}

static void build_repeat(struct pike *p, const struct regex_node *n) {
    const struct regex_node *c = n->child[0];
    int once = n->max == REGEX_FOREVER && n->min > 0 ? n->min - 1 : n->min;
    for (int i = 0; i < once && !p->too_large; i++) build(p, c);
    if (n->max == REGEX_FOREVER) {
        if (n->min > 0)
            build_plus(p, c, n->lazy);
        else
            build_star(p, c, n->lazy);
        return;
    }
    uint32_t first = here(p);
    for (int i = n->min; i < n->max && !p->too_large; i++) {
        add(p, OP_SPLIT, UNKNOWN);
        build(p, c);
    }
    if (p->too_large) return;
    /* all the splits exit to the end; those of the bodies have targets already, so UNKNOWN marks ours */
    for (uint32_t at = first; at < here(p); at++)
        if (p->code.at[at].op == OP_SPLIT && p->code.at[at].arg == UNKNOWN) leave_here(p, at, n->lazy);
}

/* Before each alternative but the last: a split; after it: a jump to the end. */
static void build_choice(struct pike *p, const struct regex_node *n) {
    uint32_t first = here(p);
    for (size_t i = 0; i < n->n && !p->too_large; i++) {
        if (i + 1 == n->n) {
            build(p, n->child[i]);
            break;
        }
        uint32_t split = add(p, OP_SPLIT, 0);
        build(p, n->child[i]);
        uint32_t jump = add(p, OP_JUMP, 0);
        if (p->too_large) return;
        p->code.at[jump].next = UNKNOWN;
        leave_here(p, split, false);
    }
    for (uint32_t at = first; at < here(p); at++)
        if (p->code.at[at].op == OP_JUMP && p->code.at[at].next == UNKNOWN) p->code.at[at].next = here(p);
}

static void build(struct pike *p, const struct regex_node *n) {
    if (p->too_large) return;
    switch (n->kind) {
    case REGEX_EMPTY: break;
    case REGEX_RUNE: add(p, OP_RUNE, n->rune); break;
    case REGEX_CLASS: {
        uint32_t at = add(p, OP_CLASS, 0);
        p->code.at[at].set = n->set;
        break;
    }
    case REGEX_SEQUENCE:
        for (size_t i = 0; i < n->n; i++) build(p, n->child[i]);
        break;
    case REGEX_CHOICE: build_choice(p, n); break;
    case REGEX_REPEAT: build_repeat(p, n); break;
    case REGEX_CAPTURE:
        add(p, OP_SAVE, 2 * n->rune);
        build(p, n->child[0]);
        add(p, OP_SAVE, 2 * n->rune + 1);
        break;
    default: add(p, OP_ASSERT, n->kind); break;
    }
}

static bool is_anchored(const struct regex_node *n) {
    while (n->kind == REGEX_SEQUENCE || n->kind == REGEX_CAPTURE) n = n->child[0];
    return n->kind == REGEX_BEGIN_TEXT;
}

/* Marks the bytes that the text can continue with at pc; all of them if the match can be empty. */
static void find_start(struct pike *p) {
    struct arena scratch = {0};
    uint32_t *todo = ARENA_ARRAY(&scratch, uint32_t, p->code.n + 1);
    bool *seen = ARENA_ZERO(&scratch, bool, p->code.n);
    size_t n = 0;
    todo[n++] = 0;
    while (n) {
        uint32_t pc = todo[--n];
        if (seen[pc]) continue;
        seen[pc] = true;
        const struct inst *i = &p->code.at[pc];
        if (i->op == OP_MATCH) {
            memset(p->start, true, sizeof p->start);
        } else if (i->op == OP_RUNE && i->arg < 0x80) {
            p->start[i->arg] = true;
        } else if (i->op == OP_RUNE || i->op == OP_CLASS) {
            memset(p->start + 0x80, true, 0x80);
            for (uint32_t r = 0; i->op == OP_CLASS && r < 0x80; r++)
                if (!p->start[r]) p->start[r] = regex_class_has(i->set, r);
        } else {
            /* each instruction is added once, and adds one more than it removes */
            todo[n++] = i->next;
            if (i->op == OP_SPLIT) todo[n++] = i->arg;
        }
    }
    arena_release(&scratch);
}

static void make_threads(struct pike *p, struct threads *t) {
    t->pc = ARENA_ARRAY(p->a, uint32_t, p->code.n);
    t->where = ARENA_ZERO(p->a, uint32_t, p->code.n);
    t->span = ARENA_ARRAY(p->a, struct span, p->code.n);
}

static struct pike *pike_new(struct arena *a, const struct regex_tree *t) {
    struct pike *p = ARENA_NEW(a, struct pike);
    p->a = a;
    build(p, t->top);
    add(p, OP_MATCH, 0);
    if (p->too_large) return p;
    p->anchored = is_anchored(t->top);
    find_start(p);
    make_threads(p, &p->now);
    make_threads(p, &p->next);
    p->pending = ARENA_ARRAY(a, struct pending, p->code.n + 1);
    return p;
}

static bool is_word(uint32_t r) {
    return (r >= '0' && r <= '9') || (r >= 'A' && r <= 'Z') || (r >= 'a' && r <= 'z') || r == '_';
}

/* True if the assertion holds between the two code points. */
static bool holds(uint32_t assertion, uint32_t before, uint32_t after) {
    switch (assertion) {
    case REGEX_BEGIN_TEXT: return before == NO_RUNE;
    case REGEX_END_TEXT: return after == NO_RUNE;
    case REGEX_BEGIN_LINE: return before == NO_RUNE || before == '\n';
    case REGEX_END_LINE: return after == NO_RUNE || after == '\n';
    default: return (is_word(before) != is_word(after)) == (assertion == REGEX_WORD_EDGE);
    }
}

/* A place in the text: the code points before and after offset `at`. */
struct pike_place {
    size_t at;
    uint32_t before, after;
};

/* Adds to t the thread at pc and all threads it forks into before it takes a code point. */
static void follow(struct pike *p, struct threads *t, uint32_t pc, struct pike_place place, struct span span) {
    size_t n = 0;
    p->pending[n++] = (struct pending){pc, span};
    while (n) {
        n--;
        pc = p->pending[n].pc;
        span = p->pending[n].span;
        for (;;) {
            if (t->where[pc] < t->n && t->pc[t->where[pc]] == pc) break;
            t->where[pc] = (uint32_t)t->n;
            t->pc[t->n] = pc;
            p->steps++;
            const struct inst *i = &p->code.at[pc];
            if (i->op == OP_SPLIT) p->pending[n++] = (struct pending){i->arg, span};
            if (i->op == OP_SAVE && i->arg / 2 == p->group) *(i->arg % 2 ? &span.to : &span.from) = place.at;
            t->span[t->n++] = span;
            if (i->op == OP_RUNE || i->op == OP_CLASS || i->op == OP_MATCH) break;
            if (i->op == OP_ASSERT && !holds(i->arg, place.before, place.after)) break;
            pc = i->next;
        }
    }
}

static bool takes(struct pike *p, const struct inst *i, uint32_t rune) {
    if (i->op == OP_RUNE) return i->arg == rune;
    if (i->op != OP_CLASS) return false;
    p->steps += regex_class_steps(i->set, rune);
    return regex_class_has(i->set, rune);
}

/* Moves every thread past the code point before `to`. Returns true if a thread had matched before it; the threads
 * less preferred than that one end. */
static bool step(struct pike *p, struct pike_place to, struct span *matched) {
    for (size_t k = 0; k < p->now.n; k++) {
        const struct inst *i = &p->code.at[p->now.pc[k]];
        if (i->op == OP_MATCH) {
            *matched = p->now.span[k];
            return true;
        }
        if (to.before != NO_RUNE && takes(p, i, to.before)) follow(p, &p->next, i->next, to, p->now.span[k]);
    }
    return false;
}

static size_t decode(str text, size_t at, uint32_t *rune) {
    *rune = NO_RUNE;
    return at < text.len ? utf8_decode(text, at, rune) : 0;
}

/* Runs over the text, for `most` steps and those of a code point. With `span` NULL the first match found ends the loop,
 * as any match will do. */
static enum regex_answer run(struct pike *p, str text, struct span *span, uint64_t most) {
    struct pike_place at = {0, NO_RUNE, NO_RUNE};
    bool found = false;
    p->now.n = p->next.n = 0;
    p->steps = 0;
    for (;;) {
        if (!p->now.n) {
            if (found || (p->anchored && at.at)) break;
            /* only ASCII bytes are skipped: start[] is true for all others, unless none can start a match */
            for (; at.at < text.len && !p->start[(unsigned char)text.ptr[at.at]]; at.at++)
                at.before = (unsigned char)text.ptr[at.at];
        }
        size_t width = decode(text, at.at, &at.after);
        if (!found && !(p->anchored && at.at)) {
            struct span fresh = {SIZE_MAX, SIZE_MAX};
            if (p->group == 0) fresh.from = at.at;
            follow(p, &p->now, 0, at, fresh);
        }
        struct pike_place next = {at.at + width, at.after, NO_RUNE};
        decode(text, next.at, &next.after);
        struct span matched;
        if (step(p, next, &matched)) {
            found = true;
            if (!span) break;
            if (p->group == 0) matched.to = at.at;
            *span = matched;
        }
        if (at.after == NO_RUNE) break;
        if (p->steps > most) return REGEX_GAVE_UP;
        struct threads done = p->now;
        p->now = p->next;
        p->next = done;
        p->next.n = 0;
        at = next;
    }
    return found ? REGEX_YES : REGEX_NO;
}

/* Programs of this thread, kept for the same reason as in jit.c and built at first use. */
static _Thread_local struct kept_program {
    uint64_t owner; /* regex_tree.id; 0: free */
    struct arena arena;
    struct pike *pike;
} slots[TUNING_REGEX_PROGRAMS];

static void release_slots(void) {
    for (size_t i = 0; i < TUNING_REGEX_PROGRAMS; i++) arena_release(&slots[i].arena);
}

static struct pike *pike_of(const struct regex_tree *t) {
    /* leak checkers do not search an arena's large blocks for pointers to its small ones */
    static atomic_flag registered = ATOMIC_FLAG_INIT;
    if (!atomic_flag_test_and_set(&registered)) atexit(release_slots);
    struct kept_program *s = &slots[t->id % TUNING_REGEX_PROGRAMS];
    if (s->owner == t->id) return s->pike;
    arena_release(&s->arena);
    s->owner = t->id;
    return s->pike = pike_new(&s->arena, t);
}

enum regex_answer regex_pike_match(const struct regex_tree *t, str text, struct regex_meter *meter) {
    struct pike *p = pike_of(t);
    uint64_t most = meter && meter->simulated < STEPS_MOST ? meter->simulated : STEPS_MOST;
    p->group = UINT32_MAX;
    if (p->too_large) return REGEX_GAVE_UP;
    enum regex_answer got = run(p, text, NULL, most);
    if (meter) meter->simulated -= p->steps < meter->simulated ? p->steps : meter->simulated;
    return got;
}

enum regex_answer regex_pike_group(const struct regex_tree *t, str text, unsigned group, size_t *from, size_t *to) {
    struct pike *p = pike_of(t);
    struct span span = {SIZE_MAX, SIZE_MAX};
    p->group = group;
    enum regex_answer got = p->too_large ? REGEX_GAVE_UP : run(p, text, &span, STEPS_MOST);
    *from = span.from;
    *to = span.to;
    return got;
}
