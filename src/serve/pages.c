/* Makes the pages below /ui/. A page gives its script:
 *
 * - <meta name="cprof-token" content="…">: the value of the header X-Cprof-Token, which POST and DELETE must have.
 * - <script type="application/json" id="page">: the data of the page: see write_page_data.
 * - <main id="view">, the content, made from the bytes that the API returns. For the flame graph it is empty, and
 *   <script type="application/json" id="data"> has the object of ../api/v1/flame; the script of a comparison requests
 *   its two sides from the API.
 * - <div id="errors">: one <div> per warning ("Focus expression matched no samples").
 *
 * URLs are relative: the page is /ui/NAME, its files are assets/NAME, the API is ../api/v1/ with the page's query. */
#include "serve/pages.h"

#include <pthread.h>
#include <stdio.h>

#include "base/emit.h"
#include "base/sha256.h"
#include "bytes/gzip.h"
#include "serve/answer.h"
#include "serve/api.h"
#include "web/assets.h"

enum pages_content {
    CONTENT_TEXT,  /* text of a report */
    CONTENT_HTML,  /* a listing */
    CONTENT_GRAPH, /* the picture in the answer of the API */
    CONTENT_FLAME,
    CONTENT_SCRIPT /* empty: a script requests it from the API */
};

struct pages_row {
    const char *name, *title;
    const char *api; /* the path below /api/v1/ whose bytes are the page's content */
    enum pages_content content;
    const char *nodecount; /* overrides that of the query; or NULL */
};
static const struct pages_row pages_table[] = {
    {"top", "Top", "text/top", CONTENT_TEXT, "500"},
    {"graph", "Graph", "graph", CONTENT_GRAPH, NULL},
    {"flamegraph", "Flame Graph", "flame", CONTENT_FLAME, NULL},
    {"peek", "Peek", "text/peek", CONTENT_TEXT, NULL},
    {"tree", "Tree", "text/tree", CONTENT_TEXT, NULL},
    {"traces", "Traces", "text/traces", CONTENT_TEXT, NULL},
    {"source", "Source", "listing", CONTENT_HTML, NULL},
    {"disasm", "Disassemble", "text/disasm", CONTENT_TEXT, NULL},
    {"labels", "Labels", "text/tags", CONTENT_TEXT, NULL},
    {"compare", "Compare", "profile", CONTENT_SCRIPT, NULL},
};
enum { N_PAGES = sizeof pages_table / sizeof *pages_table };

static const struct pages_asset {
    const char *name, *part, *type;
    enum web_asset which;
} asset_table[] = {
    {"app.css", "app_css_version", "text/css; charset=utf-8", WEB_APP_CSS},
    {"flame.css", "flame_css_version", "text/css; charset=utf-8", WEB_FLAME_CSS},
    {"flame.js", "flame_js_version", "text/javascript; charset=utf-8", WEB_FLAME_JS},
    {"icon.svg", "icon_version", "image/svg+xml", WEB_ICON_SVG},
    {"early.js", "early_js_version", "text/javascript; charset=utf-8", WEB_EARLY_JS},
    {"app.js", "app_js_version", "text/javascript; charset=utf-8", WEB_APP_JS},
    {"page.js", "page_js_version", "text/javascript; charset=utf-8", WEB_PAGE_JS},
    {"menu.js", "menu_js_version", "text/javascript; charset=utf-8", WEB_MENU_JS},
    {"top.js", "top_js_version", "text/javascript; charset=utf-8", WEB_TOP_JS},
    {"by.js", "by_js_version", "text/javascript; charset=utf-8", WEB_BY_JS},
    {"text.js", "text_js_version", "text/javascript; charset=utf-8", WEB_TEXT_JS},
    {"graph.js", "graph_js_version", "text/javascript; charset=utf-8", WEB_GRAPH_JS},
    {"labels.js", "labels_js_version", "text/javascript; charset=utf-8", WEB_LABELS_JS},
    {"flames.js", "flames_js_version", "text/javascript; charset=utf-8", WEB_FLAMES_JS},
};
enum { N_ASSETS = sizeof asset_table / sizeof *asset_table, VERSION = 16 };

/* The start of the SHA-256 of assets, and their gzip; each is made once. */
static struct {
    pthread_once_t versions_once, packed_once;
    struct arena arena;
    char version[N_ASSETS][VERSION + 1];
    str packed[N_ASSETS];
} made = {.versions_once = PTHREAD_ONCE_INIT, .packed_once = PTHREAD_ONCE_INIT};

static void make_versions(void) {
    for (int n = 0; n < N_ASSETS; n++) {
        uint8_t digest[SHA256_BYTES];
        sha256(web_asset(asset_table[n].which), digest);
        for (int i = 0; i < VERSION / 2; i++) snprintf(made.version[n] + 2 * i, 3, "%02x", digest[i]);
    }
}

static void make_packed(void) {
    for (int n = 0; n < N_ASSETS; n++)
        made.packed[n] = deflate_member(&made.arena, web_asset(asset_table[n].which), DEFLATE_SMALL);
}

