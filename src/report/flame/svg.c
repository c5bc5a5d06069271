/* A flame graph as a picture without scripts: a box per node, with its name and values as title. */
#include <math.h>

#include "base/emit.h"
#include "go/utf8.h"
#include "report/flame/look.h"
#include "stacks/sides.h"

enum {
    WIDTH = 1200,
    MARGIN = 10,
    ROW = 18,
    TOP = 50, /* y of the root's row */
    BOTTOM = 40,
    LEVELS_MOST = 1000, /* deeper nodes are counted, not drawn */
    TEXT_FROM = 24      /* narrower boxes have no text */
};
#define CELL 7.25 /* cell width in pixels: 12 px, monospaced */
#define NARROW 1.0

/* Neighbours on a level that are too narrow for boxes of their own. */
struct narrow {
    double from, to;
    uint64_t nodes;
};

struct picture {
    const struct flame *f;
    struct look_layout layout;
    struct sink *out;
    double scale; /* pixels per unit of value */
    struct narrow *narrow;
    uint32_t levels;
};

static void write_px(struct sink *out, double v) { sink_printf(out, "%.2f", v); }

static void write_colour(struct sink *out, struct look_rgb c) { sink_printf(out, "#%02x%02x%02x", c.r, c.g, c.b); }

static void open_box(struct picture *p, double x, double width, uint32_t level, struct look_rgb colour) {
    sink_text(p->out, "<g><rect x=\"");
    write_px(p->out, MARGIN + x);
    sink_printf(p->out, "\" y=\"%u\" width=\"", TOP + level * ROW);
    write_px(p->out, width > 3 ? width - 0.5 : width);
    sink_text(p->out, "\" height=\"17\" fill=\"");
    write_colour(p->out, colour);
    sink_text(p->out, "\"/>");
}

static void write_text(struct picture *p, double x, double y, str text, bool white) {
    sink_text(p->out, "<text x=\"");
    write_px(p->out, x);
    sink_text(p->out, "\" y=\"");
    write_px(p->out, y);
    sink_str(p->out, white ? STR("\" fill=\"#fff\">") : STR("\">"));
    emit_xml(p->out, text);
    sink_text(p->out, "</text>");
}

static void close_box(struct picture *p, str title) {
    sink_text(p->out, "<title>");
    emit_xml(p->out, title);
    sink_text(p->out, "</title></g>\n");
}

static void flush_narrow(struct picture *p, uint32_t level) {
    struct narrow *n = &p->narrow[level];
    if (n->nodes) {
        open_box(p, n->from, fmax(n->to - n->from, 0.25), level, (struct look_rgb){0xb9, 0xc0, 0xca});
        close_box(p, str_format(p->f->in->arena, "%llu narrow frame%s", (unsigned long long)n->nodes,
                                n->nodes == 1 ? "" : "s"));
    }
    n->nodes = 0;
}

static void add_narrow(struct picture *p, double x, double width, uint32_t level, uint64_t nodes) {
    struct narrow *n = &p->narrow[level];
    if (n->nodes && x - n->to >= NARROW) flush_narrow(p, level);
    if (!n->nodes) n->from = x;
    n->to = x + width;
    n->nodes += nodes;
}

static str node_title(const struct flame *f, uint32_t node) {
    struct arena *a = f->in->arena;
    const struct stacktree *t = f->tree;
    const struct stacktree_frame *frame = &t->frame[t->frame_of[node]];
    int64_t base = f->two_sides ? t->total[SIDE_BASE][node] : 0;
    str part[] = {look_clean(a, frame->name, LOOK_LONGEST), frame->inlined ? STR(" (inlined): ") : STR(": "),
                  look_values(f, t->total[SIDE_NEW][node], base)};
    return str_join(a, part, 3, STR_EMPTY);
}

static void draw_node(struct picture *p, uint32_t node) {
    const struct flame *f = p->f;
    const struct stacktree *t = f->tree;
    const struct stacktree_frame *frame = &t->frame[t->frame_of[node]];
    uint32_t level = t->depth[node];
    double x = p->layout.x[node] * p->scale, width = p->layout.width[node] * p->scale;
    int step = f->two_sides ? look_step(t->total[SIDE_NEW][node], t->total[SIDE_BASE][node]) : -1;
    struct look_rgb plain = {0xe3, 0xe6, 0xea};
    open_box(p, x, width, level, step >= 0 ? look_step_colour(step) : node ? look_package_colour(frame) : plain);
    if (width >= TEXT_FROM) {
        str text = look_fit(f->in->arena, frame->name, (size_t)((width - 6) / CELL));
        bool white = step >= 0 && look_step_is_dark(step);
        if (step >= 0 && text.len) {
            str change = look_change(f->in->arena, t->total[SIDE_NEW][node], t->total[SIDE_BASE][node]);
            if (utf8_cells(text) + 1 + utf8_cells(change) <= (size_t)((width - 6) / CELL))
                text = str_join(f->in->arena, (str[]){text, change}, 2, STR(" "));
        }
        if (text.len) write_text(p, MARGIN + x + 3, TOP + level * ROW + 13, text, white);
    }
    close_box(p, node_title(f, node));
}

