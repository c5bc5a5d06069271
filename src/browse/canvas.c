/* A picture of a terminal's screen in memory. */
#include "browse/canvas.h"

#include <stdlib.h>

#include "base/cells.h"
#include "base/memory.h"
#include "go/utf8.h"
#include "out/message.h"

#define ELLIPSIS STR("\xE2\x80\xA6")

/* A name of megabytes is not read whole for each frame: nothing shows more of its start and its end than this. */
enum { PART_MOST = 16 * 1024 };

static const struct canvas_cell blank = {.text = " ", .length = 1, .width = 1};

void canvas_clear(struct canvas *c, int rows, int columns) {
    rows = rows < 1 ? 1 : rows > CANVAS_MOST ? CANVAS_MOST : rows;
    columns = columns < 1 ? 1 : columns > CANVAS_MOST ? CANVAS_MOST : columns;
    if (rows != c->rows || columns != c->columns)
        c->cell = memory_resize(c->cell, (size_t)rows * (size_t)columns * sizeof *c->cell);
    c->rows = rows;
    c->columns = columns;
    c->cursor_row = -1;
    for (int i = 0; i < rows * columns; i++) c->cell[i] = blank;
}

void canvas_free(struct canvas *c) {
    free(c->cell);
    *c = (struct canvas){0};
}

static struct canvas_cell *cell_at(const struct canvas *c, int row, int column) {
    return &c->cell[row * c->columns + column];
}

/* Blanks the other half of a wide character that is about to be overwritten in part. */
static void split_wide(struct canvas *c, int row, int column) {
    struct canvas_cell *cell = cell_at(c, row, column);
    if (cell->width == 0 && column > 0) {
        struct canvas_style style = cell[-1].style;
        cell[-1] = cell[0] = blank;
        cell[-1].style = cell[0].style = style;
    } else if (cell->width == 2 && column + 1 < c->columns) {
        cell[1] = blank;
        cell[1].style = cell->style;
    }
}

/* Puts a safe text that fits; returns its cells. */
static int put(struct canvas *c, int row, int column, str text, struct canvas_style style) {
    int start = column;
    struct canvas_cell *last = NULL;
    for (size_t i = 0, n; i < text.len; i += n) {
        uint32_t rune;
        n = utf8_decode(text, i, &rune);
        int width = cells_of(rune);
        if (width == 0) {
            if (last && last->length + n <= CANVAS_CELL) {
                memcpy(last->text + last->length, text.ptr + i, n);
                last->length = (uint8_t)(last->length + n);
            }
            continue;
        }
        if (row < 0 || row >= c->rows || column < 0 || column + width > c->columns) {
            last = NULL;
            column += width;
            continue;
        }
        split_wide(c, row, column);
        if (width == 2) split_wide(c, row, column + 1);
        last = cell_at(c, row, column);
        *last = (struct canvas_cell){.length = (uint8_t)n, .width = (uint8_t)width, .style = style};
        memcpy(last->text, text.ptr + i, n);
        if (width == 2) last[1] = (struct canvas_cell){.style = style};
        column += width;
    }
    return column - start;
}

/* The longest start, or end, of the text that takes at most `room` cells. */
static str start_of(str text, size_t room) {
    size_t used = 0, i = 0;
    while (i < text.len) {
        uint32_t rune;
        size_t n = utf8_decode(text, i, &rune);
        used += (size_t)cells_of(rune);
        if (used > room) break;
        i += n;
    }
    return str_slice(text, 0, i);
}
static str end_of(str text, size_t room) {
    size_t left = utf8_cells(text), i = 0;
    while (i < text.len) {
        uint32_t rune;
        size_t n = utf8_decode(text, i, &rune);
        /* marks do not stay without their character */
        if (left <= room && cells_of(rune) > 0) break;
        left -= (size_t)cells_of(rune);
        i += n;
    }
    return str_from_offset(text, i);
}

/* The text as it is shown in `room` cells. */
static str fit(struct arena *a, str text, size_t room, enum canvas_cut cut) {
    bool whole = text.len <= 2 * (size_t)PART_MOST;
    if (!whole) {
        str part[] = {str_slice(text, 0, PART_MOST), str_from_offset(text, text.len - PART_MOST)};
        text = str_join(a, part, 2, STR_EMPTY);
    }
    text = message_one_line(a, text);
    size_t cells = utf8_cells(text);
    if (cells <= room && whole) return text;
    if (!room) return STR_EMPTY;
    size_t kept = (cells < room ? cells : room) - 1, before = cut == CANVAS_CUT_MIDDLE ? kept / 2 : kept;
    if (cut == CANVAS_CUT_START) before = 0;
    str part[] = {start_of(text, before), ELLIPSIS, STR_EMPTY};
    if (cut != CANVAS_CUT_END) part[2] = end_of(text, kept - utf8_cells(part[0]));
    return str_join(a, part, 3, STR_EMPTY);
}

int canvas_text(struct canvas *c, int row, int column, int room, str text, enum canvas_cut cut,
                struct canvas_style style) {
    if (room > c->columns - column) room = c->columns - column;
    if (room <= 0 || row < 0 || row >= c->rows) return 0;
    struct arena scratch = {0};
    int used = put(c, row, column, fit(&scratch, text, (size_t)room, cut), style);
    arena_release(&scratch);
    return used;
}

void canvas_right(struct canvas *c, int row, int column, int room, str text, struct canvas_style style) {
    if (room <= 0) return;
    struct arena scratch = {0};
    str shown = fit(&scratch, text, (size_t)room, CANVAS_CUT_START);
    put(c, row, column + room - (int)utf8_cells(shown), shown, style);
    arena_release(&scratch);
}

void canvas_paint(struct canvas *c, int row, int column, int n, struct canvas_style style) {
    if (row < 0 || row >= c->rows) return;
    for (int x = column < 0 ? 0 : column; x < column + n && x < c->columns; x++) cell_at(c, row, x)->style = style;
}

int canvas_width(str text) {
    if (text.len > 2 * (size_t)PART_MOST) return CANVAS_MOST;
    struct arena scratch = {0};
    size_t n = utf8_cells(message_one_line(&scratch, text));
    arena_release(&scratch);
    return n < CANVAS_MOST ? (int)n : CANVAS_MOST;
}

str canvas_skip(str text, int cells) {
    size_t i = 0;
    for (int used = 0; cells > 0 && i < text.len;) {
        uint32_t rune;
        size_t n = utf8_decode(text, i, &rune);
        used += cells_of(rune);
        if (used > cells) break;
        i += n;
    }
    return str_from_offset(text, i);
}

str canvas_row(struct arena *a, const struct canvas *c, int row) {
    char *text = ARENA_ARRAY(a, char, (size_t)c->columns *CANVAS_CELL);
    size_t n = 0, end = 0;
    for (int x = 0; x < c->columns; x++) {
        const struct canvas_cell *cell = cell_at(c, row, x);
        memcpy(text + n, cell->text, cell->length);
        n += cell->length;
        if (cell->length != 1 || cell->text[0] != ' ') end = n;
    }
    return (str){text, end};
}
