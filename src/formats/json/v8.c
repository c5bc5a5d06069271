/* Profiles of V8: .cpuprofile, as a list of nodes or, before Chrome 58, as a tree, and .heapprofile, a tree. Nodes are
 * collected with their numbers, samples and times in columns; the file itself is never in memory. */
#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/memory.h"
#include "formats/json/kinds.h"
#include "formats/json/walk.h"
#include "profile/build.h"

enum v8_place {
    DOCUMENT = JSON_PLACE_DOCUMENT,
    NODES,
    NODE,
    CALL_FRAME,
    NAME,
    URL,
    LINE,
    COLUMN,
    NODE_ID,
    PARENT,
    HITS,
    SIZE,
    CHILDREN,
    SAMPLES,
    SAMPLE,
    DELTAS,
    DELTA,
    STAMPS,
    STAMP,
    START,
    END,
};

static const struct json_step steps[] = {
    {DOCUMENT, "nodes", NODES},
    {DOCUMENT, "head", NODE},
    {DOCUMENT, "samples", SAMPLES},
    {DOCUMENT, "timeDeltas", DELTAS},
    {DOCUMENT, "timestamps", STAMPS},
    {DOCUMENT, "startTime", START},
    {DOCUMENT, "endTime", END},
    {NODES, NULL, NODE},
    {NODE, "id", NODE_ID},
    {NODE, "callFrame", CALL_FRAME},
    {NODE, "functionName", NAME},
    {NODE, "url", URL},
    {NODE, "lineNumber", LINE},
    {NODE, "columnNumber", COLUMN},
    {NODE, "hitCount", HITS},
    {NODE, "selfSize", SIZE},
    {NODE, "parent", PARENT},
    {NODE, "children", CHILDREN},
    {CALL_FRAME, "functionName", NAME},
    {CALL_FRAME, "url", URL},
    {CALL_FRAME, "lineNumber", LINE},
    {CALL_FRAME, "columnNumber", COLUMN},
    {CHILDREN, NULL, NODE}, /* or its id */
    {SAMPLES, NULL, SAMPLE},
    {DELTAS, NULL, DELTA},
    {STAMPS, NULL, STAMP},
};

#define NO_NODE UINT32_MAX

struct v8_node {
    int64_t id, line, column, hits, size; /* id -1: missing */
    int64_t samples, time;                /* microseconds */
    uint64_t parent_id;                   /* valid if has_parent_id */
    str_id name, url;
    uint32_t parent; /* NO_NODE: none */
    uint32_t depth;  /* number of frames in its stack; 0: not known yet */
    bool has_parent_id, has_call_frame;
};

/* Columns that may be as long as the file, each in an arena of its own, in which it grows without being copied. */
struct v8_column {
    struct arena arena;
    int64_t *at;
    size_t n, cap;
};

struct v8 {
    const struct load_options *options;
    struct arena arena, nodes_arena;
    struct json_walk walk;
    struct build build;
    VEC(struct v8_node) nodes;
    VEC(uint32_t) open; /* nodes around the current place */
    VEC(struct v8_child {
        int64_t id;
        uint32_t parent;
    })
    children;
    struct u64map by_id;
    struct arena samples_arena;
    VEC(uint32_t) samples;  /* ids */
    struct v8_column times; /* deltas, or timestamps */
    bool has_samples, has_deltas, has_stamps, has_sizes;
    double start, end;
    VEC(uint32_t) order; /* nodes with samples, in order of appearance */
};

static bool wrong_shape(struct err *e) { return err_set(e, "this is not as in a file of V8"); }

static bool v8_open(void *context, int place, enum json_kind kind, struct err *e) {
    struct v8 *v = context;
    if (place == SAMPLE) return true; /* a sample of a heap profile */
    if ((kind == JSON_MAP) != (place == NODE || place == CALL_FRAME)) return wrong_shape(e);
    v->has_samples |= place == SAMPLES;
    v->has_deltas |= place == DELTAS;
    v->has_stamps |= place == STAMPS;
    if (place == CALL_FRAME) v->nodes.at[v->open.at[v->open.n - 1]].has_call_frame = true;
    if (place != NODE) return true;
    if (v->nodes.n == UINT32_MAX - 1) return err_set(e, "there are too many nodes");
    struct v8_node node = {.id = -1, .parent = v->open.n ? v->open.at[v->open.n - 1] : NO_NODE};
    *VEC_PUSH(&v->arena, &v->open) = (uint32_t)v->nodes.n;
    *VEC_PUSH(&v->nodes_arena, &v->nodes) = node;
    return true;
}

