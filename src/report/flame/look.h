/* How a flame graph looks, as a picture and on a terminal: widths, labels, colours. */
#ifndef CPROF_REPORT_FLAME_LOOK_H
#define CPROF_REPORT_FLAME_LOOK_H

#include "report/flame/flame.h"

/* Where nodes are, in units of the selected type's values: children follow the own value of their parent, then what
 * was left out of it. A difference is as wide as its larger side, leaf by leaf, so that children always fit. */
struct look_layout {
    double *x, *width;  /* [node] */
    double *more_width; /* [index into tree->more], which ends where its node ends */
    uint32_t *end;      /* [node]: the node after its subtree */
    uint32_t levels;    /* the root's included */
};
struct look_layout look_layout(struct arena *a, const struct stacktree *t, bool two_sides);

/* The text without what could hide, reorder or break a line: control characters, marks of direction, noncharacters and
 * bytes that are no UTF-8 are U+FFFD. Cut, with "…", to so many cells; never more than LOOK_LONGEST. */
enum { LOOK_LONGEST = 1000 };
str look_clean(struct arena *a, str text, size_t cells);
size_t look_cells(str clean); /* the cells that it takes */
/* What of a name fits into so many cells: the short name, or what follows a "." or "::" in it; else its end, after
 * "…". Clean. Empty where not even that fits. */
str look_fit(struct arena *a, str name, size_t cells);

/* "1.2s, 27.3%"; of a difference "1s → 1.2s, ▲ +20%", "new" and "gone" said in words. */
str look_values(const struct flame *f, int64_t value, int64_t base);
/* "▲ +20%", "▼ −3%", "= 0%", "new", "gone". */
str look_change(struct arena *a, int64_t value, int64_t base);

struct look_rgb {
    uint8_t r, g, b;
};
/* The colour of a frame's package, as pprof and the page choose it; pale enough for black text. */
struct look_rgb look_package_colour(const struct stacktree_frame *f);
/* Of a difference: seven steps at 2, 10 and 50 % from blue, less, to orange, more; told apart by the colour-blind. */
enum { LOOK_STEPS = 7 };
int look_step(int64_t value, int64_t base); /* 0 … 6; 3: about the same */
struct look_rgb look_step_colour(int step);
bool look_step_is_dark(int step); /* its text is white */

#endif
