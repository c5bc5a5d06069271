/* proto: the filtered profile as compressed profile.proto, in canonical form on request. */
#include "formats/load.h"
#include "formats/pprof/encode.h"
#include "merge/canonical.h"
#include "report/report.h"

/* Divides all columns by divide_by, truncating. */
static const int64_t *const *scale(const struct report_in *in) {
    const struct profile *v = in->view;
    int64_t **value = ARENA_ARRAY(in->arena, int64_t *, v->n_types);
    for (uint32_t t = 0; t < v->n_types; t++) {
        value[t] = ARENA_ARRAY(in->arena, int64_t, v->n_rows);
        for (uint32_t row = 0; row < v->n_rows; row++) value[t][row] = graph_scale(&in->value, v->value[t][row]);
    }
    return (const int64_t *const *)value;
}

bool report_proto(const struct report_in *in, struct sink *out, struct err *e) {
    struct profile view = *in->view;
    if (in->value.ratio > 0 && in->value.ratio != 1) view.value = scale(in);
    if (!in->options->canonical) return encode_profile_gzip(&view, out, e);
    struct profile canonical;
    return merge_canonical(in->arena, &view, &canonical, e) && encode_profile_gzip(&canonical, out, e);
}