static bool v8_close(void *context, int place, struct err *e) {
    struct v8 *v = context;
    (void)e;
    if (place == NODE) v->open.n--;
    return true;
}

static bool read_sample(struct v8 *v, enum json_kind kind, str text, struct err *e) {
    int64_t id;
    if (!json_walk_int(kind, text, "a sample", &id, e)) return false;
    if (id < 0 || id >= UINT32_MAX) return err_set(e, "sample %lld is not a node's id", (long long)id);
    *VEC_PUSH(&v->samples_arena, &v->samples) = (uint32_t)id;
    return true;
}

static bool read_node(struct v8 *v, int place, enum json_kind kind, str text, struct err *e) {
    struct v8_node *node = &v->nodes.at[v->open.at[v->open.n - 1]];
    int64_t number;
    switch (place) {
    case NAME: node->name = build_string_copy(&v->build, kind == JSON_STRING ? text : STR_EMPTY); return true;
    case URL: node->url = build_string_copy(&v->build, kind == JSON_STRING ? text : STR_EMPTY); return true;
    default: break;
    }
    if (kind == JSON_NULL) return true;
    if (!json_walk_int(kind, text, "a number of a node", &number, e)) return false;
    switch (place) {
    case LINE: node->line = number; return true;
    case COLUMN: node->column = number; return true;
    case HITS: node->hits = number; return true;
    case SIZE:
        node->size = number;
        v->has_sizes = true;
        return true;
    case NODE_ID:
        if (number < 0) return err_set(e, "a node's id is below 0");
        node->id = number;
        return true;
    case PARENT:
        node->parent_id = (uint64_t)number;
        node->has_parent_id = true;
        return true;
    case NODE: *VEC_PUSH(&v->arena, &v->children) = (struct v8_child){number, v->open.at[v->open.n - 1]}; return true;
    default: return wrong_shape(e);
    }
}

static bool v8_value(void *context, int place, enum json_kind kind, str text, struct err *e) {
    struct v8 *v = context;
    switch (place) {
    case SAMPLE: return read_sample(v, kind, text, e);
    case DELTA:
    case STAMP: return json_walk_int(kind, text, "a time", VEC_PUSH(&v->times.arena, &v->times), e);
    case START: return json_walk_double(kind, text, "startTime", &v->start, e);
    case END: return json_walk_double(kind, text, "endTime", &v->end, e);
    default: return v->open.n ? read_node(v, place, kind, text, e) : wrong_shape(e);
    }
}

static const struct json_plan plan = {steps, sizeof steps / sizeof *steps, v8_open, v8_value, v8_close};

static void *v8_begin(struct arena *a, const struct load_options *options) {
    struct v8 *v = memory_zero(1, sizeof *v);
    v->options = options;
    build_init(&v->build, a);
    v->by_id.arena = &v->arena;
    json_walk_start(&v->walk, &plan, v);
    return v;
}

static bool v8_event(void *reader, enum json_kind kind, str text, struct err *e) {
    return json_walk_event(&((struct v8 *)reader)->walk, kind, text, e);
}

static void v8_end(void *reader) {
    struct v8 *v = reader;
    json_walk_release(&v->walk);
    arena_release(&v->arena);
    arena_release(&v->nodes_arena);
    arena_release(&v->samples_arena);
    arena_release(&v->times.arena);
    free(v);
}

static bool number_nodes(struct v8 *v, struct err *e) {
    for (uint32_t i = 0; i < v->nodes.n; i++) {
        bool added = true;
        if (v->nodes.at[i].id >= 0) u64map_put(&v->by_id, (uint64_t)v->nodes.at[i].id, i, &added);
        if (!added) return err_set(e, "two nodes have the id %lld", (long long)v->nodes.at[i].id);
    }
    return true;
}

static bool find_node(struct v8 *v, uint64_t id, uint32_t *out, struct err *e) {
    return u64map_get(&v->by_id, id, out) || err_set(e, "there is no node %llu", (unsigned long long)id);
}

static bool link_nodes(struct v8 *v, struct err *e) {
    for (size_t i = 0; i < v->children.n; i++) {
        const struct v8_child *c = &v->children.at[i];
        uint32_t child;
        if (!find_node(v, (uint64_t)c->id, &child, e)) return false;
        if (v->nodes.at[child].parent != NO_NODE) return err_set(e, "node %lld has two parents", (long long)c->id);
        v->nodes.at[child].parent = c->parent;
    }
    for (size_t i = 0; i < v->nodes.n; i++) {
        struct v8_node *node = &v->nodes.at[i];
        if (!node->has_parent_id || node->parent != NO_NODE) continue;
        if (!find_node(v, node->parent_id, &node->parent, e)) return false;
    }
    return true;
}

