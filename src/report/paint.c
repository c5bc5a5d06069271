/* Colours, columns and names on a screen. */
#include "report/paint.h"

#include <assert.h>
#include <math.h>

#include "base/cells.h"
#include "go/utf8.h"
#include "out/message.h"

enum {
    NAME_WANTED = 16, /* cells of a name for which columns are left out */
    NAME_FEWEST = 8   /* a name is never cut to fewer */
};

#define ELLIPSIS STR("\xE2\x80\xA6")

void paint_release(struct paint *p) {
    arena_release(&p->arena);
    p->mark.n = p->mark.cap = 0;
}

static void add(struct paint *p, struct paint_mark m) {
    assert(!p->mark.n || p->mark.at[p->mark.n - 1].from + p->mark.at[p->mark.n - 1].len <= m.from);
    *VEC_PUSH(&p->arena, &p->mark) = m;
}

void paint_append(struct paint *p, const struct paint *part, size_t at) {
    for (size_t i = 0; i < part->mark.n; i++) {
        struct paint_mark m = part->mark.at[i];
        m.from += at;
        add(p, m);
    }
}

void paint_mark(struct paint *p, const struct sink *out, size_t from, enum paint_kind kind, enum paint_style style,
                enum paint_column column) {
    if (!p || out->len == from || out->len - from > UINT32_MAX) return;
    add(p, (struct paint_mark){from, (uint32_t)(out->len - from), (uint8_t)kind, (uint8_t)style, (uint8_t)column});
}

enum paint_style paint_style_of(int64_t value, int64_t total) {
    if (total == 0) return PAINT_PLAIN;
    double share = (double)value / fabs((double)total);
    if (share >= 0.2) return PAINT_HOT;
    if (share >= 0.05) return PAINT_WARM;
    if (share <= -0.2) return PAINT_COLD;
    if (share <= -0.05) return PAINT_COOL;
    return fabs(share) < 0.01 ? PAINT_FAINT : PAINT_PLAIN;
}

void paint_columns(struct paint *p, const struct sink *out, size_t from, enum paint_kind kind) {
    static const struct {
        uint32_t from, to;
        enum paint_column column;
    } place[] = {{10, 17, PAINT_FLAT_SHARE}, {17, 24, PAINT_SUM_SHARE}, {24, 35, PAINT_CUM}, {35, 42, PAINT_CUM_SHARE}};
    if (!p) return;
    size_t len = out->len - from;
    for (size_t i = 0; i < sizeof place / sizeof *place && place[i].to <= len; i++)
        add(p, (struct paint_mark){from + place[i].from, place[i].to - place[i].from, (uint8_t)kind, PAINT_PLAIN,
                                   (uint8_t)place[i].column});
    if (kind == PAINT_RULE && len > 42) add(p, (struct paint_mark){from + 42, (uint32_t)len - 42, PAINT_RULE, 0, 0});
}

/* Escape sequences of the styles for 16 and for 256 colours. The middle tones of orange and blue have a contrast of
 * about 4 : 1 with black and with white, and differ for people who are colour-blind. */
static str sequence(enum paint_style style, enum terminal_colours colours) {
    bool few = colours == COLOURS_16;
    switch (style) {
    case PAINT_FAINT: return few ? STR("\033[2m") : STR("\033[38;5;244m");
    case PAINT_WARM: return few ? STR("\033[31m") : STR("\033[38;5;130m");
    case PAINT_HOT: return few ? STR("\033[1;31m") : STR("\033[1;38;5;166m");
    case PAINT_COOL: return few ? STR("\033[36m") : STR("\033[38;5;32m");
    case PAINT_COLD: return few ? STR("\033[1;36m") : STR("\033[1;38;5;32m");
    case PAINT_STRONG: return STR("\033[1m");
    case PAINT_PLAIN: break;
    }
    return STR_EMPTY;
}

/* Offset of the first byte behind the characters that fit into `cells` cells. */
static size_t fitting(str text, uint32_t cells) {
    uint32_t used = 0, rune;
    size_t i = 0;
    while (i < text.len) {
        size_t n = utf8_decode(text, i, &rune);
        used += (uint32_t)cells_of(rune);
        if (used > cells) break;
        i += n;
    }
    return i;
}

/* Writes a name with "…" in the place of its middle, in at most `cells` cells. */
static void write_cut(str name, uint32_t all, uint32_t cells, struct sink *out) {
    uint32_t head = (cells - 1) / 2, tail = cells - 1 - head, rune;
    sink_str(out, str_slice(name, 0, fitting(name, head)));
    sink_str(out, ELLIPSIS);
    size_t from = fitting(name, all - tail), n;
    /* a wide character may stand across the cut; what combines with a character that is cut goes with it */
    if (utf8_cells(str_from_offset(name, from)) > tail) from += utf8_decode(name, from, &rune);
    for (; from < name.len && (n = utf8_decode(name, from, &rune), cells_of(rune) == 0); from += n) continue;
    sink_str(out, str_from_offset(name, from));
}

