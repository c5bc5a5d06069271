/* A picture of a terminal's screen in memory: cells with a character and a style. Views draw on it, screen.c shows it,
 * and tests read it. Texts are made safe: control characters are spelled out, wide characters take two cells, and marks
 * stay with the character before. */
#ifndef CPROF_BROWSE_CANVAS_H
#define CPROF_BROWSE_CANVAS_H

#include "base/str.h"

enum canvas_flags { CANVAS_BOLD = 1, CANVAS_REVERSE = 2, CANVAS_UNDERLINE = 4, CANVAS_DIM = 8 };
struct canvas_style {
    uint8_t flags;
    uint8_t ink;  /* colour of the text, 1 to 7 as in ISO 6429 (1: red); 0: the terminal's own */
    uint8_t tint; /* colour of the background: 1 + 36 r + 6 g + b, each from 0 to 5; 0: the terminal's own */
};

enum { CANVAS_CELL = 24 }; /* bytes of a cell: a character with marks; further marks are dropped */
struct canvas_cell {
    char text[CANVAS_CELL];
    uint8_t length; /* of the text; 0: the right half of a wide character */
    uint8_t width;  /* 1 or 2; 0: the right half of a wide character */
    struct canvas_style style;
};

struct canvas {
    int rows, columns; /* at least 1 */
    struct canvas_cell *cell;
    int cursor_row, cursor_column; /* row -1: the cursor is hidden */
};

enum { CANVAS_MOST = 2000 }; /* rows, and columns */

/* Makes the canvas blank, of that size within the limits. A canvas of zeros is a valid one to start with. */
void canvas_clear(struct canvas *c, int rows, int columns);
void canvas_free(struct canvas *c);

/* What is left of a text that does not fit: the ellipsis takes one cell. */
enum canvas_cut { CANVAS_CUT_END, CANVAS_CUT_MIDDLE, CANVAS_CUT_START };
/* Writes text at a row and column, in `room` cells at most, and returns the number of cells that it took. Whatever is
 * outside of the canvas is left out. */
int canvas_text(struct canvas *c, int row, int column, int room, str text, enum canvas_cut cut,
                struct canvas_style style);
/* Writes text so that it ends before `column + room`; a longer one loses its start. */
void canvas_right(struct canvas *c, int row, int column, int room, str text, struct canvas_style style);
/* Gives the cells of a row from `column` on, `n` of them, a style; their texts stay. */
void canvas_paint(struct canvas *c, int row, int column, int n, struct canvas_style style);
int canvas_width(str text); /* the cells that the whole text takes */
/* The text without its first characters, which take that many cells. */
str canvas_skip(str text, int cells);
/* The row as text, without blanks at its end, in `a`. */
str canvas_row(struct arena *a, const struct canvas *c, int row);

#endif
