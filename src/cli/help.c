/* The usage text, the prompt's help and its listing of options. */
#include "cli/help.h"

#include <stdlib.h>
#include <string.h>

#include "cli/prompt_table.h"
#include "out/message.h"
#include "report/report.h"

/* A format, for the name of the program three times. */
#define USAGE_START                                                                                                    \
    "usage:\n"                                                                                                         \
    "\n"                                                                                                               \
    "Produce output in the specified format.\n"                                                                        \
    "\n"                                                                                                               \
    "   %s <format> [options] [binary] <source> ...\n"                                                                 \
    "\n"                                                                                                               \
    "Omit the format to get an interactive shell whose commands can be used\n"                                         \
    "to generate various views of a profile\n"                                                                         \
    "\n"                                                                                                               \
    "   %s [options] [binary] <source> ...\n"                                                                          \
    "\n"                                                                                                               \
    "Omit the format and provide the \"-http\" flag to get an interactive web\n"                                       \
    "interface at the specified host:port that can be used to navigate through\n"                                      \
    "various views of a profile.\n"                                                                                    \
    "\n"                                                                                                               \
    "   %s -http [host]:[port] [options] [binary] <source> ...\n"                                                      \
    "\n"                                                                                                               \
    "Details:\n"                                                                                                       \
    "  Output formats (select at most one):\n"

static str first_line(const char *text) {
    str s = str_from(text);
    return str_slice(s, 0, str_find_char(s, '\n'));
}

/* Writes " -name text", without a newline; a name too long for its column pushes the text right. */
static void line(struct sink *out, const char *indent, const char *dash, const char *name, int width, str text) {
    struct arena scratch = {0};
    sink_str(out, str_from(indent));
    sink_left(out, str_format(&scratch, "%s%s", dash, name), width);
    sink_char(out, ' ');
    sink_str(out, text);
    arena_release(&scratch);
}

enum { COLUMN = 16 }; /* width of the names of reports and options */

static void list_reports(struct sink *out, const char *dash) {
    /* the table is sorted by name */
    for (unsigned i = 0; i < report_table_n; i++) {
        if (i) sink_char(out, '\n');
        line(out, "    ", dash, report_table[i].name, COLUMN, first_line(report_table[i].help));
    }
}

struct sorted {
    const struct options_row *row;
};

static int by_name(const void *x, const void *y) {
    return strcmp(((const struct sorted *)x)->row->name, ((const struct sorted *)y)->row->name);
}

/* The option rows sorted by name. */
static const struct sorted *sorted_options(struct arena *a) {
    struct sorted *sorted = ARENA_ARRAY(a, struct sorted, options_table_n);
    for (unsigned i = 0; i < options_table_n; i++) sorted[i].row = &options_table[i];
    qsort(sorted, options_table_n, sizeof *sorted, by_name);
    return sorted;
}

static void list_choices(struct sink *out, const char *dash, const char *option) {
    for (unsigned i = 0; i < options_choice_table_n; i++) {
        const struct options_choice *c = &options_choice_table[i];
        if (strcmp(c->option, option) != 0) continue;
        sink_char(out, '\n');
        line(out, "      ", dash, c->name, COLUMN, first_line(c->help));
    }
}

/* Lists the options, then the choices by group. */
static void list_options(struct sink *out, const char *dash) {
    struct arena scratch = {0};
    const struct sorted *sorted = sorted_options(&scratch);
    sink_text(out, "\n\n  Options:\n");
    for (unsigned i = 0; i < options_table_n; i++) {
        if (sorted[i].row->kind == OPTIONS_CHOICE) continue;
        line(out, "    ", dash, sorted[i].row->name, COLUMN, first_line(sorted[i].row->help));
        sink_char(out, '\n');
    }
    sink_text(out, "\n  Option groups (only set one per group):");
    for (unsigned i = 0; i < options_table_n; i++) {
        if (sorted[i].row->kind != OPTIONS_CHOICE) continue;
        sink_char(out, '\n');
        line(out, "    ", "", sorted[i].row->name, COLUMN, STR_EMPTY);
        list_choices(out, dash, sorted[i].row->name);
    }
    arena_release(&scratch);
}

