/* The report of each group. Each is written by the report's own function, and then put into the whole. */
#include "base/cancel.h"
#include "report/by/parts.h"
#include "report/forms/forms.h"

enum { SCHEMA_VERSION = 1 }; /* as that of cprof-report */

struct by_pages {
    const struct report_in *in;
    const struct by_groups *groups;
    struct sink *out;
    struct emit_json json;
    struct paint paint; /* of the current page */
    bool any;           /* a page has been written */
};

/* Writes the report of each group to memory and passes it to `write`. A group in which a pattern matches nothing has no
 * report; if no group has one, the message is that of the first. */
static bool each_page(struct by_pages *p, void (*write)(struct by_pages *p, const struct by_group *g, str page),
                      struct err *e) {
    const struct report_in *in = p->in;
    struct err first = {0};
    for (uint32_t i = 0; i < p->groups->n; i++) {
        if (cancel_wanted()) {
            err_clear(&first);
            return err_set(e, "cancelled");
        }
        struct by_part part;
        struct sink page;
        struct arena scratch = {0};
        struct notes notes = {.arena = in->arena}; /* the same for each group */
        by_part_make(in, &p->groups->at[i], &part);
        part.in.arena = &scratch;
        p->paint = (struct paint){.heat = in->paint && in->paint->heat};
        part.in.paint = in->paint ? &p->paint : NULL;
        part.in.notes = p->any ? &notes : in->notes;
        sink_to_memory(&page);
        if (report_run(&part.in, &page, first.text ? NULL : &first)) {
            write(p, &p->groups->at[i], sink_bytes(&page));
            p->any = true;
        }
        sink_drop(&page);
        paint_release(&p->paint);
        arena_release(&scratch);
    }
    bool ok = p->any || !first.text;
    if (!ok) err_set(e, "%s", first.text);
    err_clear(&first);
    return ok;
}

static void text_page(struct by_pages *p, const struct by_group *g, str page) {
    struct arena_mark m = arena_mark(p->in->arena);
    sink_char(p->out, '\n');
    sink_str(p->out, by_heading(p->in, g));
    sink_char(p->out, '\n');
    while (str_has_suffix(page, STR("\n\n"))) page.len--; /* tags ends in an empty line */
    if (p->in->paint) paint_append(p->in->paint, &p->paint, p->out->len);
    sink_str(p->out, page);
    arena_rewind(p->in->arena, m);
}

bool by_write_text(const struct report_in *in, const struct by_groups *groups, struct sink *out, struct err *e) {
    struct by_pages p = {.in = in, .groups = groups, .out = out};
    struct report_lines header = report_head(in, in->options->unit);
    for (uint32_t i = 0; i < header.n; i++) {
        sink_str(out, header.at[i]);
        sink_char(out, '\n');
    }
    return each_page(&p, text_page, e);
}

static void json_value(const struct report_in *in, struct emit_json *j, int64_t sum) {
    emit_int(j, "value", forms_amount(in, sum));
    emit_str(j, "value_text", report_value(in, sum, in->options->unit));
    emit_number(j, "value_percent", forms_percent(sum, in->value.total));
}

void by_json_group(const struct report_in *in, const struct by_groups *groups, const struct by_group *g,
                   struct emit_json *j) {
    emit_str(j, "name", g->name);
    emit_open(j, "labels", '[');
    for (uint32_t k = 0; g->value && k < groups->n_keys; k++) {
        struct emit_json line = emit_open_line(j);
        emit_str(&line, "key", groups->key[k]);
        if (g->value[k].ptr)
            emit_str(&line, "value", g->value[k]);
        else
            emit_null(&line, "value");
        emit_close_line(j);
    }
    emit_close(j, ']');
    if (!g->value) emit_int(j, "groups", groups->n_rest);
    json_value(in, j, g->sum);
}

static void json_page(struct by_pages *p, const struct by_group *g, str page) {
    struct emit_json *j = &p->json;
    struct arena_mark m = arena_mark(p->in->arena);
    emit_open(j, NULL, '{');
    by_json_group(p->in, p->groups, g, j);
    emit_document(j, "report", page);
    emit_close(j, '}');
    arena_rewind(p->in->arena, m);
}

