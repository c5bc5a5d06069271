/* The columns of numbers before a name: flat, cum and their shares, as many as the width has room for. */
#ifndef CPROF_BROWSE_COLUMNS_H
#define CPROF_BROWSE_COLUMNS_H

#include "browse/view.h"

/* Values are in the page's unit. */
struct columns_row {
    int64_t flat, sum, cum; /* sum: of the flat values up to this row */
    bool no_flat, no_sum;   /* these columns stay empty */
    int64_t cum_total;      /* to which cum% refers; 0: the report's total */
};

/* The column where names begin; the other two return it, too. */
int columns_width(const struct view_page *p, const struct canvas *c);
int columns_head(const struct view_page *p, struct canvas *c, int y, const char *name, bool sums);
int columns_write(const struct view_page *p, struct canvas *c, int y, const struct columns_row *row, bool sums,
                  struct canvas_style style);
/* "flat 1.2s 10.5%  cum 3s 26.3%", in the report's arena; without `flat` only cum. */
str columns_text(const struct view_page *p, const struct columns_row *row);
/* The style of a row by its share of the total: bold from a hundredth on, and red from a tenth on. */
struct canvas_style columns_heat(const struct view_page *p, int64_t value);

#endif
