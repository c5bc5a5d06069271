/* The data object of a flame graph: one line of JSON, valid in the script element of a page. */
#include <math.h>

#include "base/emit.h"
#include "base/hash.h"
#include "go/gotext.h"
#include "report/flame/flame.h"
#include "report/web.h"
#include "stacks/pathhash.h"
#include "stacks/sides.h"

enum { DATA_MOST = 3850 * 1000 }; /* bytes of a page's data: with 95 KB of scripts, the page is smaller than 4 MB */

#define EXACT_MOST (INT64_C(1) << 53) /* JavaScript's numbers are exact up to this one */

/* Writes a name and a colon, after a comma unless it is the first of its object. */
static void key(struct sink *out, const char *name, bool first) {
    if (!first) sink_char(out, ',');
    sink_char(out, '"');
    sink_str(out, str_from(name));
    sink_text(out, "\":");
}

static void text(struct sink *out, const char *name, str value) {
    key(out, name, false);
    emit_script_string(out, value);
}

static void integer(struct sink *out, int64_t v) {
    bool exact = v <= EXACT_MOST && v >= -EXACT_MOST;
    if (!exact) sink_char(out, '"');
    sink_int(out, v);
    if (!exact) sink_char(out, '"');
}

/* Writes the shortest text that parses as v. */
static void number(struct sink *out, double v) {
    struct arena scratch = {0};
    sink_str(out, isfinite(v) ? gotext_float(&scratch, v) : STR("0"));
    arena_release(&scratch);
}

static void integers(struct sink *out, const char *name, const int64_t *v, uint32_t n) {
    key(out, name, false);
    sink_char(out, '[');
    for (uint32_t i = 0; i < n; i++) {
        if (i) sink_char(out, ',');
        if (v[i] >= 0 && v[i] < 10) /* most own values are 0 */
            sink_char(out, (char)('0' + v[i]));
        else
            integer(out, v[i]);
    }
    sink_char(out, ']');
}

static void indices(struct sink *out, const char *name, const uint32_t *v, uint32_t n, bool first) {
    key(out, name, first);
    sink_char(out, '[');
    for (uint32_t i = 0; i < n; i++) {
        if (i) sink_char(out, ',');
        sink_int(out, v[i]);
    }
    sink_char(out, ']');
}

/* Writes "unit", "scale", "units" and "total". */
static void write_units(struct sink *out, const struct flame_type *t) {
    text(out, "unit", t->unit);
    key(out, "scale", false);
    number(out, t->scale);
    key(out, "units", false);
    sink_char(out, '[');
    for (size_t i = 0; i < t->n_units; i++) {
        if (i) sink_char(out, ',');
        sink_char(out, '[');
        emit_script_string(out, str_from(t->units[i].name));
        sink_char(out, ',');
        number(out, t->units[i].factor / t->unit_base);
        sink_char(out, ']');
    }
    sink_char(out, ']');
    key(out, "total", false);
    integer(out, t->total);
}

/* Writes "strings" and "frames"; `first`: they are the first of their object. */
static void write_frames(const struct stacktree *t, bool first, struct sink *out) {
    struct arena scratch = {0};
    struct intern strings = {.arena = &scratch};
    uint32_t *column[5]; /* name, file, line, pkg, flags */
    static const char *const name[] = {"name", "file", "line", "pkg", "flags"};
    for (int i = 0; i < 5; i++) column[i] = ARENA_ARRAY(&scratch, uint32_t, t->n_frames);
    intern_reserve(&strings, t->n_frames);
    str last = {NULL, 0};
    for (uint32_t i = 0; i < t->n_frames; i++) {
        const struct stacktree_frame *frame = &t->frame[i];
        str package = flame_package(frame);
        column[0][i] = intern_id(&strings, frame->name);
        column[1][i] = intern_id(&strings, frame->file);
        column[2][i] = frame->line > 0 && frame->line <= UINT32_MAX ? (uint32_t)frame->line : 0;
        /* frames are sorted by name, so most have the package of the one before */
        column[3][i] = last.ptr && str_equal(package, last) ? column[3][i - 1] : intern_id(&strings, package);
        last = package;
        column[4][i] = frame->inlined;
    }
    key(out, "strings", first);
    sink_char(out, '[');
    for (uint32_t i = 0; i < strings.n; i++) {
        if (i) sink_char(out, ',');
        emit_script_string(out, strings.key[i]);
    }
    sink_char(out, ']');
    key(out, "frames", false);
    sink_char(out, '{');
    for (int i = 0; i < 5; i++) indices(out, name[i], column[i], t->n_frames, i == 0);
    sink_char(out, '}');
    arena_release(&scratch);
}

/* Writes [node, count, sum] or, for a difference, [node, count, sum, sum of the base]. */
static void write_more(const struct flame *f, uint32_t type, struct sink *out) {
    const struct stacktree *t = f->tree;
    uint32_t sides = f->two_sides ? SIDES : 1;
    key(out, "more", false);
    sink_char(out, '[');
    for (uint32_t i = 0; i < t->n_more; i++) {
        if (i) sink_char(out, ',');
        sink_char(out, '[');
        sink_int(out, t->more[i].node);
        sink_char(out, ',');
        sink_int(out, t->more[i].count);
        for (uint32_t s = 0; s < sides; s++) {
            sink_char(out, ',');
            integer(out, t->more_sum[type * sides + s][i]);
        }
        sink_char(out, ']');
    }
    sink_char(out, ']');
}

static void write_columns(const struct flame *f, uint32_t type, struct sink *out) {
    const struct stacktree *t = f->tree;
    uint32_t at = type * (f->two_sides ? SIDES : 1);
    integers(out, "self", t->self[at], t->n_nodes);
    integers(out, type ? "total_of" : "total", t->total[at], t->n_nodes);
    if (!f->two_sides) return;
    integers(out, "self2", t->self[at + SIDE_BASE], t->n_nodes);
    integers(out, type ? "total2_of" : "total2", t->total[at + SIDE_BASE], t->n_nodes);
}

