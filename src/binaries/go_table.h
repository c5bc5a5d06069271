/* Functions and lines of Go programs without symbols and DWARF (-ldflags="-s -w", strip): from the table that Go's
 * runtime uses for its own stack traces, .gopclntab. */
#ifndef CPROF_BINARIES_GO_TABLE_H
#define CPROF_BINARIES_GO_TABLE_H

#include "base/err.h"
#include "binaries/frame.h"

/* Fills in the answers about n addresses, as linked in the file, that have no frames yet. Reads ELF files of Go 1.18
 * and later. With `names_only` frames have no lines, and inlined functions are left out. Other files, and tables that
 * are damaged, change nothing. Returns whether an answer changed; an error is set if the rest would take too long. */
bool go_table_ask(struct arena *a, str path, bool names_only, const uint64_t *address, uint32_t n,
                  struct lines_answer *answer, struct err *e);

#endif
