/* The lines that weblist and the source of the web interface show: files, heaviest first or by name, pieces of
 * functions, lines with their instructions. */
#ifndef CPROF_REPORT_CODE_LISTING_H
#define CPROF_REPORT_CODE_LISTING_H

#include "report/code/source.h"
#include "report/code/weblist.h"

/* Sites of one file or line, sorted by line. */
struct listing_sites {
    const struct weblist_site *at;
    size_t n;
};
struct listing_file {
    struct listing_sites sites; /* at least one */
    int64_t flat;               /* set if the number of files is limited */
};
struct listing_view {
    const struct report_in *in;
    struct weblist_code code;
    struct source_reader *reader;
    struct listing_file *file;
    size_t n_files;
};
/* Finds the files, in->most of them at most. Fails if nothing matches the pattern. */
bool listing_open(struct listing_view *l, const struct report_in *in, struct err *e);

/* Adjacent lines of one function, with some lines around them. */
struct listing_piece {
    str name;
    int64_t begin, end; /* [begin, end) */
    int64_t flat, cum;
};
struct listing_pieces {
    struct listing_piece *at;
    size_t n;
};
struct listing_pieces listing_find_pieces(const struct listing_view *l, struct listing_sites file);

struct listing_amounts {
    int64_t flat, cum;
};
struct listing_amounts listing_sum(const struct listing_view *l, struct listing_sites s);
/* Takes the sites of one line, from *i on. */
struct listing_sites listing_take_line(struct listing_sites file, size_t *i, int64_t line);
/* The text of a line, "???" if it is not known. Returns false if the line is not shown. */
bool listing_text(const struct listing_view *l, str file, int64_t line, struct listing_sites s, str *text);
/* True if there is machine code to show, not only samples of unknown instructions. */
bool listing_has_code(const struct listing_view *l, struct listing_sites s);
/* Why no line of a file can be shown; empty if lines can. */
str listing_missing(const struct listing_view *l, str file);

#endif
