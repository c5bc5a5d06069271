/* Widths, labels and colours of flame graphs. */
#include "report/flame/look.h"

#include <math.h>
#include <string.h>

#include "base/cells.h"
#include "base/sha256.h"
#include "go/utf8.h"
#include "report/shortname.h"
#include "stacks/sides.h"

#define REPLACEMENT STR("\xEF\xBF\xBD")
#define ELLIPSIS STR("\xE2\x80\xA6")

static double larger(int64_t *const *column, bool two_sides, uint32_t at) {
    double value = fabs((double)column[SIDE_NEW][at]);
    if (!two_sides) return value;
    double base = fabs((double)column[SIDE_BASE][at]);
    return value > base ? value : base;
}

struct look_layout look_layout(struct arena *a, const struct stacktree *t, bool two_sides) {
    uint32_t n = t->n_nodes, *parent = ARENA_ARRAY(a, uint32_t, n), *open = ARENA_ARRAY(a, uint32_t, n);
    struct look_layout l = {.x = ARENA_ZERO(a, double, n),
                            .width = ARENA_ZERO(a, double, n),
                            .more_width = ARENA_ARRAY(a, double, t->n_more),
                            .end = ARENA_ARRAY(a, uint32_t, n)};
    for (uint32_t i = 0; i < n; i++) {
        open[t->depth[i]] = i;
        parent[i] = t->depth[i] ? open[t->depth[i] - 1] : 0;
        l.end[i] = i + 1;
        if (t->depth[i] + 1 > l.levels) l.levels = t->depth[i] + 1;
    }
    for (uint32_t i = 0; i < t->n_more; i++) {
        l.more_width[i] = larger(t->more_sum, two_sides, i);
        l.width[t->more[i].node] += l.more_width[i];
    }
    for (uint32_t i = n; i-- > 0;) {
        l.width[i] += larger(t->self, two_sides, i);
        if (!i) break;
        l.width[parent[i]] += l.width[i];
        if (l.end[parent[i]] < l.end[i]) l.end[parent[i]] = l.end[i];
    }
    double *next = ARENA_ARRAY(a, double, n);
    for (uint32_t i = 0; i < n; i++) {
        if (i) {
            l.x[i] = next[parent[i]];
            next[parent[i]] += l.width[i];
        }
        next[i] = l.x[i] + larger(t->self, two_sides, i);
    }
    return l;
}

str look_clean(struct arena *a, str text, size_t cells) {
    struct sink out;
    if (cells > LOOK_LONGEST) cells = LOOK_LONGEST;
    sink_to_memory(&out);
    size_t used = 0, fits = 0, runes = 0; /* fits: offset up to which there is room for an ellipsis */
    bool cut = false;
    for (size_t i = 0; i < text.len && !cut;) {
        uint32_t rune;
        size_t n = utf8_decode(text, i, &rune);
        bool replace = cells_are_unsafe(rune) || (rune == UTF8_INVALID && n == 1);
        size_t width = replace ? 1 : (size_t)cells_of(rune);
        /* there may be many characters of width 0 */
        cut = used + width > cells || ++runes > LOOK_LONGEST;
        if (cut) break;
        sink_str(&out, replace ? REPLACEMENT : str_slice(text, i, i + n));
        used += width;
        if (used + 1 <= cells) fits = out.len;
        i += n;
    }
    if (cut) {
        out.len = fits;
        if (cells) sink_str(&out, ELLIPSIS);
    }
    str clean = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return clean;
}

