/* callgrind.out, which has the costs of lines and of calls, but no stacks: these are made by splitting the flow of
 * costs, callers first. The cost of lines is exact; the inclusive cost of functions and calls is exact without
 * recursion. */
#include <stdlib.h>

#include "base/hash.h"
#include "formats/names/textlines.h"
#include "profile/build.h"

enum { EVENTS_MOST = 64, POSITIONS_MOST = 4 };
#define NO_INDEX UINT32_MAX

enum callgrind_kind { KIND_FILE, KIND_OBJECT, KIND_FUNCTION, KINDS };

struct callgrind_function {
    str_id name, file;
    map_id mapping;
    uint32_t first_item, last_item; /* NO_INDEX: none */
};

/* A line with its cost, or a call from a line with its inclusive cost. */
struct callgrind_item {
    uint32_t callee; /* NO_INDEX: it is a line */
    uint32_t next;   /* next item of the same function */
    loc_id location;
    bool closes_cycle;
};

struct callgrind {
    const struct load_options *options;
    struct err *e;
    str *block; /* [slot] */
    uint64_t line_number;
    bool failed;
    struct arena arena, items_arena, costs_arena;
    struct build build;
    int n_events, n_positions, line_position; /* -1: not recorded */
    uint64_t position[POSITIONS_MOST];

    struct u64map names[KINDS]; /* number -> string */
    struct u64map mapping_of;   /* name of the object -> mapping */
    struct intern function_keys, item_keys;
    VEC(struct callgrind_function) functions;
    VEC(struct callgrind_item) items;
    VEC(int64_t) costs; /* n_events per item */
    /* position in the file's contents: */
    uint32_t function; /* NO_INDEX: none yet */
    str_id function_file, line_file, object;
    str_id callee_file, callee_object, callee_name;
    bool has_callee_file, has_callee_object, has_callee, is_call;
};

static str_id known(struct callgrind *c, const char *literal) { return build_string(&c->build, str_from(literal)); }

static bool read_number(str *rest, uint64_t *out) {
    size_t i = 0;
    uint64_t v = 0;
    bool hex = str_has_prefix(*rest, STR("0x")) || str_has_prefix(*rest, STR("0X"));
    if (hex) i = 2;
    size_t start = i;
    for (; i < rest->len; i++) {
        char ch = rest->ptr[i];
        unsigned digit = textlines_is_digit(ch)          ? (unsigned)(ch - '0')
                         : hex && ch >= 'a' && ch <= 'f' ? (unsigned)(ch - 'a') + 10
                         : hex && ch >= 'A' && ch <= 'F' ? (unsigned)(ch - 'A') + 10
                                                         : 16;
        if (digit == 16) break;
        if (__builtin_mul_overflow(v, hex ? 16u : 10u, &v) || __builtin_add_overflow(v, digit, &v)) return false;
    }
    *rest = str_from_offset(*rest, i);
    *out = v;
    return i > start;
}

static void skip_blanks(str *rest) {
    while (rest->len && textlines_is_blank(rest->ptr[0])) *rest = str_from_offset(*rest, 1);
}

/* "(12) name" defines a name, "(12)" refers to it, any other text is the name itself. */
static const char *read_name(struct callgrind *c, enum callgrind_kind kind, str text, str_id *out) {
    str rest = text;
    uint64_t number;
    if (rest.len && rest.ptr[0] == '(') {
        rest = str_from_offset(rest, 1);
        if (read_number(&rest, &number) && rest.len && rest.ptr[0] == ')') {
            rest = textlines_trim(str_from_offset(rest, 1));
            uint32_t id;
            bool added;
            if (!rest.len) return u64map_get(&c->names[kind], number, out) ? NULL : "a name that was not defined";
            id = build_string_copy(&c->build, rest);
            *out = u64map_put(&c->names[kind], number, id, &added);
            if (*out == id) return NULL;
            u64map_find(&c->names[kind], number)->value = (uint64_t)id + 1; /* a later part may define it again */
            *out = id;
            return NULL;
        }
    }
    *out = build_string_copy(&c->build, text);
    return NULL;
}

