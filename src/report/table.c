/* The table of reports, made from reports.def, and the choice of a report's form. */
#include "report/forms/forms.h"
#include "report/report.h"

#define FOCUS_WORDS " [n] [focus_regex]* [-ignore_regex]*"
#define FOCUS_HELP                                                                                                     \
    "Include up to n samples\n"                                                                                        \
    "Include samples matching focus_regex, and exclude ignore_regex."
#define CUM_HELP "\n-cum sorts the output by cumulative weight"
#define FILE_HELP "\nOptionally save the report on the file f"

/* Usage texts of reports with words at the prompt. */
#define USAGE_SORTED(name) name FOCUS_WORDS " [-cum] >f\n" FOCUS_HELP CUM_HELP FILE_HELP
#define USAGE_SAVED(name) name FOCUS_WORDS " >f\n" FOCUS_HELP FILE_HELP
#define USAGE_VIEWED(name) name FOCUS_WORDS "\n" FOCUS_HELP
/* the name and its parameter have no space between them in pprof either */
#define LISTING_WORDS "<func_regex|address> [-focus_regex]* [-ignore_regex]*"
#define LISTING_HELP                                                                                                   \
    "Include functions matching func_regex, or including the address specified.\n"                                     \
    "Include samples matching focus_regex, and exclude ignore_regex."
#define USAGE_LISTING(name) name LISTING_WORDS "\n" LISTING_HELP
#define USAGE_LISTING_SAVED(name) name LISTING_WORDS " >f\n" LISTING_HELP FILE_HELP

/* A word that starts with $ names an environment variable, whose value is used; xdg-open needs a desktop ($DISPLAY). */
static const char *const browsers[] = {"$BROWSER", "chrome",           "google-chrome", "chromium",
                                       "firefox",  "sensible-browser", "xdg-open",      NULL};
static const char *const eog[] = {"eog", NULL};
static const char *const evince[] = {"evince", NULL};
static const char *const gv[] = {"gv --noantialias", NULL};
static const char *const kcachegrind[] = {"kcachegrind", NULL};

#define COLLAPSED_HELP "Outputs one line per stack, as flame graph tools read it"

const struct report report_table[] = {
/* the field after help is the usage, the first of the further arguments */
#define REPORT(name_, run_, help_, ...) {.name = #name_, .run = run_, .help = (help_), __VA_ARGS__},
#define GATE(name_, gate_, help_, ...) {.name = #name_, .gate = gate_, .help = (help_), __VA_ARGS__},
#include "report/reports.def"
};
const unsigned report_table_n = sizeof report_table / sizeof report_table[0];

const struct report *report_find(str name) {
    for (unsigned i = 0; i < report_table_n; i++)
        if (str_equal(str_from(report_table[i].name), name)) return &report_table[i];
    return NULL;
}

bool report_run(const struct report_in *in, struct sink *out, struct err *e) {
    str format = in->options->format;
    const struct report_forms *forms = in->report->forms;
    if (in->report->gate)
        return err_set(e, "%s needs a base, on the command line: -%s -base=OLD NEW", in->report->name,
                       in->report->name);
    if (format.len == 0 || str_equal(format, STR("text"))) return in->report->run(in, out, e);
    if (forms && str_equal(format, STR("json"))) return forms->json(in, out, e);
    if (forms && str_equal(format, STR("csv"))) return forms->csv(in, out, e);
    if (forms && str_equal(format, STR("markdown"))) return forms->markdown(in, out, e);
    if (forms)
        return err_set(e, "-format=%.*s: %s takes text, json, csv or markdown", STR_ARG(format), in->report->name);
    str names = STR_EMPTY, last = STR_EMPTY;
    for (unsigned i = 0; i < report_table_n; i++) {
        const struct report *r = &report_table[i];
        if (!r->forms && !r->gate) continue;
        if (last.len) names = names.len ? str_format(in->arena, "%.*s, %.*s", STR_ARG(names), STR_ARG(last)) : last;
        last = str_from(r->name);
    }
    return err_set(e, "-format is for %.*s and %.*s", STR_ARG(names), STR_ARG(last));
}
