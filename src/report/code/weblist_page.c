/* The report weblist: source lines of functions and their machine code, as an HTML page (pprof.md 8.13). */
#include "go/utf8.h"
#include "report/amount.h"
#include "report/code/listing.h"
#include "report/web.h"

enum {
    CODE_WIDTH = 80, /* width to which machine code is padded */
    TRIED_MOST = 8   /* paths that are named where a file is missing */
};

struct page {
    const struct report_in *in;
    struct sink *out;
    struct listing_view listing;
    bool whole; /* a page of its own, with styles and a script; else a part of one whose policy allows none inside */
};

static const char style[] = "<style type=\"text/css\">\n"
                            "body { font-family: sans-serif; }\n"
                            ".legend { font-size: 125%; }\n"
                            ".line, .nop, .unimportant { color: #aaa; }\n"
                            ".inlinesrc { color: #006; }\n"
                            ".livesrc { cursor: pointer; }\n"
                            ".livesrc:hover { background-color: #eee; }\n"
                            ".asm { color: #080; display: none; }\n"
                            "</style>";

/* Opens and closes the machine code below a source line on a click. */
static const char script[] = "<script type=\"text/javascript\">\n"
                             "function pprof_toggle_asm(event) {\n"
                             "  var code = event.target.nextSibling;\n"
                             "  if (!code || code.className != \"asm\") return;\n"
                             "  code.style.display = code.style.display ? \"\" : \"block\";\n"
                             "  event.preventDefault();\n"
                             "}\n"
                             "</script>";

/* Writes text escaped as by Go's html/template. */
static void write_escaped(struct sink *out, str s) {
    for (size_t i = 0; i < s.len; i++) {
        switch (s.ptr[i]) {
        case 0: sink_text(out, "\xEF\xBF\xBD"); break;
        case '"': sink_text(out, "&#34;"); break;
        case '&': sink_text(out, "&amp;"); break;
        case '\'': sink_text(out, "&#39;"); break;
        case '+': sink_text(out, "&#43;"); break;
        case '<': sink_text(out, "&lt;"); break;
        case '>': sink_text(out, "&gt;"); break;
        default: sink_char(out, s.ptr[i]);
        }
    }
}

/* Width of the blanks at the start of a line. */
static size_t indentation(str line) {
    size_t column = 0;
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] == ' ')
            column++;
        else if (line.ptr[i] == '\t')
            column = column / 8 * 8 + 8;
        else
            break;
    }
    return column;
}

/* Writes `indent` blanks and the text, padded to CODE_WIDTH, with tabs as blanks. A tab gives one blank and then as
 * many as bring the column, that blank included, to a multiple of eight. */
static void write_padded(struct sink *out, size_t indent, str s) {
    size_t column = indent;
    sink_repeat(out, ' ', indent);
    for (size_t at = 0, length; at < s.len; at += length) {
        uint32_t rune;
        length = utf8_decode(s, at, &rune);
        column++;
        if (rune == '\t') {
            size_t blanks = (8 - column % 8) % 8;
            sink_repeat(out, ' ', 1 + blanks);
            column += blanks;
        } else if (rune == UTF8_INVALID) {
            sink_text(out, "\xEF\xBF\xBD");
        } else {
            write_escaped(out, str_slice(s, at, at + length));
        }
    }
    if (column < CODE_WIDTH) sink_repeat(out, ' ', CODE_WIDTH - column);
}

static void write_blanks(struct sink *out, size_t n) { sink_repeat(out, ' ', n); }

/* Writes " 10ms 20ms", with 0 as a dot. */
static void write_amounts(const struct page *p, int64_t flat, int64_t cum) {
    amount_right(p->in, p->out, flat, 10, true);
    sink_char(p->out, ' ');
    amount_right(p->in, p->out, cum, 10, true);
}

static bool same_call(const struct weblist_frame *a, const struct weblist_frame *b) {
    return a->line == b->line && str_equal(a->file, b->file);
}

