/* The forms of a trend. */
#ifndef CPROF_TREND_WRITE_H
#define CPROF_TREND_WRITE_H

#include "base/sink.h"
#include "trend/series.h"

enum trend_form { TREND_TEXT, TREND_JSON, TREND_CSV };
/* Reads the value of -format. */
bool trend_form_read(str format, enum trend_form *out, struct err *e);

/* Text shows the changed functions, and others until there are `most` (0: all); `plain` draws graphs in ASCII. The
 * other forms have all functions and all shares. */
void trend_write_text(const struct trend *t, uint32_t most, bool plain, struct sink *out);
void trend_write_json(const struct trend *t, struct sink *out);
void trend_write_csv(const struct trend *t, struct sink *out);

#endif