static map_id mapping_of(struct callgrind *c, str_id object) {
    if (!object || object == known(c, "???")) return build_frames_mapping(&c->build);
    bool added;
    struct profile_mapping m = {.file = object, .has_functions = true, .has_filenames = true, .has_line_numbers = true};
    uint32_t id = u64map_put(&c->mapping_of, object, (uint32_t)c->build.mappings.n, &added);
    return added ? build_mapping(&c->build, m) : id;
}

static uint32_t find_function(struct callgrind *c, str_id name, str_id file, str_id object) {
    str_id key[] = {name, file, object};
    uint32_t id = intern_id(&c->function_keys, (str){(const char *)key, sizeof key});
    if (id == c->functions.n) {
        struct callgrind_function f = {name, file, mapping_of(c, object), NO_INDEX, NO_INDEX};
        *VEC_PUSH(&c->arena, &c->functions) = f;
    }
    return id;
}

/* Adds to an item of the current function: to a call of `callee`, or to a line if that is NO_INDEX. */
static const char *add_item(struct callgrind *c, uint32_t callee, int64_t line, const int64_t *cost) {
    struct callgrind_function *f = &c->functions.at[c->function];
    loc_id location = build_frame(&c->build, (struct build_frame){f->name, c->line_file, 0, line, 0, f->mapping});
    uint32_t key[] = {c->function, callee, location};
    uint32_t id = intern_id(&c->item_keys, (str){(const char *)key, sizeof key});
    if (id == c->items.n) {
        *VEC_PUSH(&c->items_arena, &c->items) = (struct callgrind_item){callee, NO_INDEX, location, false};
        for (int i = 0; i < c->n_events; i++) *VEC_PUSH(&c->costs_arena, &c->costs) = 0;
        if (f->last_item == NO_INDEX)
            f->first_item = id;
        else
            c->items.at[f->last_item].next = id;
        f->last_item = id;
    }
    int64_t *sum = c->costs.at + (size_t)id * (size_t)c->n_events;
    for (int i = 0; i < c->n_events; i++)
        if (__builtin_add_overflow(sum[i], cost[i], &sum[i])) return "the sum of the costs does not fit 63 bits";
    return NULL;
}

static const char *read_positions(struct callgrind *c, str *rest) {
    for (int i = 0; i < c->n_positions; i++) {
        char first = rest->len ? rest->ptr[0] : ' ';
        uint64_t n = 0;
        if (first == '*' || first == '+' || first == '-') *rest = str_from_offset(*rest, 1);
        if (first != '*' && !read_number(rest, &n)) return "no position";
        if (first == '+')
            c->position[i] += n;
        else if (first == '-')
            c->position[i] -= n;
        else if (first != '*')
            c->position[i] = n;
        if (rest->len && !textlines_is_blank(rest->ptr[0])) return "no position";
        skip_blanks(rest);
    }
    return NULL;
}

static const char *read_costs(struct callgrind *c, str line) {
    int64_t cost[EVENTS_MOST] = {0};
    const char *fault = read_positions(c, &line);
    if (fault) return fault;
    for (int i = 0; line.len; i++) {
        uint64_t n;
        if (i == c->n_events) return "more costs than events";
        if (!read_number(&line, &n) || (line.len && !textlines_is_blank(line.ptr[0]))) return "no cost";
        if (n > INT64_MAX) return "a cost does not fit 63 bits";
        cost[i] = (int64_t)n;
        skip_blanks(&line);
    }
    if (c->function == NO_INDEX) return "costs before the first fn=";
    uint64_t at = c->line_position < 0 ? 0 : c->position[c->line_position];
    if (at > INT64_MAX) return "a line number that does not fit 63 bits";
    if (!c->is_call) return add_item(c, NO_INDEX, (int64_t)at, cost);
    c->is_call = false;
    const struct callgrind_function *f = &c->functions.at[c->function];
    str_id file = c->has_callee_file ? c->callee_file : f->file;
    uint32_t callee = find_function(c, c->callee_name, file, c->has_callee_object ? c->callee_object : c->object);
    c->has_callee_file = c->has_callee_object = c->has_callee = false;
    return add_item(c, callee, (int64_t)at, cost);
}

