/* Answers questions about a binary: by its DWARF in this process, else by llvm-symbolizer, addr2line or nm. */
#include "binaries/lines.h"

#include "base/process.h"
#include "base/sink.h"
#include "binaries/dwarf/dwarf.h"
#include "binaries/go_table.h"
#include "go/gotext.h"

/* A question to the tools about one binary. */
struct lines_query {
    struct arena *arena;
    const struct lines_question *q;
    const char *argument; /* the file's name as the tools get it */
    struct lines_answer *answer;
    struct notes *notes;
};

/* Runs a tool with `text` as its input, which it releases. */
static bool run(const struct lines_query *w, const char *const *argv, struct sink *text, str *output, struct err *e) {
    struct process_call call = {.argv = argv, .input = sink_bytes(text)};
    bool ok = process_run(w->arena, &call, e);
    *output = call.output;
    sink_drop(text);
    return ok;
}

/* What nm would tell, from the file itself. Returns false if the file has to be given to nm. */
static bool read_symbols(const struct lines_query *w, struct lines_symbols *out) {
    const struct tools *t = w->q->tools;
    str file = w->q->debug.len ? w->q->debug : w->q->path;
    struct lines_list list;
    if (t->nm_named || !dwarf_list_symbols(w->arena, str_c(w->arena, file), &list)) return false;
    /* GNU nm prints no size of 0, and pprof skips lines without a size, and names with blanks */
    bool sized = t->nm_found && !str_has_prefix(str_base_name(str_from(t->nm)), STR("llvm-"));
    struct lines_symbol *at = ARENA_ARRAY(w->arena, struct lines_symbol, list.n);
    size_t n = 0;
    for (size_t i = 0; i < list.n; i++) {
        const struct lines_listed *s = &list.at[i];
        if ((sized && !s->size) || !s->name.len || str_find_char(s->name, ' ') < s->name.len) continue;
        at[n++] = (struct lines_symbol){s->address + w->q->base, s->size, s->name, s->data};
    }
    *out = (struct lines_symbols){at, n};
    return true;
}

static bool ask_nm(const struct lines_query *w, struct lines_symbols *out) {
    if (read_symbols(w, out)) return true;
    const char *const argv[] = {w->q->tools->nm, "--numeric-sort", "--print-size", "--format=posix", w->argument, NULL};
    struct process_call call = {.argv = argv};
    bool ok = process_run(w->arena, &call, NULL);
    if (ok) *out = lines_parse_nm(w->arena, call.output, w->q->base);
    return ok;
}

static void clear(const struct lines_query *w) {
    for (uint32_t i = 0; i < w->q->n; i++) w->answer[i] = (struct lines_answer){0};
}

static bool answer_by_nm(const struct lines_query *w) {
    struct lines_symbols symbols;
    clear(w);
    if (!ask_nm(w, &symbols)) return false;
    for (uint32_t i = 0; i < w->q->n; i++) {
        const struct lines_symbol *s = lines_find_symbol(&symbols, w->q->address[i] + w->q->base);
        if (!s) continue;
        struct lines_frame *f = ARENA_NEW(w->arena, struct lines_frame);
        *f = (struct lines_frame){.function = s->name, .file = STR_EMPTY};
        w->answer[i] = (struct lines_answer){f, 1};
    }
    return true;
}

/* Asks llvm-symbolizer: one line per address, one line per answer. The file is an argument; as part of a line its
 * name could not contain newlines or quotes, start with "BUILDID:" or have more than a thousand bytes. */

static bool ask_symbolizer(const struct lines_query *w, struct err *e) {
    const char *const argv[] = {w->q->tools->llvm_symbolizer,
                                "--inlining",
                                "-demangle=false",
                                "--output-style=JSON",
                                str_format(w->arena, "--obj=%s", w->argument).ptr,
                                NULL};
    struct sink text;
    str output, line;
    sink_to_memory(&text);
    for (uint32_t i = 0; i < w->q->n; i++) sink_printf(&text, "CODE 0x%llx\n", (unsigned long long)w->q->address[i]);
    if (!run(w, argv, &text, &output, e)) return false;
    for (uint32_t i = 0; i < w->q->n; i++) {
        if (!lines_next(&output, &line)) return err_set(e, "its answer is cut off");
        w->answer[i] = lines_parse_json(w->arena, line);
    }
    return true;
}

/* addr2line is asked about this address after each real one. No binary has it, so its answer ends the frames before. */
#define SENTINEL "ffffffffffffffff"

/* Splits "FILE:LINE", perhaps with " (discriminator N)"; a LINE that is not a number stays part of the name. */
static void split_file_line(str text, struct lines_frame *f) {
    if (str_equal(text, STR("??:0"))) return;
    size_t colon = str_find_last_char(text, ':'), discriminator = str_find(text, STR(" (discriminator"));
    f->file = text;
    if (colon == text.len) return;
    if (discriminator > 0 && discriminator < text.len) f->file = str_slice(text, 0, discriminator);
    if (gotext_parse_int(str_from_offset(f->file, colon + 1), 10, &f->line) == GOTEXT_OK)
        f->file = str_slice(f->file, 0, colon);
}

/* Takes the next frame; returns false at the sentinel, which it takes, and at the end. */
static bool next_frame(str *output, struct lines_frame *f) {
    str function, place;
    if (!lines_next(output, &function)) return false;
    if (str_has_prefix(function, STR("0x"))) {
        lines_next(output, &place);
        lines_next(output, &place);
        return false;
    }
    if (!lines_next(output, &place)) return false;
    *f = (struct lines_frame){.function = str_equal(function, STR("??")) ? STR_EMPTY : function, .file = STR_EMPTY};
    split_file_line(place, f);
    return true;
}

