/* Draws graphs with Graphviz, and makes SVG pan and zoom (pprof.md 8.12). */
#include <string.h>

#include "base/process.h"
#include "regex/regex.h"
#include "session/graphviz.h"
#include "session/session.h"
#include "web/assets.h"

/* Replaces all occurrences of `from` in s by `to`. */
static str replace_all(struct arena *a, str s, str from, str to) {
    struct sink out;
    sink_to_memory(&out);
    for (size_t at; (at = str_find(s, from)) < s.len; s = str_from_offset(s, at + from.len)) {
        sink_str(&out, str_slice(s, 0, at));
        sink_str(&out, to);
    }
    sink_str(&out, s);
    s = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return s;
}

/* Replaces the bytes [from, to) of s. */
static str splice(struct arena *a, str s, size_t from, size_t to, str middle) {
    const str part[] = {str_slice(s, 0, from), middle, str_from_offset(s, to)};
    return str_join(a, part, 3, STR_EMPTY);
}

static bool skip_spaces(str s, size_t *at) {
    while (*at < s.len && strchr(" \t\n\r\f", s.ptr[*at])) ++*at;
    return true;
}

static bool skip_text(str s, size_t *at, str text) {
    if (!str_has_prefix(str_from_offset(s, *at), text)) return false;
    *at += text.len;
    return true;
}

/* Skips name="…" with a value that is not empty. */
static bool skip_attribute(str s, size_t *at, str name) {
    if (!skip_text(s, at, name)) return false;
    size_t length = str_find_char(str_from_offset(s, *at), '"');
    if (length == 0 || *at + length >= s.len) return false;
    *at += length + 1;
    return true;
}

/* Finds the first <svg width="…" height="…" viewBox="…" in s: [*from, *to). */
static bool find_svg_size(str s, size_t *from, size_t *to) {
    for (*from = 0; *from < s.len; ++*from) {
        *from += str_find(str_from_offset(s, *from), STR("<svg"));
        *to = *from;
        if (skip_text(s, to, STR("<svg")) && skip_spaces(s, to) && skip_attribute(s, to, STR("width=\"")) &&
            skip_spaces(s, to) && skip_attribute(s, to, STR("height=\"")) && skip_spaces(s, to) &&
            skip_attribute(s, to, STR("viewBox=\"")))
            return true;
    }
    return false;
}

/* The offset of the first <g id="graphN" in s. */
static size_t find_graph(str s) {
    const str start = STR("<g id=\"graph");
    for (size_t at = 0; at < s.len; at++) {
        at += str_find(str_from_offset(s, at), start);
        str rest = str_from_offset(s, at + start.len);
        if (rest.len >= 2 && rest.ptr[0] >= '0' && rest.ptr[0] <= '9' && rest.ptr[1] == '"') return at;
    }
    return s.len;
}

static str make_zoomable(struct arena *a, str svg) {
    svg = replace_all(a, svg, STR("&;"), STR("&amp;;"));
    size_t from, to;
    if (find_svg_size(svg, &from, &to)) svg = splice(a, svg, from, to, STR("<svg width=\"100%\" height=\"100%\""));
    if ((from = find_graph(svg)) < svg.len) {
        const str part[] = {STR("<script type=\"text/ecmascript\"><![CDATA["), web_asset(WEB_SVGPAN_JS),
                            STR("]]></script><g id=\"viewport\" transform=\"scale(0.5,0.5) translate(0,0)\">")};
        svg = splice(a, svg, from, from, str_join(a, part, 3, STR_EMPTY));
    }
    if ((from = str_find(svg, STR("</svg>"))) < svg.len) svg = splice(a, svg, from, from, STR("</g>"));
    return svg;
}

static bool run_dot(struct arena *a, const char *format, str dot, str *image, struct err *e) {
    const char *argv[] = {"dot", str_format(a, "-T%s", format).ptr, NULL};
    /* Graphviz reads nothing after a zero byte */
    if (str_find_char(dot, 0) < dot.len) dot = replace_all(a, dot, STR("\0"), STR("\357\277\275"));
    struct process_call call = {.argv = argv, .input = dot, .show_errors = true, .wants_output = true};
    if (!process_run(a, &call, e)) return false;
    *image = call.output;
    return true;
}

bool graphviz_draw(struct arena *a, const struct report *r, str dot, str *image, struct err *e) {
    if (!run_dot(a, r->format, dot, image, e))
        return err_prepend(e, "failed to execute dot. Is Graphviz installed? Error: ");
    if (r->post == POST_SVG) *image = make_zoomable(a, *image);
    return true;
}

bool graphviz_draw_element(struct arena *a, str dot, str *svg, struct err *e) {
    if (!run_dot(a, "svg", dot, svg, e)) return false;
    *svg = replace_all(a, *svg, STR("&;"), STR("&amp;;"));
    size_t start = str_find(*svg, STR("<svg"));
    if (start < svg->len) *svg = str_from_offset(*svg, start);
    return true;
}

bool graphviz_is_there(void) {
    struct arena scratch = {0};
    bool there = process_find(&scratch, "dot");
    arena_release(&scratch);
    return there;
}
