/* speedscope: JSON for https://www.speedscope.app, by its file-format-schema.json. Each sample type is a profile, or
 * two for the sides of a difference. Frames are opened and closed as in a walk over the tree, with values in place of
 * time, so that the size of the file depends on the tree and not on the lengths of stacks. */
#include "base/emit.h"
#include "report/flame/flame.h"
#include "stacks/sides.h"

/* The units of speedscope that profiles use. Values are exact, because they are not scaled. */
static const char *unit_word(str unit) {
    static const struct {
        const char *ours, *theirs;
    } words[] = {
        {"B", "bytes"}, {"ns", "nanoseconds"}, {"us", "microseconds"}, {"ms", "milliseconds"}, {"s", "seconds"}};
    if (!unit_known(unit)) return "none";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct unit_value v = unit_scale(1, unit, str_from(words[i].ours));
        if (str_equal(v.unit, str_from(words[i].ours)) && v.value == 1) return words[i].theirs;
    }
    return "none";
}

static void write_frames(const struct stacktree *t, struct sink *out) {
    sink_text(out, "\"shared\":{\"frames\":[");
    for (uint32_t i = 1; i < t->n_frames; i++) {
        const struct stacktree_frame *f = &t->frame[i];
        sink_str(out, i > 1 ? STR(",\n{\"name\":") : STR("\n{\"name\":"));
        emit_script_string(out, f->name);
        if (f->file.len) {
            sink_text(out, ",\"file\":");
            emit_script_string(out, f->file);
        }
        if (f->line > 0) {
            sink_text(out, ",\"line\":");
            sink_int(out, f->line);
        }
        sink_char(out, '}');
    }
    sink_text(out, "\n]}");
}

static void write_event(struct sink *out, char type, uint32_t frame, int64_t at, bool *any) {
    sink_str(out, *any ? STR(",\n{\"type\":\"") : STR("\n{\"type\":\""));
    sink_char(out, type);
    sink_text(out, "\",\"frame\":");
    sink_int(out, frame - 1); /* the frames do not include the root */
    sink_text(out, ",\"at\":");
    sink_int(out, at);
    sink_char(out, '}');
    *any = true;
}

static void write_profile(const struct flame *f, uint32_t type, int side, struct sink *out) {
    const struct stacktree *t = f->tree;
    uint32_t column = type * (f->two_sides ? SIDES : 1) + (uint32_t)side;
    str unit = profile_str(f->in->loaded, f->in->loaded->type[f->type[type].column].unit);
    const int64_t *self = t->self[column], *total = t->total[column];
    struct arena scratch = {0};
    uint32_t *open = ARENA_ARRAY(&scratch, uint32_t, t->n_nodes), n_open = 0;
    int64_t at = 0;
    bool any = false;
    sink_text(out, "\n{\"type\":\"evented\",\"name\":");
    str side_name = !f->two_sides ? STR_EMPTY : side == SIDE_BASE ? STR(" (base)") : STR(" (new)");
    emit_script_string(out, str_join(&scratch, (str[]){f->type[type].name, side_name}, 2, STR_EMPTY));
    sink_text(out, ",\"unit\":\"");
    sink_str(out, str_from(unit_word(unit)));
    sink_text(out, "\",\"startValue\":0,\"endValue\":");
    sink_int(out, total[0]);
    sink_text(out, ",\"events\":[");
    for (uint32_t i = 0; i <= t->n_nodes; i++) {
        uint32_t depth = i < t->n_nodes ? t->depth[i] : 0;
        while (n_open && t->depth[open[n_open - 1]] >= depth)
            write_event(out, 'C', t->frame_of[open[--n_open]], at, &any);
        if (i == t->n_nodes) break;
        if (total[i] != 0 && i) {
            write_event(out, 'O', t->frame_of[i], at, &any);
            open[n_open++] = i;
        }
        at = graph_add(at, self[i]);
    }
    sink_text(out, "]}");
    arena_release(&scratch);
}

/* The type of a column of the profile: in the file, types keep the profile's order. */
static uint32_t type_of(const struct flame *f, uint32_t column) {
    uint32_t type = 0;
    while (f->type[type].column != column) type++;
    return type;
}

bool report_speedscope(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    struct flame f = flame_make(in, true);
    int n_sides = f.two_sides ? SIDES : 1;
    flame_cut(&f, f.n_types, 0);
    sink_text(out,
              "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\"exporter\":\"cprof\",\"name\":");
    emit_script_string(out, f.title);
    sink_text(out, ",\"activeProfileIndex\":");
    sink_int(out, f.type[0].column * (int64_t)n_sides);
    sink_text(out, ",\n");
    write_frames(f.tree, out);
    sink_text(out, ",\n\"profiles\":[");
    for (uint32_t column = 0; column < f.n_types; column++) {
        for (int side = 0; side < n_sides; side++) {
            if (column || side) sink_char(out, ',');
            write_profile(&f, type_of(&f, column), side, out);
        }
    }
    sink_text(out, "\n]}\n");
    flame_drop(&f);
    return true;
}