static bool is_root(const struct v8 *v, const struct v8_node *node) {
    return node->parent == NO_NODE && str_equal(v->build.strings.key[node->name], STR("(root)"));
}

/* Sets the depths of all nodes, counting "(root)" as a frame. Nodes of a cycle get no depth. */
static bool measure(struct v8 *v, struct err *e) {
    VEC(uint32_t) path = {0};
    for (uint32_t i = 0; i < v->nodes.n; i++) {
        path.n = 0;
        uint32_t at = i, depth = 0;
        while (at != NO_NODE && !v->nodes.at[at].depth) {
            if (path.n == v->nodes.n) return err_set(e, "node %lld is its own ancestor", (long long)v->nodes.at[i].id);
            *VEC_PUSH(&v->arena, &path) = at;
            at = v->nodes.at[at].parent;
        }
        if (at != NO_NODE) depth = v->nodes.at[at].depth;
        while (path.n) v->nodes.at[path.at[--path.n]].depth = ++depth;
    }
    return true;
}

static bool add_sample(struct v8 *v, uint32_t node, int64_t time, struct err *e) {
    struct v8_node *n = &v->nodes.at[node];
    if (!n->samples++) *VEC_PUSH(&v->arena, &v->order) = node;
    return !__builtin_add_overflow(n->time, time, &n->time) || err_set(e, "the times do not fit 63 bits");
}

/* Each sample lasts until the next one, the last one until the end. If time runs backwards, it counts as standing
 * still. */
static bool add_samples(struct v8 *v, int64_t *duration, struct err *e) {
    size_t n = v->samples.n, n_times = v->times.n;
    const int64_t *t = v->times.at;
    bool stamps = v->has_stamps;
    if (n_times != n && !(stamps && n_times == n + 1))
        return err_set(e, "there are %zu samples and %zu times", n, n_times);
    if (!(fabs(v->start) < 0x1p62 && fabs(v->end) < 0x1p62)) return err_set(e, "the times do not fit 63 bits");
    int64_t raw = stamps ? (n ? t[0] : 0) : llround(v->start), end = stamps ? raw : llround(v->end), begin = raw;
    if (stamps && n) end = t[n_times - 1];
    if (!stamps && n && __builtin_add_overflow(raw, t[0], &raw)) return err_set(e, "the times do not fit 63 bits");
    int64_t now = raw;
    for (size_t i = 0; i < n; i++) {
        int64_t next = i + 1 < n_times && !stamps ? 0 : end, lasts;
        bool fits = true;
        if (i + 1 < n_times && stamps) next = t[i + 1];
        if (i + 1 < n_times && !stamps) {
            fits = !__builtin_add_overflow(raw, t[i + 1], &raw);
            next = raw;
        }
        if (next < now) next = now;
        fits &= !__builtin_sub_overflow(next, now, &lasts);
        uint32_t node;
        if (!fits) return err_set(e, "the times do not fit 63 bits");
        if (find_node(v, v->samples.at[i], &node, e)) {
            if (!add_sample(v, node, lasts, e)) return false;
        } else if (!format_skip(v->options, "sample", e)) {
            return false;
        }
        now = next;
    }
    if (__builtin_sub_overflow(end, begin, duration) || __builtin_mul_overflow(*duration, 1000, duration))
        return err_set(e, "the times do not fit 63 bits");
    if (*duration < 0) *duration = 0;
    return true;
}

/* Counts the hits of nodes if there are no times, and of samples if nodes have no hits. */
static bool add_hits(struct v8 *v, struct err *e) {
    for (uint32_t i = 0; i < v->nodes.n; i++) {
        v->nodes.at[i].samples = v->nodes.at[i].hits;
        if (v->nodes.at[i].hits) *VEC_PUSH(&v->arena, &v->order) = i;
    }
    if (v->order.n) return true;
    for (size_t i = 0; i < v->samples.n; i++) {
        uint32_t node;
        if (find_node(v, v->samples.at[i], &node, e)) {
            if (!add_sample(v, node, 0, e)) return false;
        } else if (!format_skip(v->options, "sample", e)) {
            return false;
        }
    }
    return true;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The path in the URL of a file; other URLs are not changed. */
static str_id file_of(struct v8 *v, str_id url) {
    str s = v->build.strings.key[url];
    if (!str_has_prefix(s, STR("file://"))) return url;
    s = str_from_offset(s, strlen("file://"));
    char *path = arena_alloc(v->build.arena, s.len);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        int high = s.ptr[i] == '%' && i + 2 < s.len ? hex_digit(s.ptr[i + 1]) : -1;
        int low = high < 0 ? -1 : hex_digit(s.ptr[i + 2]);
        path[n++] = (char)(low < 0 ? s.ptr[i] : high << 4 | low);
        if (low >= 0) i += 2;
    }
    return build_string(&v->build, (str){path, n});
}