static const char *asset_version(int n) {
    pthread_once(&made.versions_once, make_versions);
    return made.version[n];
}

bool pages_answer_asset(const struct http_call *call, str name, str version, struct http_answer *answer) {
    for (int i = 0; i < N_ASSETS; i++) {
        const struct pages_asset *x = &asset_table[i];
        if (!str_equal(name, str_from(x->name))) continue;
        pthread_once(&made.packed_once, make_packed);
        struct answer_file file = {x->type, asset_version(i), web_asset(x->which), made.packed[i]};
        answer_file(call, answer, &file, str_equal(version, str_from(file.etag)));
        return true;
    }
    return false;
}

static const struct pages_row *find_page(str name) {
    for (int i = 0; i < N_PAGES; i++)
        if (str_equal(str_from(pages_table[i].name), name)) return &pages_table[i];
    return NULL;
}

bool pages_has(str name) { return find_page(name); }

struct page_parts {
    const struct serve_state *state;
    const struct serve_data *data;
    const struct pages_row *row;
    const struct query *query;
    const struct options *options; /* after the query */
    struct api_request request;    /* that makes the content */
    /* set while the page is made: */
    struct arena *arena;
    str content, notes;
};

/* "FILE TYPE", with "unknown" for missing parts. */
static str make_title(struct arena *a, const struct serve_data *data, const struct options *o) {
    const struct profile *p = data->session.profile;
    str file = p->n_mappings ? profile_str(p, p->mapping[0].file) : STR_EMPTY, type = STR_EMPTY;
    uint32_t index;
    if (profile_sample_index(p, o->sample_index, &index, NULL)) type = profile_str(p, p->type[index].type);
    if (o->mean) type = str_format(a, "mean_%.*s", STR_ARG(type));
    file = file.len ? str_base_name(file) : STR("unknown");
    return str_format(a, "%.*s %.*s", STR_ARG(file), STR_ARG(type.len ? type : STR("unknown")));
}

/* "?a=b" with one parameter replaced; an empty value removes it. */
static str link_query(struct arena *a, const struct query *q, str name, str value) {
    VEC(struct query_pair) pairs = {0};
    for (uint32_t i = 0; i < q->n; i++)
        if (!str_equal(q->at[i].name, name)) *VEC_PUSH(a, &pairs) = q->at[i];
    if (value.len) *VEC_PUSH(a, &pairs) = (struct query_pair){name, value};
    str text = query_encode(a, &(struct query){pairs.at, (uint32_t)pairs.n});
    return text.len ? str_format(a, "?%.*s", STR_ARG(text)) : STR_EMPTY;
}

static void write_link(struct sink *out, str href, str text, bool current) {
    sink_text(out, "<a href=\"");
    emit_xml(out, href);
    sink_str(out, current ? STR("\" aria-current=\"page\">") : STR("\">"));
    emit_xml(out, text);
    sink_text(out, "</a>\n");
}

static void write_views(const struct page_parts *p, struct sink *out) {
    struct arena *a = p->arena;
    str query = link_query(a, p->query, STR_EMPTY, STR_EMPTY);
    for (int i = 0; i < N_PAGES; i++) {
        const struct pages_row *row = &pages_table[i];
        write_link(out, str_format(a, "./%s%.*s", row->name, STR_ARG(query)), str_from(row->title), row == p->row);
    }
}

static void write_samples(const struct page_parts *p, struct sink *out) {
    const struct profile *profile = p->data->session.profile;
    for (uint32_t i = 0; i < profile->n_types && profile->n_types > 1; i++) {
        str type = profile_str(profile, profile->type[i].type);
        write_link(out, link_query(p->arena, p->query, STR("si"), type), type, false);
    }
}

static void write_lines(str lines, const char *tag, struct sink *out) {
    for (str line; lines.len && str_cut(&lines, '\n', &line);) {
        sink_printf(out, "<%s>", tag);
        emit_xml(out, line);
        sink_printf(out, "</%s>\n", tag);
    }
}

/* Writes the picture in an answer of the API. */
static void write_graph(str json, struct sink *out) {
    size_t at = str_find(json, STR("\n  \"svg\": \""));
    if (at == json.len) {
        sink_text(out, "<p>The graph needs Graphviz (dot).</p>");
        return;
    }
    json = str_from_offset(json, at + strlen("\n  \"svg\": \""));
    for (size_t i = 0; i < json.len && json.ptr[i] != '"'; i++) {
        char c = json.ptr[i];
        if (c == '\\' && i + 1 < json.len) c = json.ptr[++i] == 'n' ? '\n' : json.ptr[i] == 't' ? '\t' : json.ptr[i];
        sink_char(out, c);
    }
}

