/* The look of flame graphs, in pictures and on terminals: widths, labels, colours. */
#ifndef CPROF_REPORT_FLAME_LOOK_H
#define CPROF_REPORT_FLAME_LOOK_H

#include "report/flame/flame.h"

/* The positions of nodes, in units of the selected type's values. A node has its own value first, then its children,
 * then the subtrees that were left out. The width of a difference is that of its larger side, leaf by leaf, so that
 * children always fit. */
struct look_layout {
    double *x, *width;  /* [node] */
    double *more_width; /* [index into tree->more]; the part ends where its node ends */
    uint32_t *end;      /* [node]: the node after its subtree */
    uint32_t levels;    /* including the root's */
};
struct look_layout look_layout(struct arena *a, const struct stacktree *t, bool two_sides);

/* Replaces all characters that could hide, reorder or break a line by U+FFFD: control characters, bidirectional marks,
 * noncharacters and bytes that are not UTF-8. Cuts the text, with "…", to `cells` cells and at most LOOK_LONGEST
 * characters. */
enum { LOOK_LONGEST = 1000 };
str look_clean(struct arena *a, str text, size_t cells);
/* The part of a name that fits into `cells` cells: the short name, or the part after a "." or "::"; else its end, after
 * "…". The result is clean; it is empty if nothing fits. */
str look_fit(struct arena *a, str name, size_t cells);

/* "1.2s, 27.3%"; for a difference "1s → 1.2s, ▲ +20%", with "new" and "gone" as words. */
str look_values(const struct flame *f, int64_t value, int64_t base);
/* "▲ +20%", "▼ −3%", "= 0%", "new", "gone". */
str look_change(struct arena *a, int64_t value, int64_t base);

struct look_rgb {
    uint8_t r, g, b;
};
/* The colour of a frame's package, as in pprof and on the page; pale enough for black text. */
struct look_rgb look_package_colour(const struct stacktree_frame *f);
/* Seven steps for a difference, at 2, 10 and 50 %, from blue (less) to orange (more), which colour-blind people can
 * tell apart. */
enum { LOOK_STEPS = 7 };
int look_step(int64_t value, int64_t base); /* 0 … 6; 3: about the same */
struct look_rgb look_step_colour(int step);
bool look_step_is_dark(int step); /* true if its text is white */

#endif
