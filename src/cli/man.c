/* The manual page: man/cprof.1.in with the tables filled in. */
#include <string.h>

#include "cli/help.h"
#include "report/report.h"

/* Text that roff shows as it is. */
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

static void end_line(struct sink *out, str s) {
    if (s.len && s.ptr[s.len - 1] != '\n') sink_char(out, '\n');
}

static bool is_regex(const char *name) {
    static const char *const names[] = {"focus", "ignore", "prune_from", "hide", "show", "show_from", "tagshow", "taghide"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

/* What stands for the value after "=". */
static const char *value_name(const struct options_row *row) {
    switch (row->kind) {
    case OPTIONS_INT: return "n";
    case OPTIONS_FLOAT: return "f";
    case OPTIONS_TEXT: return is_regex(row->name) ? "regexp" : "text";
    case OPTIONS_BOOL:
    case OPTIONS_CHOICE: break;
    }
    return NULL;
}

static void flag_item(struct sink *out, const char *name, const char *value) {
    sink_text(out, ".It Fl ");
    text(out, str_from(name));
    if (value) {
        sink_text(out, " Ns = Ns Ar ");
        text(out, str_from(value));
    }
    sink_char(out, '\n');
}

/* The first line is a heading without a full stop: it becomes a sentence, the others follow. */
static void description(struct sink *out, const char *help) {
    str rest = str_from(help), first;
    str_cut(&rest, '\n', &first);
    text(out, first);
    if (first.len && first.ptr[first.len - 1] != '.') sink_char(out, '.');
    sink_char(out, '\n');
    if (!rest.ptr) return;
    text(out, rest);
    end_line(out, rest);
}

static void options(struct sink *out) {
    sink_text(out, ".Bl -tag -width Ds\n");
    for (unsigned i = 0; i < options_table_n; i++) {
        const struct options_row *row = &options_table[i];
        if (row->kind == OPTIONS_CHOICE) continue;
        flag_item(out, row->name, value_name(row));
        description(out, row->help);
        if (row->kind != OPTIONS_BOOL && row->initial[0]) {
            sink_text(out, "The default is ");
            text(out, str_from(row->initial));
            sink_text(out, ".\n");
        } else if (row->kind == OPTIONS_BOOL && strcmp(row->initial, "true") == 0) {
            sink_text(out, "The default is true.\n");
        }
    }
    sink_text(out, ".El\n");
}

static void choices(struct sink *out) {
    sink_text(out, ".Bl -tag -width Ds\n");
    for (unsigned i = 0; i < options_choice_table_n; i++) {
        const struct options_choice *c = &options_choice_table[i];
        flag_item(out, c->name, NULL);
        description(out, c->help);
        sink_text(out, "At the prompt:\n.Ql ");
        text(out, str_from(c->option));
        sink_char(out, '=');
        text(out, str_from(c->name));
        sink_text(out, " .\n");
    }
    sink_text(out, ".El\n");
}

static void symbolize_words(struct sink *out) {
    sink_text(out, ".Bl -tag -width fastlocal -compact\n");
    for (unsigned i = 0; i < options_call_table_n; i++) {
        const struct options_row *row = &options_call_table[i];
        if (row->section != OPTIONS_SYMBOLIZE) continue;
        sink_text(out, ".It Cm ");
        text(out, str_from(row->name));
        sink_char(out, '\n');
        description(out, row->help);
    }
    sink_text(out, ".El\n");
}

static void call_section(struct sink *out, enum options_section section) {
    sink_text(out, ".Bl -tag -width Ds\n");
    for (unsigned i = 0; i < options_call_table_n; i++) {
        const struct options_row *row = &options_call_table[i];
        if (row->section != section || !row->is_flag) continue;
        flag_item(out, row->name, value_name(row));
        description(out, row->help);
        if (strcmp(row->name, "symbolize") == 0) symbolize_words(out);
    }
    sink_text(out, ".El\n");
}

static void environment(struct sink *out) {
    for (unsigned i = 0; i < options_call_table_n; i++) {
        const struct options_row *row = &options_call_table[i];
        if (row->section != OPTIONS_ENVIRONMENT) continue;
        sink_text(out, ".It Ev ");
        text(out, str_from(row->name));
        sink_char(out, '\n');
        description(out, row->help);
    }
}

static void commands(struct sink *out) {
    sink_text(out, ".Bl -tag -width Ds\n");
    for (unsigned i = 0; i < report_table_n; i++) {
        const struct report *r = &report_table[i];
        flag_item(out, r->name, r->has_param ? "regexp" : NULL);
        description(out, r->help);
        if (r->where == AWAY_FROM_TTY) {
            sink_text(out, "On a terminal it goes to a file\n.Pa profileNNN.");
            text(out, str_from(r->extension));
            sink_text(out, " .\n");
        }
        if (!r->usage) continue;
        str rest = str_from(r->usage), words;
        str_cut(&rest, '\n', &words);
        sink_text(out, "At the prompt:\n.Ql ");
        text(out, words);
        sink_text(out, " .\n");
        if (!rest.ptr) continue;
        text(out, rest);
        end_line(out, rest);
    }
    sink_text(out, ".El\n");
}

void man_page(struct sink *out, str template) {
    for (str line; str_cut(&template, '\n', &line);) {
        if (str_equal(line, STR("@OPTIONS@")))
            options(out);
        else if (str_equal(line, STR("@CHOICES@")))
            choices(out);
        else if (str_equal(line, STR("@SOURCES@")))
            call_section(out, OPTIONS_SOURCE);
        else if (str_equal(line, STR("@MISC@")))
            call_section(out, OPTIONS_MISC);
        else if (str_equal(line, STR("@LEGACY@")))
            call_section(out, OPTIONS_LEGACY);
        else if (str_equal(line, STR("@ENVIRONMENT@")))
            environment(out);
        else if (str_equal(line, STR("@COMMANDS@")))
            commands(out);
        else if (str_equal(line, STR("@VERSION@")))
            sink_text(out, ".Os \"cprof " CPROF_VERSION "\"\n");
        else if (line.len || template.ptr) {
            sink_str(out, line);
            sink_char(out, '\n');
        }
    }
}
