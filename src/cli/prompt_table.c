/* The table of the prompt's own commands. */
#include "cli/prompt_table.h"

const struct prompt_row prompt_table[] = {
#define COMMAND(name_, argument_, takes_, help_)                                                                       \
    {.name = #name_, .argument = (argument_), .takes = PROMPT_##takes_, .help = (help_)},
#define FORM(text_, help_) {.name = (text_), .argument = "", .help = (help_), .is_form = true},
#include "cli/prompt.def"
};
const unsigned prompt_table_n = sizeof prompt_table / sizeof *prompt_table;

const struct prompt_row *prompt_find(str name) {
    for (unsigned i = 0; i < prompt_table_n; i++)
        if (!prompt_table[i].is_form && str_equal(str_from(prompt_table[i].name), name)) return &prompt_table[i];
    return NULL;
}
