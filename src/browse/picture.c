/* The picture of the browser. */
#include "browse/picture.h"

#include <stdio.h>
#include <string.h>

enum {
    LINES_AROUND = 5, /* title, state and heads above the rows; the selected row's values and the last line below */
    NARROW = 60       /* columns below which texts are short */
};

static void draw_title(const struct browser *b, struct canvas *c) {
    const struct canvas_style bar = {.flags = CANVAS_REVERSE}, chosen = {.flags = CANVAS_BOLD};
    int x = 0;
    canvas_paint(c, 0, 0, c->columns, bar);
    for (unsigned i = 0; i < view_table_n; i++) {
        char text[32];
        int n = snprintf(text, sizeof text, c->columns < NARROW ? "%u %s" : " %u %s ", i + 1, view_table[i]->title);
        if (c->columns < NARROW) x += i > 0;
        x += canvas_text(c, 0, x, c->columns - x, (str){text, (size_t)n}, CANVAS_CUT_END,
                         view_table[i] == b->now.view ? chosen : bar);
    }
    const struct profile *p = b->session->profile;
    str program = p->n_mappings ? str_base_name(profile_str(p, p->mapping[0].file)) : STR_EMPTY;
    if (program.len < 2) program = STR("cprof");
    if (c->columns - x > 8) canvas_right(c, 0, x + 2, c->columns - x - 3, program, bar);
}

/* True for options that the line of the state leaves out: it shows their effect, or they have none here. */
static bool is_silent(const struct options_row *row) {
    static const char *const silent[] = {
        "output", "compact_labels", "source_path", "trim_path",  "sample_index", "sort",    "format",  "width",
        "color",  "pager",          "by",          "by_columns", "by_count",     "columns", "sort_by", "per_second"};
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
        if (strcmp(row->name, silent[i]) == 0) return true;
    return false;
}

static void draw_state(const struct browser *b, struct canvas *c) {
    struct arena a = {0};
    struct sink out;
    struct options defaults;
    const struct report_in *in = &b->source->run.in;
    sink_to_memory(&out);
    options_defaults(&defaults);
    sink_str(&out, in->value.type_label);
    sink_text(&out, ", total ");
    sink_str(&out, report_value(in, in->value.total, b->page->unit));
    if (b->now.view->of_functions && b->now.pattern.len) {
        sink_text(&out, "  of ");
        sink_str(&out, b->now.subject);
    }
    for (unsigned i = 0; i < options_table_n; i++) {
        str value = options_get(&a, &options_table[i], &b->now.options);
        if (is_silent(&options_table[i]) || str_equal(value, options_get(&a, &options_table[i], &defaults))) continue;
        sink_printf(&out, "  %s=", options_table[i].name);
        sink_str(&out, value);
    }
    if (b->now.zoom && b->now.view->zooms) {
        VEC(str) name = {0};
        for (const struct view_zoom *z = b->now.zoom; z; z = z->above) *VEC_PUSH(&a, &name) = z->name;
        sink_text(&out, "  zoom: ");
        for (size_t i = name.n; i-- > 0;) {
            sink_str(&out, name.at[i]);
            if (i) sink_text(&out, " > ");
        }
    }
    canvas_text(c, 1, 0, c->columns, sink_bytes(&out), CANVAS_CUT_MIDDLE, (struct canvas_style){0});
    sink_drop(&out);
    arena_release(&a);
}

/* Scrolls so that the selected row is visible. */
static void scroll(struct browser *b) {
    const struct view_page *p = b->page;
    size_t height = b->height > 0 ? (size_t)b->height : 1, n = p->n;
    size_t line = p->view->line_of && p->n ? p->view->line_of(p, b->now.row) : b->now.row;
    if (b->now.first > line) b->now.first = line;
    if (line - b->now.first >= height) b->now.first = line - height + 1;
    if (p->view->line_of) return;
    /* no empty lines at the end, after the window grew */
    if (b->now.first + height > n) b->now.first = n > height ? n - height : 0;
}

static void draw_rows(struct browser *b, struct canvas *c, struct view_area area) {
    const struct view_page *p = b->page;
    struct arena *a = b->source->run.in.arena;
    if (p->view->draw) {
        p->view->draw(p, c, area);
        return;
    }
    for (int y = area.from; y < area.to; y++) {
        size_t row = b->now.first + (size_t)(y - area.from);
        if (row >= p->n) break;
        struct arena_mark m = arena_mark(a);
        struct canvas_style style = {.flags = row == b->now.row ? CANVAS_REVERSE : 0};
        canvas_paint(c, y, 0, c->columns, style);
        p->view->row(p, c, y, row, style);
        if (view_is_marked(&b->memory, p->view->function_of(p, row)))
            canvas_text(c, y, 0, 1, STR("*"), CANVAS_CUT_END, style);
        arena_rewind(a, m);
    }
}

/* Writes the name of the selected row, whole if possible, and its values; these have room of their own if no row shows
 * them. */
