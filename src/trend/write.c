/* The forms of a trend: text with small graphs, JSON, CSV. */
#include "trend/write.h"

#include <inttypes.h>
#include <math.h>

#include "base/emit.h"
#include "out/message.h"
#include "report/report.h"

enum { SCHEMA_VERSION = 1 };
enum { GRAPH_CELLS = 40 }; /* the most columns of a graph; with more points, a cell shows the mean of several */

bool trend_form_read(str format, enum trend_form *out, struct err *e) {
    *out = str_equal(format, STR("json")) ? TREND_JSON : str_equal(format, STR("csv")) ? TREND_CSV : TREND_TEXT;
    if (*out != TREND_TEXT || format.len == 0 || str_equal(format, STR("text"))) return true;
    return err_set(e, "-format=%.*s: trend takes text, json or csv", STR_ARG(format));
}

/* From half of the largest share, or the smallest if that is less, to the largest: noise stays flat, a step shows. */
static void write_graph(const double *share, size_t n_points, bool plain, struct sink *out) {
    static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const ascii[] = {"_", ".", "-", "~", "=", "+", "*", "#"};
    size_t n_cells = n_points < GRAPH_CELLS ? n_points : GRAPH_CELLS;
    double cell[GRAPH_CELLS], low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < n_cells; i++) {
        size_t from = i * n_points / n_cells, to = (i + 1) * n_points / n_cells;
        cell[i] = 0;
        for (size_t k = from; k < to; k++) cell[i] += share[k] / (double)(to - from);
        low = fmin(low, cell[i]);
        high = fmax(high, cell[i]);
    }
    low = fmin(low, high / 2);
    for (size_t i = 0; i < n_cells; i++) {
        int level = high > low ? (int)((cell[i] - low) / (high - low) * 7.999) : 0;
        sink_str(out, str_from((plain ? ascii : blocks)[level]));
    }
}

static void write_changes(const struct trend *t, const struct trend_function *f, struct sink *out) {
    struct arena scratch = {0};
    for (size_t i = 0; i < f->n_changes; i++) {
        const struct change *c = &f->change[i];
        const struct trend_point *p = &t->point[c->at];
        sink_printf(out, "%12s%.2f%% -> %.2f%% from %.*s", "", 100 * c->before, 100 * c->after,
                    STR_ARG(message_one_line(&scratch, p->label)));
        if (!str_equal(p->label, p->source))
            sink_printf(out, " (%.*s)", STR_ARG(message_one_line(&scratch, p->source)));
        sink_char(out, '\n');
    }
    arena_release(&scratch);
}

void trend_write_text(const struct trend *t, uint32_t most, bool plain, struct sink *out) {
    struct arena scratch = {0};
    double *share = ARENA_ARRAY(&scratch, double, t->n_points);
    uint32_t n = most && most < t->n_functions ? most : t->n_functions;
    if (n < t->n_changed) n = t->n_changed;
    sink_printf(out, "Type: %.*s\n", STR_ARG(message_one_line(&scratch, t->type)));
    sink_printf(out, "Points: %zu of %" PRIu32 " profiles, from %.*s to %.*s\n", t->n_points, t->n_profiles,
                STR_ARG(message_one_line(&scratch, t->point[0].label)),
                STR_ARG(message_one_line(&scratch, t->point[t->n_points - 1].label)));
    sink_printf(out,
                "Changed: %" PRIu32 " of %" PRIu32 " functions with %.2f%% or more at three points (confidence %g%%)\n",
                t->n_changed, t->n_tested, 100 * t->min_share, 100 * t->confidence);
    sink_printf(out, "%8s %8s %8s %8s %8s  trend\n", "first%", "last%", "mean%", "slope%", "p");
    for (uint32_t i = 0; i < n; i++) {
        const struct trend_function *f = &t->function[i];
        trend_shares(t, f, share);
        sink_printf(out, "%7.2f%% %7.2f%% %7.2f%% %+7.2f%% ", 100 * share[0], 100 * share[t->n_points - 1],
                    100 * f->mean, fabs(f->slope) < 5e-5 ? 0 : 100 * f->slope);
        if (f->n_changes)
            sink_printf(out, "%8.1g  ", f->p);
        else
            sink_printf(out, "%8s  ", f->tested ? "-" : "");
        write_graph(share, t->n_points, plain, out);
        sink_printf(out, "  %.*s\n", STR_ARG(message_one_line(&scratch, f->name)));
        write_changes(t, f, out);
    }
    if (n < t->n_functions)
        sink_printf(out, "%" PRIu32 " more without a change: -nodecount=%" PRIu32 " shows all\n", t->n_functions - n,
                    t->n_functions);
    arena_release(&scratch);
}

