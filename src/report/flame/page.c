/* flamegraph: a page with a flame graph that needs no other file, or a picture if the name of the output ends in
 * .svg. */
#include "base/emit.h"
#include "base/sha256.h"
#include "report/amount.h"
#include "report/flame/look.h"
#include "web/assets.h"

enum { HEAVIEST = 30 }; /* functions in the table for browsers without scripts */

static void write_amount(const struct report_in *in, int64_t v, struct sink *out) {
    char percent[32];
    size_t n = unit_percentage(percent, v, in->value.total);
    sink_text(out, "<td>");
    emit_xml(out, report_value(in, v, in->options->unit));
    sink_text(out, "</td><td>");
    sink_str(out, str_trim((str){percent, n}));
    sink_text(out, "</td>");
}

/* Writes the part for browsers without scripts: the header's lines and the heaviest functions. */
static void write_summary(const struct report_in *in, struct report_lines header, struct sink *out) {
    struct options o = *in->options;
    struct graph_value value = in->value;
    struct graph_plan plan = {.depth = GRAPH_NODES};
    o.nodefraction = o.edgefraction = 0;
    o.nodecount = HEAVIEST;
    o.sort = SORT_FLAT;
    value.mean = false;
    const struct graph *g = graph_build(in->arena, in->view, in->units, &value, &plan, &o);
    sink_text(out, "<pre>");
    for (uint32_t i = 0; i < header.n; i++) {
        emit_xml(out, look_clean(in->arena, header.at[i], LOOK_LONGEST));
        sink_char(out, '\n');
    }
    sink_text(out,
              "</pre>\n<table>\n<caption>The functions with the largest values of their own. The flame graph needs "
              "JavaScript.</caption>\n<thead><tr><th scope=\"col\">Self</th><th scope=\"col\">Self %</th><th "
              "scope=\"col\">Total</th><th scope=\"col\">Total %</th><th scope=\"col\">Function</th></tr></thead>\n"
              "<tbody>\n");
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->node[g->order[i]];
        sink_text(out, "<tr>");
        write_amount(in, graph_flat(n), out);
        write_amount(in, graph_cum(n), out);
        sink_text(out, "<td><bdi>");
        emit_xml(out, look_clean(in->arena, graph_node_name(in->arena, n), LOOK_LONGEST));
        sink_text(out, "</bdi></td></tr>\n");
    }
    sink_text(out, "</tbody>\n</table>");
}

static void write_policy(struct sink *out) {
    char hash[SHA256_BASE64];
    sink_text(out, "default-src 'none'; script-src 'sha256-");
    sha256_base64(web_asset(WEB_FLAME_JS), hash);
    sink_write(out, hash, sizeof hash);
    sink_text(out, "'; style-src 'sha256-");
    sha256_base64(web_asset(WEB_FLAME_CSS), hash);
    sink_write(out, hash, sizeof hash);
    sink_text(out, "'; img-src data: blob:");
}

/* Writes the page with its {{parts}} filled in. */
static void write_page(const struct flame *f, struct report_lines header, str data, struct sink *out) {
    str page = web_asset(WEB_FLAME_HTML);
    for (size_t at; (at = str_find(page, STR("{{"))) < page.len;) {
        sink_str(out, str_slice(page, 0, at));
        page = str_from_offset(page, at + 2);
        size_t end = str_find(page, STR("}}"));
        str part = str_slice(page, 0, end);
        page = str_from_offset(page, end + 2);
        if (str_equal(part, STR("title")))
            emit_xml(out, look_clean(f->in->arena, f->title, LOOK_LONGEST));
        else if (str_equal(part, STR("csp")))
            write_policy(out);
        else if (str_equal(part, STR("generator")))
            sink_text(out, "cprof");
        else if (str_equal(part, STR("style")))
            sink_str(out, web_asset(WEB_FLAME_CSS));
        else if (str_equal(part, STR("noscript")))
            write_summary(f->in, header, out);
        else if (str_equal(part, STR("data")))
            sink_str(out, data);
        else if (str_equal(part, STR("script")))
            sink_str(out, web_asset(WEB_FLAME_JS));
    }
    sink_str(out, page);
}

static void write_picture(struct flame *f, struct report_lines header, struct sink *out) {
    flame_cut(f, 1, FLAME_CUT);
    flame_write_svg(f, header, out);
}

static void write_whole_page(struct flame *f, struct report_lines header, struct sink *out) {
    struct sink data;
    sink_to_memory(&data);
    flame_write_fitting_data(f, f->in->options->trim ? FLAME_CUT : 0, header, &data);
    write_page(f, header, sink_bytes(&data), out);
    sink_drop(&data);
}

bool report_flamegraph(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    bool picture = str_has_suffix(in->options->output, STR(".svg"));
    struct flame f = flame_make(in, !picture);
    (picture ? write_picture : write_whole_page)(&f, report_stacks_header(in, flame_sum(in), true), out);
    flame_drop(&f);
    return true;
}