/* A call by its number. Callees are numbered from the outermost: number 0 is the last one. */
static const struct weblist_frame *call(struct weblist_stack callees, uint32_t number) {
    return callees.at + (callees.n - 1 - number);
}

/* Writes the calls that lead to an instruction, without those shared with the previous instruction. */
static void write_calls(const struct page *p, size_t indent, struct weblist_stack callees,
                        struct weblist_stack before) {
    for (uint32_t i = 0; i < callees.n; i++) {
        const struct weblist_frame *c = call(callees, i);
        if (i < before.n && same_call(call(before, i), c)) continue;
        before.n = 0;
        str line;
        if (!source_line(p->listing.reader, c->file, c->line, &line)) line = STR_EMPTY;
        write_blanks(p->out, 42);
        sink_text(p->out, "<span class=inlinesrc>");
        write_padded(p->out, indent + 4 + 4 * (size_t)i, str_trim(line));
        sink_text(p->out, "</span> <span class=unimportant>");
        write_escaped(p->out, str_base_name(c->file));
        sink_printf(p->out, ":%lld</span>\n", (long long)c->line);
    }
}

/* As in pprof, the file is escaped twice. */
static void write_place(const struct page *p, const struct weblist_inst *inst) {
    if (inst->file.len == 0) return;
    struct sink once;
    sink_to_memory(&once);
    str name = str_base_name(inst->file);
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '+')
            sink_char(&once, '+');
        else
            write_escaped(&once, str_slice(name, i, i + 1));
    }
    write_escaped(p->out, sink_bytes(&once));
    sink_drop(&once);
    sink_printf(p->out, ":%lld", (long long)inst->line);
}

static void write_inst(const struct page *p, size_t indent, const struct weblist_inst *inst) {
    write_blanks(p->out, 10);
    write_amounts(p, inst->flat, inst->cum);
    sink_printf(p->out, " %8llx: ", (unsigned long long)inst->file_address);
    write_padded(p->out, indent, inst->text);
    sink_text(p->out, " <span class=unimportant>");
    write_place(p, inst);
    sink_text(p->out, "</span>\n");
}

/* Writes the instructions of one source line, in order of discovery. */
static void write_code(const struct page *p, size_t source_indent, struct listing_sites s) {
    struct weblist_stack before = {NULL, 0};
    uint64_t next = 0; /* the end of the previous instruction */
    sink_text(p->out, "<span class=asm>");
    for (size_t i = 0; i < s.n; i++) {
        const struct weblist_inst *inst = weblist_find_inst(&p->listing.code, s.at[i].address);
        struct weblist_stack callees = s.at[i].callees;
        if (i && inst->address != next) {
            write_blanks(p->out, 37);
            sink_text(p->out, "\xE2\x8B\xAE\n");
        }
        next = inst->address + inst->length;
        write_calls(p, source_indent, callees, before);
        before = callees;
        if (!inst->synthetic) write_inst(p, source_indent + 4 + 4 * (size_t)callees.n, inst);
    }
    sink_text(p->out, "</span>");
}

static void write_line(const struct page *p, str file, int64_t number, struct listing_sites s) {
    str text;
    if (!listing_text(&p->listing, file, number, s, &text)) return;
    struct listing_amounts sum = listing_sum(&p->listing, s);
    bool code = listing_has_code(&p->listing, s);
    sink_printf(p->out, "\n<span class=line> %6lld</span> <span class=%s>  ", (long long)number,
                s.n == 0 ? "nop"
                : code   ? "livesrc"
                         : "deadsrc");
    write_amounts(p, sum.flat, sum.cum);
    write_blanks(p->out, 11);
    write_escaped(p->out, text);
    sink_text(p->out, " </span>");
    if (code) write_code(p, indentation(text), s);
}

