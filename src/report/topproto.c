/* topproto: the top report as a profile: one sample of one frame per node. */
#include "base/hash.h"
#include "formats/load.h"
#include "formats/pprof/encode.h"
#include "go/unit.h"
#include "profile/build.h"
#include "report/report.h"

/* Nodes with the same function name, file and start line share a function of the profile. */
static func_id find_function(struct build *b, struct intern *known, const struct graph_node *n) {
    struct profile_function f = {
        .name = build_string(b, n->name), .file = build_string(b, n->file), .start_line = n->start_line};
    const int64_t key[] = {f.name, f.file, f.start_line};
    str bytes = {(const char *)key, sizeof key};
    uint32_t before = known->n, id = intern_id(known, bytes);
    return id < before ? id : build_function(b, f);
}

static int64_t in_unit(const struct report_in *in, int64_t value, str unit) {
    return graph_truncate(unit_scale(value, in->value.unit, unit).value);
}

bool report_topproto(const struct report_in *in, struct sink *out, struct err *e) {
    struct graph_plan plan = {.depth = GRAPH_NODES};
    const struct graph *g = graph_build(in->arena, in->view, in->units, &in->value, &plan, in->options);
    str unit = graph_output_unit(g, &in->value, in->options, false);

    const struct profile *v = in->view;
    struct build b;
    build_init(&b, in->arena);
    b.header.time_nanos = v->time_nanos;
    b.header.duration_nanos = v->duration_nanos;
    b.header.period = v->period;
    b.header.period_type.type = build_string(&b, profile_str(v, v->period_type.type));
    b.header.period_type.unit = build_string(&b, profile_str(v, v->period_type.unit));
    build_type(&b, build_string(&b, STR("cum")), build_string(&b, unit));
    build_type(&b, build_string(&b, STR("flat")), build_string(&b, unit));

    struct intern functions = {.arena = in->arena, .copy = true};
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->node[g->order[i]];
        struct profile_line line = {.function = find_function(&b, &functions, n), .line = n->line, .column = n->column};
        struct profile_location place = {.address = n->address, .mapping = PROFILE_NONE};
        loc_id frame = build_location(&b, place, &line, 1);
        int64_t value[] = {in_unit(in, graph_cum(n), unit), in_unit(in, graph_flat(n), unit)};
        build_sample(&b, &frame, 1, value, NULL, 0);
    }
    struct profile top;
    return build_seal(&b, &top, e) && encode_profile_gzip(&top, out, e);
}
