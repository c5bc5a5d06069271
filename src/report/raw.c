/* raw: the profile as text (pprof.md 8.6), as pprof's profile package prints it. */
#include "base/digits.h"
#include "go/gotext.h"
#include "go/utf8.h"
#include "report/report.h"
#include "report/rowlabels.h"
#include "report/rows.h"

enum {
    VALUE_WIDTH = 10,
    IDS_AT_ONCE = 256 /* for which room is made, so that a long stack needs no more */
};

/* The id of a location as samples list it: decimal, then a space. Fixed sizes are copied, which is faster. */
struct id_text {
    char bytes[23];
    uint8_t len;
};
/* The same for ids of up to six digits, whose texts all stay in a core's cache. */
struct short_id {
    char bytes[7];
    uint8_t len;
};
enum { SHORT_IDS_MOST = 999999 };

struct raw {
    const struct profile *view;
    struct rowlabels *labels;
    struct id_text *id;        /* per location */
    struct short_id *short_id; /* per location; NULL: some id is longer */
};

/* Writes a number right-aligned in ten columns, as %10d. */
static void write_value(struct sink *out, int64_t v) {
    if (v < 0) {
        char digits[DIGITS_MOST];
        sink_right(out, (str){digits, (size_t)(digits_write_signed(digits, v) - digits)}, VALUE_WIDTH);
    } else {
        sink_reserve(out, 2 * DIGITS_MOST);
        out->len = (size_t)(digits_write_right(out->buf + out->len, (uint64_t)v, VALUE_WIDTH) - out->buf);
    }
}

static void write_unsigned(struct sink *out, uint64_t v, size_t width) {
    sink_reserve(out, 2 * DIGITS_MOST);
    out->len = (size_t)(digits_write_right(out->buf + out->len, v, width) - out->buf);
}

static void write_address(struct sink *out, uint64_t v) {
    sink_text(out, "0x");
    sink_hex(out, v);
}

static void write_field(struct sink *out, str name, str value) {
    sink_str(out, name);
    sink_str(out, value);
    sink_char(out, '\n');
}

/* %.4v of a duration: its first four characters. */
static str first_runes(str s, size_t n) {
    size_t at = 0;
    uint32_t rune;
    for (; n > 0 && at < s.len; n--) at += utf8_decode(s, at, &rune);
    return str_slice(s, 0, at);
}

static void write_types(const struct profile *v, struct arena *a, struct sink *out) {
    struct sink line;
    sink_to_memory(&line);
    for (uint32_t t = 0; t < v->n_types; t++) {
        sink_str(&line, profile_str(v, v->type[t].type));
        sink_char(&line, '/');
        sink_str(&line, profile_str(v, v->type[t].unit));
        if (v->type[t].type == v->default_type) sink_text(&line, "[dflt]");
        sink_char(&line, ' ');
    }
    str text = str_copy(a, sink_bytes(&line));
    sink_drop(&line);
    write_field(out, STR(""), str_trim(text));
}

static void write_header(const struct profile *v, struct arena *a, struct sink *out) {
    for (uint32_t i = 0; i < v->n_comments; i++) write_field(out, STR("Comment: "), profile_str(v, v->comment[i]));
    if (v->doc_url) write_field(out, STR("Doc: "), profile_str(v, v->doc_url));
    sink_text(out, "PeriodType: ");
    sink_str(out, profile_str(v, v->period_type.type));
    sink_char(out, ' ');
    write_field(out, STR(""), profile_str(v, v->period_type.unit));
    sink_text(out, "Period: ");
    sink_int(out, v->period);
    sink_char(out, '\n');
    if (v->time_nanos) write_field(out, STR("Time: "), gotext_time_full(a, v->time_nanos));
    if (v->duration_nanos) write_field(out, STR("Duration: "), first_runes(gotext_duration(a, v->duration_nanos), 4));
    sink_text(out, "Samples:\n");
    write_types(v, a, out);
}

static void make_ids(struct raw *r, struct arena *a) {
    const struct profile *v = r->view;
    bool are_short = true;
    r->id = ARENA_ARRAY(a, struct id_text, v->n_locations);
    for (loc_id l = 0; l < v->n_locations; l++) {
        char digits[DIGITS_MOST], *end = digits_write(digits, v->location[l].id);
        *end++ = ' ';
        memcpy(r->id[l].bytes, digits, sizeof r->id->bytes);
        r->id[l].len = (uint8_t)(end - digits);
        are_short &= v->location[l].id <= SHORT_IDS_MOST;
    }
    if (!are_short) return;
    r->short_id = ARENA_ARRAY(a, struct short_id, v->n_locations);
    for (loc_id l = 0; l < v->n_locations; l++) {
        memcpy(r->short_id[l].bytes, r->id[l].bytes, sizeof r->short_id->bytes);
        r->short_id[l].len = r->id[l].len;
    }
}

static size_t id_room(const struct raw *r) { return r->short_id ? sizeof *r->short_id : sizeof *r->id; }

static void write_ids(const struct raw *r, const loc_id *frame, size_t n, struct sink *out) {
    sink_reserve(out, n * id_room(r));
    char *to = out->buf + out->len;
    if (r->short_id) {
        for (size_t i = 0; i < n; i++) {
            struct short_id id = r->short_id[frame[i]];
            memcpy(to, &id, sizeof id);
            to += id.len;
        }
    } else {
        for (size_t i = 0; i < n; i++) {
            const struct id_text *id = &r->id[frame[i]];
            memcpy(to, id, sizeof *id);
            to += id->len;
        }
    }
    out->len = (size_t)(to - out->buf);
}