static void write_nodes(const struct flame *f, struct sink *out) {
    key(out, "nodes", false);
    sink_char(out, '{');
    indices(out, "depth", f->tree->depth, f->tree->n_nodes, true);
    indices(out, "frame", f->tree->frame_of, f->tree->n_nodes, false);
    write_columns(f, 0, out);
    sink_char(out, '}');
    write_more(f, 0, out);
}

void flame_write_data(const struct flame *f, struct report_lines header, struct sink *out) {
    sink_text(out, "{\"schema\":\"cprof-flame\",\"version\":1");
    text(out, "title", f->title);
    key(out, "header", false);
    sink_char(out, '[');
    for (uint32_t i = 0; i < header.n; i++) {
        if (i) sink_char(out, ',');
        emit_script_string(out, header.at[i]);
    }
    sink_char(out, ']');
    text(out, "type", f->type[0].name);
    write_units(out, &f->type[0]);
    key(out, "diff", false);
    sink_str(out, f->two_sides ? STR("true") : STR("false"));
    write_frames(f->tree, false, out);
    write_nodes(f, out);
    if (f->callers) {
        struct flame callers = *f;
        callers.tree = (struct stacktree *)f->callers;
        key(out, "callers", false);
        sink_char(out, '{');
        write_frames(f->callers, true, out);
        write_nodes(&callers, out);
        sink_char(out, '}');
    }
    key(out, "cut", false);
    number(out, f->cut);
    key(out, "generation", false);
    sink_int(out, (int64_t)f->generation);
    key(out, "types", false);
    sink_char(out, '[');
    for (uint32_t i = 1; i < f->n_shown_types; i++) {
        if (i > 1) sink_char(out, ',');
        sink_char(out, '{');
        key(out, "type", true);
        emit_script_string(out, f->type[i].name);
        write_units(out, &f->type[i]);
        write_columns(f, i, out);
        write_more(f, i, out);
        sink_char(out, '}');
    }
    sink_text(out, "],\"types_left_out\":[");
    for (uint32_t i = f->n_shown_types; i < f->n_types; i++) {
        if (i > f->n_shown_types) sink_char(out, ',');
        emit_script_string(out, f->type[i].name);
    }
    sink_text(out, "],\"note\":");
    if (f->note.len)
        emit_script_string(out, f->note);
    else
        sink_text(out, "null");
    sink_char(out, '}');
}

void flame_write_fitting_data(struct flame *f, double cut, struct report_lines header, struct sink *data) {
    for (uint32_t n_types = f->n_types;;) {
        data->len = 0;
        struct arena_mark m = arena_mark(f->in->arena);
        flame_cut(f, n_types, cut);
        flame_write_data(f, header, data);
        if (data->len <= DATA_MOST || (n_types == 1 && (cut <= 0 || cut > 0.001))) return;
        if (n_types > 1)
            n_types = 1;
        else
            cut *= 1.1 * (double)data->len / DATA_MOST; /* the number of nodes is about proportional to 1 / cut */
        arena_rewind(f->in->arena, m);
    }
}

/* Finds the node that is named by how->node, among the callers, too, if there are any, and cuts the tree below it. */
static bool cut_below(struct flame *f, const struct flame *callers, const struct web_flame *how, struct err *e) {
    struct pathhash path;
    struct stacktree_place place;
    if (!pathhash_parse(how->node, &path))
        return err_set(e, "node is 16 hexadecimal digits, not %.*s", STR_ARG(how->node));
    const struct stacktree_all *all = f->all;
    bool found = stacktree_find(all, (struct pathhash){{0, 0}}, path, &place);
    if (!found && callers) {
        all = callers->all;
        found = stacktree_find(all, (struct pathhash){{1, 1}}, path, &place);
    }
    if (!found) return err_set(e, "no stack has the node %.*s", STR_ARG(how->node));
    f->n_shown_types = 1;
    f->cut = how->cut;
    f->tree = stacktree_cut_below(f->in->arena, all, &place, how->cut);
    return true;
}

bool web_write_flame(const struct report_in *in, const struct web_flame *how, struct sink *out, struct err *e) {
    struct flame_turn turn = {how->inverted ? TURN_LEAF_FIRST : TURN_NONE, how->fold, NULL};
    struct report_lines header = report_stacks_header(in, flame_sum(in), how->fitting);
    struct flame callers;
    bool ok = true;
    if (how->pivot.len) {
        turn.pivot = regex_compile(in->arena, how->pivot, e);
        if (!turn.pivot) return err_prepend(e, "parsing pivot regexp: ");
        turn.way = TURN_CALLERS;
        callers = flame_make_turned(in, false, &turn);
        turn.way = TURN_CALLEES;
    }
    struct flame f = flame_make_turned(in, how->all_types, &turn);
    f.generation = how->generation;
    if (how->node.len) {
        ok = cut_below(&f, turn.pivot ? &callers : NULL, how, e);
    } else if (turn.pivot) {
        flame_cut(&callers, 1, how->cut);
        f.callers = callers.tree;
    }
    if (!ok) {
        /* the message is in *e */
    } else if (how->fitting) {
        flame_write_fitting_data(&f, how->cut, header, out);
    } else if (!how->node.len) {
        flame_cut(&f, f.n_types, how->cut);
    }
    /* before the data need memory, too */
    if (turn.pivot) flame_drop(&callers);
    flame_drop(&f);
    if (ok && !how->fitting) flame_write_data(&f, header, out);
    return ok;
}