static const char *read_events(struct callgrind *c, str text) {
    str_id name[EVENTS_MOST];
    int n = 0;
    for (str word; str_next_word(&text, &word); n++) {
        if (n == EVENTS_MOST) return "more than 64 events";
        name[n] = build_string_copy(&c->build, word);
    }
    if (!n) return "no events";
    if (c->n_events && n != c->n_events) return "events other than those of the part before";
    for (int i = 0; i < n; i++) {
        if (!c->n_events)
            build_type(&c->build, name[i], known(c, "count"));
        else if (c->build.types.at[i].type != name[i])
            return "events other than those of the part before";
    }
    c->n_events = n;
    return NULL;
}

static const char *read_position_names(struct callgrind *c, str text) {
    c->n_positions = 0;
    c->line_position = -1;
    for (str word; str_next_word(&text, &word);) {
        if (c->n_positions == POSITIONS_MOST) return "more than 4 positions";
        if (str_equal(word, STR("line"))) c->line_position = c->n_positions;
        c->position[c->n_positions++] = 0;
    }
    return c->n_positions ? NULL : "no positions";
}

/* Reads "fn=…" and so on: the function or file of the next lines, or the callee of the next call. */
static const char *read_place(struct callgrind *c, str key, str value) {
    static const struct {
        const char *key;
        enum callgrind_kind kind;
    } keys[] = {{"fl", KIND_FILE},     {"fi", KIND_FILE},      {"fe", KIND_FILE},     {"cfi", KIND_FILE},
                {"cfl", KIND_FILE},    {"cfe", KIND_FILE},     {"jfi", KIND_FILE},    {"jfl", KIND_FILE},
                {"jfe", KIND_FILE},    {"ob", KIND_OBJECT},    {"cob", KIND_OBJECT},  {"job", KIND_OBJECT},
                {"fn", KIND_FUNCTION}, {"cfn", KIND_FUNCTION}, {"jfn", KIND_FUNCTION}};
    enum callgrind_kind kind = KINDS;
    str_id name;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (str_equal(key, str_from(keys[i].key))) kind = keys[i].kind;
    if (kind == KINDS) return "neither costs nor a line that callgrind writes";
    const char *fault = read_name(c, kind, value, &name);
    if (fault || key.ptr[0] == 'j') return fault;
    bool of_callee = key.ptr[0] == 'c';
    if (kind == KIND_OBJECT) {
        *(of_callee ? &c->callee_object : &c->object) = name;
        c->has_callee_object |= of_callee;
    } else if (kind == KIND_FILE) {
        *(of_callee ? &c->callee_file : &c->line_file) = name;
        c->has_callee_file |= of_callee;
        if (str_equal(key, STR("fl"))) c->function_file = name;
    } else if (of_callee) {
        c->callee_name = name;
        c->has_callee = true;
    } else {
        c->line_file = c->function_file;
        c->function = find_function(c, name, c->function_file, c->object);
    }
    return NULL;
}

static const char *read_line(struct callgrind *c, str line) {
    char first = line.ptr[0];
    if (textlines_is_digit(first) || first == '+' || first == '-' || first == '*')
        return c->n_events ? read_costs(c, line) : "costs before events:";
    size_t n = 0;
    while (n < line.len && ((line.ptr[n] >= 'a' && line.ptr[n] <= 'z') || (line.ptr[n] >= 'A' && line.ptr[n] <= 'Z')))
        n++;
    str key = str_slice(line, 0, n), value = textlines_trim(str_from_offset(line, n + 1));
    char mark = n && n < line.len ? line.ptr[n] : ' ';
    if (mark == ':') {
        if (str_equal(key, STR("events"))) return read_events(c, value);
        return str_equal(key, STR("positions")) ? read_position_names(c, value) : NULL;
    }
    if (mark != '=') return "neither costs nor a line that callgrind writes";
    if (str_equal(key, STR("jump")) || str_equal(key, STR("jcnd"))) return NULL;
    if (!str_equal(key, STR("calls"))) return read_place(c, key, value);
    if (!c->has_callee) return "a call without cfn=";
    c->is_call = true;
    return NULL;
}

static void look(void *context, int slot, str text) { ((struct callgrind *)context)->block[slot] = text; }

