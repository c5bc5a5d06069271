/* Writing a long report: items 0 … n-1 are formatted on all threads, in chunks of bounded size, and written in
 * order. While one chunk is being written the next is being made. */
#ifndef CPROF_REPORT_ROWS_H
#define CPROF_REPORT_ROWS_H

#include "base/arena.h"
#include "base/sink.h"

struct rows {
    void *context; /* read by several threads at once */
    /* Writes one item. `scratch` is empty, and rewound after. */
    void (*write)(const void *context, struct arena *scratch, uint32_t item, struct sink *out);
    /* At least as many bytes as write will write; UINT64_MAX: cannot say. Large items go to the sink directly,
     * one after the other, so that none has to fit into memory. */
    uint64_t (*size)(const void *context, uint32_t item);
};
void rows_write(const struct rows *r, uint32_t n, struct sink *out);

#endif
