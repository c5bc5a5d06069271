/* Draws graphs with Graphviz, and makes SVG pan and zoom (pprof.md 8.12). */
#include <ctype.h>
#include <string.h>

#include "base/cells.h"
#include "base/process.h"
#include "go/utf8.h"
#include "out/message.h"
#include "regex/regex.h"
#include "session/graphviz.h"
#include "session/session.h"
#include "web/assets.h"

enum { LINE_MOST = 500 }; /* characters of a line in a label */

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

/* Returns true if the '&' at s.ptr[at] begins an entity other than those that XML has by itself. */
static bool is_strange_entity(str s, size_t at) {
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
    str rest = str_from_offset(s, at);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_has_prefix(rest, str_from(known[i]))) return false;
    size_t n = 1;
    while (n < rest.len && (rest.ptr[n] == '#' || isalnum((unsigned char)rest.ptr[n]))) n++;
    return n > 1 && n < rest.len && rest.ptr[n] == ';';
}

/* Writes a character; U+FFFD for what Graphviz does not read, what no XML may contain, and what turns or hides others.
 * Entities are escaped, so that they stay text. */
static void write_drawable(struct sink *out, str dot, size_t at) {
    uint32_t rune;
    size_t n = utf8_decode(dot, at, &rune);
    if ((rune == UTF8_INVALID && n == 1) || (cells_are_unsafe(rune) && rune != '\n'))
        sink_text(out, "\357\277\275");
    else if (rune == '&' && is_strange_entity(dot, at))
        sink_text(out, "&amp;");
    else
        sink_str(out, str_slice(dot, at, at + n));
}

/* The text as Graphviz draws it: every character can be drawn, and longer lines of labels are cut, because Graphviz
 * fails where boxes are too wide. */
static str drawable(struct arena *a, str dot) {
    struct sink out;
    bool quoted = false, limited = false;
    size_t length = 0; /* of the line, in characters */
    sink_to_memory(&out);
    for (size_t i = 0, n; i < dot.len; i += n) {
        uint32_t rune;
        n = utf8_decode(dot, i, &rune);
        bool escape = quoted && rune == '\\' && i + 1 < dot.len;
        if (escape) n += utf8_decode(dot, i + 1, &rune);
        bool ends = escape ? rune == 'n' || rune == 'l' || rune == 'r' : rune == '"';
        if (ends && !escape) quoted = !quoted;
        if (ends && !escape) limited = quoted && !str_has_suffix(str_slice(dot, 0, i), STR("tooltip="));
        length = ends || !limited ? 0 : length + 1;
        if (length == LINE_MOST + 1) sink_text(&out, "\u2026");
        if (length > LINE_MOST) continue;
        write_drawable(&out, dot, i);
        if (escape) write_drawable(&out, dot, i + 1);
    }
    str clean = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return clean;
}

static bool run_dot(struct arena *a, const char *format, str dot, str *image, struct err *e) {
    const char *argv[] = {"dot", str_format(a, "-T%s", format).ptr, NULL};
    struct process_call call = {.argv = argv, .input = drawable(a, dot), .keep_errors = true, .wants_output = true};
    bool ok = process_run(a, &call, e);
    message_program(call.errors);
    if (!ok) return false;
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
