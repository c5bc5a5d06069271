/* Loads the runs that a gate compares, each separately. */
#include "bytes/source.h"
#include "bytes/url.h"
#include "cli/argv.h"
#include "out/message.h"
#include "session/session.h"
#include "session/sides.h"
#include "session/source_load.h"

static bool read_words(struct arena *a, const struct argv_call *call, struct gate_words *out, struct err *e) {
    const struct options_call *c = &call->call;
    *out = (struct gate_words){.max_growth = c->max_growth,
                               .max_total_growth = c->max_total_growth,
                               .max_new = c->max_new,
                               .min_share = c->min_share,
                               .confidence = c->confidence,
                               .budgets_file = c->budgets,
                               .require_power = c->require_power};
    out->budget = argv_values(a, call, STR("budget"), &out->n_budgets);
    if (c->budgets.len && !source_read(a, c->budgets, &out->budgets_text, e)) return err_prepend(e, "-budgets: ");
    if (out->budgets_text.len == 0) out->budgets_text = STR_EMPTY;
    return true;
}

static void print_side(struct arena *a, const char *side, const str *name, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) message_print(str_format(a, "%s: %.*s", side, STR_ARG(name[i])));
}

bool fetch_runs(struct session *s, const struct argv_call *call, struct err *e) {
    struct arena *a = s->arena;
    struct sides of;
    if (!read_words(a, call, &s->gate->words, e)) return false;
    if (!sides_read(a, call, &of, e))
        return err_set(e, "%.*s", STR_ARG(str_copy(a, url_mask(a, str_from(err_text(e))))));
    str *shown = ARENA_ARRAY(a, str, of.n);
    for (uint32_t i = 0; i < of.n; i++) shown[i] = source_load_shown(a, of.name[i]);
    if (call->call.v) {
        print_side(a, "Base", shown, of.n_base);
        print_side(a, "New", shown + of.n_base, of.n - of.n_base);
    }
    struct profile *run = ARENA_ARRAY(a, struct profile, of.n);
    if (!fetch_each(s, call, of.name, of.n, run, e)) return false;
    const struct profile **runs = ARENA_ARRAY(a, const struct profile *, of.n);
    for (uint32_t i = 0; i < of.n; i++) runs[i] = &run[i];
    struct gate_sides sides = {.run = runs,
                               .name = shown,
                               .n_base = of.n_base,
                               .n_new = of.n - of.n_base,
                               .sample_index = call->options.sample_index,
                               .any_duration = call->options.normalize || call->call.same_work};
    progress_stage(s->progress, "merging");
    progress_show(s->progress);
    bool ok = gate_runs_merge(a, &sides, &s->gate->runs, e);
    progress_hide(s->progress);
    for (size_t i = 0; ok && i < s->gate->runs.warnings.n; i++) message_warn(s->gate->runs.warnings.at[i].text);
    return ok;
}
