/* Draws graphs with Graphviz. */
#ifndef CPROF_SESSION_GRAPHVIZ_H
#define CPROF_SESSION_GRAPHVIZ_H

#include "report/report.h"

/* Draws a report in DOT; for POST_SVG the picture is made to pan and zoom in a browser. */
bool graphviz_draw(struct arena *a, const struct report *r, str dot, str *image, struct err *e);

/* The graph as an SVG element to stand in a page. */
bool graphviz_draw_element(struct arena *a, str dot, str *svg, struct err *e);
bool graphviz_is_there(void); /* can it be started at all? */

#endif
