/* Saved configurations, in pprof's own file (pprof.md 10): options under a name. What the file has beside them stays in
 * it as it is, in its order. */
#ifndef CPROF_OPTIONS_SETTINGS_H
#define CPROF_OPTIONS_SETTINGS_H

#include "base/err.h"
#include "options/options.h"

/* $XDG_CONFIG_HOME/pprof/settings.json, else the same below ~/.config. False where both are unset. */
bool settings_path(struct arena *a, str *path, struct err *e);

/* Returns true if the option is part of a saved configuration. */
bool settings_saves(const struct options_row *row);

struct settings_config {
    str name;
    struct options options;
};
struct settings {
    const struct settings_config *at;
    uint32_t n;
};
/* All of them, none where there is no file. What a configuration does not save is taken from *current. Error
 * messages are those of pprof, except for the parts that Go's libraries make. */
bool settings_read(struct arena *a, str path, const struct options *current, struct settings *out, struct err *e);
/* Saves *o as `name`, in the place of one that is called so. Others that do the same at the same time wait. */
bool settings_save(str path, str name, const struct options *o, struct err *e);
bool settings_delete(str path, str name, struct err *e);

/* The text of the file after one change, for tests: `text` may be empty, as of a file that is not there. A NULL `o`
 * deletes. */
bool settings_edit(struct arena *a, str text, str name, const struct options *o, str *out, struct err *e);

#endif
