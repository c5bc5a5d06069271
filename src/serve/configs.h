/* Saved configurations as the pages show and change them. */
#ifndef CPROF_SERVE_CONFIGS_H
#define CPROF_SERVE_CONFIGS_H

#include "base/sink.h"
#include "serve/query.h"

/* {"configs": [{"name", "url", "current", "user"}, …], "error"}: Default and the saved ones, each as a link from the
 * page with the query `raw` (pprof.md 10). Where the file cannot be read, Default alone and the reason. */
void configs_write(struct arena *a, str raw, const struct options *current, struct sink *out);
/* Saves what the query says on top of *current. */
bool configs_save(struct arena *a, str name, str raw, const struct options *current, struct err *e);
bool configs_delete(struct arena *a, str name, struct err *e);

#endif