void by_json_head(const struct report_in *in, const struct by_groups *groups, const char *schema, struct emit_json *j) {
    emit_str(j, "schema", str_from(schema));
    emit_int(j, "version", SCHEMA_VERSION);
    emit_str(j, "report", str_from(in->report->name));
    emit_open(j, "by", '[');
    for (uint32_t k = 0; k < groups->n_keys; k++) emit_str(j, NULL, groups->key[k]);
    emit_close(j, ']');
    emit_str(j, "type", in->value.type_label);
    emit_str(j, "unit", in->value.unit);
    emit_int(j, "total", forms_amount(in, in->value.total));
    emit_str(j, "total_text", report_value(in, in->value.total, in->options->unit));
}

bool by_write_json(const struct report_in *in, const struct by_groups *groups, struct sink *out, struct err *e) {
    struct by_pages p = {.in = in, .groups = groups, .out = out, .json = {.out = out}};
    struct emit_json *j = &p.json;
    emit_open(j, NULL, '{');
    by_json_head(in, groups, "cprof-groups", j);
    emit_open(j, "groups", '[');
    bool ok = each_page(&p, json_page, e);
    emit_close(j, ']');
    emit_close(j, '}');
    emit_end(j);
    return ok;
}

/* The value in the column of a key. */
static str column_value(const struct by_pages *p, const struct by_group *g, uint32_t k) {
    if (!g->value) return g->name;
    if (g->value[k].ptr) return g->value[k];
    return str_format(p->in->arena, "(no %.*s)", STR_ARG(p->groups->key[k]));
}

/* Takes a record off the front of *rest: a line; newlines inside quotes belong to it. */
static bool next_record(str *rest, str *record) {
    bool quoted = false;
    size_t i = 0;
    if (!rest->len) return false;
    while (i < rest->len && (rest->ptr[i] != '\n' || quoted)) quoted ^= rest->ptr[i++] == '"';
    *record = str_slice(*rest, 0, i + 1);
    *rest = str_from_offset(*rest, i + 1);
    return true;
}

static void csv_page(struct by_pages *p, const struct by_group *g, str page) {
    struct arena_mark m = arena_mark(p->in->arena);
    str record;
    bool head = true;
    while (next_record(&page, &record)) {
        bool skip = head && p->any;
        for (uint32_t k = 0; k < p->groups->n_keys && !skip; k++) {
            if (head)
                emit_csv_field(p->out, str_join(p->in->arena, (str[]){STR("label:"), p->groups->key[k]}, 2, STR_EMPTY));
            else
                emit_csv_field(p->out, column_value(p, g, k));
            sink_char(p->out, ',');
        }
        if (!skip) sink_str(p->out, record);
        head = false;
    }
    arena_rewind(p->in->arena, m);
}

bool by_write_csv(const struct report_in *in, const struct by_groups *groups, struct sink *out, struct err *e) {
    struct by_pages p = {.in = in, .groups = groups, .out = out};
    return each_page(&p, csv_page, e);
}

/* The table of a page: two lines of head, then rows. What is above it has been written for all groups. */
static void markdown_page(struct by_pages *p, const struct by_group *g, str page) {
    struct arena_mark m = arena_mark(p->in->arena);
    uint32_t row = 0;
    for (str line; str_cut(&page, '\n', &line);) {
        if (!str_has_prefix(line, STR("| "))) continue;
        bool skip = row < 2 && p->any;
        for (uint32_t k = 0; k < p->groups->n_keys && !skip; k++) {
            sink_text(p->out, "| ");
            if (row == 1)
                sink_text(p->out, "---");
            else
                emit_markdown(p->out, row ? column_value(p, g, k) : p->groups->key[k]);
            sink_char(p->out, ' ');
        }
        if (!skip) {
            sink_str(p->out, line);
            sink_char(p->out, '\n');
        }
        row++;
    }
    arena_rewind(p->in->arena, m);
}

bool by_write_markdown(const struct report_in *in, const struct by_groups *groups, struct sink *out, struct err *e) {
    struct by_pages p = {.in = in, .groups = groups, .out = out};
    struct report_lines header = report_head(in, in->options->unit);
    str *line = ARENA_ARRAY(in->arena, str, (size_t)header.n + groups->n);
    uint32_t n = 0;
    for (uint32_t i = 0; i < header.n; i++) line[n++] = header.at[i];
    for (uint32_t i = 0; i < groups->n; i++) line[n++] = by_heading(in, &groups->at[i]);
    forms_markdown_head(in, (struct report_lines){line, n}, out);
    return each_page(&p, markdown_page, e);
}
