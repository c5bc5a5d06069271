/* -version: this program, its commit and its libraries. */
#include "cli/version.h"

#include "base/json.h"
#include "base/library.h"
#include "bytes/gzip.h"
#include "formats/pprof/encode.h"

#ifndef CPROF_COMMIT /* defined by the Makefile */
#define CPROF_COMMIT "unknown"
#endif

static void write_row(struct sink *out, const struct library_row *row) {
    struct err why = {0};
    const char *found = library_found(row, &why);
    sink_text(out, "  ");
    sink_left(out, str_from(row->name), 14);
    if (found)
        sink_str(out, str_from(found));
    else
        sink_printf(out, "missing: %s", err_text(&why));
    sink_printf(out, ", for %s\n", row->use);
    err_clear(&why);
}

void version_write(struct sink *out) {
    sink_printf(out, "cprof %s\ncommit %s\nlinked: protobuf-c %s, ", CPROF_VERSION, CPROF_COMMIT, tables_library());
    gzip_libraries(out);
    sink_text(out, ", ");
    json_library(out);
    sink_text(out, ", libiberty\nopened when needed:\n");
    for (int i = 0; i < LIBRARY_COUNT; i++) write_row(out, &library_table[i]);
}