/* *from: index of a site; all before it belong to earlier pieces. */
static void write_piece(const struct page *p, const struct listing_piece *f, struct listing_sites all, size_t *from) {
    struct sink *out = p->out;
    char percentage[32];
    sink_text(out, "<h2>");
    write_escaped(out, f->name);
    sink_text(out, "</h2><p class=\"filename\">");
    write_escaped(out, all.at[0].file);
    sink_text(out, "</p>\n<pre");
    if (p->whole) sink_text(out, " onClick=\"pprof_toggle_asm(event)\"");
    sink_text(out, ">\n  Total:  ");
    amount_right(p->in, out, f->flat, 10, false);
    sink_char(out, ' ');
    amount_right(p->in, out, f->cum, 10, false);
    sink_text(out, " (flat, cum) ");
    sink_write(out, percentage, unit_percentage(percentage, f->cum, p->in->value.total));
    for (int64_t line = f->begin; line < f->end; line++)
        write_line(p, all.at[0].file, line, listing_take_line(all, from, line));
    sink_text(out, "\n</pre>\n");
}

static void write_file(const struct page *p, struct listing_sites all) {
    str why = p->whole ? STR_EMPTY : listing_missing(&p->listing, all.at[0].file);
    if (why.len) {
        sink_text(p->out, "<p class=\"missing\">");
        write_escaped(p->out, why);
        const str *tried;
        size_t n = source_tried(p->listing.reader, all.at[0].file, &tried);
        for (size_t i = 0; i < n && i < TRIED_MOST; i++) {
            sink_str(p->out, i ? STR(", ") : STR("; tried: "));
            write_escaped(p->out, tried[i]);
        }
        if (n > TRIED_MOST) sink_printf(p->out, " and %zu more", n - TRIED_MOST);
        sink_text(p->out, "</p>");
    }
    struct listing_pieces f = listing_find_pieces(&p->listing, all);
    size_t from = 0;
    for (size_t i = 0; i < f.n; i++)
        if (f.at[i].cum != 0) write_piece(p, &f.at[i], all, &from);
}

/* The value of the legend's line that starts with `name`; "unknown" if not found. */
static str legend_value(const struct report_lines *legend, str name) {
    for (uint32_t i = 0; i < legend->n; i++)
        if (str_has_prefix(legend->at[i], name)) return str_trim(str_from_offset(legend->at[i], name.len));
    return STR("unknown");
}

static void write_head(const struct page *p) {
    struct sink *out = p->out;
    struct report_lines legend = report_profile_labels(p->in, p->in->options->unit);
    sink_text(out, "<!DOCTYPE html>\n<html>\n<head>\n  <meta charset=\"utf-8\">\n  <title>");
    write_escaped(out, legend_value(&legend, STR("File: ")));
    sink_char(out, ' ');
    write_escaped(out, legend_value(&legend, STR("Type: ")));
    sink_text(out, "</title>\n  \n  ");
    sink_str(out, str_from(style));
    sink_text(out, "\n  ");
    sink_str(out, str_from(script));
    sink_text(out, "\n</head>\n<body>\n\n<div class=\"legend\">");
    for (uint32_t i = 0; i < legend.n; i++) {
        if (i) sink_text(out, "<br>\n");
        write_escaped(out, legend.at[i]);
    }
    sink_text(out, "<br>Total: ");
    amount_write(p->in, out, p->in->value.total);
    sink_text(out, "</div>");
}

static bool write_listing(struct page *p, struct err *e) {
    if (!listing_open(&p->listing, p->in, e)) return false;
    if (p->whole) write_head(p);
    for (size_t i = 0; i < p->listing.n_files; i++) write_file(p, p->listing.file[i].sites);
    if (p->whole) sink_text(p->out, "\n</body>\n</html>\n");
    source_add_notes(p->listing.reader, p->in->notes);
    return true;
}

bool report_weblist(const struct report_in *in, struct sink *out, struct err *e) {
    return write_listing(&(struct page){.in = in, .out = out, .whole = true}, e);
}

bool web_write_listing(const struct report_in *in, struct sink *out, struct err *e) {
    return write_listing(&(struct page){.in = in, .out = out}, e);
}
