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

#define BYTES(name) ((str){web_##name##_start, (size_t)(web_##name##_end - web_##name##_start)})

str web_asset(enum web_asset which) {
    switch (which) {
    case WEB_FLAME_HTML: return BYTES(flame_html);
    case WEB_FLAME_CSS: return BYTES(flame_css);
    case WEB_FLAME_JS: return BYTES(flame_js);
    case WEB_SVGPAN_JS: return BYTES(svgpan_js);
    case WEB_PAGE_HTML: return BYTES(page_html);
    case WEB_APP_CSS: return BYTES(app_css);
    case WEB_ICON_SVG: return BYTES(icon_svg);
    }
    return STR_EMPTY;
}
