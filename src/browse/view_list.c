/* The view list: source lines of functions with their values, as the report list has them. */
#include "browse/columns.h"
#include "report/code/list.h"

enum { ROWS_MOST = 1000000, TAB = 4 };

struct source_row {
    const struct list_routine *routine;
    int64_t number; /* 0: the routine itself, or its error */
    struct list_amounts sum;
    str text;
};
struct source_rows {
    struct arena *arena;
    const struct list_routine *routine; /* the last one */
    VEC(struct source_row) row;
    size_t first; /* the first row with a value */
};

static void add_row(struct source_rows *r, struct source_row row) {
    if (r->row.n < ROWS_MOST) *VEC_PUSH(r->arena, &r->row) = row;
}

static void add_text(struct source_rows *r, const char *before, str text) {
    add_row(r, (struct source_row){
                   r->routine, 0, {0, 0}, str_join(r->arena, (str[]){str_from(before), text}, 2, STR_EMPTY)});
}

static void take_routine(void *context, const struct list_routine *routine) {
    struct source_rows *r = context;
    struct list_routine *kept = ARENA_NEW(r->arena, struct list_routine);
    *kept = *routine;
    if (r->routine) add_row(r, (struct source_row){kept, 0, {0, 0}, STR_EMPTY});
    r->routine = kept;
    add_row(r, (struct source_row){kept, 0, routine->sum, routine->name});
    if (routine->file.len)
        add_text(r, "in ", routine->file);
    else
        add_text(r, "The profile names no file of it.", STR_EMPTY);
    if (routine->error.len) add_text(r, "Error: ", routine->error);
}

static void take_line(void *context, const struct list_line *line) {
    struct source_rows *r = context;
    if (!r->first && (line->sum.flat || line->sum.cum)) r->first = r->row.n;
    add_row(r, (struct source_row){r->routine, line->number, line->sum, line->text});
}

static bool load(struct view_source *s, struct err *e) {
    const struct report_in *in = &s->run.in;
    struct source_rows *r = ARENA_NEW(in->arena, struct source_rows);
    r->arena = in->arena;
    struct list *list = list_open(in, e);
    if (!list) return false;
    list_visit(list, &(struct list_visitor){r, take_routine, take_line});
    for (size_t i = 0; i < s->notes.n; i++) add_text(r, "", s->notes.at[i].text);
    s->notes.n = 0;
    s->data = r;
    return true;
}

static bool make(struct view_page *p, struct err *e) {
    const struct source_rows *r = p->source->data;
    (void)e;
    p->n = r->row.n;
    if (!p->place->row) p->place->row = r->first;
    return true;
}

static const struct source_row *row_at(const struct view_page *p, size_t row) {
    return &((const struct source_rows *)p->source->data)->row.at[row];
}
static str name_of(const struct view_page *p, size_t row) { return row_at(p, row)->text; }
static str function_of(const struct view_page *p, size_t row) { return row_at(p, row)->routine->name; }

static struct columns_row values_of(const struct view_page *p, size_t row) {
    const struct source_row *r = row_at(p, row);
    return (struct columns_row){.flat = r->sum.flat, .cum = r->sum.cum};
}

static void head(const struct view_page *p, struct canvas *c, int y) { columns_head(p, c, y, "  line", false); }

/* The line with blanks in place of tabs, which lead to every fourth column, as far as it may be visible. */
static str without_tabs(struct arena *a, str line) {
    if (str_has_suffix(line, STR("\r"))) line.len--;
    if (str_find_char(line, '\t') == line.len) return line;
    struct sink out;
    sink_to_memory(&out);
    for (size_t i = 0, column = 0; i < line.len && column < 4 * CANVAS_MOST; i++) {
        size_t n = line.ptr[i] == '\t' ? TAB - column % TAB : 0;
        sink_repeat(&out, ' ', n);
        if (!n) sink_char(&out, line.ptr[i]);
        /* columns are counted as characters */
        column += n ? n : ((unsigned char)line.ptr[i] & 0xC0) != 0x80;
    }
    str text = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return text;
}

static void draw_row(const struct view_page *p, struct canvas *c, int y, size_t row, struct canvas_style style) {
    const struct source_row *r = row_at(p, row);
    struct columns_row v = values_of(p, row);
    bool heavy = r->sum.flat || r->sum.cum;
    if (!style.flags && !r->number) style.flags = CANVAS_BOLD;
    if (!style.flags && heavy) style = columns_heat(p, view_order(p->view, p->place) == ORDER_CUM ? v.cum : v.flat);
    struct arena *a = p->source->run.in.arena;
    int x = heavy ? columns_write(p, c, y, &v, false, style) : r->number ? columns_width(p, c) : 2;
    if (!r->number) {
        canvas_text(c, y, x, c->columns - x, canvas_skip(r->text, p->place->shift), CANVAS_CUT_END, style);
        return;
    }
    canvas_right(c, y, x, 6, str_format(a, "%lld", (long long)r->number), style);
    x += 6 + canvas_text(c, y, x + 6, 2, heavy ? STR("> ") : STR(": "), CANVAS_CUT_END, style);
    str text = canvas_skip(without_tabs(a, r->text), p->place->shift);
    canvas_text(c, y, x, c->columns - x, text, CANVAS_CUT_END, style);
}

static str describe(const struct view_page *p, size_t row) {
    const struct source_row *r = row_at(p, row);
    if (!r->sum.flat && !r->sum.cum) return r->routine->file;
    const struct columns_row v = values_of(p, row);
    return columns_text(p, &v);
}

const struct view view_list = {.name = "list",
                               .title = "source",
                               .report = "list",
                               .of_functions = true,
                               .load = load,
                               .make = make,
                               .head = head,
                               .row = draw_row,
                               .name_of = name_of,
                               .function_of = function_of,
                               .describe = describe};
