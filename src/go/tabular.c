/* Go's text/tabwriter: holds lines back until their columns end, then writes them padded. */
#include "go/tabular.h"

#include "go/utf8.h"

#define ESCAPE '\xff'

struct cell {
    size_t size, width; /* bytes, code points */
    uint32_t column;    /* index into columns[], or NO_COLUMN for a line's last cell */
};
#define NO_COLUMN UINT32_MAX

struct tabular {
    struct arena block; /* the lines held back; released with them */
    struct sink *out;
    struct sink text; /* bytes of the cells held back, then of the cell being read */
    size_t cell_start;
    size_t width_start; /* the bytes before this offset are counted in cell_width */
    size_t cell_width;
    bool escaped;
    uint32_t line_cells;    /* finished cells of the line being read */
    VEC(struct cell) cells; /* of all lines held back */
    VEC(uint32_t) lines;    /* number of cells of each line */
    VEC(size_t) widths;     /* of columns, in the order they began */
    VEC(uint32_t) open;     /* columns of the previous line, leftmost first */
};

struct tabular *tabular_new(struct arena *a, struct sink *out) {
    struct tabular *t = ARENA_NEW(a, struct tabular);
    t->out = out;
    sink_to_memory(&t->text);
    return t;
}

static size_t count_runes(str s) {
    size_t n = 0;
    uint32_t rune;
    for (size_t at = 0; at < s.len; n++) at += utf8_decode(s, at, &rune);
    return n;
}

static void count_width(struct tabular *t) {
    t->cell_width += count_runes(str_from_offset(sink_bytes(&t->text), t->width_start));
    t->width_start = t->text.len;
}

static void end_cell(struct tabular *t) {
    struct cell c = {.size = t->text.len - t->cell_start, .width = t->cell_width, .column = NO_COLUMN};
    *VEC_PUSH(&t->block, &t->cells) = c;
    t->line_cells++;
    t->cell_start = t->width_start = t->text.len;
    t->cell_width = 0;
}

/* Assigns all cells of the line but the last to their columns and widens these. */
static void end_line(struct tabular *t) {
    uint32_t columns = t->line_cells ? t->line_cells - 1 : 0;
    struct cell *cell = columns ? &t->cells.at[t->cells.n - t->line_cells] : NULL;
    if (t->open.n > columns) t->open.n = columns;
    for (uint32_t i = 0; i < columns; i++) {
        if (i == t->open.n) {
            *VEC_PUSH(&t->block, &t->open) = (uint32_t)t->widths.n;
            *VEC_PUSH(&t->block, &t->widths) = 0;
        }
        cell[i].column = t->open.at[i];
        size_t *width = &t->widths.at[cell[i].column];
        if (cell[i].width + 1 > *width) *width = cell[i].width + 1;
    }
    *VEC_PUSH(&t->block, &t->lines) = t->line_cells;
    t->line_cells = 0;
}

/* Writes the lines held back. `final`: the last line has no newline. */
static void write_block(struct tabular *t, bool final) {
    size_t at = 0, cell = 0;
    for (size_t l = 0; l < t->lines.n; l++) {
        for (uint32_t i = 0; i < t->lines.at[l]; i++, cell++) {
            const struct cell *c = &t->cells.at[cell];
            if (c->column != NO_COLUMN) sink_repeat(t->out, ' ', t->widths.at[c->column] - c->width);
            sink_str(t->out, str_slice(sink_bytes(&t->text), at, at + c->size));
            at += c->size;
        }
        if (!final || l + 1 < t->lines.n) sink_char(t->out, '\n');
    }
    t->text.len = t->cell_start = t->width_start = 0;
    t->cells.at = NULL, t->lines.at = NULL, t->widths.at = NULL, t->open.at = NULL;
    t->cells.n = t->cells.cap = t->lines.n = t->lines.cap = 0;
    t->widths.n = t->widths.cap = t->open.n = t->open.cap = 0;
    arena_release(&t->block);
}

static void end_escape(struct tabular *t) {
    count_width(t);
    t->cell_width -= 2; /* without the two ESCAPE bytes */
    t->escaped = false;
}

static void take_special(struct tabular *t, char c) {
    if (c == ESCAPE) {
        if (!t->escaped) count_width(t);
        sink_char(&t->text, c);
        if (t->escaped)
            end_escape(t);
        else
            t->escaped = true;
        return;
    }
    if (t->escaped) {
        sink_char(&t->text, c);
        return;
    }
    count_width(t);
    end_cell(t);
    if (c != '\n' && c != '\f') return;
    bool single = t->line_cells == 1;
    end_line(t);
    if (c == '\f' || single) write_block(t, false);
}

static bool is_special(char c) { return c == '\t' || c == '\v' || c == '\n' || c == '\f' || c == ESCAPE; }

void tabular_write(struct tabular *t, str text) {
    size_t from = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!is_special(text.ptr[i])) continue;
        sink_str(&t->text, str_slice(text, from, i));
        take_special(t, text.ptr[i]);
        from = i + 1;
    }
    sink_str(&t->text, str_from_offset(text, from));
}

void tabular_flush(struct tabular *t) {
    if (t->text.len > t->cell_start) {
        count_width(t); /* of a line's last cell, in case an escape is left open */
        end_cell(t);
    }
    end_line(t);
    write_block(t, true);
    sink_drop(&t->text);
}
