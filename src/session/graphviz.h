/* Draws graphs with Graphviz. */
#ifndef CPROF_SESSION_GRAPHVIZ_H
#define CPROF_SESSION_GRAPHVIZ_H

#include "report/report.h"

/* Draws a report in DOT; for POST_SVG the picture pans and zooms in a browser. */
bool graphviz_draw(struct arena *a, const struct report *r, str dot, str *image, struct err *e);

/* Draws the graph as an SVG element for a page. */
bool graphviz_draw_element(struct arena *a, str dot, str *svg, struct err *e);
bool graphviz_is_there(void); /* true if Graphviz can be started */

#endif