static void draw_selected(struct canvas *c, int y, str name, str values, bool needs_values) {
    const struct canvas_style plain = {0}, bold = {.flags = CANVAS_BOLD};
    int room = c->columns - canvas_width(values) - 2, least = needs_values ? c->columns / 2 : canvas_width(name);
    if (room < least) room = least;
    int x = 2 + canvas_text(c, y, 0, room, name, CANVAS_CUT_MIDDLE, bold);
    if (needs_values || c->columns - x >= canvas_width(values))
        canvas_text(c, y, x, c->columns - x, values, CANVAS_CUT_END, plain);
}

static void draw_page(struct browser *b, struct canvas *c) {
    struct arena *a = b->source->run.in.arena;
    const struct view_page *p = b->page;
    struct arena_mark m = arena_mark(a);
    b->height = c->rows > LINES_AROUND ? c->rows - LINES_AROUND : 1;
    scroll(b);
    draw_title(b, c);
    draw_state(b, c);
    p->view->head(p, c, 2);
    if (p->n) {
        draw_rows(b, c, (struct view_area){3, 3 + b->height});
        int y = 3 + b->height;
        str name = p->view->name_of(p, b->now.row);
        draw_selected(c, y, str_trim(name), p->view->describe(p, b->now.row), p->view->draw != NULL);
    } else {
        canvas_text(c, 3, 2, c->columns - 2, p->empty, CANVAS_CUT_END, (struct canvas_style){0});
    }
    arena_rewind(a, m);
}

/* Writes a text, wrapped at blanks where it is too long, from `column` on. Returns the row after it. */
static int wrap(struct canvas *c, int row, int column, struct view_area area, str text) {
    int room = c->columns - column > 10 ? c->columns - column : 10;
    do {
        str part = str_slice(text, 0, (size_t)room);
        while (part.len && part.len < text.len && ((unsigned char)text.ptr[part.len] & 0xC0) == 0x80) part.len--;
        if (part.len < text.len && text.ptr[part.len] != ' ') {
            size_t blank = str_find_last_char(part, ' ');
            if (blank > 0 && blank < part.len) part = str_slice(part, 0, blank);
        }
        if (row >= area.from && row < area.to)
            canvas_text(c, row, column, room, part, CANVAS_CUT_END, (struct canvas_style){0});
        row++;
        text = str_from_offset(text, part.len);
        while (text.len && text.ptr[0] == ' ' && part.len) text = str_from_offset(text, 1);
    } while (text.len);
    return row;
}

static int draw_keys(struct canvas *c, int row, struct view_area area) {
    const struct canvas_style bold = {.flags = CANVAS_BOLD};
    for (unsigned i = 0; i < keys_table_n; i++) {
        const struct keys_row *k = &keys_table[i];
        if (k->group) {
            row += i > 0;
            if (row >= area.from && row < area.to)
                canvas_text(c, row, 0, c->columns, str_from(k->group), CANVAS_CUT_END, bold);
            row++;
        }
        if (!k->names) continue;
        row = c->columns >= NARROW ? row : wrap(c, row, 2, area, str_from(k->names));
        if (c->columns >= NARROW && row >= area.from && row < area.to)
            canvas_text(c, row, 2, 20, str_from(k->names), CANVAS_CUT_END, (struct canvas_style){0});
        row = wrap(c, row, c->columns >= NARROW ? 22 : 6, area, str_from(k->help));
    }
    return row;
}

static void draw_text(struct browser *b, struct canvas *c) {
    const struct canvas_style bar = {.flags = CANVAS_REVERSE};
    const struct view_area area = {1, c->rows - 1};
    b->height = area.to > area.from ? area.to - area.from : 1;
    int first = 1 - (int)b->text_first, row = first;
    str text = sink_bytes(&b->text), line;
    canvas_paint(c, 0, 0, c->columns, bar);
    canvas_text(c, 0, 1, c->columns - 1, text.len ? STR("cprof") : STR("Keys"), CANVAS_CUT_END, bar);
    if (text.len)
        while (str_cut(&text, '\n', &line)) row = wrap(c, row, 0, area, line);
    else
        row = draw_keys(c, row, area);
    b->text_rows = (size_t)(row - first);
    canvas_text(c, c->rows - 1, 0, c->columns,
                c->columns < NARROW ? STR("j k: scroll  other keys: back")
                                    : STR("Up Down PgUp PgDn: scroll  any other key: back"),
                CANVAS_CUT_END, (struct canvas_style){.flags = CANVAS_BOLD});
}

void picture_draw(struct browser *b, struct canvas *c) {
    int last = c->rows - 1;
    str hint = STR("? keys  q leave  / search  : options  < back  Enter callers, zoom, open");
    if (canvas_width(hint) > c->columns) hint = STR("? keys  q leave  / search  < back");
    if (b->mode == MODE_TEXT) {
        draw_text(b, c);
        return;
    }
    draw_page(b, c);
    canvas_paint(c, last, 0, c->columns, (struct canvas_style){0});
    if (b->mode != MODE_ROWS)
        line_draw(&b->line, c, last, b->mode == MODE_SEARCH ? STR("/") : STR(":"));
    else if (b->message_length)
        canvas_text(c, last, 0, c->columns, (str){b->message, b->message_length}, CANVAS_CUT_END,
                    (struct canvas_style){.flags = CANVAS_BOLD});
    else
        canvas_text(c, last, 0, c->columns, hint, CANVAS_CUT_END, (struct canvas_style){0});
}
