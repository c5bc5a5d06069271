/* The script that makes an SVG pan and zoom in a browser. */
#ifndef CPROF_SESSION_SVGPAN_H
#define CPROF_SESSION_SVGPAN_H

/* In parts, since C promises no longer string literals; they belong together without anything between. */
enum { SVGPAN_PARTS = 2 };
extern const char *const svgpan_script[SVGPAN_PARTS];

#endif