/* A line of the report. Its marks are mark[first … end-1]. */
struct paint_line {
    size_t from, to;
    size_t first, end;
};

static bool next_line(const struct paint *p, str text, struct paint_line *l) {
    if (l->to >= text.len && l->from) return false;
    l->from = l->to;
    if (l->from >= text.len) return false;
    l->to = l->from + str_find_char(str_from_offset(text, l->from), '\n');
    if (l->to < text.len) l->to++;
    l->first = l->end;
    while (l->end < p->mark.n && p->mark.at[l->end].from < l->to) l->end++;
    return true;
}

/* A line's cells when the columns up to `left_out` are left out. */
struct paint_widths {
    uint32_t fixed; /* without its name */
    uint32_t name;  /* 0: it has none */
};

static struct paint_widths measure(const struct paint *p, struct arena *scratch, str text, const struct paint_line *l,
                                   enum paint_column left_out) {
    struct paint_widths w = {0, 0};
    size_t at = l->from, to = l->to - (l->to > l->from && text.ptr[l->to - 1] == '\n');
    for (size_t i = l->first; i < l->end; i++) {
        const struct paint_mark *m = &p->mark.at[i];
        w.fixed += (uint32_t)utf8_cells(message_safe(scratch, str_slice(text, at, m->from)));
        at = m->from + m->len;
        uint32_t cells = (uint32_t)utf8_cells(message_safe(scratch, str_slice(text, m->from, at)));
        if (m->kind == PAINT_NAME)
            w.name += cells;
        else if (m->column == PAINT_STAYS || m->column > left_out)
            w.fixed += cells;
    }
    w.fixed += (uint32_t)utf8_cells(message_safe(scratch, str_slice(text, at, to)));
    return w;
}

/* How many columns have to go, so that each line has room for a name. */
static enum paint_column choose_columns(const struct paint *p, struct arena *scratch, str text, uint32_t columns) {
    enum paint_column left_out = PAINT_STAYS;
    if (!columns) return left_out;
    for (struct paint_line l = {0}; next_line(p, text, &l);) {
        bool has_name = false;
        for (size_t i = l.first; i < l.end; i++) has_name |= p->mark.at[i].kind == PAINT_NAME;
        while (has_name && left_out + 1 < PAINT_COLUMNS) {
            struct arena_mark m = arena_mark(scratch);
            struct paint_widths w = measure(p, scratch, text, &l, left_out);
            arena_rewind(scratch, m);
            if (w.fixed + (w.name < NAME_WANTED ? w.name : NAME_WANTED) <= columns) break;
            left_out++;
        }
    }
    return left_out;
}

static void write_line(const struct paint *p, struct arena *scratch, str text, const struct paint_line *l,
                       const struct terminal_screen *screen, enum paint_column left_out, struct sink *out) {
    uint32_t columns = (uint32_t)screen->columns, room = UINT32_MAX, at_cell = 0;
    if (columns && l->first < l->end) {
        struct paint_widths w = measure(p, scratch, text, l, left_out);
        if (w.fixed + w.name > columns && w.name)
            room = columns > w.fixed + NAME_FEWEST ? columns - w.fixed : NAME_FEWEST;
    }
    size_t at = l->from;
    for (size_t i = l->first; i < l->end; i++) {
        const struct paint_mark *m = &p->mark.at[i];
        str before = message_safe(scratch, str_slice(text, at, m->from));
        sink_str(out, before);
        at_cell += (uint32_t)utf8_cells(before);
        at = m->from + m->len;
        if (m->column != PAINT_STAYS && m->column <= left_out) continue;
        str piece = message_safe(scratch, str_slice(text, m->from, at)), start = STR_EMPTY;
        uint32_t cells = (uint32_t)utf8_cells(piece);
        if (screen->colours != COLOURS_NONE) start = sequence(m->style, screen->colours);
        sink_str(out, start);
        if (m->kind == PAINT_NAME && cells > room)
            write_cut(piece, cells, room, out);
        else if (m->kind == PAINT_RULE && columns && at_cell + cells > columns)
            sink_str(out, str_slice(piece, 0, fitting(piece, columns > at_cell ? columns - at_cell : 0)));
        else
            sink_str(out, piece);
        if (start.len) sink_text(out, "\033[0m");
        at_cell += cells;
    }
    sink_str(out, message_safe(scratch, str_slice(text, at, l->to)));
}

void paint_write(const struct paint *p, str text, const struct terminal_screen *screen, struct sink *out) {
    struct arena scratch = {0};
    enum paint_column left_out = choose_columns(p, &scratch, text, (uint32_t)screen->columns);
    for (struct paint_line l = {0}; next_line(p, text, &l);) {
        struct arena_mark m = arena_mark(&scratch);
        write_line(p, &scratch, text, &l, screen, left_out, out);
        arena_rewind(&scratch, m);
    }
    arena_release(&scratch);
}
