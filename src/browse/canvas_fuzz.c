/* libFuzzer: five bytes, two of them with a sign, choose where a text is drawn and how it is cut; the rest is the text.
 * No cell holds a character that changes how others are shown, wide characters have both halves, and nothing leaves its
 * room. */
#include "browse/canvas.h"

#include <assert.h>

#include "base/cells.h"
#include "go/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 5, ROWS = 3, COLUMNS = 40 };

static void check_row(struct arena *a, const struct canvas *c, int row) {
    for (int x = 0; x < c->columns; x++) {
        const struct canvas_cell *cell = &c->cell[row * c->columns + x];
        const bool right_half = x > 0 && cell[-1].width == 2;
        assert(cell->length <= CANVAS_CELL && (cell->width == 0) == right_half && cell->width <= 2);
        assert(cell->width < 2 || x + 1 < c->columns);
    }
    str text = canvas_row(a, c, row);
    for (size_t i = 0, n; i < text.len; i += n) {
        uint32_t rune;
        n = utf8_decode(text, i, &rune);
        assert(!cells_are_unsafe(rune) && (rune != UTF8_INVALID || n == 3));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct canvas c;
    struct arena a = {0};
    if (size < HEAD) return 0;
    const str text = {(const char *)data + HEAD, size - HEAD};
    int row = (int)(data[0] % ROWS), column = (data[1] ^ 0x80) - 0x80, room = (data[2] ^ 0x80) - 0x80;
    canvas_clear(&c, ROWS, COLUMNS);
    int taken = canvas_text(&c, row, column, room, text, (enum canvas_cut)(data[3] % 3), (struct canvas_style){0});
    int width = canvas_width(text);
    assert(taken >= 0 && taken <= (room > 0 ? room : 0)); /* columns left of the canvas count, too */
    assert(width < 0 || column < 0 || column + width > COLUMNS || width > room || taken == width);
    for (int x = 0; x < COLUMNS; x++) {
        const struct canvas_cell *cell = &c.cell[row * COLUMNS + x];
        if (x < column || x >= column + room) assert(cell->width == 1 && cell->length == 1 && cell->text[0] == ' ');
    }
    check_row(&a, &c, row);
    str rest = canvas_skip(text, data[4]);
    assert(rest.len <= text.len && rest.ptr + rest.len == text.ptr + text.len);
    canvas_right(&c, (row + 1) % ROWS, column, room, text, (struct canvas_style){0});
    canvas_text(&c, (row + 1) % ROWS, data[4] % COLUMNS, COLUMNS, rest, CANVAS_CUT_END, (struct canvas_style){0});
    check_row(&a, &c, (row + 1) % ROWS);
    arena_release(&a);
    return 0;
}
