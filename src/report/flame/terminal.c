/* flame: a flame graph as text, with the root at the top. A box begins with a bar; neighbours that are too narrow for a
 * column of their own are merged into one mark, and counted below the graph. */
#include <math.h>

#include "go/utf8.h"
#include "report/flame/look.h"
#include "stacks/sides.h"

enum {
    WIDTH_ELSEWHERE = 120, /* without a terminal */
    LEVELS_MOST = 200      /* deeper nodes are counted, not shown */
};

/* The contents of columns from … to-1 of a level: a node, or narrow ones. */
struct box {
    uint32_t from, to;
    uint32_t node;  /* NARROW: several narrow nodes */
    uint32_t below; /* the next box on its level; 0: none */
};
#define NARROW UINT32_MAX

struct drawing {
    const struct flame *f;
    struct look_layout layout;
    struct sink *out;
    enum terminal_colours colours;
    VEC(struct box) box;                            /* box[0] is unused */
    uint32_t first[LEVELS_MOST], last[LEVELS_MOST]; /* boxes of each level */
    uint32_t levels;
    uint64_t narrow, deeper; /* numbers of nodes that were merged, and of those that are too deep */
    uint64_t narrow_sum;
};

static void add_box(struct drawing *d, uint32_t level, struct box b) {
    struct box *before = d->first[level] ? &d->box.at[d->last[level]] : NULL;
    if (before && b.node == NARROW) {
        if (before->node == NARROW && before->to >= b.from) {
            before->to = b.to > before->to ? b.to : before->to;
            return;
        }
        if (before->to > b.from) b.from = before->to;
        if (b.from >= b.to) return;
    }
    /* the mark of narrow nodes may take the column where a box starts */
    if (before && before->to > b.from) before->to = b.from;
    uint32_t id = (uint32_t)d->box.n;
    if (before)
        before->below = id;
    else
        d->first[level] = id;
    d->last[level] = id;
    *VEC_PUSH(d->f->in->arena, &d->box) = b;
    if (level + 1 > d->levels) d->levels = level + 1;
}

static void add_narrow(struct drawing *d, uint32_t level, double x, uint32_t width) {
    uint32_t from = (uint32_t)x < width ? (uint32_t)x : width - 1;
    add_box(d, level, (struct box){from, from + 1, NARROW, 0});
}

/* Gives each node its columns, from left to right on each level. */
static void place(struct drawing *d, uint32_t width) {
    const struct stacktree *t = d->f->tree;
    double scale = d->layout.width[0] > 0 ? width / d->layout.width[0] : 0;
    uint32_t more = 0;
    for (uint32_t i = 0; i < t->n_nodes;) {
        uint32_t from = (uint32_t)lround(d->layout.x[i] * scale), end = d->layout.end[i];
        uint32_t to = (uint32_t)lround((d->layout.x[i] + d->layout.width[i]) * scale);
        if (t->depth[i] >= LEVELS_MOST) {
            d->deeper += end - i;
        } else if (from < to) {
            add_box(d, t->depth[i], (struct box){from, to, i, 0});
            end = i + 1;
        } else {
            add_narrow(d, t->depth[i], d->layout.x[i] * scale, width);
            d->narrow += end - i;
            d->narrow_sum += (uint64_t)t->total[SIDE_NEW][i];
        }
        for (; more < t->n_more && t->more[more].node < end; more++) {
            d->narrow += t->more[more].count;
            if (end == i + 1) d->narrow_sum += (uint64_t)t->more_sum[SIDE_NEW][more];
        }
        i = end;
    }
}

static unsigned cube(uint8_t v) { return v < 48 ? 0 : v < 115 ? 1 : (unsigned)(v - 35) / 40; }

/* Sets the background of a box, and black or white text. */
static void start_colour(const struct drawing *d, struct look_rgb c, bool white, unsigned basic) {
    switch (d->colours) {
    case COLOURS_NONE: break;
    case COLOURS_16: sink_printf(d->out, "\x1b[%u;%um", white ? 97 : 30, basic); break;
    case COLOURS_256:
        sink_printf(d->out, "\x1b[38;5;%u;48;5;%um", white ? 231 : 16, 16 + 36 * cube(c.r) + 6 * cube(c.g) + cube(c.b));
        break;
    case COLOURS_TRUE:
        sink_printf(d->out, "\x1b[38;2;%s;48;2;%u;%u;%um", white ? "255;255;255" : "27;31;36", c.r, c.g, c.b);
        break;
    }
}

static void end_colour(const struct drawing *d) {
    if (d->colours) sink_text(d->out, "\x1b[0m");
}

