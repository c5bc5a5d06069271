/* Chosen columns of top (-columns): which they are, and the cells of each node. */
#ifndef CPROF_REPORT_CHOSEN_H
#define CPROF_REPORT_CHOSEN_H

#include "report/report.h"

enum chosen_kind {
    COLUMN_AMOUNT,  /* a value, in the unit of the report; a whole number for programs */
    COLUMN_PERCENT, /* of the total */
    COLUMN_NUMBER,  /* 0: unknown */
    COLUMN_WORDS
};
enum chosen_id {
#define COLUMN(id, name, key, kind) COLUMN_OF_##id,
#include "report/chosen.def"
    COLUMN_IDS
};
struct chosen_column {
    const char *name, *key;
    enum chosen_kind kind;
};
extern const struct chosen_column chosen_columns[COLUMN_IDS];

/* One cell. Only the field of the column's kind is set. */
struct chosen_cell {
    int64_t number; /* of amounts, before divide_by, and of numbers */
    str words;
};

/* The nodes of top, and what columns show of them beside the nodes' own fields. */
struct chosen_page {
    const struct report_in *in;
    const struct graph *graph;
    str unit;
    enum chosen_id *chosen;
    uint32_t n_chosen, n_rows;
    bool inline_chosen;           /* the name then does not say it */
    struct chosen_detail *detail; /* per row; NULL if no column needs it */
};
/* Reads the option and builds the graph. Fails on a column that does not exist. */
bool chosen_make(const struct report_in *in, struct chosen_page *out, struct err *e);
/* The cell of row `row`; `sum` is that of flat values up to it. Words live in the arena of the report. */
struct chosen_cell chosen_cell(const struct chosen_page *p, uint32_t row, int64_t sum, enum chosen_id id);
/* The text of a cell, as top prints it; "-" if it is unknown. */
str chosen_text(const struct chosen_page *p, uint32_t row, int64_t sum, enum chosen_id id);
/* The flat value of a row. */
int64_t chosen_flat(const struct chosen_page *p, uint32_t row);

/* Writes top as text, with the chosen columns. */
bool chosen_write(const struct report_in *in, struct sink *out, struct err *e);

#endif
