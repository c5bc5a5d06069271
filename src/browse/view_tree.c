/* The view tree: the call tree, of which the user opens and closes nodes. */
#include <stdlib.h>

#include "browse/stacks.h"
#include "stacks/sides.h"

enum {
    INDENT_MOST = 40, /* levels; deeper ones are not moved further to the right */
    OPEN_MOST = 30    /* levels that are open by default */
};

struct calls_row {
    uint32_t node;
    uint32_t more; /* 1 + index into tree->more: the row of what was left out below the node; 0: the node itself */
};
struct calls {
    struct stacks s;
    bool *opens;        /* [node]: it is open by default */
    struct arena arena; /* of the rows, which change without a new page */
    VEC(struct calls_row) row;
};

static uint64_t key_of(const struct calls *t, uint32_t node) {
    return (uint64_t)t->s.path[node].lane[0] << 32 | t->s.path[node].lane[1];
}

static bool has_children(const struct calls *t, uint32_t node) { return t->s.layout.end[node] > node + 1; }

/* The heaviest path is open as long as a callee has at least half of its caller. */
static bool *find_default(struct arena *a, const struct stacks *s) {
    const struct stacktree *t = s->tree;
    bool *opens = ARENA_ZERO(a, bool, t->n_nodes);
    opens[0] = true;
    for (uint32_t i = 1; i < t->n_nodes && t->depth[i] < OPEN_MOST && i == s->above[i] + 1; i++)
        opens[i] = t->total[SIDE_NEW][i] >= t->total[SIDE_NEW][i - 1] / 2 && opens[i - 1];
    return opens;
}

static bool is_open(const struct view_page *p, const struct calls *t, uint32_t node) {
    uint32_t toggled = 0;
    u64map_get(&p->memory->toggled, key_of(t, node), &toggled);
    return t->opens[node] != (toggled == 1);
}

static void set_open(const struct view_page *p, const struct calls *t, uint32_t node, bool open) {
    bool added;
    uint32_t value = t->opens[node] != open;
    p->memory->toggled.arena = &p->memory->arena;
    u64map_put(&p->memory->toggled, key_of(t, node), value, &added);
    u64map_find(&p->memory->toggled, key_of(t, node))->value = (uint64_t)value + 1;
}

struct calls_child {
    uint32_t node;
    int64_t value;
    str name;
};