static void write_content(const struct page_parts *p, struct sink *out) {
    str body = p->content;
    if (p->row->content == CONTENT_FLAME) {
        sink_printf(out, "<main id=\"view\" data-view=\"%s\"></main>\n", p->row->name);
        sink_text(out, "<script type=\"application/json\" id=\"data\">");
        sink_str(out, body);
        sink_text(out, "</script>");
        return;
    }
    sink_printf(out, "<main id=\"view\" data-view=\"%s\">", p->row->name);
    switch (p->row->content) {
    case CONTENT_TEXT:
        sink_text(out, "<pre>\n");
        emit_xml(out, body);
        sink_text(out, "</pre>");
        break;
    case CONTENT_HTML: sink_str(out, body); break;
    case CONTENT_GRAPH: write_graph(body, out); break;
    case CONTENT_FLAME:
    case CONTENT_SCRIPT: break;
    }
    sink_text(out, "</main>");
}

static void write_part(const struct page_parts *p, str part, struct sink *out) {
    if (str_equal(part, STR("token"))) emit_xml(out, p->state->guard.token);
    if (str_equal(part, STR("title"))) emit_xml(out, make_title(p->arena, p->data, p->options));
    if (str_equal(part, STR("views"))) write_views(p, out);
    if (str_equal(part, STR("samples"))) write_samples(p, out);
    if (str_equal(part, STR("errors"))) write_lines(p->notes, "div", out);
    if (str_equal(part, STR("content"))) write_content(p, out);
    if (str_equal(part, STR("page"))) {
        sink_printf(out, "{\"view\":\"%s\",\"api\":\"%s\",\"generation\":%llu}", p->row->name, p->row->api,
                    (unsigned long long)p->data->generation);
    }
    for (int i = 0; i < N_ASSETS; i++)
        if (str_equal(part, str_from(asset_table[i].part))) sink_str(out, str_from(asset_version(i)));
}

/* Fills in the {{parts}} of page.html. */
static void write_page(const struct page_parts *p, struct sink *out) {
    str page = web_asset(WEB_PAGE_HTML);
    for (size_t at; (at = str_find(page, STR("{{"))) < page.len;) {
        sink_str(out, str_slice(page, 0, at));
        page = str_from_offset(page, at + 2);
        size_t end = str_find(page, STR("}}"));
        write_part(p, str_slice(page, 0, end), out);
        page = str_from_offset(page, end + 2);
    }
    sink_str(out, page);
}

static void make(const void *context, struct arena *a, struct sink *out, struct result *r) {
    struct page_parts p = *(const struct page_parts *)context;
    struct arena scratch = {0};
    struct sink content;
    sink_to_memory(&content);
    api_make(&p.request, &scratch, &content, r);
    r->notes = p.notes = str_copy(a, r->notes);
    r->body = str_copy(a, r->body);
    arena_release(&scratch); /* before there is a second copy of the content */
    if (r->status == 200) {
        p.arena = a;
        p.content = sink_bytes(&content);
        write_page(&p, out);
        r->type = "text/html; charset=utf-8";
        r->notes = STR_EMPTY; /* the page has them */
    }
    sink_drop(&content);
}

/* The query for the API. The data in the page of a flame graph are those of all stacks, root first: its script turns
 * them, or requests turned ones. */
static struct query api_query(struct arena *a, const struct pages_row *row, const struct query *q) {
    static const char *const of_script[] = {"p", "inv", "rec", "node", "types"};
    struct query out = {ARENA_ARRAY(a, struct query_pair, (size_t)q->n + 1), 0};
    if (row->nodecount) out.at[out.n++] = (struct query_pair){STR("n"), str_from(row->nodecount)};
    for (uint32_t i = 0; i < q->n; i++) {
        bool dropped = false;
        for (size_t k = 0; k < sizeof of_script / sizeof *of_script && row->content == CONTENT_FLAME; k++)
            dropped = dropped || str_equal(q->at[i].name, str_from(of_script[k]));
        if (!dropped) out.at[out.n++] = q->at[i];
    }
    return out;
}

bool pages_answer(struct serve_state *s, const struct http_call *call, str name, const struct query *q,
                  struct http_answer *answer) {
    struct arena *a = call->arena;
    const struct pages_row *row = find_page(name);
    if (!row) return false;
    struct query of_api = api_query(a, row, q);
    unsigned status = 400;
    struct err e = {0};
    struct options o = s->call->options;
    struct serve_data *data = state_take(s);
    struct page_parts p = {
        .state = s,
        .data = data,
        .row = row,
        .query = q,
        .options = &o,
        .request = {.session = &data->session, .generation = data->generation, .state = s, .query = &of_api}};
    const struct result *result = NULL;
    if (query_apply(q, &o, &e) && api_prepare(&p.request, str_from(row->api), &status, &e)) {
        str key = str_format(a, "page %llu %s", (unsigned long long)data->generation, row->name);
        key = str_join(a, (str[]){key, query_encode(a, q)}, 2, STR(" "));
        result = results_get(s->results, key, call->gone, make, &p);
        if (!result) {
            status = 503;
            err_set(&e, "the request was given up");
        }
    }
    if (result)
        answer_result(call, answer, s->results, result, false);
    else
        answer_text(call, answer, status, str_copy(a, str_from(err_text(&e))));
    state_give(s, data);
    err_clear(&e);
    return true;
}
