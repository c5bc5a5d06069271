/* What was probably meant: the nearest names for a misspelt one, and how to write a pattern. Called pprof, the program
 * says what pprof says: the functions then return empty texts, add nothing and refuse nothing. Texts live in `a` and
 * begin with a blank, to follow a message: " (did you mean top?)". */
#ifndef CPROF_CLI_ADVICE_H
#define CPROF_CLI_ADVICE_H

#include "base/err.h"
#include "options/options.h"
#include "profile/profile.h"
#include "report/report.h"

/* For a flag, without its dash, that does not exist. */
str advice_flag(struct arena *a, str name);
/* For a word at the prompt that is no command; `argument` is the word after it, or empty. */
str advice_command(struct arena *a, str word, str argument);
/* For a value that is no choice of the option. */
str advice_choice(struct arena *a, const struct options_row *row, str value);
/* For a pattern that does not compile: how to match its text. */
str advice_pattern(struct arena *a, str pattern);

/* Refuses values that are not among the words that their options take (options_words), before anything is loaded.
 * Reports check the value of format, since each takes words of its own. */
bool advice_words(const struct options *o, struct err *e);
/* Refuses a value that no report could use: a pattern that does not compile, a unit that does not exist, or a word that
 * the option does not take. */
bool advice_setting(const struct options_row *row, str value, const struct profile *p, struct err *e);
/* Extends the message of a report that failed, if its pattern or a filter does not compile, or its pattern matches no
 * function. */
void advice_failed(const struct profile *p, const struct report *r, str pattern, const struct options *o,
                   struct err *e);
/* Adds notes about the filters that match nothing in the profile: names that are near, keys and values that there are,
 * units of labels. */
void advice_missed(const struct profile *p, const struct options *o, struct notes *notes);

#endif