static int by_name(const void *x, const void *y) {
    const struct calls_child *a = x, *b = y;
    int order = str_compare(a->name, b->name);
    return order ? order : (a->node > b->node) - (a->node < b->node);
}
static int by_value(const void *x, const void *y) {
    const struct calls_child *a = x, *b = y;
    if (a->value != b->value) return a->value > b->value ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

/* Lists the visible nodes. */
static void list_rows(struct view_page *p, struct calls *t) {
    const struct stacktree *tree = t->s.tree;
    struct arena scratch = {0};
    VEC(struct calls_row) todo = {0};
    VEC(struct calls_child) child = {0};
    t->row.n = 0;
    *VEC_PUSH(&scratch, &todo) = (struct calls_row){0, 0};
    enum view_order order = view_order(p->view, p->place);
    while (todo.n) {
        struct calls_row r = todo.at[--todo.n];
        *VEC_PUSH(&t->arena, &t->row) = r;
        if (r.more || !is_open(p, t, r.node)) continue;
        uint32_t low = 0, high = tree->n_more;
        while (low < high) {
            uint32_t middle = (low + high) / 2;
            if (tree->more[middle].node < r.node)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < tree->n_more && tree->more[low].node == r.node)
            *VEC_PUSH(&scratch, &todo) = (struct calls_row){r.node, low + 1};
        child.n = 0;
        for (uint32_t i = r.node + 1; i < t->s.layout.end[r.node]; i = t->s.layout.end[i])
            *VEC_PUSH(&scratch, &child) = (struct calls_child){
                i, stacks_values(&t->s, i).flat, order == ORDER_NAME ? stacks_frame(&t->s, i)->name : STR_EMPTY};
        /* the tree is sorted by cum */
        if (child.n && order != ORDER_CUM)
            qsort(child.at, child.n, sizeof *child.at, order == ORDER_NAME ? by_name : by_value);
        while (child.n) *VEC_PUSH(&scratch, &todo) = (struct calls_row){child.at[--child.n].node, 0};
    }
    arena_release(&scratch);
    p->n = t->row.n;
}

static bool make(struct view_page *p, struct err *e) {
    struct calls *t = ARENA_NEW(&p->arena, struct calls);
    if (!stacks_cut(p, &t->s, e)) return false;
    t->opens = find_default(&p->arena, &t->s);
    p->data = t;
    list_rows(p, t);
    return true;
}

static const struct calls_row *row_at(const struct view_page *p, size_t row) {
    return &((const struct calls *)p->data)->row.at[row];
}

static str name_of(const struct view_page *p, size_t row) {
    const struct calls *t = p->data;
    const struct calls_row *r = row_at(p, row);
    return r->more ? STR_EMPTY : stacks_frame(&t->s, r->node)->name;
}
static str function_of(const struct view_page *p, size_t row) {
    const struct calls *t = p->data;
    const struct calls_row *r = row_at(p, row);
    return r->more ? STR_EMPTY : stacks_function(&t->s, r->node);
}

static struct columns_row values_of(const struct view_page *p, size_t row) {
    const struct calls *t = p->data;
    const struct calls_row *r = row_at(p, row);
    struct columns_row v = stacks_values(&t->s, r->node);
    if (!r->more) return v;
    v.no_flat = true;
    v.cum = t->s.tree->more_sum[SIDE_NEW][r->more - 1];
    if (t->s.flame.two_sides)
        v.cum = graph_add(v.cum, (int64_t)(0 - (uint64_t)t->s.tree->more_sum[SIDE_BASE][r->more - 1]));
    return v;
}

static void head(const struct view_page *p, struct canvas *c, int y) { columns_head(p, c, y, "call tree", false); }

static void draw_row(const struct view_page *p, struct canvas *c, int y, size_t row, struct canvas_style style) {
    const struct calls *t = p->data;
    const struct calls_row *r = row_at(p, row);
    const struct columns_row v = values_of(p, row);
    if (!style.flags) style = columns_heat(p, v.cum);
    int x = columns_write(p, c, y, &v, false, style);
    uint32_t depth = t->s.tree->depth[r->node] + (r->more != 0);
    int room = c->columns - x, step = room > 60 ? 2 : 1;
    int indent = step * (int)(depth < INDENT_MOST ? depth : INDENT_MOST) - p->place->shift;
    if (indent > room * 2 / 3) indent = room * 2 / 3;
    if (indent > 0) x += indent;
    str mark = r->more || !has_children(t, r->node) ? STR("  ") : is_open(p, t, r->node) ? STR("- ") : STR("+ ");
    x += canvas_text(c, y, x, c->columns - x, mark, CANVAS_CUT_END, style);
    str text = name_of(p, row);
    if (r->more) {
        uint32_t count = t->s.tree->more[r->more - 1].count;
        text = str_format(p->source->run.in.arena, "(%u small callee%s: zoom in to see)", count, count == 1 ? "" : "s");
    } else if (stacks_frame(&t->s, r->node)->inlined) {
        text = str_join(p->source->run.in.arena, (str[]){text, STR(" (inline)")}, 2, STR_EMPTY);
    }
    canvas_text(c, y, x, c->columns - x, text, CANVAS_CUT_MIDDLE, style);
}

static str describe(const struct view_page *p, size_t row) {
    const struct columns_row v = values_of(p, row);
    return columns_text(p, &v);
}

static size_t row_of(const struct calls *t, uint32_t node) {
    for (size_t i = 0; i < t->row.n; i++)
        if (t->row.at[i].node == node && !t->row.at[i].more) return i;
    return 0;
}

static bool act(struct view_page *p, enum keys_action action, int height) {
    struct calls *t = p->data;
    const struct calls_row r = *row_at(p, p->place->row);
    uint32_t node = r.node;
    bool open = !r.more && has_children(t, node) && is_open(p, t, node);
    (void)height;
    switch (action) {
    case ACTION_ENTER:
        if (!r.more) set_open(p, t, node, !open);
        break;
    case ACTION_RIGHT:
        if (r.more || !has_children(t, node)) return true;
        if (open) p->place->row++;
        set_open(p, t, node, true);
        break;
    case ACTION_LEFT:
        if (open)
            set_open(p, t, node, false);
        else
            p->place->row = row_of(t, r.more ? node : t->s.above[node]);
        break;
    case ACTION_OPEN:
        /* the first callee is the heaviest one */
        for (; !r.more && has_children(t, node); node++) set_open(p, t, node, true);
        list_rows(p, t);
        p->place->row = row_of(t, node);
        break;
    case ACTION_CLOSE_ALL:
        p->memory->toggled = (struct u64map){.arena = &p->memory->arena};
        for (uint32_t i = 1; i < t->s.tree->n_nodes && t->opens[i]; i++) set_open(p, t, i, false);
        p->place->row = 0;
        break;
    default: return false;
    }
    list_rows(p, t);
    return true;
}

static bool find(struct view_page *p, const struct view_match *match, bool forward, size_t *row) {
    struct calls *t = p->data;
    uint32_t node;
    if (!stacks_find(&t->s, row_at(p, p->place->row)->node, match, forward, &node)) return false;
    for (uint32_t i = node; i;) {
        i = t->s.above[i];
        set_open(p, t, i, true);
    }
    list_rows(p, t);
    *row = row_of(t, node);
    return true;
}

static const struct view_zoom *zoom_to(struct view_page *p, size_t row) {
    const struct calls *t = p->data;
    return stacks_zoom(p, &t->s, row_at(p, row)->node);
}

static bool row_of_path(struct view_page *p, struct pathhash path, size_t *row) {
    struct calls *t = p->data;
    for (uint32_t node = 0; node < t->s.tree->n_nodes; node++) {
        if (memcmp(&t->s.path[node], &path, sizeof path) != 0) continue;
        for (uint32_t i = node; i;) {
            i = t->s.above[i];
            set_open(p, t, i, true);
        }
        list_rows(p, t);
        *row = row_of(t, node);
        return true;
    }
    return false;
}

static void free_rows(struct view_page *p) { arena_release(&((struct calls *)p->data)->arena); }

const struct view view_tree = {.name = "tree",
                               .title = "tree",
                               .report = "flame",
                               .zooms = true,
                               .heaviest_first = true,
                               .load = stacks_load,
                               .drop = stacks_drop,
                               .make = make,
                               .unmake = free_rows,
                               .head = head,
                               .row = draw_row,
                               .name_of = name_of,
                               .function_of = function_of,
                               .describe = describe,
                               .act = act,
                               .find = find,
                               .zoom_to = zoom_to,
                               .select = row_of_path};