static struct lines_answer next_answer(struct arena *a, str *output) {
    VEC(struct lines_frame) frames = {0};
    struct lines_frame f;
    str head;
    if (!lines_next(output, &head) || !str_has_prefix(head, STR("0x"))) return (struct lines_answer){0};
    while (next_frame(output, &f))
        if (f.function.len || f.file.len || f.line) *VEC_PUSH(a, &frames) = f;
    return (struct lines_answer){frames.at, (uint32_t)frames.n};
}

/* addr2line loses parts of some names (binutils bug 17541), so nm's name is taken if it is clearly longer. nm can
 * only name the outermost frame. */
static void improve_name(const struct lines_query *w, const struct lines_symbols *symbols, uint32_t i) {
    const struct lines_answer *answer = &w->answer[i];
    if (!answer->n) return;
    const struct lines_symbol *s = lines_find_symbol(symbols, w->q->address[i] + w->q->base);
    if (!s || s->name.len <= answer->frame[answer->n - 1].function.len + 1) return;
    struct lines_frame *frames = ARENA_ARRAY(w->arena, struct lines_frame, answer->n);
    for (uint32_t f = 0; f < answer->n; f++) frames[f] = answer->frame[f];
    frames[answer->n - 1].function = s->name;
    w->answer[i].frame = frames;
}

static bool ask_addr2line(const struct lines_query *w, struct err *e) {
    const char *const argv[] = {w->q->tools->addr2line, "-aif", "-e", w->argument, NULL};
    struct lines_symbols symbols = {0};
    struct sink text;
    str output;
    sink_to_memory(&text);
    for (uint32_t i = 0; i < w->q->n; i++)
        sink_printf(&text, "%llx\n" SENTINEL "\n", (unsigned long long)w->q->address[i]);
    clear(w);
    if (!run(w, argv, &text, &output, e)) return false;
    bool have_symbols = ask_nm(w, &symbols);
    for (uint32_t i = 0; i < w->q->n && output.len; i++) {
        w->answer[i] = next_answer(w->arena, &output);
        if (have_symbols) improve_name(w, &symbols, i);
    }
    return true;
}

/* Removes columns and start lines. */
static void drop_columns(const struct lines_query *w) {
    for (uint32_t i = 0; i < w->q->n; i++) {
        struct lines_answer *answer = &w->answer[i];
        struct lines_frame *frames = ARENA_ARRAY(w->arena, struct lines_frame, answer->n);
        for (uint32_t f = 0; f < answer->n; f++) {
            frames[f] = answer->frame[f];
            frames[f].column = frames[f].start_line = 0;
        }
        answer->frame = frames;
    }
}

/* Notes that parts of the file were not read, if there is an error. */
static void warn(const struct lines_query *w, const struct err *e) {
    if (e->text)
        notes_add(w->notes, NOTE_WARNING, "Names and lines of %.*s may be missing: %s", STR_ARG(w->q->path),
                  err_text(e));
}

/* Reads the file in this process. Returns false, without answers, if another way has to be taken. */
static bool ask_dwarf(const struct lines_query *w) {
    const struct lines_question *q = w->q;
    struct err e = {0};
    struct dwarf_question question = {.path = str_c(w->arena, q->path),
                                      .debug = q->debug.len ? str_c(w->arena, q->debug) : NULL,
                                      .alt = q->alt.len ? str_c(w->arena, q->alt) : NULL,
                                      .address = q->address,
                                      .n = q->n};
    enum dwarf_outcome outcome = dwarf_ask(w->arena, &question, w->answer, &e);
    if (outcome != DWARF_FOREIGN) warn(w, &e);
    err_clear(&e);
    if (outcome != DWARF_ANSWERED) return false;
    /* pprof would ask addr2line, which knows neither */
    if (q->tools->addr2line_found && !q->tools->llvm_symbolizer_found) drop_columns(w);
    return true;
}

/* Reports a tool that was found and fails. */
static void report(const struct lines_query *w, bool found, const char *tool, const char *next, struct err *e) {
    if (found) notes_add(w->notes, NOTE_WARNING, "%s failed (%s), so %s is asked", tool, err_text(e), next);
    err_clear(e);
}

/* Takes the first way that answers. */
static bool take_way(const struct lines_query *w) {
    const struct lines_question *q = w->q;
    const struct tools *t = q->tools;
    struct err e = {0};
    clear(w);
    if (!q->fast && !t->lines_named && ask_dwarf(w)) return true;
    if (q->fast || (!t->llvm_symbolizer_found && !t->addr2line_found)) return answer_by_nm(w);
    if (ask_symbolizer(w, &e)) return true;
    report(w, t->llvm_symbolizer_found, t->llvm_symbolizer, "addr2line", &e);
    if (ask_addr2line(w, &e)) return true;
    report(w, t->addr2line_found, t->addr2line, "nm", &e);
    return answer_by_nm(w);
}

bool lines_ask(struct arena *a, const struct lines_question *q, struct lines_answer *out, struct notes *notes) {
    const struct lines_query w = {.arena = a,
                                  .q = q,
                                  .argument = process_argument(a, q->debug.len ? q->debug : q->path),
                                  .answer = out,
                                  .notes = notes};
    struct err e = {0};
    bool ok = take_way(&w);
    ok |= go_table_ask(a, q->path, q->fast, q->address, q->n, out, &e);
    warn(&w, &e);
    err_clear(&e);
    return ok;
}
