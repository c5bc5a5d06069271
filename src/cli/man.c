/* The manual page: man/cprof.1.in with its @NAME@ lines replaced by text from the tables. */
#include <string.h>

#include "cli/help.h"
#include "cli/version.h"
#include "report/report.h"

/* Writes text with roff's special characters escaped. */
static void text(struct sink *out, str s) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool line_start = i == 0 || s.ptr[i - 1] == '\n';
        if (line_start && (c == '.' || c == '\'')) sink_text(out, "\\&");
        if (c == '\\')
            sink_text(out, "\\e");
        else if (c == '-')
            sink_text(out, "\\-");
        else
            sink_char(out, c);
    }
}

/* Writes text in a font, then returns to roman. */
static void in_font(struct sink *out, char font, str s) {
    sink_text(out, "\\f");
    sink_char(out, font);
    text(out, s);
    sink_text(out, "\\fR");
}
static void bold(struct sink *out, const char *s) { in_font(out, 'B', str_from(s)); }
static void italic(struct sink *out, const char *s) { in_font(out, 'I', str_from(s)); }

/* The placeholder for the value after "="; NULL if a flag takes none. */
static const char *value_name(const struct options_row *row) {
    switch (row->kind) {
    case OPTIONS_INT: return "n";
    case OPTIONS_FLOAT: return "f";
    case OPTIONS_TEXT:
        return row->holds == OPTIONS_FUNCTION_REGEX || row->holds == OPTIONS_KEY_REGEX ? "regexp" : "text";
    case OPTIONS_BOOL:
    case OPTIONS_CHOICE: break;
    }
    return NULL;
}

static void flag_item(struct sink *out, const char *name, const char *value) {
    sink_text(out, ".TP\n");
    in_font(out, 'B', STR("-"));
    bold(out, name);
    if (value) {
        sink_char(out, '=');
        italic(out, value);
    }
    sink_char(out, '\n');
}

static void sentence(struct sink *out, str s) {
    s = str_trim(s);
    if (!s.len) return;
    text(out, s);
    if (s.ptr[s.len - 1] != '.') sink_char(out, '.');
    sink_char(out, '\n');
}

/* Writes a help text: its first line, a heading, as a sentence of its own, then the rest. */
static void description(struct sink *out, str help) {
    str first;
    str_cut(&help, '\n', &first);
    sentence(out, first);
    sentence(out, help);
}

static void options(struct sink *out) {
    for (unsigned i = 0; i < options_table_n; i++) {
        const struct options_row *row = &options_table[i];
        if (row->kind == OPTIONS_CHOICE) continue;
        flag_item(out, row->name, value_name(row));
        description(out, str_from(row->help));
        if (row->trait == OPTIONS_OURS || row->trait == OPTIONS_OUR_FILTER) sink_text(out, "Not in pprof.\n");
        bool unremarkable = row->initial[0] == 0 || strcmp(row->initial, "false") == 0;
        if (unremarkable) continue;
        sink_text(out, "The default is ");
        text(out, str_from(row->initial));
        sink_text(out, ".\n");
    }
}

static void choices(struct sink *out) {
    for (unsigned i = 0; i < options_choice_table_n; i++) {
        const struct options_choice *c = &options_choice_table[i];
        flag_item(out, c->name, NULL);
        description(out, str_from(c->help));
        sink_text(out, "At the prompt: ");
        bold(out, c->option);
        sink_text(out, "\\fB=\\fR");
        bold(out, c->name);
        sink_text(out, ".\n");
    }
}

static void word_item(struct sink *out, const struct options_row *row) {
    sink_text(out, ".TP\n");
    bold(out, row->name);
    sink_char(out, '\n');
    description(out, str_from(row->help));
}

/* Writes the flags and words of one section. */
static void call_section(struct sink *out, enum options_section section) {
    for (unsigned i = 0; i < options_call_table_n; i++) {
        const struct options_row *row = &options_call_table[i];
        bool value = row->section == OPTIONS_SYMBOLIZE && section == OPTIONS_SOURCE;
        bool binary = row->section == OPTIONS_BINARY && section == OPTIONS_SOURCE;
        if (row->section != section && !value && !binary) continue;
        if (row->is_flag) {
            flag_item(out, row->name, value_name(row));
            description(out, str_from(row->help));
        } else {
            if (value) sink_text(out, ".RS\n");
            word_item(out, row);
            if (value) sink_text(out, ".RE\n");
        }
    }
}

static void command(struct sink *out, const struct report *r) {
    flag_item(out, r->name, r->has_param ? "regexp" : NULL);
    description(out, str_from(r->help));
    if (r->ours) sink_text(out, "Not in pprof.\n");
    /* the usual words are described once, in the section on the prompt */
    if (!r->usage || strstr(r->usage, "focus_regex")) return;
    str rest = str_from(r->usage), words;
    str_cut(&rest, '\n', &words);
    sink_text(out, "At the prompt: ");
    in_font(out, 'B', words);
    sink_text(out, ".\n");
    description(out, rest);
}

static void commands(struct sink *out) {
    for (unsigned i = 0; i < report_table_n; i++) command(out, &report_table[i]);
}

void man_page(struct sink *out, str template) {
    for (str line; str_cut(&template, '\n', &line);) {
        if (str_equal(line, STR("@OPTIONS@"))) {
            options(out);
        } else if (str_equal(line, STR("@CHOICES@"))) {
            choices(out);
        } else if (str_equal(line, STR("@SOURCES@"))) {
            call_section(out, OPTIONS_SOURCE);
        } else if (str_equal(line, STR("@MISC@"))) {
            call_section(out, OPTIONS_MISC);
        } else if (str_equal(line, STR("@CHECK@"))) {
            call_section(out, OPTIONS_CHECK);
        } else if (str_equal(line, STR("@LEGACY@"))) {
            call_section(out, OPTIONS_LEGACY);
        } else if (str_equal(line, STR("@ENVIRONMENT@"))) {
            call_section(out, OPTIONS_ENVIRONMENT);
        } else if (str_equal(line, STR("@COMMANDS@"))) {
            commands(out);
        } else if (str_equal(line, STR("@TITLE@"))) {
            sink_text(out, ".TH CPROF 1 \"\" \"cprof " CPROF_VERSION "\" \"User Commands\"\n");
        } else if (line.len || template.ptr) { /* no empty line after the last newline */
            sink_str(out, line);
            sink_char(out, '\n');
        }
    }
}
