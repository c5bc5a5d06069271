/* Makes a report of a loaded profile: the only place that knows the order of the stages (pprof.md 5). */
#include "session/run.h"
#include "base/cancel.h"
#include "base/pages.h"
#include "base/tuning.h"
#include "bytes/source.h"
#include "cli/advice.h"
#include "filter/filter.h"
#include "out/message.h"
#include "regex/regex.h"
#include "report/by/by.h"
#include "session/graphviz.h"
#include "session/output.h"
#include "session/session.h"
#include "stacks/sides.h"
#include "stacks/size.h"

static void apply_overrides(const struct report *r, struct options *o);
static bool select_value(const struct profile *view, const struct options *o, struct arena *a, struct graph_value *out,
                         struct err *e);

/* Filters that matched nothing are warnings; for a gate they are errors. */
static bool no_filter_missed(const struct notes *notes, struct err *e) {
    for (size_t i = 0; i < notes->n; i++)
        if (notes->at[i].kind == NOTE_FILTER_MISSED) return err_set(e, "%.*s", STR_ARG(notes->at[i].text));
    return true;
}

/* Reads the rules of the groups option, if it is set. */
static bool read_groups(struct arena *a, const struct options *o, struct group_rules *out, struct err *e) {
    struct source file;
    str text;
    if (!o->groups.len) return true;
    if (!source_open(o->groups, &file, e)) return err_prepend(e, "-groups: ");
    bool ok = source_read_most(a, &file, GROUP_RULES_BYTES + 1, &text, e);
    source_close(&file);
    return (ok && group_rules_read(a, o->groups, text, out, e)) || err_prepend(e, "-groups: ");
}

/* What the report writes of the view, once for each place where it stands. */
static struct stacks_text text_of(const struct report *r, const struct options *o, const struct profile *view) {
    bool all_nodes = r->writes_names && o->nodecount == 0;
    return (struct stacks_text){.stacks = r->writes_stacks || o->call_tree || all_nodes,
                                .lines = all_nodes && (view->shown.line || view->shown.address),
                                .labels = r->writes_labels,
                                .samples = r->writes_samples,
                                .ids = r->writes_ids};
}

bool run_prepare(const struct session *s, const struct command *c, struct arena *a, struct notes *notes,
                 struct run_view *out, struct err *e) {
    *out = (struct run_view){.view = *s->profile, .options = c->options};
    struct profile *view = &out->view;
    struct options *o = &out->options;
    struct group_rules groups;
    out->units = filter_label_units(a, view, notes);

    apply_overrides(c->report, o);
    if (!read_groups(a, o, &groups, e)) return false;
    filter_rename_functions(a, view, o);
    filter_tag_frames(a, view, &out->units, o, notes);
    if (o->relative_percentages && !filter_apply(a, view, &out->units, o, notes, e)) return false;

    out->in = (struct report_in){.report = c->report,
                                 .loaded = s->profile,
                                 .view = view,
                                 .options = o,
                                 .units = &out->units,
                                 .sources = s->sources,
                                 .side_nanos = {s->sides.nanos[0], s->sides.nanos[1]},
                                 .only_below = s->only_below,
                                 .tools = s->tools,
                                 .pattern = c->pattern,
                                 .most = c->most,
                                 .arena = a,
                                 .notes = notes};
    struct report_in *in = &out->in;
    if (!select_value(view, o, a, &in->value, e)) return false;
    if (c->report->has_param) {
        in->regex = regex_compile(a, c->pattern, e);
        if (!in->regex) return err_prepend(e, "parsing argument regexp %.*s: ", STR_ARG(c->pattern));
    }
    in->value.total = sides_total(view, in->value.type, in->value.mean);
    if (s->gate)
        out->gate = (struct report_gate){.runs = &s->gate->runs,
                                         .run_total = gate_run_totals(a, &s->gate->runs, view, in->value.type),
                                         .words = &s->gate->words};

    if (cancel_wanted()) return err_set(e, "cancelled");
    if (!o->relative_percentages && !filter_apply(a, view, &out->units, o, notes, e)) return false;
    /* a gate must not pass because of a typing error */
    if (s->gate && o->by.len) return err_set(e, "-by is not for -%s", c->report->name);
    if (s->gate && !no_filter_missed(notes, e)) return false;
    if (cancel_wanted()) return err_set(e, "cancelled");
    filter_name_groups(a, view, o, o->groups.len ? &groups : NULL);
    if (!filter_shorten(a, view, o, e)) return false;
    filter_aggregate(a, view, o);
    return stacks_check_size(a, s->profile, view, text_of(c->report, o, view), e);
}

/* On a terminal no name may break a line. Names are replaced after filters, which see the profile's own. Forms for
 * programs keep names as they are; JSON escapes newlines. */
static void show_names_on_one_line(struct run_view *v, struct profile *loaded) {
    struct report_in *in = &v->in;
    const struct report *r = in->report;
    if ((!in->screen.is_terminal && !in->paint) || r->where != TO_STDOUT || r->keeps_lines ||
        str_equal(v->options.format, STR("json")))
        return;
    *loaded = *in->loaded;
    profile_replace_strings(loaded, in->arena, message_one_line);
    profile_replace_strings(&v->view, in->arena, message_one_line);
    in->loaded = loaded;
    in->value.type_label = message_one_line(in->arena, in->value.type_label);
    in->value.unit = message_one_line(in->arena, in->value.unit);
    str *unit = ARENA_ARRAY(in->arena, str, v->units.n);
    for (uint32_t i = 0; i < v->units.n; i++) unit[i] = message_one_line(in->arena, v->units.unit[i]);
    v->units.unit = unit;
}

