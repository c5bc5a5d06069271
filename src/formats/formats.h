/* The table of formats; format.h says what a row promises, table.def has the rows. */
#ifndef CPROF_FORMATS_FORMATS_H
#define CPROF_FORMATS_FORMATS_H

#include "formats/format.h"

struct format {
    const char *id, *name;
    enum format_way way;
    enum sniff (*sniff)(str start, bool is_all);
    enum format_verdict (*decode)(struct format_input *in, struct profile *out, struct err *e);
};

enum {
#define FORMAT(id, name, way) FORMATS_##id,
#include "formats/table.def"
#undef FORMAT
    FORMATS_N
};

extern const struct format formats[FORMATS_N];

/* What a sniff of the start of an input found. */
struct formats_guess {
    enum sniff
        answer[FORMATS_N];     /* of each row; SNIFF_MORE of those that were not asked, because one before says YES */
    const struct format *only; /* the row that it is, or the only one that it may be; NULL: none, or several */
    bool wants_more;           /* some row answers SNIFF_MORE */
    bool is_unknown;           /* all rows answer SNIFF_NO */
};

struct formats_guess formats_sniff(str start, bool is_all);

/* Decodes an input that is whole, or of which guess->only is known and streams. The error is complete but for the name
 * of the source. */
bool formats_decode(struct formats_guess *guess, struct format_input *in, struct profile *out, struct err *e);

#endif
