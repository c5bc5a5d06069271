/* Reads JSON with yajl. */
#include "base/json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <yajl/yajl_parse.h>
#include <yajl/yajl_version.h>

#include "base/memory.h"
#include "base/sink.h"

struct json {
    yajl_handle yajl;
    json_handler *handle;
    void *context;
    uint32_t depth;
    uint64_t n_lines; /* line ends in the pieces before the current one */
    bool any;         /* a document has begun */
    bool failed;      /* `why` holds the handler's error */
    struct err why;
};

static int pass(struct json *j, enum json_kind kind, str text) {
    j->any = true;
    j->failed = !j->handle(j->context, kind, text, j->depth, &j->why);
    return !j->failed;
}

static int on_null(void *j) { return pass(j, JSON_NULL, STR("null")); }
static int on_bool(void *j, int value) { return pass(j, JSON_BOOL, value ? STR("true") : STR("false")); }
static int on_number(void *j, const char *p, size_t n) { return pass(j, JSON_NUMBER, (str){p, n}); }
static int on_string(void *j, const unsigned char *p, size_t n) {
    return pass(j, JSON_STRING, (str){(const char *)p, n});
}
static int on_key(void *j, const unsigned char *p, size_t n) { return pass(j, JSON_KEY, (str){(const char *)p, n}); }

static int open_level(struct json *j, enum json_kind kind) {
    if (!pass(j, kind, STR_EMPTY)) return 0;
    if (++j->depth <= JSON_MOST_DEPTH) return 1;
    j->failed = !err_set(&j->why, "more than %d levels", JSON_MOST_DEPTH);
    return 0;
}
static int close_level(struct json *j) {
    j->depth--;
    return pass(j, JSON_END, STR_EMPTY);
}
static int on_map(void *j) { return open_level(j, JSON_MAP); }
static int on_list(void *j) { return open_level(j, JSON_LIST); }
static int on_end(void *j) { return close_level(j); }

static void *take(void *unused, size_t size) {
    (void)unused;
    return memory_alloc(size);
}
static void *resize(void *unused, void *old, size_t size) {
    (void)unused;
    return memory_resize(old, size);
}
static void give(void *unused, void *p) {
    (void)unused;
    free(p);
}

void json_library(struct sink *out) { sink_printf(out, "yajl %d.%d.%d", YAJL_MAJOR, YAJL_MINOR, YAJL_MICRO); }

struct json *json_new(json_handler *handle, void *context, bool many) {
    static const yajl_callbacks callbacks = {.yajl_null = on_null,
                                             .yajl_boolean = on_bool,
                                             .yajl_number = on_number,
                                             .yajl_string = on_string,
                                             .yajl_start_map = on_map,
                                             .yajl_map_key = on_key,
                                             .yajl_end_map = on_end,
                                             .yajl_start_array = on_list,
                                             .yajl_end_array = on_end};
    static yajl_alloc_funcs memory = {take, resize, give, NULL};
    struct json *j = take(NULL, sizeof *j);
    *j = (struct json){.handle = handle, .context = context};
    j->yajl = yajl_alloc(&callbacks, &memory, j);
    if (many) yajl_config(j->yajl, yajl_allow_multiple_values, 1);
    return j;
}

void json_free(struct json *j) {
    if (!j) return;
    yajl_free(j->yajl);
    err_clear(&j->why);
    free(j);
}

static uint64_t count_lines(str s) {
    uint64_t n = 0;
    for (const char *p = s.ptr, *end = s.ptr + s.len; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++) n++;
    return n;
}

/* yajl's messages begin with "lexical error: " or "parse error: " and end with a newline. */
static bool fail(struct json *j, str piece, struct err *e) {
    size_t at = yajl_get_bytes_consumed(j->yajl);
    unsigned long long line = j->n_lines + count_lines(str_slice(piece, 0, at)) + 1;
    if (j->failed) return err_set(e, "line %llu: %s", line, err_text(&j->why));
    unsigned char *words = yajl_get_error(j->yajl, 0, NULL, 0);
    str text = str_trim(str_from((const char *)words));
    size_t colon = str_find(text, STR(": "));
    if (colon < text.len) text = str_from_offset(text, colon + 2);
    err_set(e, "line %llu: %.*s", line, STR_ARG(text));
    yajl_free_error(j->yajl, words);
    return false;
}

bool json_feed(struct json *j, str piece, struct err *e) {
    if (piece.len == 0) return true;
    if (yajl_parse(j->yajl, (const unsigned char *)piece.ptr, piece.len) != yajl_status_ok) return fail(j, piece, e);
    j->n_lines += count_lines(piece);
    return true;
}

bool json_finish(struct json *j, struct err *e) {
    if (yajl_complete_parse(j->yajl) != yajl_status_ok) {
        if (j->failed) return fail(j, STR_EMPTY, e);
        if (!j->any) return err_set(e, "there is no text");
        return err_set(e, "line %llu: the text ends too early", (unsigned long long)j->n_lines + 1);
    }
    return j->any || err_set(e, "there is no text");
}

struct tree {
    struct arena *arena;
    struct json_node *root;
    struct json_node **end; /* the link that the next node is stored in */
    VEC(struct json_node **) ends;
    str key;
};

static bool grow_tree(void *context, enum json_kind kind, str text, uint32_t depth, struct err *e) {
    struct tree *t = context;
    (void)depth;
    (void)e;
    if (kind == JSON_KEY) {
        t->key = str_copy(t->arena, text);
        return true;
    }
    if (kind == JSON_END) {
        t->end = t->ends.at[--t->ends.n];
        return true;
    }
    struct json_node *node = ARENA_NEW(t->arena, struct json_node);
    *node = (struct json_node){.kind = kind, .key = t->key, .text = str_copy(t->arena, text)};
    t->key = STR_EMPTY;
    *t->end = node;
    t->end = &node->next;
    if (kind == JSON_MAP || kind == JSON_LIST) {
        *VEC_PUSH(t->arena, &t->ends) = t->end;
        t->end = &node->child;
    }
    return true;
}

bool json_parse(struct arena *a, str text, struct json_node **out, struct err *e) {
    struct tree t = {.arena = a, .key = STR_EMPTY};
    t.end = &t.root;
    struct json *j = json_new(grow_tree, &t, false);
    bool ok = json_feed(j, text, e) && json_finish(j, e);
    json_free(j);
    *out = ok ? t.root : NULL;
    return ok;
}

const struct json_node *json_member(const struct json_node *map, str key) {
    if (!map || map->kind != JSON_MAP) return NULL;
    for (const struct json_node *n = map->child; n; n = n->next)
        if (str_equal(n->key, key)) return n;
    return NULL;
}

bool json_int(str number, int64_t *out) {
    char text[32];
    if (number.len == 0 || number.len >= sizeof text) return false;
    memcpy(text, number.ptr, number.len);
    text[number.len] = 0;
    char *end;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    if (*end == 0) {
        *out = v;
        return errno == 0;
    }
    double d = strtod(text, &end);
    if (*end || d != floor(d) || !(fabs(d) < 9007199254740992.0)) return false; /* beyond 2^53 doubles are not exact */
    *out = (int64_t)d;
    return true;
}

double json_double(str number) {
    char text[64];
    if (number.len < sizeof text) {
        memcpy(text, number.ptr, number.len);
        text[number.len] = 0;
        return strtod(text, NULL);
    }
    struct arena scratch = {0};
    double v = strtod(str_c(&scratch, number), NULL);
    arena_release(&scratch);
    return v;
}
