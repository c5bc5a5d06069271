/* profile: a description of the profile, for the bar and the menus of all pages. */
#include "base/emit.h"
#include "cli/version.h"
#include "serve/api.h"
#include "session/graphviz.h"
#include "session/run.h"
#include "session/source_load.h"
#include "stacks/sides.h"

static void write_types(struct emit_json *j, const struct profile *p) {
    uint32_t usual = 0;
    profile_sample_index(p, STR_EMPTY, &usual, NULL);
    emit_open(j, "sample_types", '[');
    for (uint32_t i = 0; i < p->n_types; i++) {
        struct emit_json row = emit_open_line(j);
        emit_str(&row, "name", profile_str(p, p->type[i].type));
        emit_str(&row, "unit", profile_str(p, p->type[i].unit));
        emit_bool(&row, "default", i == usual);
        emit_close_line(j);
    }
    emit_close(j, ']');
}

/* Writes the keys of labels, in the order of the profile's labels, with their numbers of values and samples. */
static void write_labels(struct emit_json *j, struct arena *a, const struct profile *p) {
    uint64_t *n_values = ARENA_ZERO(a, uint64_t, (size_t)p->n_strings * 2);
    uint64_t *n_samples = ARENA_ZERO(a, uint64_t, (size_t)p->n_strings * 2);
    uint32_t *last = ARENA_ZERO(a, uint32_t, (size_t)p->n_strings * 2); /* sample + 1 */
    for (label_id l = 0; l < p->n_labels; l++) n_values[(size_t)p->label[l].key * 2 + p->label[l].numeric]++;
    for (uint32_t i = 0; i < p->n_samples; i++) {
        uint32_t row = profile_row(p, i);
        for (uint32_t k = p->label_off[row]; k < p->label_off[row + 1]; k++) {
            const struct profile_label *l = &p->label[p->label_ref[k]];
            size_t at = (size_t)l->key * 2 + l->numeric;
            if (last[at] == i + 1) continue;
            last[at] = i + 1;
            n_samples[at]++;
        }
    }
    emit_open(j, "labels", '[');
    for (label_id l = 0; l < p->n_labels; l++) {
        size_t at = (size_t)p->label[l].key * 2 + p->label[l].numeric;
        if (!n_samples[at]) continue;
        struct emit_json row = emit_open_line(j);
        emit_str(&row, "key", profile_str(p, p->label[l].key));
        emit_bool(&row, "numeric", p->label[l].numeric);
        emit_int(&row, "values", (int64_t)n_values[at]);
        emit_int(&row, "samples", (int64_t)n_samples[at]);
        emit_close_line(j);
        n_samples[at] = 0;
    }
    emit_close(j, ']');
}

bool api_profile(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
                 struct result *r, struct err *e) {
    struct run_view view;
    (void)r;
    struct command c = request->command;
    if (!run_prepare(request->session, &c, a, notes, &view, e)) return false;
    const struct report_in *in = &view.in;
    const struct profile *p = in->loaded;
    struct report_lines header = report_profile_labels(in, in->options->unit);
    str file = STR("unknown");
    for (uint32_t i = header.n; i-- > 0;)
        if (str_has_prefix(header.at[i], STR("File: "))) file = str_from_offset(header.at[i], 6);
    struct emit_json j = {.out = out};
    emit_open(&j, NULL, '{');
    emit_str(&j, "schema", STR("cprof-profile"));
    emit_int(&j, "version", 1);
    emit_str(&j, "program", STR("cprof " CPROF_VERSION));
    emit_int(&j, "generation", (int64_t)request->generation);
    emit_str(&j, "file", file);
    emit_str(&j, "type", in->value.type_label);
    emit_str(&j, "unit", in->value.unit);
    emit_int(&j, "total", in->value.total);
    emit_str(&j, "total_text", report_value(in, in->value.total, in->options->unit));
    write_types(&j, p);
    emit_open(&j, "header", '[');
    for (uint32_t i = 0; i < header.n; i++) emit_str(&j, NULL, header.at[i]);
    emit_close(&j, ']');
    emit_int(&j, "period", p->period);
    emit_int(&j, "duration_nanos", p->duration_nanos);
    emit_int(&j, "time_nanos", p->time_nanos);
    emit_str(&j, "doc_url", profile_str(p, p->doc_url));
    emit_bool(&j, "diff", sides_are_two(p, in->value.type));
    write_labels(&j, a, p);
    emit_open(&j, "sources", '[');
    for (uint32_t i = 0; i < request->state->call->n_sources; i++)
        emit_str(&j, NULL, source_load_shown(a, request->state->call->source[i]));
    emit_close(&j, ']');
    emit_bool(&j, "has_dot", graphviz_is_there());
    emit_bool(&j, "can_refresh", state_can_refresh(request->state));
    emit_bool(&j, "changed", request->changed);
    emit_close(&j, '}');
    emit_end(&j);
    return true;
}