static void start_node(const struct drawing *d, uint32_t node) {
    static const unsigned steps[LOOK_STEPS] = {44, 104, 106, 47, 103, 43, 41};
    const struct stacktree *t = d->f->tree;
    if (d->f->two_sides) {
        int step = look_step(t->total[SIDE_NEW][node], t->total[SIDE_BASE][node]);
        start_colour(d, look_step_colour(step), look_step_is_dark(step), steps[step]);
        return;
    }
    struct look_rgb c = look_package_colour(&t->frame[t->frame_of[node]]);
    if (node)
        start_colour(d, c, false, 101 + (c.r * 31u + c.g * 7u + c.b) % 6);
    else
        start_colour(d, (struct look_rgb){0xe3, 0xe6, 0xea}, false, 47);
}

/* Writes a node and returns the number of blank columns at its end, if no colour fills them. */
static size_t write_node(const struct drawing *d, const struct box *b) {
    const struct stacktree *t = d->f->tree;
    struct arena *a = d->f->in->arena;
    size_t room = b->to - b->from - 1, used;
    str name = look_fit(a, t->frame[t->frame_of[b->node]].name, room);
    used = utf8_cells(name);
    start_node(d, b->node);
    sink_str(d->out, d->colours ? STR("\u258f") : STR("|"));
    sink_str(d->out, name);
    int64_t base = d->f->two_sides ? t->total[SIDE_BASE][b->node] : 0;
    str values = look_values(d->f, t->total[SIDE_NEW][b->node], base);
    if (d->f->two_sides && used + utf8_cells(values) + 1 > room)
        values = look_change(a, t->total[SIDE_NEW][b->node], base);
    size_t cells = utf8_cells(values) + 1;
    if (used && used + cells <= room) {
        sink_char(d->out, ' ');
        sink_str(d->out, values);
        used += cells;
    }
    if (!d->colours) return room - used;
    sink_repeat(d->out, ' ', room - used);
    end_colour(d);
    return 0;
}

static void write_level(const struct drawing *d, uint32_t level) {
    uint32_t at = 0;
    size_t blank = 0; /* pending blanks, so that no line ends in blanks */
    for (uint32_t id = d->first[level]; id; id = d->box.at[id].below) {
        const struct box *b = &d->box.at[id];
        if (b->from >= b->to) continue;
        sink_repeat(d->out, ' ', blank + b->from - at);
        blank = 0;
        if (b->node == NARROW) {
            start_colour(d, (struct look_rgb){0xb9, 0xc0, 0xca}, false, 100);
            for (uint32_t i = b->from; i < b->to; i++) sink_str(d->out, d->colours ? STR("\u2591") : STR("~"));
            end_colour(d);
        } else {
            struct arena_mark m = arena_mark(d->f->in->arena);
            blank = write_node(d, b);
            arena_rewind(d->f->in->arena, m);
        }
        at = b->to;
    }
    sink_char(d->out, '\n');
}

static void write_notes(const struct drawing *d) {
    const struct flame *f = d->f;
    if (d->narrow) {
        sink_str(d->out, d->colours ? STR("\u2591") : STR("~"));
        sink_printf(d->out, " %llu frame%s narrower than a column, ", (unsigned long long)d->narrow,
                    d->narrow == 1 ? "" : "s");
        sink_str(d->out, report_value(f->in, (int64_t)d->narrow_sum, f->in->options->unit));
        sink_text(d->out, " in all\n");
    }
    if (d->deeper)
        sink_printf(d->out, "%llu frame%s below level %d: -show_from=FUNCTION starts further down\n",
                    (unsigned long long)d->deeper, d->deeper == 1 ? "" : "s", LEVELS_MOST);
    if (f->note.len) {
        sink_str(d->out, f->note);
        sink_char(d->out, '\n');
    }
}

bool report_flame(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    int width = in->screen.columns ? in->screen.columns : WIDTH_ELSEWHERE;
    if (width > TERMINAL_MOST) width = TERMINAL_MOST;
    if (width < TERMINAL_FEWEST) width = TERMINAL_FEWEST;

    struct flame f = flame_make(in, false);
    flame_cut(&f, 1, FLAME_CUT);
    struct report_lines header = report_stacks_header(in, flame_sum(in), false);
    for (uint32_t i = 0; i < header.n; i++) {
        sink_str(out, look_clean(in->arena, header.at[i], LOOK_LONGEST));
        sink_char(out, '\n');
    }
    struct drawing d = {.f = &f, .layout = look_layout(in->arena, f.tree, f.two_sides), .out = out};
    d.colours = in->screen.colours;
    *VEC_PUSH(in->arena, &d.box) = (struct box){0};
    if (d.layout.width[0] > 0)
        place(&d, (uint32_t)width);
    else
        sink_str(out, in->view->n_samples ? STR("The total is 0.\n") : STR("No samples.\n"));
    for (uint32_t level = 0; level < d.levels; level++) write_level(&d, level);
    write_notes(&d);
    flame_drop(&f);
    return true;
}