str look_fit(struct arena *a, str name, size_t cells) {
    str clean = look_clean(a, str_slice(name, 0, (size_t)8 * LOOK_LONGEST), LOOK_LONGEST);
    if (utf8_cells(clean) <= cells) return clean;
    clean = shortname(a, clean);
    for (str rest = clean;;) {
        if (utf8_cells(rest) <= cells) return rest;
        size_t dot = str_find_char(rest, '.'), colons = str_find(rest, STR("::"));
        size_t from = dot < colons ? dot + 1 : colons + 2;
        if (from >= rest.len) {
            clean = rest;
            break;
        }
        rest = str_from_offset(rest, from);
    }
    if (cells < 3) return STR_EMPTY;
    size_t from = 0, width = utf8_cells(clean);
    while (from < clean.len && width > cells - 1) {
        uint32_t rune;
        from += utf8_decode(clean, from, &rune);
        width -= (size_t)cells_of(rune);
    }
    return str_join(a, (str[]){ELLIPSIS, str_from_offset(clean, from)}, 2, STR_EMPTY);
}

str look_change(struct arena *a, int64_t value, int64_t base) {
    if (base == 0) return value ? STR("new") : STR("= 0%");
    if (value == 0) return STR("gone");
    double percent = ((double)value - (double)base) / fabs((double)base) * 100;
    if (fabs(percent) < 0.05) return STR("= 0%");
    const char *format = fabs(percent) < 10 ? "%s%.1f%%" : "%s%.0f%%";
    return str_format(a, format, percent > 0 ? "\u25b2 +" : "\u25bc \u2212", fabs(percent));
}

str look_values(const struct flame *f, int64_t value, int64_t base) {
    const struct report_in *in = f->in;
    str unit = in->options->unit;
    if (f->two_sides) {
        str part[] = {report_value(in, base, unit), STR(" \u2192 "), report_value(in, value, unit), STR(", "),
                      look_change(in->arena, value, base)};
        return str_join(in->arena, part, 5, STR_EMPTY);
    }
    char percent[32];
    size_t n = unit_percentage(percent, value, f->type[0].total);
    str part[] = {report_value(in, value, unit), STR(", "), str_trim((str){percent, n})};
    return str_join(in->arena, part, 3, STR_EMPTY);
}

/* A colour by hue (in turns), saturation and lightness: CSS Color 4, 7.1. */
static struct look_rgb from_hsl(double hue, double saturation, double lightness) {
    double c[3], a = saturation * (lightness < 0.5 ? lightness : 1 - lightness);
    for (int i = 0; i < 3; i++) {
        static const int shift[] = {0, 8, 4};
        double k = fmod(shift[i] + hue * 12, 12), m = fmin(fmin(k - 3, 9 - k), 1);
        c[i] = lightness - a * (m < -1 ? -1 : m);
    }
    return (struct look_rgb){(uint8_t)lround(c[0] * 255), (uint8_t)lround(c[1] * 255), (uint8_t)lround(c[2] * 255)};
}

struct look_rgb look_package_colour(const struct stacktree_frame *f) {
    uint8_t d[SHA256_BYTES];
    sha256(flame_package(f), d);
    uint32_t number = ((uint32_t)d[0] | (uint32_t)d[1] << 8 | (uint32_t)d[2] << 16 | (uint32_t)d[3] << 24) % 1048576;
    double turns = (number + 1) * 1.618033988;
    return from_hsl(turns - floor(turns), 0.45, 0.82);
}

int look_step(int64_t value, int64_t base) {
    if (value == base) return 3;
    if (base == 0) return 6;
    double change = fabs(((double)value - (double)base) / (double)base);
    int steps = change >= 0.5 ? 3 : change >= 0.1 ? 2 : change >= 0.02 ? 1 : 0;
    return value > base ? 3 + steps : 3 - steps;
}

struct look_rgb look_step_colour(int step) {
    static const struct look_rgb colour[LOOK_STEPS] = {{0x21, 0x66, 0xac}, {0x67, 0xa9, 0xcf}, {0xc6, 0xdc, 0xec},
                                                       {0xe3, 0xe3, 0xe3}, {0xf8, 0xd3, 0xae}, {0xee, 0x9b, 0x52},
                                                       {0xb3, 0x58, 0x06}};
    return colour[step];
}

bool look_step_is_dark(int step) { return step == 0 || step == LOOK_STEPS - 1; }