/* The layout of each section of the command line; one without a heading continues the section before. */
static const struct help_layout {
    const char *heading, *indent;
    int width;
} layouts[] = {
    [OPTIONS_SOURCE] = {"  Source options:\n", "    ", 21},
    [OPTIONS_SYMBOLIZE] = {"", "      ", 21},
    [OPTIONS_BINARY] = {"", "    ", 23},
    [OPTIONS_MISC] = {"  Misc options:\n", "   ", 18},
    [OPTIONS_CHECK] = {"  Regression gate (-check -base old new):\n", "   ", 23},
    [OPTIONS_LEGACY] = {"  Legacy convenience options:\n", "   ", 22},
    [OPTIONS_ENVIRONMENT] = {"  Environment Variables:\n", "   ", 18},
};

static void list_call_row(struct sink *out, const struct options_row *row) {
    const struct help_layout *l = &layouts[row->section];
    struct arena scratch = {0};
    str rest = str_from(row->help), text;
    str_cut(&rest, '\n', &text);
    line(out, l->indent, row->is_flag ? "-" : "", str_format(&scratch, "%s%s", row->name, row->argument).ptr, l->width,
         text);
    sink_char(out, '\n');
    while (str_cut(&rest, '\n', &text)) {
        sink_repeat(out, ' ', strlen(l->indent) + (size_t)l->width + 1);
        sink_str(out, text);
        sink_char(out, '\n');
    }
    arena_release(&scratch);
}

/* The help of one screen: the reports and options of most days. */
static const char short_start[] = "usage: cprof [report] [option ...] [binary] source ...\n"
                                  "A source is a file, a URL, or - for standard input. Without a report there is a\n"
                                  "prompt; -tui FILE browses on the whole screen, -http=: FILE in a web browser.\n";
static const char short_reports[][14] = {"top", "tree", "peek", "list", "tags", "flame", "flamegraph", "svg", "check"};
static const char short_options[][14] = {"focus",        "ignore", "where",  "nodecount",
                                         "sample_index", "base",   "output", "format"};

/* The first clause of the help of a report, an option or a flag. */
static str help_of(const char *name) {
    const struct report *r = report_find(str_from(name));
    const struct options_row *row = r ? NULL : options_find(str_from(name));
    if (!r && !row) row = options_call_find(str_from(name));
    str text = first_line(r ? r->help : row ? row->help : "");
    return str_slice(text, 0, str_find_char(text, ';'));
}

static void short_list(struct sink *out, const char *heading, const char (*name)[14], size_t n) {
    sink_str(out, str_from(heading));
    for (size_t i = 0; i < n; i++) {
        line(out, "  ", "-", name[i], 13, help_of(name[i]));
        sink_char(out, '\n');
    }
}

void help_short(struct sink *out) {
    sink_write(out, short_start, sizeof short_start - 1);
    short_list(out, "Reports:\n", short_reports, sizeof short_reports / sizeof *short_reports);
    short_list(out, "Options:\n", short_options, sizeof short_options / sizeof *short_options);
    sink_text(out, "cprof -h all lists everything, man cprof explains it.\n");
}

void help_usage(struct sink *out) {
    const char *name = message_as_pprof() ? "pprof" : "cprof";
    sink_printf(out, USAGE_START, name, name, name);
    list_reports(out, "-");
    list_options(out, "-");
    sink_char(out, '\n');
    bool seen[sizeof layouts / sizeof layouts[0]] = {false};
    for (unsigned i = 0; i < options_call_table_n; i++) {
        const struct options_row *row = &options_call_table[i];
        const char *heading = layouts[row->section].heading;
        if (!seen[row->section] && heading[0]) {
            sink_char(out, '\n');
            sink_str(out, str_from(heading));
        }
        seen[row->section] = true;
        list_call_row(out, row);
    }
    if (message_as_pprof()) sink_text(out, "   * On Windows, %USERPROFILE% is used instead of $HOME\n");
}

/* Lists the commands and forms of lines that pprof has not. */
static void list_prompt(struct sink *out) {
    struct arena scratch = {0};
    for (unsigned i = 0; i < prompt_table_n; i++) {
        const struct prompt_row *row = &prompt_table[i];
        if (!row->help[0]) continue;
        const char *name = str_format(&scratch, "%s%s%s", row->name, row->argument[0] ? " " : "", row->argument).ptr;
        sink_char(out, '\n');
        line(out, "    ", "", name, COLUMN, first_line(row->help));
    }
    arena_release(&scratch);
}

void help_commands(struct sink *out) {
    sink_text(out, "  Commands:\n");
    list_reports(out, "");
    sink_char(out, '\n');
    line(out, "    ", "", "o/options", COLUMN, STR("List options and their current values"));
    sink_char(out, '\n');
    line(out, "    ", "", "q/quit/exit/^D", COLUMN, message_as_pprof() ? STR("Exit pprof") : STR("Exit cprof"));
    if (!message_as_pprof()) list_prompt(out);
    list_options(out, "");
    sink_text(out, "\n"
                   "  :   Clear focus/ignore/hide/tagfocus/tagignore\n"
                   "\n"
                   "  type \"help <cmd|option>\" for more information\n");
}

