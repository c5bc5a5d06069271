/* Collapsed stacks, as flame graph scripts, async-profiler, py-spy, Austin and -collapsed write them: "root;…;leaf
 * COUNT" per line, or two counts, of a base and of the profile compared with it. Whole stacks are hashed before they
 * are split, so a repeated one costs a look-up and a comparison; what is kept of a stack is the numbers of its names.
 */
#include <string.h>

#include "base/hash.h"
#include "base/slots.h"
#include "base/tuning.h"
#include "formats/names/textlines.h"
#include "profile/build.h"
#include "profile/foldname.h"

/* An exact decimal number: whole + part / 10^18; both have its sign. */
struct fixed {
    int64_t whole, part;
};
#define FIXED_ONE INT64_C(1000000000000000000)
enum { FIXED_DIGITS = 18 };

enum count { COUNT_OK, COUNT_NONE, COUNT_TOO_LARGE };

/* Reads the digits of a number with a decimal point after the first `point` of them. */
static enum count read_digits(str digits, int64_t point, bool negative, struct fixed *out) {
    struct fixed f = {0};
    int64_t scale = FIXED_ONE, at = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (!textlines_is_digit(digits.ptr[i])) continue; /* the decimal point */
        int digit = digits.ptr[i] - '0';
        if (at++ < point) {
            if (__builtin_mul_overflow(f.whole, 10, &f.whole) || __builtin_add_overflow(f.whole, digit, &f.whole))
                return COUNT_TOO_LARGE;
        }
    }
    for (; at < point && f.whole; at++)
        if (__builtin_mul_overflow(f.whole, 10, &f.whole)) return COUNT_TOO_LARGE;
    at = 0;
    for (; at > point && scale; at--) scale /= 10; /* zeros after the point */
    for (size_t i = 0; i < digits.len && scale > 1; i++) {
        if (!textlines_is_digit(digits.ptr[i])) continue;
        if (at++ < point) continue;
        scale /= 10;
        f.part += scale * (digits.ptr[i] - '0');
    }
    if (negative) f = (struct fixed){-f.whole, -f.part};
    *out = f;
    return COUNT_OK;
}

/* 12, -3, +4, 31.23, 6., .75, 1e3 */
static enum count read_count(str word, struct fixed *out) {
    bool negative = word.len && word.ptr[0] == '-';
    if (negative || (word.len && word.ptr[0] == '+')) word = str_from_offset(word, 1);
    size_t n = 0, before = 0, n_digits;
    while (n < word.len && textlines_is_digit(word.ptr[n])) n++;
    n_digits = before = n;
    if (n == word.len && n && n <= FIXED_DIGITS) { /* the usual case */
        int64_t v = 0;
        for (size_t i = 0; i < n; i++) v = v * 10 + (word.ptr[i] - '0');
        *out = (struct fixed){negative ? -v : v, 0};
        return COUNT_OK;
    }
    if (n < word.len && word.ptr[n] == '.') {
        n++;
        while (n < word.len && textlines_is_digit(word.ptr[n])) n++;
        n_digits = n - 1;
    }
    if (!n_digits) return COUNT_NONE;
    str digits = str_slice(word, 0, n);
    int64_t exponent = 0;
    if (n < word.len && (word.ptr[n] | 0x20) == 'e') {
        size_t from = n + 1;
        bool down = from < word.len && word.ptr[from] == '-';
        if (down || (from < word.len && word.ptr[from] == '+')) from++;
        for (n = from; n < word.len && textlines_is_digit(word.ptr[n]); n++)
            if (exponent < 100000) exponent = exponent * 10 + (word.ptr[n] - '0');
        if (n == from) return COUNT_NONE;
        if (down) exponent = -exponent;
    }
    if (n != word.len) return COUNT_NONE;
    return read_digits(digits, (int64_t)before + exponent, negative, out);
}

static bool add(struct fixed *to, struct fixed f) {
    if (__builtin_add_overflow(to->whole, f.whole, &to->whole)) return false;
    to->part += f.part;
    int carry = to->part >= FIXED_ONE ? 1 : to->part <= -FIXED_ONE ? -1 : 0;
    to->part -= carry * FIXED_ONE;
    return !__builtin_add_overflow(to->whole, carry, &to->whole);
}

__extension__ typedef __int128 wide; /* holds a count of FIXED_ONE parts */

