/* Notes about binaries. A profile can name any number of them, so notes of one kind beyond the first few are counted.
 */
#ifndef CPROF_SYMBOLIZE_TROUBLE_H
#define CPROF_SYMBOLIZE_TROUBLE_H

#include "base/err.h"

enum trouble_kind {
    TROUBLE_OTHER_BUILD, /* a file was passed over */
    TROUBLE_UNREADABLE,  /* a mapping's file cannot be read; pprof prints one line a mapping, equal or not */
    TROUBLE_UNNAMED,     /* a mapping stays without names, or a tool failed; equal notes are printed once */
    TROUBLE_KINDS
};
enum { TROUBLE_MOST = 50 }; /* notes of one kind */

struct troubles {
    struct notes *notes;
    uint32_t n[TROUBLE_KINDS]; /* of each kind, those that were only counted included */
};
void trouble_add(struct troubles *t, enum trouble_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Counts one that will not be printed; only after TROUBLE_MOST of its kind. */
void trouble_count(struct troubles *t, enum trouble_kind kind);
/* Notes how many were only counted. Call it once, after the last trouble_add. */
void trouble_finish(const struct troubles *t);

#endif
