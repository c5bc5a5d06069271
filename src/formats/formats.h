/* The table of formats: format.h documents the promises of a row, table.def has the rows. */
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

/* The error for an input of no format that is read; it lists the formats. */
extern const char formats_unrecognized[];

/* The error for an input that is no profile, by the end of its name, for formats that have no mark of their own; NULL:
 * the name tells nothing. */
const char *unread_by_name(str path);

/* The answers of all sniffers to the start of an input. */
struct formats_guess {
    enum sniff answer[FORMATS_N]; /* per row; SNIFF_MORE for rows after a SNIFF_YES, which are not called */
    const struct format *only;    /* the row with SNIFF_YES, or the only one with SNIFF_MAYBE; NULL: none, or several */
    bool wants_more;              /* some row answered SNIFF_MORE */
    bool is_unknown;              /* all rows answered SNIFF_NO */
};

struct formats_guess formats_sniff(str start, bool is_all);

/* Decodes an input that is whole, or in pieces if guess->only is set and streams. The caller only has to prepend the
 * name of the source to the error. */
bool formats_decode(struct formats_guess *guess, struct format_input *in, struct profile *out, struct err *e);

#endif