void trend_write_json(const struct trend *t, struct sink *out) {
    struct arena scratch = {0};
    double *share = ARENA_ARRAY(&scratch, double, t->n_points);
    struct emit_json j = {.out = out};
    emit_open(&j, NULL, '{');
    emit_str(&j, "schema", STR("cprof-trend"));
    emit_int(&j, "version", SCHEMA_VERSION);
    emit_str(&j, "report", STR("trend"));
    emit_str(&j, "type", t->type);
    emit_number(&j, "min_share", t->min_share);
    emit_number(&j, "confidence", t->confidence);
    emit_int(&j, "profiles", t->n_profiles);
    emit_int(&j, "tested", t->n_tested);
    emit_int(&j, "changed", t->n_changed);
    emit_open(&j, "points", '[');
    for (size_t i = 0; i < t->n_points; i++) {
        const struct trend_point *p = &t->point[i];
        struct emit_json line = emit_open_line(&j);
        emit_str(&line, "label", p->label);
        emit_str(&line, "source", p->source);
        emit_int(&line, "time_nanos", p->time);
        emit_int(&line, "profiles", p->n);
        emit_number(&line, "total", p->total);
        emit_close_line(&j);
    }
    emit_close(&j, ']');
    emit_open(&j, "functions", '[');
    for (uint32_t i = 0; i < t->n_functions; i++) {
        const struct trend_function *f = &t->function[i];
        trend_shares(t, f, share);
        emit_open(&j, NULL, '{');
        emit_str(&j, "name", f->name);
        emit_bool(&j, "tested", f->tested);
        emit_number(&j, "mean", f->mean);
        emit_number(&j, "slope", f->slope);
        emit_number(&j, "p", f->p);
        emit_open(&j, "changes", '[');
        for (size_t k = 0; k < f->n_changes; k++) {
            struct emit_json line = emit_open_line(&j);
            emit_int(&line, "point", (int64_t)f->change[k].at);
            emit_str(&line, "label", t->point[f->change[k].at].label);
            emit_number(&line, "before", f->change[k].before);
            emit_number(&line, "after", f->change[k].after);
            emit_close_line(&j);
        }
        emit_close(&j, ']');
        emit_open(&j, "shares", '[');
        for (size_t k = 0; k < t->n_points; k++) emit_number(&j, NULL, share[k]);
        emit_close(&j, ']');
        emit_close(&j, '}');
    }
    emit_close(&j, ']');
    emit_close(&j, '}');
    emit_end(&j);
    arena_release(&scratch);
}

void trend_write_csv(const struct trend *t, struct sink *out) {
    struct arena scratch = {0};
    double *share = ARENA_ARRAY(&scratch, double, t->n_points);
    sink_text(out, "name,tested,mean,slope,p,changes,first_change,before,after");
    for (size_t i = 0; i < t->n_points; i++) {
        sink_char(out, ',');
        emit_csv_field(out, t->point[i].label);
    }
    sink_char(out, '\n');
    for (uint32_t i = 0; i < t->n_functions; i++) {
        const struct trend_function *f = &t->function[i];
        trend_shares(t, f, share);
        emit_csv_field(out, f->name);
        sink_printf(out, ",%s,", f->tested ? "true" : "false");
        emit_double(out, f->mean);
        sink_char(out, ',');
        emit_double(out, f->slope);
        sink_char(out, ',');
        emit_double(out, f->p);
        sink_printf(out, ",%zu,", f->n_changes);
        if (f->n_changes) {
            emit_csv_field(out, t->point[f->change[0].at].label);
            sink_char(out, ',');
            emit_double(out, f->change[0].before);
            sink_char(out, ',');
            emit_double(out, f->change[0].after);
        } else {
            sink_text(out, ",,");
        }
        for (size_t k = 0; k < t->n_points; k++) {
            sink_char(out, ',');
            emit_double(out, share[k]);
        }
        sink_char(out, '\n');
    }
    arena_release(&scratch);
}

bool report_trend(const struct report_in *in, struct sink *out, struct err *e) {
    (void)in;
    (void)out;
    return err_set(e, "trend needs many profiles, on the command line: -trend PROFILE...");
}