static loc_id location_of(struct v8 *v, const struct v8_node *node, str_id *files) {
    /* lines and columns count from 0, except in the old trees; -1: unknown */
    int64_t first = node->has_call_frame ? 1 : 0;
    int64_t line = node->line < 0 || node->line == INT64_MAX ? 0 : node->line + first;
    int64_t column = node->column < 0 || node->column == INT64_MAX ? 0 : node->column + first;
    if (node->url && !files[node->url]) files[node->url] = file_of(v, node->url);
    str_id name = node->name ? node->name : build_string(&v->build, STR("(anonymous)"));
    return build_frame(
        &v->build, (struct build_frame){name, files[node->url], line, line, column, build_frames_mapping(&v->build)});
}

/* Adds one sample per node of v->order. */
static bool build_samples(struct v8 *v, struct err *e) {
    uint32_t n_strings = v->build.strings.n; /* includes the strings of URLs */
    str_id *files = ARENA_ZERO(&v->arena, str_id, n_strings);
    loc_id *location = ARENA_ARRAY(&v->arena, loc_id, v->nodes.n);
    uint64_t all = 0;
    uint32_t deepest = 0;
    for (size_t i = 0; i < v->nodes.n; i++) location[i] = PROFILE_NONE;
    for (size_t i = 0; i < v->order.n; i++) {
        uint32_t depth = v->nodes.at[v->order.at[i]].depth;
        all += depth;
        if (depth > deepest) deepest = depth;
    }
    if (all > BUILD_FRAMES_MOST) return build_too_many_frames(e);
    loc_id *stack = ARENA_ARRAY(&v->arena, loc_id, deepest);
    for (size_t i = 0; i < v->order.n; i++) {
        const struct v8_node *leaf = &v->nodes.at[v->order.at[i]];
        uint32_t n = 0;
        for (uint32_t at = v->order.at[i]; at != NO_NODE; at = v->nodes.at[at].parent) {
            if (is_root(v, &v->nodes.at[at])) break;
            if (location[at] == PROFILE_NONE) location[at] = location_of(v, &v->nodes.at[at], files);
            stack[n++] = location[at];
        }
        int64_t values[2] = {leaf->samples, 0};
        if (v->has_sizes) values[0] = leaf->size;
        if (__builtin_mul_overflow(leaf->time, 1000, &values[1])) return err_set(e, "the times do not fit 63 bits");
        build_sample(&v->build, stack, n, values, NULL, 0);
    }
    return true;
}

static bool count_sizes(struct v8 *v) {
    for (uint32_t i = 0; i < v->nodes.n; i++)
        if (v->nodes.at[i].size) *VEC_PUSH(&v->arena, &v->order) = i;
    build_type(&v->build, build_string(&v->build, STR("space")), build_string(&v->build, STR("bytes")));
    return true;
}

static bool count_samples(struct v8 *v, struct err *e) {
    struct build *b = &v->build;
    if (v->has_deltas && v->has_stamps) return err_set(e, "there are times of two kinds");
    build_type(b, build_string(b, STR("sample")), build_string(b, STR("count")));
    if (!v->has_samples || !(v->has_deltas || v->has_stamps)) return add_hits(v, e);
    str_id wall = build_string(b, STR("wall")), nanoseconds = build_string(b, STR("nanoseconds"));
    build_type(b, wall, nanoseconds);
    b->header.period_type = (struct profile_value_type){wall, nanoseconds};
    return add_samples(v, &b->header.duration_nanos, e);
}

static bool v8_finish(void *reader, struct profile *out, struct err *e) {
    struct v8 *v = reader;
    if (!v->nodes.n) return err_set(e, "there is no node in it");
    if (!number_nodes(v, e) || !link_nodes(v, e) || !measure(v, e)) return false;
    if (!(v->has_sizes ? count_sizes(v) : count_samples(v, e))) return false;
    if (!v->order.n) return err_set(e, "there is no sample in it");
    arena_release(&v->samples_arena); /* nodes have all data now */
    arena_release(&v->times.arena);
    return build_samples(v, e) && build_seal(&v->build, out, e);
}

const struct json_reader json_reader_v8 = {false, v8_begin, v8_event, v8_finish, v8_end};
