/* Embeds the files of the web pages into the program. */
#include "web/assets.h"

/* The assembler copies the file into the object. Its path is relative to the compiler's working directory, the root
 * of the repository. The Makefile lists the files, so that a changed one is copied again. */
#define ASSET(name, file)                                                                                              \
    __asm__(".pushsection .rodata\n"                                                                                   \
            "web_" #name "_start:\n"                                                                                   \
            ".incbin \"src/web/" file "\"\n"                                                                           \
            "web_" #name "_end:\n"                                                                                     \
            ".byte 0\n"                                                                                                \
            ".popsection\n");                                                                                          \
    extern const char web_##name##_start[], web_##name##_end[]

ASSET(flame_html, "flame.html");
ASSET(flame_css, "flame.css");
ASSET(flame_js, "flame.js");
ASSET(svgpan_js, "svgpan.js");
ASSET(page_html, "page.html");
ASSET(app_css, "app.css");
ASSET(icon_svg, "icon.svg");
ASSET(early_js, "early.js");
ASSET(app_js, "app.js");
ASSET(page_js, "page.js");
ASSET(menu_js, "menu.js");
ASSET(top_js, "top.js");
ASSET(by_js, "by.js");
ASSET(text_js, "text.js");
ASSET(graph_js, "graph.js");
ASSET(labels_js, "labels.js");
ASSET(flames_js, "flames.js");

#define BYTES(name) ((str){web_##name##_start, (uintptr_t)web_##name##_end - (uintptr_t)web_##name##_start})

str web_asset(enum web_asset which) {
    switch (which) {
    case WEB_FLAME_HTML: return BYTES(flame_html);
    case WEB_FLAME_CSS: return BYTES(flame_css);
    case WEB_FLAME_JS: return BYTES(flame_js);
    case WEB_SVGPAN_JS: return BYTES(svgpan_js);
    case WEB_PAGE_HTML: return BYTES(page_html);
    case WEB_APP_CSS: return BYTES(app_css);
    case WEB_ICON_SVG: return BYTES(icon_svg);
    case WEB_EARLY_JS: return BYTES(early_js);
    case WEB_APP_JS: return BYTES(app_js);
    case WEB_PAGE_JS: return BYTES(page_js);
    case WEB_MENU_JS: return BYTES(menu_js);
    case WEB_TOP_JS: return BYTES(top_js);
    case WEB_BY_JS: return BYTES(by_js);
    case WEB_TEXT_JS: return BYTES(text_js);
    case WEB_GRAPH_JS: return BYTES(graph_js);
    case WEB_LABELS_JS: return BYTES(labels_js);
    case WEB_FLAMES_JS: return BYTES(flames_js);
    }
    return STR_EMPTY;
}
