/* Chosen columns of top (-columns) in other forms. */
#ifndef CPROF_REPORT_FORMS_CHOSEN_H
#define CPROF_REPORT_FORMS_CHOSEN_H

#include "report/report.h"

report_fn chosen_json, chosen_csv, chosen_markdown;

#endif