bool run_report(const struct report_in *in, struct sink *out, struct err *e) {
    return in->options->by.len ? report_by(in, out, e) : report_run(in, out, e);
}

/* Makes the bytes of the report. */
static bool make_report(struct session *s, const struct command *c, struct arena *a, struct output *output,
                        struct err *e) {
    struct sink *out = &output->sink;
    struct notes notes = {.arena = a};
    struct run_view view;
    struct profile loaded;
    struct session with_sides;
    if (c->report->needs_sides && !two_sides_load(&s, a, c, &with_sides, e)) return false;
    progress_stage(s->progress, "filtering");
    bool ok = run_prepare(s, c, a, &notes, &view, e);
    advice_missed(s->profile, &c->options, &notes);
    message_notes(&notes);
    if (!ok) {
        advice_failed(s->profile, c->report, c->pattern, &c->options, e);
        return false;
    }
    view.in.screen = output->screen;
    if (output->painted) view.in.paint = &output->paint;
    show_names_on_one_line(&view, &loaded);
    progress_stage(s->progress, "reporting");
    if (s->gate)
        ok = c->report->gate(&view.in, &view.gate, out, &s->gate->exit_status, e);
    else
        ok = run_report(&view.in, out, e);
    message_notes(&notes);
    if (!ok) advice_failed(s->profile, c->report, c->pattern, &c->options, e);
    return ok;
}

/* Reserves the memory of most reports in one block: page faults are expensive, and the prompt reuses the block for the
 * next command. A command that needed more makes the block of the next one larger, up to TUNING_ARENA_MOST. */
static struct arena_mark reserve_memory(struct session *s) {
    const struct profile *p = s->profile;
    size_t size = (size_t)p->n_stacks * 16 + (size_t)p->n_samples * sizeof *p->row + (size_t)p->n_locations * 40 +
                  (size_t)p->n_functions * 100;
    size_t last = s->command_total < TUNING_ARENA_MOST ? s->command_total : TUNING_ARENA_MOST;
    if (size < last) size = last;
    if (s->command.total < size && size >= pages_map_from()) {
        arena_release(&s->command);
        arena_reserve(&s->command, size);
    }
    return arena_mark(&s->command);
}

bool run_command(struct session *s, const struct command *c, struct err *e) {
    struct arena_mark start = reserve_memory(s);
    struct output out;
    if (!output_open(&s->command, s, c, &out, e)) return false;
    bool ok = make_report(s, c, &s->command, &out, e);
    str bytes = ok ? sink_bytes(&out.sink) : STR_EMPTY;
    ok = ok && (c->report->post == POST_NONE || graphviz_draw(&s->command, c->report, bytes, &bytes, e));
    if (ok)
        ok = output_finish(&out, bytes, e);
    else
        output_drop(&out);
    s->command_total = s->command.total;
    arena_rewind(&s->command, start);
    return ok;
}

bool run_to_text(struct session *s, const struct command *c, struct arena *a, str *text, struct err *e) {
    struct output out;
    if (!output_open_text(a, s, c, &out, e)) return false;
    if (!make_report(s, c, a, &out, e)) {
        output_drop(&out);
        return false;
    }
    *text = output_close_text(&out);
    return true;
}

bool run_header(struct session *s, struct arena *a, struct notes *notes, struct report_lines *lines, int64_t *sum) {
    struct filter_units units = filter_label_units(a, s->profile, notes);
    struct report_in in = {.loaded = s->profile,
                           .view = s->profile,
                           .options = &s->options,
                           .units = &units,
                           .pattern = STR_EMPTY,
                           .arena = a,
                           .notes = notes};
    bool ok = select_value(s->profile, &s->options, a, &in.value, NULL);
    if (!ok) return false;
    *sum = in.value.total = sides_total(s->profile, in.value.type, in.value.mean);
    *lines = report_profile_labels(&in, s->options.unit);
    return true;
}

/* Applies the settings in the row of a report (pprof.md 6.1). */
static void apply_overrides(const struct report *r, struct options *o) {
    if (o->nodecount == -1) o->nodecount = r->unlimited ? 0 : 80;
    if (r->granularity != GRANULARITY_UNSET) {
        o->granularity = r->granularity;
        o->groups = STR_EMPTY;
    }
    if (o->granularity == GRANULARITY_UNSET) o->granularity = r->granularity_unset;
    if (o->groups.len) o->granularity = GRANULARITY_FUNCTIONS; /* whose names are then those of groups */
    if (r->noinlines != NOINLINES_AS_ASKED) o->noinlines = r->noinlines == NOINLINES_ON;
    if (r->no_trim || !o->trim) {
        o->nodecount = 0;
        o->nodefraction = o->edgefraction = 0;
    }
}

/* Selects the column of the report, and how its values are printed (pprof.md 5.8). */
static bool select_value(const struct profile *view, const struct options *o, struct arena *a, struct graph_value *out,
                         struct err *e) {
    *out = (struct graph_value){0};
    if (view->n_types == 0) return err_set(e, "profile has no samples");
    if (!profile_sample_index(view, o->sample_index, &out->type, e)) return false;
    const struct profile_value_type *type = &view->type[out->type];
    out->mean = o->mean;
    out->type_label = profile_str(view, type->type);
    if (o->mean) out->type_label = str_format(a, "mean_%.*s", STR_ARG(out->type_label));
    out->unit = profile_str(view, type->unit);
    if (o->divide_by == 0) return err_set(e, "zero divisor specified");
    out->ratio = 1 / o->divide_by;
    return true;
}