static bool use(void *context, int slot) {
    struct callgrind *c = context;
    str text = c->block[slot];
    for (str line; textlines_next(&text, &line);) {
        c->line_number++;
        line = textlines_trim(line);
        if (!line.len || line.ptr[0] == '#') continue;
        const char *fault = read_line(c, line);
        if (fault && !textlines_skip(c->options, c->line_number, fault, c->e)) {
            c->failed = true;
            return false;
        }
    }
    return true;
}

/* Marks the calls that close a cycle. The other calls order the functions, callers first. */
static uint32_t *order_functions(struct callgrind *c) {
    enum { NEW, OPEN, DONE };
    uint32_t n = (uint32_t)c->functions.n, left = n, depth = 0;
    uint32_t *order = ARENA_ARRAY(&c->arena, uint32_t, n), *path = ARENA_ARRAY(&c->arena, uint32_t, n);
    uint32_t *next = ARENA_ARRAY(&c->arena, uint32_t, n);
    uint8_t *state = ARENA_ZERO(&c->arena, uint8_t, n), *is_called = ARENA_ZERO(&c->arena, uint8_t, n);
    for (size_t i = 0; i < c->items.n; i++)
        if (c->items.at[i].callee != NO_INDEX) is_called[c->items.at[i].callee] = 1;
    for (int round = 0; round < 2; round++) { /* first from functions without callers, then from those in cycles */
        for (uint32_t root = 0; root < n; root++) {
            if (state[root] != NEW || (round == 0 && is_called[root])) continue;
            path[depth++] = root;
            state[root] = OPEN;
            next[root] = c->functions.at[root].first_item;
            while (depth) {
                uint32_t at = path[depth - 1], item = next[at];
                if (item == NO_INDEX) {
                    state[at] = DONE;
                    order[--left] = at;
                    depth--;
                    continue;
                }
                next[at] = c->items.at[item].next;
                uint32_t callee = c->items.at[item].callee;
                if (callee == NO_INDEX) continue;
                if (state[callee] == OPEN) c->items.at[item].closes_cycle = true;
                if (state[callee] != NEW) continue;
                state[callee] = OPEN;
                next[callee] = c->functions.at[callee].first_item;
                path[depth++] = callee;
            }
        }
    }
    return order;
}

/* Cost that flows into a function along one stack. */
struct callgrind_flow {
    uint32_t caller; /* the calling frame, an index into `frames`; NO_INDEX: none */
    uint32_t next;   /* the next flow into the same function */
    int64_t amount;
};

/* The stacks of one event. */
struct callgrind_stacks {
    struct callgrind *c;
    struct arena arena, flows_arena, frames_arena;
    VEC(struct callgrind_flow) flows;
    VEC(struct callgrind_frame {
        uint32_t caller;
        uint32_t depth;
        loc_id location;
    })
    frames;
    uint32_t *first, *last; /* flows into each function */
    VEC(loc_id) stack;
    uint64_t *n_frames; /* over all samples */
};

static void add_sample(struct callgrind_stacks *s, int event, loc_id leaf, uint32_t caller, int64_t amount) {
    int64_t values[EVENTS_MOST] = {0};
    s->stack.n = 0;
    *VEC_PUSH(&s->arena, &s->stack) = leaf;
    for (uint32_t at = caller; at != NO_INDEX; at = s->frames.at[at].caller)
        *VEC_PUSH(&s->arena, &s->stack) = s->frames.at[at].location;
    values[event] = amount;
    build_add(&s->c->build, s->stack.at, s->stack.n, values);
}

/* Sends `amount` of the flow from `caller` out through `item`. */
static bool pass_on(struct callgrind_stacks *s, int event, uint32_t item, uint32_t caller, int64_t amount) {
    const struct callgrind_item *i = &s->c->items.at[item];
    uint32_t depth = caller == NO_INDEX ? 1 : s->frames.at[caller].depth + 1;
    if (i->callee == NO_INDEX) {
        *s->n_frames += depth;
        add_sample(s, event, i->location, caller, amount);
        return *s->n_frames <= BUILD_FRAMES_MOST;
    }
    struct callgrind_flow flow = {(uint32_t)s->frames.n, NO_INDEX, amount};
    *VEC_PUSH(&s->frames_arena, &s->frames) = (struct callgrind_frame){caller, depth, i->location};
    if (s->last[i->callee] == NO_INDEX)
        s->first[i->callee] = (uint32_t)s->flows.n;
    else
        s->flows.at[s->last[i->callee]].next = (uint32_t)s->flows.n;
    s->last[i->callee] = (uint32_t)s->flows.n;
    *VEC_PUSH(&s->flows_arena, &s->flows) = flow;
    return s->frames.n <= BUILD_FRAMES_MOST;
}

