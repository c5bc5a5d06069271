/* The prompt's own commands as plain data, from prompt.def. */
#ifndef CPROF_CLI_PROMPT_TABLE_H
#define CPROF_CLI_PROMPT_TABLE_H

#include <stdbool.h>

#include "base/str.h"

/* What the words after a command are, for their completion. */
enum prompt_takes { PROMPT_NOTHING, PROMPT_FILES, PROMPT_TOPICS, PROMPT_SETTING, PROMPT_CONFIG };

struct prompt_row {
    const char *name, *argument;
    enum prompt_takes takes;
    const char *help; /* "" for commands that pprof has */
    bool is_form;     /* `name` is the form of a line, not a command */
};
extern const struct prompt_row prompt_table[]; /* commands by name, then forms */
extern const unsigned prompt_table_n;

/* The row of a command; NULL if it has no row. */
const struct prompt_row *prompt_find(str name);

#endif
