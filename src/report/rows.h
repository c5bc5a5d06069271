/* Writes a long report: items 0 … n-1 are formatted on all threads, in parts of bounded size, and written in order
 * while the next ones are made. */
#ifndef CPROF_REPORT_ROWS_H
#define CPROF_REPORT_ROWS_H

#include "base/arena.h"
#include "base/sink.h"

struct rows {
    void *context; /* several threads read it */
    /* Writes one item. `scratch` is empty at the start, and rewound afterwards. */
    void (*write)(const void *context, struct arena *scratch, uint32_t item, struct sink *out);
    /* An upper bound of the bytes that write() writes for the item; UINT64_MAX: unknown. Large items go directly to the
     * sink, one after the other, so that none has to fit into memory. */
    uint64_t (*size)(const void *context, uint32_t item);
};
void rows_write(const struct rows *r, uint32_t n, struct sink *out);
void rows_write_straight(const struct rows *r, uint32_t n, struct sink *out); /* on this thread only */

#endif