/* Rounds to the nearest integer, halves away from zero. */
static bool rounded(struct fixed f, int64_t *out) {
    wide v = (wide)f.whole * FIXED_ONE + f.part;
    v += v < 0 ? -FIXED_ONE / 2 : FIXED_ONE / 2;
    v /= FIXED_ONE;
    *out = (int64_t)v;
    return *out == v;
}

/* Takes the last word off *text, with the blanks before it. Returns an empty view if the text is one word. */
static str take_last_word(str *text) {
    size_t n = text->len;
    while (n && !textlines_is_blank(text->ptr[n - 1])) n--;
    str word = str_from_offset(*text, n);
    if (!n) return STR_EMPTY;
    while (n && textlines_is_blank(text->ptr[n - 1])) n--;
    text->len = n;
    return word;
}

struct stack_line {
    str text;
    uint64_t hash;
    struct fixed value, base;
    uint64_t line; /* number in its block, from 0 */
    const char *fault;
};

static const char no_count[] = "no count after the stack", too_large[] = "the count does not fit 63 bits",
                  no_stack[] = "a count without a stack", no_second[] = "no second count, which the lines before have";

/* Reads a line that is neither blank nor a comment. */
static struct stack_line read_line(str line, bool two_columns) {
    struct stack_line s = {.text = line};
    str word = take_last_word(&s.text);
    enum count c = read_count(word, &s.value);
    if (c == COUNT_OK && two_columns) {
        word = take_last_word(&s.text);
        c = read_count(word, &s.base);
        if (c == COUNT_NONE) s.fault = no_second;
    }
    if (c == COUNT_TOO_LARGE) s.fault = too_large;
    if (c == COUNT_NONE && !s.fault) {
        struct fixed ignored;
        s.fault = !word.len && read_count(line, &ignored) != COUNT_NONE ? no_stack : no_count;
    }
    return s;
}

static bool is_stack_line(str *line) {
    *line = textlines_trim(*line);
    return line->len && line->ptr[0] != '#';
}

/* Returns true if all stack lines at the start of the file end in two numbers. */
static bool has_two_columns(str start) {
    bool any = false;
    for (str line; textlines_next(&start, &line);) {
        if (!is_stack_line(&line)) continue;
        struct stack_line s = read_line(line, false);
        if (s.fault) continue;
        if (read_line(line, true).fault) return false;
        any = true;
    }
    return any;
}

struct collapsed_stack {
    uint64_t hash;  /* of its text */
    uint64_t first; /* of its names in collapsed_reader.steps, root first */
    uint32_t n_names;
    struct fixed value, base;
};

struct collapsed_reader {
    const struct load_options *options;
    struct err *e;
    struct looked {
        struct arena arena;
        VEC(struct stack_line) lines;
        uint64_t n_lines;
    } * block; /* [slot] */
    bool two_columns, failed;
    uint64_t n_lines; /* in the blocks before */
    struct slots slots;
    VEC(struct collapsed_stack) stacks;
    VEC(uint32_t) steps; /* names of all stacks */
    struct intern names; /* as in the file: not unescaped */
    bool has_empty_names;
    struct arena stacks_arena, steps_arena, names_arena;
};

static void start(void *context, str start_text) {
    struct collapsed_reader *c = context;
    c->two_columns = has_two_columns(start_text);
}

static void look(void *context, int slot, str text) {
    struct collapsed_reader *c = context;
    struct looked *b = &c->block[slot];
    b->lines.n = 0;
    b->n_lines = 0;
    for (str line; textlines_next(&text, &line); b->n_lines++) {
        if (!is_stack_line(&line)) continue;
        struct stack_line *s = VEC_PUSH(&b->arena, &b->lines);
        *s = read_line(line, c->two_columns);
        s->line = b->n_lines;
        s->hash = hash_bytes(s->text.ptr, s->text.len);
    }
}

/* Returns true if these are the stack's names; empty ones do not count. Names are compared in place of whole texts
 * because they stay in the cache. */
