/* Tables made ready for a screen. A report tells which of its bytes are weights, names and columns that can be left
 * out; paint_write colours the weights, leaves out columns where the screen is narrow, and cuts names in the middle. A
 * report for a file or a pipe has no paint, and the functions below do nothing.
 *
 *     size_t from = out->len;
 *     sink_right(out, text, 10);
 *     paint_weight(in->paint, out, from, value, total, PAINT_STAYS);  */
#ifndef CPROF_REPORT_PAINT_H
#define CPROF_REPORT_PAINT_H

#include "base/sink.h"
#include "out/terminal.h"

/* The columns that a narrow screen does without, in the order in which they are left out. */
enum paint_column { PAINT_STAYS, PAINT_SUM_SHARE, PAINT_CUM_SHARE, PAINT_FLAT_SHARE, PAINT_CUM, PAINT_COLUMNS };

enum paint_style {
    PAINT_PLAIN,
    PAINT_FAINT, /* below 1 % */
    PAINT_WARM,  /* from 5 % */
    PAINT_HOT,   /* from 20 % */
    PAINT_COOL,  /* from -5 %, in a difference */
    PAINT_COLD,  /* from -20 % */
    PAINT_STRONG /* not a weight: the subject of a block of lines */
};

enum paint_kind {
    PAINT_TEXT,
    PAINT_NAME, /* may be cut in the middle */
    PAINT_RULE  /* may be cut at its end */
};

/* Some bytes of the report, all on one line. */
struct paint_mark {
    size_t from;
    uint32_t len;
    uint8_t kind, style, column;
};

/* The marks of one report in the order of its bytes, without overlaps. The sink is one in memory. */
struct paint {
    struct arena arena; /* its own: reports rewind theirs */
    VEC(struct paint_mark) mark;
    bool heat; /* lines of sources get a mark for their weight */
};

void paint_release(struct paint *p);
/* Adds the marks of a part of the report that had a paint and a sink of its own, and now starts at byte `at`. */
void paint_append(struct paint *p, const struct paint *part, size_t at);

/* Marks what was written since `from`. The paint may be NULL. */
void paint_mark(struct paint *p, const struct sink *out, size_t from, enum paint_kind kind, enum paint_style style,
                enum paint_column column);
enum paint_style paint_style_of(int64_t value, int64_t total);
static inline void paint_weight(struct paint *p, const struct sink *out, size_t from, int64_t value, int64_t total,
                                enum paint_column column) {
    if (p) paint_mark(p, out, from, PAINT_TEXT, paint_style_of(value, total), column);
}
static inline void paint_name(struct paint *p, const struct sink *out, size_t from) {
    if (p) paint_mark(p, out, from, PAINT_NAME, PAINT_PLAIN, PAINT_STAYS);
}
/* Marks the columns of top and tree in a line that starts at `from` and has no values in them: a head or a rule. */
void paint_columns(struct paint *p, const struct sink *out, size_t from, enum paint_kind kind);

/* Writes the text of a report. Control characters are spelled out, as by message_safe. Without marks, and without
 * colours on a screen without limit, that is all. */
void paint_write(const struct paint *p, str text, const struct terminal_screen *screen, struct sink *out);

#endif
