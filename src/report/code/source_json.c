/* The source lines of functions with their values, and the instructions of some, as JSON for the web interface. */
#include "base/emit.h"
#include "go/unit.h"
#include "report/code/listing.h"
#include "report/web.h"

struct source_writing {
    struct listing_view listing;
    struct emit_json json;
    str with_code; /* the function whose instructions are written */
};

static void write_amounts(const struct report_in *in, struct emit_json *j, int64_t flat, int64_t cum) {
    emit_int(j, "flat", flat);
    emit_int(j, "cum", cum);
    emit_str(j, "flat_text", report_value(in, flat, in->options->unit));
    emit_str(j, "cum_text", report_value(in, cum, in->options->unit));
}

/* Writes the instructions of a line, in order of discovery. */
static void write_code(struct source_writing *w, struct listing_sites s) {
    const struct listing_view *l = &w->listing;
    emit_open(&w->json, "instructions", '[');
    for (size_t i = 0; i < s.n; i++) {
        const struct weblist_inst *inst = weblist_find_inst(&l->code, s.at[i].address);
        if (inst->synthetic) continue;
        struct emit_json row = emit_open_line(&w->json);
        emit_str(&row, "address", str_format(l->in->arena, "%llx", (unsigned long long)inst->file_address));
        write_amounts(l->in, &row, inst->flat, inst->cum);
        emit_str(&row, "text", inst->text);
        emit_str(&row, "file", inst->file);
        emit_int(&row, "line", inst->line);
        emit_int(&row, "inlined", s.at[i].callees.n);
        emit_close_line(&w->json);
    }
    emit_close(&w->json, ']');
}

static void write_line(struct source_writing *w, str file, int64_t number, struct listing_sites s, bool with_code) {
    const struct listing_view *l = &w->listing;
    struct listing_amounts sum = listing_sum(l, s);
    struct emit_json line, *j = &line;
    str text;
    if (!listing_text(l, file, number, s, &text)) return;
    if (with_code) {
        emit_open(&w->json, NULL, '{');
        j = &w->json;
    } else {
        line = emit_open_line(&w->json);
    }
    emit_int(j, "line", number);
    write_amounts(l->in, j, sum.flat, sum.cum);
    emit_str(j, "text", text);
    emit_bool(j, "has_code", listing_has_code(l, s));
    if (with_code) {
        write_code(w, s);
        emit_close(&w->json, '}');
    } else {
        emit_close_line(&w->json);
    }
}

/* *from: index of a site; all before it belong to earlier pieces. */
static void write_piece(struct source_writing *w, const struct listing_piece *f, struct listing_sites all,
                        size_t *from) {
    const struct report_in *in = w->listing.in;
    bool with_code = w->with_code.len && str_equal(w->with_code, f->name);
    emit_open(&w->json, NULL, '{');
    emit_str(&w->json, "function", f->name);
    write_amounts(in, &w->json, f->flat, f->cum);
    emit_number(&w->json, "cum_percent", in->value.total ? (double)f->cum / (double)in->value.total * 100 : 0);
    emit_open(&w->json, "lines", '[');
    for (int64_t line = f->begin; line < f->end; line++)
        write_line(w, all.at[0].file, line, listing_take_line(all, from, line), with_code);
    emit_close(&w->json, ']');
    emit_close(&w->json, '}');
}

static void write_file(struct source_writing *w, struct listing_sites all) {
    const struct listing_view *l = &w->listing;
    str file = all.at[0].file, missing = listing_missing(l, file);
    const str *tried;
    size_t n = missing.len ? source_tried(l->reader, file, &tried) : 0, from = 0;
    struct listing_pieces f = listing_find_pieces(l, all);
    emit_open(&w->json, NULL, '{');
    emit_str(&w->json, "file", file);
    if (missing.len)
        emit_str(&w->json, "missing", missing);
    else
        emit_null(&w->json, "missing");
    emit_open(&w->json, "tried", '[');
    for (size_t i = 0; i < n; i++) emit_str(&w->json, NULL, tried[i]);
    emit_close(&w->json, ']');
    emit_open(&w->json, "pieces", '[');
    for (size_t i = 0; i < f.n; i++)
        if (f.at[i].cum != 0) write_piece(w, &f.at[i], all, &from);
    emit_close(&w->json, ']');
    emit_close(&w->json, '}');
}

bool web_write_source(const struct report_in *in, str with_code, struct sink *out, struct err *e) {
    struct source_writing w = {.json = {.out = out}, .with_code = with_code};
    if (!listing_open(&w.listing, in, e)) return false;
    emit_open(&w.json, NULL, '{');
    emit_str(&w.json, "schema", STR("cprof-source"));
    emit_int(&w.json, "version", 1);
    emit_str(&w.json, "type", in->value.type_label);
    emit_str(&w.json, "unit", in->value.unit);
    emit_int(&w.json, "total", in->value.total);
    emit_open(&w.json, "files", '[');
    for (size_t i = 0; i < w.listing.n_files; i++) write_file(&w, w.listing.file[i].sites);
    emit_close(&w.json, ']');
    emit_close(&w.json, '}');
    emit_end(&w.json);
    source_add_notes(w.listing.reader, in->notes);
    return true;
}
