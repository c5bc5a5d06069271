/* Columns of right-aligned cells, as Go's text/tabwriter makes them with AlignRight and a padding of one space. Text
 * is fed in parts; \t and \v end a cell, \n ends a line, \f a line and all columns; a line of one cell ends all
 * columns, too. Between two 0xFF bytes any byte is text. A column is a run of adjacent lines that have a cell there;
 * the text after a line's last \t belongs to no column. Widths count code points. */
#ifndef CPROF_GO_TABULAR_H
#define CPROF_GO_TABULAR_H

#include "base/sink.h"

struct tabular;
struct tabular *tabular_new(struct arena *a, struct sink *out);
void tabular_write(struct tabular *t, str text);
void tabular_flush(struct tabular *t); /* once, at the end */

#endif
