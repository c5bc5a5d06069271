/* The view flame: a flame graph in cells, with the root at the top. */
#include <math.h>

#include "browse/stacks.h"
#include "go/utf8.h"
#include "stacks/sides.h"

#define TINT(r, g, b) (uint8_t)(1 + 36 * (r) + 6 * (g) + (b))

static bool make(struct view_page *p, struct err *e) {
    struct stacks *s = ARENA_NEW(&p->arena, struct stacks);
    if (!stacks_cut(p, s, e)) return false;
    p->data = s;
    p->n = s->tree->n_nodes;
    if (s->layout.width[0] > 0) return true;
    p->n = 0;
    p->empty = p->source->run.view.n_samples ? STR("The total is 0.") : STR("No samples.");
    return true;
}

static str name_of(const struct view_page *p, size_t row) { return stacks_frame(p->data, (uint32_t)row)->name; }
static str function_of(const struct view_page *p, size_t row) { return stacks_function(p->data, (uint32_t)row); }

static str values_text(const struct stacks *s, uint32_t node) {
    int64_t base = s->flame.two_sides ? s->tree->total[SIDE_BASE][node] : 0;
    return look_values(&s->flame, s->tree->total[SIDE_NEW][node], base);
}

static str describe(const struct view_page *p, size_t row) { return values_text(p->data, (uint32_t)row); }

static void head(const struct view_page *p, struct canvas *c, int y) {
    const struct canvas_style style = {.flags = CANVAS_BOLD | CANVAS_UNDERLINE};
    const struct stacks *s = p->data;
    canvas_paint(c, y, 0, c->columns, style);
    str text = STR_EMPTY;
    if (p->n) text = str_format(p->source->run.in.arena, "level %zu of %u", p->place->first + 1, s->layout.levels);
    canvas_text(c, y, 0, c->columns, text, CANVAS_CUT_END, style);
}

struct flame_span {
    int from, to; /* columns */
};
static struct flame_span span_of(const struct stacks *s, uint32_t node, int width) {
    double scale = width / s->layout.width[0];
    return (struct flame_span){(int)lround(s->layout.x[node] * scale),
                               (int)lround((s->layout.x[node] + s->layout.width[node]) * scale)};
}

static unsigned cube(uint8_t v) { return v < 48 ? 0 : v < 115 ? 1 : (unsigned)(v - 35) / 40; }

static struct canvas_style style_of(const struct stacks *s, uint32_t node) {
    struct canvas_style style = {0};
    struct look_rgb colour = {0xe3, 0xe6, 0xea};
    if (s->flame.two_sides) {
        int step = look_step(s->tree->total[SIDE_NEW][node], s->tree->total[SIDE_BASE][node]);
        colour = look_step_colour(step);
        if (look_step_is_dark(step)) style.ink = 7;
    } else if (s->tree->frame_of[node]) {
        colour = look_package_colour(stacks_frame(s, node));
    }
    style.tint = TINT(cube(colour.r), cube(colour.g), cube(colour.b));
    return style;
}

static void draw_node(const struct view_page *p, struct canvas *c, int y, uint32_t node, struct flame_span at) {
    const struct stacks *s = p->data;
    struct arena *a = p->source->run.in.arena;
    struct arena_mark m = arena_mark(a);
    struct canvas_style style = style_of(s, node);
    bool marked = view_is_marked(p->memory, stacks_function(s, node));
    if (node == p->place->row) style = (struct canvas_style){.flags = CANVAS_REVERSE | CANVAS_BOLD};
    if (marked) style.flags |= CANVAS_UNDERLINE | CANVAS_BOLD;
    int room = at.to - at.from - 1;
    str name = look_fit(a, stacks_frame(s, node)->name, (size_t)room), values = values_text(s, node);
    canvas_paint(c, y, at.from, at.to - at.from, style);
    canvas_text(c, y, at.from, 1, marked ? STR("*") : STR("|"), CANVAS_CUT_END, style);
    int used = canvas_text(c, y, at.from + 1, room, name, CANVAS_CUT_END, style);
    int cells = (int)utf8_cells(values) + 1;
    if (used && used + cells <= room) canvas_text(c, y, at.from + 1 + used + 1, cells, values, CANVAS_CUT_END, style);
    arena_rewind(a, m);
}