static void report_topic(struct sink *out, const struct report *r) {
    sink_str(out, str_from(r->help));
    sink_char(out, '\n');
    if (r->usage) {
        sink_text(out, "  Usage:\n");
        for (str rest = str_from(r->usage), text; str_cut(&rest, '\n', &text);) {
            sink_text(out, "    ");
            sink_str(out, text);
            sink_char(out, '\n');
        }
    }
    sink_char(out, '\n');
}

static void list_types(struct sink *out, const struct profile *p, const char *separator) {
    for (uint32_t i = 0; i < p->n_types; i++) {
        if (i) sink_str(out, str_from(separator));
        sink_str(out, profile_str(p, p->type[i].type));
    }
}

bool help_topic(struct sink *out, str topic, const struct profile *p) {
    const struct report *r = report_find(topic);
    if (r) {
        report_topic(out, r);
        return true;
    }
    const struct prompt_row *command = prompt_find(topic);
    if (command && command->help[0]) {
        sink_str(out, str_from(command->help));
        sink_printf(out, "%s  Usage:\n    %s %s\n", strchr(command->help, '\n') ? "" : "\n", command->name,
                    command->argument);
        return true;
    }
    const struct options_row *row = options_find(topic);
    const struct options_choice *choice = options_find_choice(topic);
    if ((!row || row->kind == OPTIONS_CHOICE) && !choice) return false;
    sink_str(out, str_from(choice ? choice->help : row->help));
    if (str_equal(topic, STR("sample_index"))) {
        sink_text(out, "Or use sample_index=name, with name in [");
        list_types(out, p, " ");
        sink_text(out, "].\n");
    }
    sink_char(out, '\n');
    return true;
}

static int by_text(const void *x, const void *y) { return strcmp(*(const char *const *)x, *(const char *const *)y); }

/* Returns true for a choice that a program called pprof does not list: scripts may read the line. */
static bool is_hidden(const struct options_choice *c) {
    str help = str_from(c->help);
    return message_as_pprof() && str_find(help, STR("not in pprof")) < help.len;
}

static void list_sorted_choices(struct sink *out, const char *option) {
    const char *name[16] = {NULL};
    size_t n = 0;
    for (unsigned i = 0; i < options_choice_table_n && n < sizeof name / sizeof name[0]; i++)
        if (strcmp(options_choice_table[i].option, option) == 0 && !is_hidden(&options_choice_table[i]))
            name[n++] = options_choice_table[i].name;
    qsort(name, n, sizeof name[0], by_text);
    for (size_t i = 0; i < n; i++) {
        if (i) sink_text(out, " | ");
        sink_str(out, str_from(name[i]));
    }
}

/* Writes one setting: " name = value //: possible values". */
static void setting(struct sink *out, struct arena *a, const struct options_row *row, const struct options *o,
                    const struct profile *p) {
    str value = options_get(a, row, o);
    bool is_index = strcmp(row->name, "sample_index") == 0;
    if (is_index && !value.len && p->n_types)
        value = profile_str(p, p->type[p->n_types - 1].type);
    else if (!is_index && !value.len)
        value = row->kind == OPTIONS_CHOICE ? STR("(default)") : STR("\"\"");
    sink_text(out, "  ");
    sink_left(out, str_from(row->name), 25);
    sink_text(out, " = ");
    sink_left(out, value, 20);
    sink_char(out, ' ');
    if (row->kind == OPTIONS_CHOICE || is_index) {
        sink_text(out, "//: [");
        if (is_index)
            list_types(out, p, " | ");
        else
            list_sorted_choices(out, row->name);
        sink_char(out, ']');
    } else if (strcmp(row->name, "nodecount") == 0 && o->nodecount == -1) {
        sink_text(out, "//: default");
    }
    sink_char(out, '\n');
}

void help_settings(struct sink *out, const struct options *o, const struct profile *p) {
    struct arena scratch = {0};
    const struct sorted *sorted = sorted_options(&scratch);
    for (unsigned i = 0; i < options_table_n; i++)
        if (sorted[i].row->trait != OPTIONS_UNLISTED) setting(out, &scratch, sorted[i].row, o, p);
    arena_release(&scratch);
}
