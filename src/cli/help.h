/* What cprof says about itself. All texts come from the tables of options and reports. */
#ifndef CPROF_CLI_HELP_H
#define CPROF_CLI_HELP_H

#include "base/sink.h"
#include "options/options.h"
#include "profile/profile.h"

#define CPROF_VERSION "0.1.0"

void help_usage(struct sink *out);    /* -h */
void help_commands(struct sink *out); /* `help` at the prompt */
/* `help TOPIC`, the name of a report, an option or a choice: false when it is none of these. `p` is the loaded
 * profile, whose sample types belong to the help of sample_index. */
bool help_topic(struct sink *out, str topic, const struct profile *p);
/* `options` at the prompt: one line for each setting (pprof.md 2.4). */
void help_settings(struct sink *out, const struct options *o, const struct profile *p);

/* man.c: the manual page. `template` is man/cprof.1.in; its lines @OPTIONS@, @CHOICES@, @SOURCES@, @MISC@, @LEGACY@,
 * @ENVIRONMENT@ and @COMMANDS@ are replaced by what the tables say. */
void man_page(struct sink *out, str template);

#endif