/* Distributes the flows into a function over its lines and calls, first in first out. Cost beyond the flows starts in
 * the function. */
static bool spread(struct callgrind_stacks *s, int event, uint32_t function) {
    uint32_t in = s->first[function];
    for (uint32_t item = s->c->functions.at[function].first_item; item != NO_INDEX; item = s->c->items.at[item].next) {
        int64_t left = s->c->costs.at[(size_t)item * (size_t)s->c->n_events + (size_t)event];
        if (s->c->items.at[item].closes_cycle) continue;
        while (left > 0) {
            bool any = in != NO_INDEX;
            int64_t amount = any && s->flows.at[in].amount < left ? s->flows.at[in].amount : left;
            if (!pass_on(s, event, item, any ? s->flows.at[in].caller : NO_INDEX, amount)) return false;
            left -= amount;
            if (!any) continue;
            s->flows.at[in].amount -= amount;
            if (!s->flows.at[in].amount) in = s->flows.at[in].next;
        }
    }
    return true;
}

static bool make_stacks(struct callgrind *c) {
    uint32_t n = (uint32_t)c->functions.n, *order = order_functions(c);
    uint64_t n_frames = 0;
    bool ok = true;
    for (int event = 0; event < c->n_events && ok; event++) {
        struct callgrind_stacks s = {.c = c, .n_frames = &n_frames};
        s.first = ARENA_ARRAY(&s.arena, uint32_t, n);
        s.last = ARENA_ARRAY(&s.arena, uint32_t, n);
        for (uint32_t i = 0; i < n; i++) s.first[i] = s.last[i] = NO_INDEX;
        for (uint32_t i = 0; i < n && ok; i++) ok = spread(&s, event, order[i]);
        arena_release(&s.arena);
        arena_release(&s.flows_arena);
        arena_release(&s.frames_arena);
    }
    return ok;
}

static enum format_verdict make_profile(struct callgrind *c, struct profile *out, struct err *e) {
    if (c->is_call)
        err_set(e, "it ends after calls=");
    else if (!make_stacks(c))
        build_too_many_frames(e);
    else if (!c->build.stack_of.n)
        err_set(e, "there is no cost in it");
    else
        return build_seal(&c->build, out, e) ? FORMAT_OK : FORMAT_BROKEN;
    return FORMAT_BROKEN;
}

/* Recognizes Valgrind's first comment, or events and a function. */
enum sniff sniff_callgrind(str start, bool is_all) {
    bool has_events = false;
    if (textlines_is_binary(start)) return SNIFF_NO;
    if (str_has_prefix(start, STR("# callgrind format"))) return SNIFF_YES;
    for (str line; textlines_next(&start, &line);) {
        if (!start.len && !is_all) break; /* the line may continue */
        has_events |= str_has_prefix(line, STR("events:"));
        if (has_events && str_has_prefix(line, STR("fn="))) return SNIFF_YES;
    }
    return SNIFF_NO;
}

enum format_verdict decode_callgrind(struct format_input *in, struct profile *out, struct err *e) {
    struct arena scratch = {0};
    struct callgrind c = {.options = in->options, .e = e, .n_positions = 1, .function = NO_INDEX};
    c.block = ARENA_ZERO(&scratch, str, (size_t)textlines_slots());
    c.function_keys = c.item_keys = (struct intern){.arena = &c.arena, .copy = true};
    for (int i = 0; i < KINDS; i++) c.names[i].arena = &c.arena;
    c.mapping_of.arena = &c.arena;
    build_init(&c.build, in->arena);
    textlines_read(in, (struct textlines_work){.look = look, .use = use, .context = &c});
    enum format_verdict v = c.failed ? FORMAT_BAD_LINE : make_profile(&c, out, e);
    arena_release(&c.arena);
    arena_release(&c.items_arena);
    arena_release(&c.costs_arena);
    arena_release(&scratch);
    return v;
}
