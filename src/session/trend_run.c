/* -trend: loads the sources a few at a time, keeps the sums of their functions, and writes what changed. */
#include "session/trend_run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <strings.h>

#include "base/task.h"
#include "cli/argv.h"
#include "out/message.h"
#include "session/output.h"
#include "session/run.h"
#include "session/source_load.h"
#include "session/sources.h"
#include "trend/write.h"

enum { SHOWN = 20 }; /* functions in the text, unless nodecount sets it */

struct trend_job {
    struct trend trend;
    const struct session *session;
    const struct argv_call *call;
    struct command command;
    uint32_t n_failed;
};

/* Filters a loaded profile as every report does, and adds its sums. */
static bool add(struct trend_job *j, const struct session *s, str source, struct err *e) {
    struct arena a = {0};
    struct notes notes = {.arena = &a};
    struct run_view view;
    bool ok = run_prepare(s, &j->command, &a, &notes, &view, e) &&
              trend_add(&j->trend, &view.view, &view.in.value, &view.options, source_load_shown(&a, source), e);
    if (!ok) err_prepend(e, "%.*s: ", STR_ARG(source_load_shown(&a, source)));
    arena_release(&a);
    return ok;
}

/* Loads n sources at once; if one of them fails, one after the other, without those that fail. */
static bool add_sources(struct trend_job *j, const str *source, uint32_t n, struct err *e) {
    struct arena a = {0};
    struct session each = *j->session;
    struct err why = {0};
    struct profile *p = ARENA_ARRAY(&a, struct profile, n);
    each.arena = &a;
    bool ok = true, loaded = fetch_each(&each, j->call, source, n, p, &why);
    for (uint32_t i = 0; loaded && ok && i < n; i++) {
        each.profile = &p[i];
        ok = add(j, &each, source[i], e);
    }
    if (!loaded && n == 1) {
        message_warn(str_from(err_text(&why)));
        j->n_failed++;
    }
    err_clear(&why);
    arena_release(&a);
    for (uint32_t i = 0; !loaded && n > 1 && ok && i < n; i++) ok = add_sources(j, &source[i], 1, e);
    return ok;
}

/* Users whose locale names another encoding than UTF-8 see no blocks on their terminal. */
static bool other_encoding(void) {
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (!value || !*value) continue;
        str v = str_from(value);
        size_t dot = str_find_char(v, '.');
        return dot < v.len && strncasecmp(v.ptr + dot, ".utf", 4) != 0;
    }
    return false;
}

static bool write(struct session *s, const struct command *c, const struct trend *t, enum trend_form form, bool plain,
                  struct err *e) {
    struct output out;
    if (!output_open(&s->command, s, c, &out, e)) return false;
    int64_t most = c->options.nodecount;
    plain |= out.screen.is_terminal && other_encoding();
    switch (form) {
    case TREND_TEXT: trend_write_text(t, most < 0 ? SHOWN : (uint32_t)most, plain, &out.sink); break;
    case TREND_JSON: trend_write_json(t, &out.sink); break;
    case TREND_CSV: trend_write_csv(t, &out.sink); break;
    }
    return output_finish(&out, sink_bytes(&out.sink), e);
}

bool trend_run(struct session *s, const struct argv_call *call, struct err *e) {
    const struct options_call *words = &call->call;
    struct trend_job j = {.session = s,
                          .call = call,
                          .command = {.report = call->report, .pattern = call->pattern, .options = call->options}};
    struct trend *t = &j.trend;
    struct gate_rules rules;
    struct gate_words limits = {.max_growth = words->max_growth,
                                .max_total_growth = words->max_total_growth,
                                .max_new = words->max_new,
                                .min_share = words->min_share,
                                .confidence = words->confidence,
                                .budgets_file = STR_EMPTY,
                                .budgets_text = STR_EMPTY};
    struct sources all = {0};
    enum trend_form form;
    if (words->base.len || words->diff_base.len)
        return err_set(e, "-trend takes no base: its profiles are in an order");
    if (call->options.by.len) return err_set(e, "-by is not for -trend; points by label are -trend_by=label=KEY");
    if (!trend_form_read(call->options.format, &form, e) || !trend_init(t, s->arena, words->trend_by, e) ||
        !gate_rules_read(s->arena, &limits, (struct gate_values){STR_EMPTY, STR_EMPTY}, 0, &rules, e) ||
        !sources_expand(s->arena, call, call->source, call->n_sources, &all, e))
        return false;
    t->min_share = rules.min_share;
    t->confidence = rules.confidence;
    uint32_t n = (uint32_t)all.name.n, window = (uint32_t)task_threads() * 2;
    for (uint32_t i = 0; i < n; i += window)
        if (!add_sources(&j, all.name.at + i, n - i < window ? n - i : window, e)) return false;
    if (j.n_failed && words->strict)
        return err_set(e, "%" PRIu32 " of %" PRIu32 " sources could not be read (-strict)", j.n_failed, n);
    if (j.n_failed) message_warnf("%" PRIu32 " of %" PRIu32 " sources could not be read", j.n_failed, n);
    if (t->n_without)
        message_warnf("%" PRIu32 " profiles have no point: nothing in them matches -trend_by", t->n_without);
    return trend_judge(t, e) && write(s, &j.command, t, form, words->ascii, e);
}
