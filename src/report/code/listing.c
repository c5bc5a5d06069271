/* Finds what a listing of source shows. */
#include "report/code/listing.h"

#include <stdlib.h>

enum {
    MERGE_LINES = 20, /* lines of one function closer than this are one piece */
    MARGIN = 5        /* lines shown around a piece */
};

struct listing_amounts listing_sum(const struct listing_view *l, struct listing_sites s) {
    struct listing_amounts sum = {0, 0};
    for (size_t i = 0; i < s.n; i++) {
        const struct weblist_inst *inst = weblist_find_inst(&l->code, s.at[i].address);
        sum.flat = graph_add(sum.flat, inst->flat);
        sum.cum = graph_add(sum.cum, inst->cum);
    }
    return sum;
}

bool listing_has_code(const struct listing_view *l, struct listing_sites s) {
    for (size_t i = 0; i < s.n; i++)
        if (s.at[i].callees.n || !weblist_find_inst(&l->code, s.at[i].address)->synthetic) return true;
    return false;
}

struct listing_sites listing_take_line(struct listing_sites all, size_t *i, int64_t line) {
    while (*i < all.n && all.at[*i].line < line) ++*i;
    struct listing_sites s = {all.at + *i, 0};
    while (*i < all.n && all.at[*i].line == line) ++*i, s.n++;
    return s;
}

/* Lines of profiles are untrusted, so all 64 bits are in use. */
static uint64_t distance(int64_t from, int64_t to) { return (uint64_t)to - (uint64_t)from; }
static int64_t plus(int64_t line, int64_t n) { return line > INT64_MAX - n ? INT64_MAX : line + n; }

static struct listing_pieces join_lines(const struct listing_view *l, struct listing_sites all) {
    VEC(struct listing_piece) pieces = {0};
    for (size_t i = 0; i < all.n;) {
        int64_t line = all.at[i].line;
        str name = weblist_pretty_name(&l->code, all.at[i].function); /* the first site's function names the line */
        struct listing_amounts sum = listing_sum(l, listing_take_line(all, &i, line));
        struct listing_piece *last = pieces.n ? &pieces.at[pieces.n - 1] : NULL;
        if (!last || distance(last->end, line) >= MERGE_LINES || !str_equal(last->name, name)) {
            last = VEC_PUSH(l->in->arena, &pieces);
            *last = (struct listing_piece){.name = name, .begin = line};
        }
        last->end = plus(line, 1);
        last->flat = graph_add(last->flat, sum.flat);
        last->cum = graph_add(last->cum, sum.cum);
    }
    return (struct listing_pieces){pieces.at, pieces.n};
}

/* Adds lines around each piece; pieces share the lines between them. Line 0 means an unknown line: nothing is added
 * before it. */
static void widen_pieces(struct listing_pieces f) {
    for (size_t i = 0; i < f.n; i++) {
        struct listing_piece *now = &f.at[i];
        if (i == 0) {
            if (now->begin > MARGIN)
                now->begin -= MARGIN;
            else if (now->begin > 1)
                now->begin = 1;
            continue;
        }
        struct listing_piece *before = &f.at[i - 1];
        uint64_t half = distance(before->end, now->begin) / 2;
        if (half > MARGIN) half = MARGIN;
        before->end += (int64_t)half;
        now->begin -= (int64_t)half;
    }
    if (f.n) f.at[f.n - 1].end = plus(f.at[f.n - 1].end, MARGIN);
}

struct listing_pieces listing_find_pieces(const struct listing_view *l, struct listing_sites file) {
    struct listing_pieces pieces = join_lines(l, file);
    widen_pieces(pieces);
    return pieces;
}

bool listing_text(const struct listing_view *l, str file, int64_t line, struct listing_sites s, str *text) {
    if (source_line(l->reader, file, line, text)) return true;
    *text = line == 0 ? STR("<instructions with unknown line numbers>") : STR("???");
    return s.n > 0;
}

str listing_missing(const struct listing_view *l, str file) {
    str line;
    return source_line(l->reader, file, 1, &line) ? STR_EMPTY : source_error(l->reader, file);
}

static int by_flat(const void *x, const void *y) {
    const struct listing_file *a = x, *b = y;
    if (a->flat != b->flat) return a->flat > b->flat ? -1 : 1;
    return (a->sites.at > b->sites.at) - (a->sites.at < b->sites.at);
}

static int by_address(const void *x, const void *y) {
    uint64_t a = (*(const struct weblist_site *const *)x)->address,
             b = (*(const struct weblist_site *const *)y)->address;
    return (a > b) - (a < b);
}

/* Each instruction counts once. */
static int64_t sum_file(const struct listing_view *l, struct listing_sites s) {
    struct arena_mark m = arena_mark(l->in->arena);
    const struct weblist_site **sorted = ARENA_ARRAY(l->in->arena, const struct weblist_site *, s.n);
    int64_t flat = 0;
    for (size_t i = 0; i < s.n; i++) sorted[i] = &s.at[i];
    qsort(sorted, s.n, sizeof *sorted, by_address);
    for (size_t i = 0; i < s.n; i++)
        if (i == 0 || sorted[i]->address != sorted[i - 1]->address)
            flat = graph_add(flat, weblist_find_inst(&l->code, sorted[i]->address)->flat);
    arena_rewind(l->in->arena, m);
    return flat;
}

bool listing_open(struct listing_view *l, const struct report_in *in, struct err *e) {
    struct source_scope scope = {in->options->source_path, in->options->trim_path, in->only_below, in->view};
    *l = (struct listing_view){.in = in, .reader = source_reader_new(in->arena, &scope, e)};
    if (!l->reader) return false;
    if (!weblist_find_code(in, &l->code)) return err_set(e, "no matches found for regexp: %.*s", STR_ARG(in->pattern));
    VEC(struct listing_file) files = {0};
    for (size_t from = 0, to; from < l->code.n_sites; from = to) {
        for (to = from + 1; to < l->code.n_sites && str_equal(l->code.site[to].file, l->code.site[from].file);) to++;
        *VEC_PUSH(in->arena, &files) = (struct listing_file){.sites = {l->code.site + from, to - from}};
    }
    if (in->most) {
        for (size_t i = 0; i < files.n; i++) files.at[i].flat = sum_file(l, files.at[i].sites);
        qsort(files.at, files.n, sizeof *files.at, by_flat);
        if (files.n > in->most) files.n = in->most;
    }
    l->file = files.at;
    l->n_files = files.n;
    return true;
}