static void draw(const struct view_page *p, struct canvas *c, struct view_area area) {
    const struct stacks *s = p->data;
    const struct stacktree *t = s->tree;
    size_t first = p->place->first, last = first + (size_t)(area.to - area.from);
    for (uint32_t i = 0; i < t->n_nodes;) {
        struct flame_span at = span_of(s, i, c->columns);
        uint32_t depth = t->depth[i];
        int y = area.from + (int)(depth - first);
        bool visible = depth >= first && depth < last;
        if (at.from < at.to) {
            if (visible) draw_node(p, c, y, i, at);
            i = depth + 1 < last ? i + 1 : s->layout.end[i];
            continue;
        }
        /* narrower than a column, as all that it calls */
        if (visible) {
            bool chosen = p->place->row >= i && p->place->row < s->layout.end[i];
            struct canvas_style style = {.flags = chosen ? CANVAS_REVERSE | CANVAS_BOLD : CANVAS_DIM};
            if (at.from >= c->columns) at.from = c->columns - 1;
            canvas_text(c, y, at.from, 1, STR("~"), CANVAS_CUT_END, style);
        }
        i = s->layout.end[i];
    }
}

/* The next node on the level that has a column, to the right or to the left; else `from` itself. */
static uint32_t neighbour(const struct stacks *s, uint32_t from, bool right, int width) {
    const struct stacktree *t = s->tree;
    for (uint32_t i = from; right ? ++i < t->n_nodes : i-- > 0;) {
        struct flame_span at = span_of(s, i, width);
        if (t->depth[i] == t->depth[from] && at.from < at.to) return i;
    }
    return from;
}

enum { USUAL_WIDTH = 200 }; /* neighbours are those that have a column at this width */

static bool act(struct view_page *p, enum keys_action action, int height) {
    const struct stacks *s = p->data;
    uint32_t node = (uint32_t)p->place->row;
    switch (action) {
    case ACTION_UP: node = s->above[node]; break;
    case ACTION_DOWN:
        if (s->layout.end[node] > node + 1) node++;
        break;
    case ACTION_LEFT: node = neighbour(s, node, false, USUAL_WIDTH); break;
    case ACTION_RIGHT: node = neighbour(s, node, true, USUAL_WIDTH); break;
    case ACTION_FIRST: node = 0; break;
    case ACTION_LAST:
        while (s->layout.end[node] > node + 1) node++;
        break;
    case ACTION_PAGE_DOWN:
        for (int i = 1; i < height && s->layout.end[node] > node + 1; i++) node++;
        break;
    case ACTION_PAGE_UP:
        for (int i = 1; i < height; i++) node = s->above[node];
        break;
    default: return false;
    }
    p->place->row = node;
    return true;
}

static bool find(struct view_page *p, const struct view_match *match, bool forward, size_t *row) {
    uint32_t node;
    if (!stacks_find(p->data, (uint32_t)p->place->row, match, forward, &node)) return false;
    *row = node;
    return true;
}

static const struct view_zoom *zoom_to(struct view_page *p, size_t row) {
    return stacks_zoom(p, p->data, (uint32_t)row);
}

static bool row_of_path(struct view_page *p, struct pathhash path, size_t *row) {
    const struct stacks *s = p->data;
    for (uint32_t node = 0; node < s->tree->n_nodes; node++) {
        if (memcmp(&s->path[node], &path, sizeof path) != 0) continue;
        *row = node;
        return true;
    }
    return false;
}

static size_t level_of(const struct view_page *p, size_t row) {
    return ((const struct stacks *)p->data)->tree->depth[row];
}

const struct view view_flame = {.name = "flame",
                                .title = "flame",
                                .report = "flame",
                                .zooms = true,
                                .load = stacks_load,
                                .drop = stacks_drop,
                                .make = make,
                                .head = head,
                                .draw = draw,
                                .line_of = level_of,
                                .name_of = name_of,
                                .function_of = function_of,
                                .describe = describe,
                                .act = act,
                                .find = find,
                                .zoom_to = zoom_to,
                                .select = row_of_path};
