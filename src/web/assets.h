/* The files of the web pages, built into the program. */
#ifndef CPROF_WEB_ASSETS_H
#define CPROF_WEB_ASSETS_H

#include "base/str.h"

enum web_asset {
    WEB_FLAME_HTML, /* the page of a flame graph, a template; report/flame/page.c replaces its {{parts}} */
    WEB_FLAME_CSS,
    WEB_FLAME_JS,
    WEB_SVGPAN_JS, /* SVGPan 1.2.2, unchanged third-party code; its licence is in its first comment */
    WEB_PAGE_HTML, /* every page of the web interface; serve/pages.c fills its {{parts}} in */
    WEB_APP_CSS,
    WEB_ICON_SVG,
    WEB_EARLY_JS, /* before the first paint of every page */
    WEB_APP_JS,   /* a module, which imports the others */
    WEB_PAGE_JS,
    WEB_MENU_JS,
    WEB_TOP_JS,
    WEB_BY_JS,
    WEB_TEXT_JS,
    WEB_GRAPH_JS,
    WEB_LABELS_JS,
    WEB_FLAMES_JS
};

str web_asset(enum web_asset which); /* the file's bytes, static */

#endif