static bool has_names(const struct collapsed_reader *c, const struct collapsed_stack *s, str text) {
    for (uint32_t i = 0;; i++) {
        while (text.len && text.ptr[0] == ';') text = (str){text.ptr + 1, text.len - 1};
        if (i == s->n_names || !text.len) return i == s->n_names && !text.len;
        str name = c->names.key[c->steps.at[s->first + i]];
        if (text.len < name.len || memcmp(text.ptr, name.ptr, name.len) != 0) return false;
        text = (str){text.ptr + name.len, text.len - name.len};
        if (text.len && text.ptr[0] != ';') return false;
    }
}

static struct collapsed_stack *find_stack(struct collapsed_reader *c, const struct stack_line *s) {
    uint32_t tag = hash_tag(s->hash), id, at;
    slots_room(&c->slots, 1);
    at = slots_start(&c->slots, tag);
    do id = slots_next(&c->slots, tag, &at);
    while (id != SLOTS_NONE && !(c->stacks.at[id].hash == s->hash && has_names(c, &c->stacks.at[id], s->text)));
    if (id != SLOTS_NONE) return &c->stacks.at[id];
    slots_put(&c->slots, at, tag, (uint32_t)c->stacks.n);
    struct collapsed_stack *made = VEC_PUSH(&c->stacks_arena, &c->stacks);
    *made = (struct collapsed_stack){.hash = s->hash, .first = c->steps.n};
    str text = s->text;
    for (str name; str_cut(&text, ';', &name);) {
        if (name.len) *VEC_PUSH(&c->steps_arena, &c->steps) = intern_id(&c->names, name);
        c->has_empty_names |= !name.len;
    }
    made->n_names = (uint32_t)(c->steps.n - made->first);
    return made;
}

/* Prefetches in steps what find_stack will read of the lines after line i. */
static void look_ahead(const struct collapsed_reader *c, const struct looked *b, size_t i) {
    enum { SLOT = 12, STACK = 8, STEPS = 4 };
    if (!c->slots.n) return;
    if (i + SLOT < b->lines.n) slots_prefetch(&c->slots, hash_tag(b->lines.at[i + SLOT].hash));
    for (size_t ahead = STEPS; ahead <= STACK; ahead += STACK - STEPS) {
        if (i + ahead >= b->lines.n) return;
        uint32_t id = slots_guess(&c->slots, hash_tag(b->lines.at[i + ahead].hash));
        if (id == SLOTS_NONE) continue;
        const struct collapsed_stack *s = &c->stacks.at[id];
        if (ahead == STACK)
            __builtin_prefetch(s);
        else if (s->n_names)
            __builtin_prefetch(&c->steps.at[s->first]);
    }
}

static bool use(void *context, int slot) {
    struct collapsed_reader *c = context;
    const struct looked *b = &c->block[slot];
    for (size_t i = 0; i < b->lines.n; i++) {
        const struct stack_line *s = &b->lines.at[i];
        const char *fault = s->fault;
        look_ahead(c, b, i);
        if (!fault) {
            struct collapsed_stack *known = find_stack(c, s);
            struct fixed value = known->value, base = known->base;
            if (!add(&value, s->value) || !add(&base, s->base))
                fault = "the sum of this stack's counts does not fit 63 bits";
            else {
                known->value = value;
                known->base = base;
            }
        }
        if (fault && !textlines_skip(c->options, c->n_lines + s->line + 1, fault, c->e)) {
            c->failed = true;
            return false;
        }
    }
    c->n_lines += b->n_lines;
    return true;
}

/* The samples of a profile that is being made. */
struct collapsed_frames {
    struct build *build;
    loc_id *location; /* per name */
    VEC(loc_id) stack;
    struct arena scratch;
};

/* Makes the location of each name. Returns true if different names become the same. */
static bool make_locations(const struct collapsed_reader *c, struct collapsed_frames *f) {
    struct arena *a = f->build->arena;
    bool any_escape = false;
    f->location = ARENA_ARRAY(&f->scratch, loc_id, c->names.n);
    for (uint32_t i = 0; i < c->names.n; i++) {
        str name = c->names.key[i], kept = foldname_unescape(a, name);
        any_escape |= kept.ptr != name.ptr;
        if (kept.ptr == name.ptr) kept = str_copy(a, name);
        f->location[i] = build_named_frame(f->build, kept, STR_EMPTY, 0);
    }
    return any_escape;
}

/* Sets f->stack, leaf first. */
static void read_frames(const struct collapsed_reader *c, struct collapsed_frames *f, const struct collapsed_stack *s) {
    f->stack.n = 0;
    for (uint32_t i = s->n_names; i-- > 0;) *VEC_PUSH(&f->scratch, &f->stack) = f->location[c->steps.at[s->first + i]];
}