static void draw_more(struct picture *p, uint32_t index) {
    const struct stacktree *t = p->f->tree;
    struct arena *a = p->f->in->arena;
    uint32_t node = t->more[index].node, count = t->more[index].count, level = t->depth[node] + 1;
    double width = p->layout.more_width[index] * p->scale;
    double x = (p->layout.x[node] + p->layout.width[node]) * p->scale - width;
    if (level >= p->levels) return;
    if (width < NARROW) {
        add_narrow(p, x, width, level, count);
        return;
    }
    flush_narrow(p, level);
    int64_t base = p->f->two_sides ? t->more_sum[SIDE_BASE][index] : 0;
    str values = look_values(p->f, t->more_sum[SIDE_NEW][index], base);
    open_box(p, x, width, level, (struct look_rgb){0xb9, 0xc0, 0xca});
    close_box(p, str_join(a, (str[]){str_format(a, "%u more: ", count), values}, 2, STR_EMPTY));
}

/* Draws a node after those to its left on its level, so that narrow ones can be combined level by level. The subtrees
 * that were left out of a node come after its children. */
static uint64_t draw_nodes(struct picture *p) {
    const struct stacktree *t = p->f->tree;
    struct arena *a = p->f->in->arena;
    uint32_t *waiting = ARENA_ARRAY(a, uint32_t, t->n_more), n_waiting = 0, next_more = 0;
    uint64_t deeper = 0;
    for (uint32_t i = 0; i <= t->n_nodes; i++) {
        while (n_waiting && p->layout.end[t->more[waiting[n_waiting - 1]].node] == i)
            draw_more(p, waiting[--n_waiting]);
        if (i == t->n_nodes) break;
        double width = p->layout.width[i] * p->scale;
        struct arena_mark m = arena_mark(a);
        if (width >= NARROW && t->depth[i] < p->levels) {
            flush_narrow(p, t->depth[i]);
            draw_node(p, i);
            if (next_more < t->n_more && t->more[next_more].node == i) waiting[n_waiting++] = next_more++;
            arena_rewind(a, m);
            continue;
        }
        uint32_t end = p->layout.end[i];
        if (t->depth[i] >= p->levels)
            deeper += end - i;
        else
            add_narrow(p, p->layout.x[i] * p->scale, width, t->depth[i], end - i);
        while (next_more < t->n_more && t->more[next_more].node < end) next_more++;
        i = end - 1;
    }
    for (uint32_t level = 0; level < p->levels; level++) flush_narrow(p, level);
    return deeper;
}

static void draw_legend(struct picture *p, double y) {
    static const char *const text[LOOK_STEPS] = {"\u2264 \u221250%", "\u221210%", "\u22122%", "\u00b12%", "+2%", "+10%",
                                                 "\u2265 +50%"};
    for (int i = 0; i < LOOK_STEPS; i++) {
        sink_printf(p->out, "<rect x=\"%d\" y=\"%.0f\" width=\"68\" height=\"16\" fill=\"", MARGIN + i * 70, y);
        write_colour(p->out, look_step_colour(i));
        sink_text(p->out, "\"/>");
        write_text(p, MARGIN + i * 70 + 5, y + 12, str_from(text[i]), look_step_is_dark(i));
        sink_char(p->out, '\n');
    }
    write_text(p, MARGIN + LOOK_STEPS * 70 + 5, y + 12, STR("from base to new"), false);
    sink_char(p->out, '\n');
}

void flame_write_svg(const struct flame *f, struct report_lines header, struct sink *out) {
    struct arena *a = f->in->arena;
    struct picture p = {.f = f, .out = out, .layout = look_layout(a, f->tree, f->two_sides)};
    double whole = p.layout.width[0];
    p.scale = whole > 0 ? (WIDTH - 2 * MARGIN) / whole : 0;
    for (uint32_t i = 0; i < f->tree->n_nodes && whole > 0; i++) /* the level below the last box may have narrow
                                                                    nodes */
        if (p.layout.width[i] * p.scale >= NARROW && p.levels < f->tree->depth[i] + 2) p.levels = f->tree->depth[i] + 2;
    if (p.levels > p.layout.levels) p.levels = p.layout.levels;
    if (p.levels > LEVELS_MOST) p.levels = LEVELS_MOST;
    p.narrow = ARENA_ZERO(a, struct narrow, (size_t)p.levels + 1);
    unsigned height = TOP + p.levels * ROW + BOTTOM;
    sink_printf(out,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%u\" viewBox=\"0 0 %d %u\" "
                "font-family=\"ui-monospace, monospace\" font-size=\"12\" fill=\"#1b1f24\">\n<title>",
                WIDTH, height, WIDTH, height);
    emit_xml(out, look_clean(a, f->title, LOOK_LONGEST));
    sink_printf(out, "</title>\n<rect width=\"%d\" height=\"%u\" fill=\"#fff\"/>\n", WIDTH, height);
    write_text(&p, MARGIN, 18, look_clean(a, f->title, 160), false);
    sink_char(out, '\n');
    if (header.n) write_text(&p, MARGIN, 38, look_clean(a, header.at[header.n - 1], 160), false);
    sink_char(out, '\n');
    uint64_t deeper = p.levels ? draw_nodes(&p) : 0;
    double y = TOP + p.levels * ROW;
    if (!p.levels)
        write_text(&p, MARGIN, y + 12, f->in->view->n_samples ? STR("The total is 0.") : STR("No samples."), false);
    if (deeper)
        write_text(&p, MARGIN, y + 14, str_format(a, "%llu deeper frames are not drawn", (unsigned long long)deeper),
                   false);
    if (f->two_sides) draw_legend(&p, y + 20);
    sink_text(out, "</svg>\n");
}
