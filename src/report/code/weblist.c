/* The report weblist: source lines of functions and their machine code, as an HTML page (pprof.md 8.13). */
#include <stdlib.h>

#include "go/utf8.h"
#include "report/amount.h"
#include "report/code/source.h"
#include "report/code/weblist.h"
#include "report/web.h"

enum {
    MERGE_LINES = 20, /* lines of one function closer than this are one piece */
    MARGIN = 5,       /* lines shown around a piece */
    CODE_WIDTH = 80   /* width to which machine code is padded */
};

/* Adjacent lines of one function. */
struct weblist_piece {
    str name;
    int64_t begin, end; /* [begin, end) */
    int64_t flat, cum;
};

struct page {
    const struct report_in *in;
    struct sink *out;
    struct weblist_code code;
    struct source_reader *reader;
    bool whole; /* a page of its own, with styles and a script; else a part of one whose policy allows none inside */
};

struct sites {
    const struct weblist_site *at;
    size_t n;
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
        if (!source_line(p->reader, c->file, c->line, &line)) line = STR_EMPTY;
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
static void write_code(const struct page *p, size_t source_indent, struct sites s) {
    struct weblist_stack before = {NULL, 0};
    uint64_t next = 0; /* the end of the previous instruction */
    sink_text(p->out, "<span class=asm>");
    for (size_t i = 0; i < s.n; i++) {
        const struct weblist_inst *inst = weblist_find_inst(&p->code, s.at[i].address);
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

struct amounts {
    int64_t flat, cum;
};

static struct amounts sum_sites(const struct page *p, struct sites s) {
    struct amounts sum = {0, 0};
    for (size_t i = 0; i < s.n; i++) {
        const struct weblist_inst *inst = weblist_find_inst(&p->code, s.at[i].address);
        sum.flat = graph_add(sum.flat, inst->flat);
        sum.cum = graph_add(sum.cum, inst->cum);
    }
    return sum;
}

/* True if there is machine code to show, not only samples of unknown instructions. */
static bool has_code(const struct page *p, struct sites s) {
    for (size_t i = 0; i < s.n; i++)
        if (s.at[i].callees.n || !weblist_find_inst(&p->code, s.at[i].address)->synthetic) return true;
    return false;
}

static void write_line(const struct page *p, str file, int64_t number, struct sites s) {
    str text;
    if (!source_line(p->reader, file, number, &text)) {
        if (s.n == 0) return;
        text = number == 0 ? STR("<instructions with unknown line numbers>") : STR("???");
    }
    struct amounts sum = sum_sites(p, s);
    bool code = has_code(p, s);
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

/* Takes the sites of one line, from *i on; sites are sorted by line. */
static struct sites take_line(struct sites all, size_t *i, int64_t line) {
    while (*i < all.n && all.at[*i].line < line) ++*i;
    struct sites s = {all.at + *i, 0};
    while (*i < all.n && all.at[*i].line == line) ++*i, s.n++;
    return s;
}

/* *from: index of a site; all before it belong to earlier pieces. */
static void write_piece(const struct page *p, const struct weblist_piece *f, struct sites all, size_t *from) {
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
        write_line(p, all.at[0].file, line, take_line(all, from, line));
    sink_text(out, "\n</pre>\n");
}

struct weblist_pieces {
    struct weblist_piece *at;
    size_t n;
};

/* Lines of profiles are untrusted, so all 64 bits are in use. */
static uint64_t distance(int64_t from, int64_t to) { return (uint64_t)to - (uint64_t)from; }
static int64_t plus(int64_t line, int64_t n) { return line > INT64_MAX - n ? INT64_MAX : line + n; }

static struct weblist_pieces find_pieces(const struct page *p, struct sites all) {
    VEC(struct weblist_piece) pieces = {0};
    for (size_t i = 0; i < all.n;) {
        int64_t line = all.at[i].line;
        str name = weblist_pretty_name(&p->code, all.at[i].function); /* the first site's function names the line */
        struct amounts sum = sum_sites(p, take_line(all, &i, line));
        struct weblist_piece *last = pieces.n ? &pieces.at[pieces.n - 1] : NULL;
        if (!last || distance(last->end, line) >= MERGE_LINES || !str_equal(last->name, name)) {
            last = VEC_PUSH(p->in->arena, &pieces);
            *last = (struct weblist_piece){.name = name, .begin = line};
        }
        last->end = plus(line, 1);
        last->flat = graph_add(last->flat, sum.flat);
        last->cum = graph_add(last->cum, sum.cum);
    }
    return (struct weblist_pieces){pieces.at, pieces.n};
}

/* Adds lines around each piece; pieces share the lines between them. Line 0 means an unknown line: nothing is added
 * before it. */
static void widen_pieces(struct weblist_pieces f) {
    for (size_t i = 0; i < f.n; i++) {
        struct weblist_piece *now = &f.at[i];
        if (i == 0) {
            if (now->begin > MARGIN)
                now->begin -= MARGIN;
            else if (now->begin > 1)
                now->begin = 1;
            continue;
        }
        struct weblist_piece *before = &f.at[i - 1];
        uint64_t half = distance(before->end, now->begin) / 2;
        if (half > MARGIN) half = MARGIN;
        before->end += (int64_t)half;
        now->begin -= (int64_t)half;
    }
    if (f.n) f.at[f.n - 1].end = plus(f.at[f.n - 1].end, MARGIN);
}

/* Says why the source of a file is not shown, with the folders that were searched. */
static void write_missing(const struct page *p, str file) {
    str line;
    if (source_line(p->reader, file, 1, &line)) return;
    str why = source_error(p->reader, file);
    if (!why.len) return;
    sink_text(p->out, "<p class=\"missing\">");
    write_escaped(p->out, why);
    sink_text(p->out, "</p>");
}

static void write_file(const struct page *p, struct sites all) {
    if (!p->whole) write_missing(p, all.at[0].file);
    struct weblist_pieces f = find_pieces(p, all);
    widen_pieces(f);
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

/* The sites of one file. */
struct page_file {
    struct sites sites;
    int64_t flat;
};

static int by_flat(const void *x, const void *y) {
    const struct page_file *a = x, *b = y;
    if (a->flat != b->flat) return a->flat > b->flat ? -1 : 1;
    return (a->sites.at > b->sites.at) - (a->sites.at < b->sites.at);
}

static int by_address(const void *x, const void *y) {
    uint64_t a = (*(const struct weblist_site *const *)x)->address,
             b = (*(const struct weblist_site *const *)y)->address;
    return (a > b) - (a < b);
}

/* Each instruction counts once. */
static int64_t sum_file(const struct page *p, struct sites s) {
    struct arena_mark m = arena_mark(p->in->arena);
    const struct weblist_site **sorted = ARENA_ARRAY(p->in->arena, const struct weblist_site *, s.n);
    int64_t flat = 0;
    for (size_t i = 0; i < s.n; i++) sorted[i] = &s.at[i];
    qsort(sorted, s.n, sizeof *sorted, by_address);
    for (size_t i = 0; i < s.n; i++)
        if (i == 0 || sorted[i]->address != sorted[i - 1]->address)
            flat = graph_add(flat, weblist_find_inst(&p->code, sorted[i]->address)->flat);
    arena_rewind(p->in->arena, m);
    return flat;
}

static bool write_listing(struct page *p, struct err *e) {
    const struct report_in *in = p->in;
    struct source_scope scope = {in->options->source_path, in->options->trim_path, in->only_below, in->view};
    p->reader = source_reader_new(in->arena, &scope, e);
    if (!p->reader) return false;
    if (!weblist_find_code(in, &p->code)) return err_set(e, "no matches found for regexp: %.*s", STR_ARG(in->pattern));
    VEC(struct page_file) files = {0};
    for (size_t from = 0, to; from < p->code.n_sites; from = to) {
        for (to = from + 1; to < p->code.n_sites && str_equal(p->code.site[to].file, p->code.site[from].file);) to++;
        *VEC_PUSH(in->arena, &files) = (struct page_file){.sites = {p->code.site + from, to - from}};
    }
    if (in->most) {
        for (size_t i = 0; i < files.n; i++) files.at[i].flat = sum_file(p, files.at[i].sites);
        qsort(files.at, files.n, sizeof *files.at, by_flat);
        if (files.n > in->most) files.n = in->most;
    }
    if (p->whole) write_head(p);
    for (size_t i = 0; i < files.n; i++) write_file(p, files.at[i].sites);
    if (p->whole) sink_text(p->out, "\n</body>\n</html>\n");
    source_add_notes(p->reader, in->notes);
    return true;
}

bool report_weblist(const struct report_in *in, struct sink *out, struct err *e) {
    return write_listing(&(struct page){.in = in, .out = out, .whole = true}, e);
}

bool web_write_listing(const struct report_in *in, struct sink *out, struct err *e) {
    return write_listing(&(struct page){.in = in, .out = out}, e);
}