static void write_sample(const void *context, struct arena *scratch, uint32_t sample, struct sink *out) {
    const struct raw *r = context;
    const struct profile *v = r->view;
    uint32_t row = profile_row(v, sample);
    for (uint32_t t = 0; t < v->n_types; t++) {
        sink_char(out, ' ');
        write_value(out, v->value[t][row]);
    }
    sink_text(out, ": ");
    stack_id s = v->stack_of[row];
    for (uint64_t i = v->stack_off[s], end = v->stack_off[s + 1], n; i < end; i += n) {
        n = end - i < IDS_AT_ONCE ? end - i : IDS_AT_ONCE;
        write_ids(r, v->frame + i, n, out);
    }
    sink_char(out, '\n');
    rowlabels_write(r->labels, scratch, row, out);
}

static uint64_t sample_size(const void *context, uint32_t sample) {
    const struct raw *r = context;
    const struct profile *v = r->view;
    uint32_t row = profile_row(v, sample);
    stack_id s = v->stack_of[row];
    return (uint64_t)v->n_types * (1 + DIGITS_MOST) + 3 + (v->stack_off[s + 1] - v->stack_off[s]) * id_room(r) +
           rowlabels_size(r->labels, row);
}

static void write_line(const struct profile *v, const struct profile_line *l, struct sink *out) {
    const struct profile_function *f = &v->function[l->function];
    str_id name = v->shown.function ? f->name : 0, system_name = v->shown.function ? f->system_name : 0;
    sink_str(out, profile_str(v, name));
    sink_char(out, ' ');
    if (v->shown.file) sink_str(out, profile_str(v, f->file));
    sink_reserve(out, 4 * DIGITS_MOST);
    char *to = out->buf + out->len;
    *to = ':';
    to = digits_write_signed(to + 1, v->shown.line ? l->line : 0);
    *to = ':';
    to = digits_write_signed(to + 1, v->shown.line && v->shown.column ? l->column : 0);
    memcpy(to, " s=", 3);
    to = digits_write_signed(to + 3, f->start_line);
    out->len = (size_t)(to - out->buf);
    if (name != system_name) {
        sink_char(out, '(');
        sink_str(out, profile_str(v, system_name));
        sink_char(out, ')');
    }
    sink_char(out, '\n');
}

static void write_location(const void *context, struct arena *scratch, uint32_t item, struct sink *out) {
    (void)scratch;
    const struct profile *v = ((const struct raw *)context)->view;
    const struct profile_location *l = &v->location[item];
    write_unsigned(out, l->id, 6);
    sink_text(out, ": ");
    write_address(out, v->shown.address ? l->address : 0);
    sink_char(out, ' ');
    if (l->mapping != PROFILE_NONE) {
        sink_text(out, "M=");
        write_unsigned(out, v->mapping[l->mapping].id, 0);
        sink_char(out, ' ');
    }
    if (l->folded) sink_text(out, "[F] ");
    if (l->n_lines == 0) sink_char(out, '\n');
    for (uint32_t i = 0; i < l->n_lines; i++) {
        if (i) sink_text(out, "             ");
        write_line(v, &v->line[l->first_line + i], out);
    }
}

static uint64_t location_size(const void *context, uint32_t item) {
    const struct profile *v = ((const struct raw *)context)->view;
    const struct profile_location *l = &v->location[item];
    uint64_t size = 100;
    for (uint32_t i = 0; i < l->n_lines; i++) {
        const struct profile_function *f = &v->function[v->line[l->first_line + i].function];
        size += 100 + profile_str(v, f->name).len + profile_str(v, f->system_name).len + profile_str(v, f->file).len;
    }
    return size;
}

static void write_mapping(const struct profile *v, const struct profile_mapping *m, struct sink *out) {
    write_unsigned(out, m->id, 0);
    sink_text(out, ": ");
    write_address(out, m->start);
    sink_char(out, '/');
    write_address(out, m->limit);
    sink_char(out, '/');
    write_address(out, m->offset);
    sink_char(out, ' ');
    sink_str(out, profile_str(v, m->file));
    sink_char(out, ' ');
    sink_str(out, profile_str(v, m->build_id));
    sink_char(out, ' ');
    if (m->has_functions) sink_text(out, "[FN]");
    if (m->has_filenames) sink_text(out, "[FL]");
    if (m->has_line_numbers) sink_text(out, "[LN]");
    if (m->has_inline_frames) sink_text(out, "[IN]");
    sink_char(out, '\n');
}

bool report_raw(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    struct raw r = {.view = in->view};
    r.labels = rowlabels_make(in->arena, in->view, in->units, ROWLABELS_RAW);
    make_ids(&r, in->arena);
    write_header(in->view, in->arena, out);
    rows_write(&(struct rows){&r, write_sample, sample_size}, in->view->n_samples, out);
    sink_text(out, "Locations\n");
    rows_write(&(struct rows){&r, write_location, location_size}, in->view->n_locations, out);
    sink_text(out, "Mappings\n");
    for (map_id m = 0; m < in->view->n_mappings; m++) write_mapping(in->view, &in->view->mapping[m], out);
    return true;
}
