/* Usage text and help. All texts come from the tables of options and reports. */
#ifndef CPROF_CLI_HELP_H
#define CPROF_CLI_HELP_H

#include "base/sink.h"
#include "options/options.h"
#include "profile/profile.h"

void help_short(struct sink *out);    /* -h: one screen */
void help_usage(struct sink *out);    /* -h all, and -h when called pprof */
void help_commands(struct sink *out); /* `help` at the prompt */
/* `help TOPIC`: a report, an option or a choice; returns false if there is no such topic. `p` is the loaded
 * profile: the help of sample_index lists its sample types. */
bool help_topic(struct sink *out, str topic, const struct profile *p);
/* `options` at the prompt: one line per setting (pprof.md 2.4). */
void help_settings(struct sink *out, const struct options *o, const struct profile *p);

/* man.c: writes the manual page. `template` is man/cprof.1.in; its lines @TITLE@, @OPTIONS@, @CHOICES@, @SOURCES@,
 * @MISC@,
 * @LEGACY@, @ENVIRONMENT@ and @COMMANDS@ are replaced by text from the tables. */
void man_page(struct sink *out, str template);

#endif