/* Adds up stacks with the same frames, whose texts differ in empty frames or escapes. Returns false if a sum
 * overflows. */
static bool add_up(struct collapsed_reader *c, struct collapsed_frames *f) {
    struct intern distinct = {.arena = &f->scratch, .copy = true};
    size_t n = 0;
    for (size_t i = 0; i < c->stacks.n; i++) {
        const struct collapsed_stack *s = &c->stacks.at[i];
        read_frames(c, f, s);
        uint32_t id = intern_id(&distinct, (str){(const char *)f->stack.at, f->stack.n * sizeof(loc_id)});
        struct collapsed_stack *sum = &c->stacks.at[id]; /* never after the stack that is being read */
        if (id == n) {
            *sum = *s;
            n++;
        } else if (!add(&sum->value, s->value) || !add(&sum->base, s->base)) {
            return false;
        }
    }
    c->stacks.n = n;
    return true;
}

static bool make_profile(struct collapsed_reader *c, struct arena *a, struct profile *out, struct err *e) {
    struct build b;
    build_init(&b, a);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, STR("count")));
    b.header.one_column = !c->two_columns;
    struct collapsed_frames f = {.build = &b};
    label_id is_base = 0;
    if (c->two_columns)
        is_base = build_label(&b, (struct profile_label){.key = build_string(&b, STR("pprof::base")),
                                                         .value = build_string(&b, STR("true"))});
    bool any_escape = make_locations(c, &f);
    bool ok = !(any_escape || c->has_empty_names) || add_up(c, &f);
    for (size_t i = 0; i < c->stacks.n && ok; i++) {
        const struct collapsed_stack *s = &c->stacks.at[i];
        int64_t value, base;
        ok = rounded(s->value, &value) && rounded(s->base, &base) && base != INT64_MIN;
        base = ok ? -base : 0;
        read_frames(c, &f, s);
        if (base) build_sample(&b, f.stack.at, f.stack.n, &base, &is_base, 1);
        if (value) build_sample(&b, f.stack.at, f.stack.n, &value, NULL, 0);
    }
    arena_release(&f.scratch);
    return ok ? build_seal(&b, out, e) : err_set(e, "the sum of a stack's counts does not fit 63 bits");
}

enum sniff sniff_collapsed(str start, bool is_all) {
    enum { LOOK = 10 };
    int n_good = 0, n_bad = 0;
    bool starts_well = false;
    if (textlines_is_binary(start)) return SNIFF_NO;
    for (str line; n_good + n_bad < LOOK && textlines_next(&start, &line);) {
        if (!start.len && !is_all) break; /* the line may continue */
        if (!is_stack_line(&line)) continue;
        bool good = !read_line(line, false).fault;
        if (!n_good && !n_bad) starts_well = good;
        *(good ? &n_good : &n_bad) += 1;
    }
    if (!n_good && !n_bad && !is_all) return SNIFF_MORE;
    return starts_well || n_good > n_bad ? SNIFF_MAYBE : SNIFF_NO;
}

enum format_verdict decode_collapsed(struct format_input *in, struct profile *out, struct err *e) {
    struct arena scratch = {0};
    int n_slots = textlines_slots();
    struct collapsed_reader c = {.options = in->options, .e = e};
    c.block = ARENA_ZERO(&scratch, struct looked, (size_t)n_slots);
    c.names = (struct intern){.arena = &c.names_arena, .copy = true};
    textlines_read(in, (struct textlines_work){.start = start, .look = look, .use = use, .context = &c});
    enum format_verdict v = FORMAT_BAD_LINE;
    if (!c.failed && c.stacks.n)
        v = make_profile(&c, in->arena, out, e) ? FORMAT_OK : FORMAT_BROKEN;
    else if (!c.failed) {
        err_set(e, "no stack in it, only blank lines and comments");
        v = FORMAT_BROKEN;
    }
    for (int i = 0; i < n_slots; i++) arena_release(&c.block[i].arena);
    arena_release(&c.slots.arena);
    arena_release(&c.stacks_arena);
    arena_release(&c.steps_arena);
    arena_release(&c.names_arena);
    arena_release(&scratch);
    return v;
}
