/* A line that the user types. */
#include "browse/line.h"

#include "base/cells.h"
#include "browse/keys.h"
#include "go/utf8.h"

void line_start(struct line_input *l, str text) {
    l->n = l->at = text.len < LINE_MOST ? text.len : 0;
    if (l->n) memcpy(l->text, text.ptr, l->n);
}

str line_text(const struct line_input *l) { return (str){l->text, l->n}; }

static size_t before(const struct line_input *l) {
    size_t at = l->at;
    while (at > 0 && ((unsigned char)l->text[--at] & 0xC0) == 0x80) continue;
    return at;
}
static size_t after(const struct line_input *l) {
    size_t at = l->at;
    if (at < l->n) at++;
    while (at < l->n && ((unsigned char)l->text[at] & 0xC0) == 0x80) at++;
    return at;
}

static void erase(struct line_input *l, size_t from, size_t to) {
    memmove(l->text + from, l->text + to, l->n - to);
    l->n -= to - from;
    l->at = from;
}

enum line_state line_key(struct line_input *l, uint32_t key) {
    enum { CTRL_A = 1, CTRL_E = 5, CTRL_G = 7, CTRL_K = 11, CTRL_U = 21, CTRL_W = 23 };
    switch (key) {
    case KEYS_ENTER: return LINE_DONE;
    case CTRL_G:
    case KEYS_ESCAPE: return LINE_CANCELLED;
    case KEYS_BACKSPACE:
        if (!l->n) return LINE_CANCELLED;
        erase(l, before(l), l->at);
        return LINE_OPEN;
    case KEYS_DELETE: erase(l, l->at, after(l)); return LINE_OPEN;
    case KEYS_LEFT: l->at = before(l); return LINE_OPEN;
    case KEYS_RIGHT: l->at = after(l); return LINE_OPEN;
    case KEYS_HOME:
    case CTRL_A: l->at = 0; return LINE_OPEN;
    case KEYS_END:
    case CTRL_E: l->at = l->n; return LINE_OPEN;
    case CTRL_K: erase(l, l->at, l->n); return LINE_OPEN;
    case CTRL_U: erase(l, 0, l->at); return LINE_OPEN;
    case CTRL_W: {
        size_t from = l->at;
        while (from > 0 && l->text[from - 1] == ' ') from--;
        while (from > 0 && l->text[from - 1] != ' ') from--;
        erase(l, from, l->at);
        return LINE_OPEN;
    }
    default: break;
    }
    bool surrogate = key >= 0xD800 && key < 0xE000;
    if (key >= KEYS_NONE || surrogate || cells_are_unsafe(key)) return LINE_OPEN;
    char bytes[4];
    size_t n = utf8_encode(bytes, key);
    if (l->n + n > LINE_MOST) return LINE_OPEN;
    memmove(l->text + l->at + n, l->text + l->at, l->n - l->at);
    memcpy(l->text + l->at, bytes, n);
    l->n += n;
    l->at += n;
    return LINE_OPEN;
}

void line_draw(const struct line_input *l, struct canvas *c, int row, str mark) {
    const struct canvas_style style = {0};
    int x = canvas_text(c, row, 0, c->columns, mark, CANVAS_CUT_END, style);
    str text = line_text(l), left = str_slice(text, 0, l->at);
    /* a line that is too long loses its start, so that the cursor stays visible */
    int room = c->columns - x - 1, skipped = (int)utf8_cells(left) - room;
    if (skipped > 0) {
        str rest = canvas_skip(left, skipped);
        text = str_from_offset(text, left.len - rest.len);
        left = rest;
    }
    canvas_text(c, row, x, c->columns - x, text, CANVAS_CUT_END, style);
    c->cursor_row = row;
    c->cursor_column = x + (int)utf8_cells(left) < c->columns ? x + (int)utf8_cells(left) : c->columns - 1;
}
