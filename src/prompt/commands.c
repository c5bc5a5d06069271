/* Runs the prompt's own commands: a function for each row of cli/prompt.def. */
#include "prompt/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/nearest.h"
#include "browse/browse.h"
#include "cli/help.h"
#include "cli/prompt_table.h"
#include "go/gotext.h"
#include "options/settings.h"
#include "out/message.h"
#include "prompt/words.h"
#include "session/run.h"

enum { SCRIPT_MOST = 4 << 20, CONFIG_NAME_MOST = 1000 };

/* A call of a command. */
struct call {
    struct prompt *p;
    struct arena *a; /* lives until the command ends */
    str words;       /* after the command's name */
    bool elsewhere;  /* `out` is not for the terminal */
    struct sink *out;
    struct err *e;
};

static str shown(const struct call *c, str name) {
    return message_on_terminal() && !c->elsewhere ? message_one_line(c->a, name) : name;
}

/* The profile with the names that may be shown. */
static struct profile shown_profile(const struct call *c) {
    struct profile profile = *c->p->session->profile;
    if (message_on_terminal() && !c->elsewhere) profile_replace_strings(&profile, c->a, message_one_line);
    return profile;
}

/* Reads all words; fails if a quote is not closed. */
static bool read_words(const struct call *c, const str **word, uint32_t *n) {
    struct err why = {0};
    VEC(str) all = {0};
    str rest = c->words, next;
    while (words_next(c->p->session->arena, &rest, &next, &why)) *VEC_PUSH(c->p->session->arena, &all) = next;
    bool ok = !why.text || err_set(c->e, "%s", err_text(&why));
    err_clear(&why);
    *word = all.at;
    *n = (uint32_t)all.n;
    return ok;
}

static bool read_one_word(const struct call *c, const char *command, str *word) {
    const str *all;
    uint32_t n;
    *word = STR_EMPTY;
    if (!read_words(c, &all, &n)) return false;
    if (n > 1) return err_set(c->e, "%s takes one name; one with blanks is written in quotes", command);
    if (n) *word = all[0];
    return true;
}

void commands_close_script(struct prompt *p) {
    if (p->n_scripts) arena_release(&p->script[--p->n_scripts].arena);
}

void commands_greet(const struct prompt *p) {
    struct session *s = p->session;
    struct arena scratch = {0};
    struct notes notes = {.arena = &scratch};
    struct report_lines lines;
    int64_t total;
    bool ok = run_header(s, &scratch, &notes, &lines, &total);
    message_notes(&notes);
    if (ok) {
        for (uint32_t i = 0; message_on_terminal() && i < lines.n; i++)
            lines.at[i] = message_one_line(&scratch, lines.at[i]);
        message_lines(str_join(&scratch, lines.at, lines.n, STR("\n")));
        if (total == 0 && s->profile->n_types > 1) {
            message_print(STR("No samples were found with the default sample value type."));
            message_print(STR("Try \"sample_index\" command to analyze different sample values.\n"));
        }
    }
    arena_release(&scratch);
}

static bool is_standard_input(const struct argv_call *call) {
    bool is = false;
    for (uint32_t i = 0; i < call->n_sources; i++) is |= argv_is_standard_input(call->source[i]);
    return is || argv_is_standard_input(call->call.base) || argv_is_standard_input(call->call.diff_base);
}

/* Loads the profile of a call in place of the present one. */
static bool load(const struct call *c, struct argv_call *call) {
    struct session *s = c->p->session;
    uint32_t index;
    if (is_standard_input(call)) return err_set(c->e, "standard input cannot be read again: load a file");
    call->report = NULL;
    call->options.normalize = s->options.normalize;
    cancel_set(repl_is_interrupted, NULL);
    bool ok = session_load(s, call, c->p->profile, c->e);
    cancel_set(NULL, NULL);
    while (!ok && repl_is_interrupted(NULL) && c->p->n_scripts) commands_close_script(c->p);
    if (!ok) return false;
    c->p->call = *call;
    if (s->options.sample_index.len && !profile_sample_index(s->profile, s->options.sample_index, &index, NULL)) {
        message_warnf("the profile has no values of type %.*s: sample_index is the default again",
                      STR_ARG(s->options.sample_index));
        s->options.sample_index = STR_EMPTY;
    }
    commands_greet(c->p);
    return true;
}

static bool run_load(const struct call *c) {
    struct argv_call call = c->p->call;
    const str *file;
    uint32_t n;
    if (!read_words(c, &file, &n)) return false;
    if (!n) return err_set(c->e, "load needs a file, as in load other.pb.gz");
    argv_set_sources(c->p->session->arena, &call, file, n);
    call.call.base = call.call.diff_base = STR_EMPTY;
    return load(c, &call);
}

static bool run_base(const struct call *c) {
    struct argv_call call = c->p->call;
    call.call.diff_base = STR_EMPTY;
    return read_one_word(c, "base", &call.call.base) && load(c, &call);
}

static bool run_browse(const struct call *c) {
    if (c->elsewhere) return err_set(c->e, "browse shows a screen: nothing is left for a file or a program");
    return browse_at_prompt(c->p->session, c->words, c->e);
}

static bool run_exit(const struct call *c) {
    c->p->ended = true;
    return true;
}
static bool run_quit(const struct call *c) { return run_exit(c); }
static bool run_q(const struct call *c) { return run_exit(c); }

static bool run_help(const struct call *c) {
    struct profile profile = shown_profile(c);
    str topic = STR_EMPTY, rest = c->words, word;
    while (str_next_word(&rest, &word))
        topic = topic.len ? str_format(c->a, "%.*s %.*s", STR_ARG(topic), STR_ARG(word)) : word;
    if (topic.len) return help_topic(c->out, topic, &profile) || err_set(c->e, "Unknown command: %.*s", STR_ARG(topic));
    help_commands(c->out);
    return true;
}

static bool run_options(const struct call *c) {
    struct profile profile = shown_profile(c);
    help_settings(c->out, &c->p->session->options, &profile);
    return true;
}
static bool run_o(const struct call *c) { return run_options(c); }

static bool run_history(const struct call *c) {
    str lines = repl_history(c->a, c->p->input), word, rest = c->words;
    int64_t most = INT64_MAX;
    if (str_next_word(&rest, &word) && (gotext_parse_int(word, 10, &most) != GOTEXT_OK || most < 0))
        return err_set(c->e, "history takes a number of lines, not %.*s", STR_ARG(word));
    size_t from = lines.len;
    for (int64_t n = 0; from > 0; from--)
        if (lines.ptr[from - 1] == '\n' && n++ == most) break;
    lines = str_from_offset(lines, from);
    for (str line; lines.len && str_cut(&lines, '\n', &line);) {
        sink_str(c->out, shown(c, line));
        sink_char(c->out, '\n');
    }
    return true;
}

static void write_setting(const struct call *c, const struct options_row *row, const struct options *o) {
    str value = options_get(c->a, row, o);
    sink_printf(c->out, "  %s = ", row->name);
    sink_str(c->out, value.len ? shown(c, value) : STR("\"\""));
    sink_char(c->out, '\n');
}

static void write_filters(const struct call *c, const struct options *o) {
    bool any = false;
    for (unsigned i = 0; i < options_table_n; i++) {
        const struct options_row *row = &options_table[i];
        if (!options_is_filter(row) || !options_get(c->a, row, o).len) continue;
        write_setting(c, row, o);
        any = true;
    }
    if (!any) sink_text(c->out, "  none\n");
}

static bool run_filters(const struct call *c) {
    sink_text(c->out, "Filters:\n");
    write_filters(c, &c->p->session->options);
    for (const struct changes_level *l = c->p->changes.pushed; l; l = l->below) {
        sink_printf(c->out, "Pushed, %u:\n", l->depth);
        write_filters(c, &l->options);
    }
    return true;
}

static bool run_push(const struct call *c) {
    struct session *s = c->p->session;
    const struct command_place place = {s->arena, s->profile, &s->options};
    struct command ignored;
    str words = str_trim(c->words);
    if (words.len && !command_is_assignment(words))
        return err_set(c->e, "an assignment may follow push, as in push focus=main");
    if (!changes_push(&c->p->changes, &s->options, c->e)) return false;
    if (!words.len || command_read(c->a, &place, words, &ignored, c->e) != COMMAND_FAILED) return true;
    c->p->changes.pushed = c->p->changes.pushed->below;
    return false;
}

/* The setting of this name; fails with the nearest one. */
static const struct options_row *find_setting(const struct call *c, str name) {
    const struct options_row *row = options_find(name);
    struct nearest near;
    if (row) return row;
    nearest_start(&near, name);
    for (unsigned i = 0; i < options_table_n; i++) nearest_offer(&near, str_from(options_table[i].name));
    if (near.best.ptr)
        err_set(c->e, "no setting is called %.*s (did you mean %.*s?)", STR_ARG(name), STR_ARG(near.best));
    else
        err_set(c->e, "no setting is called %.*s", STR_ARG(name));
    return NULL;
}

static bool run_set(const struct call *c) {
    struct session *s = c->p->session;
    const struct command_place place = {s->arena, s->profile, &s->options};
    struct command ignored;
    str words = str_trim(c->words), rest = words, name;
    if (!str_next_word(&rest, &name)) return run_options(c);
    rest = str_trim(rest);
    /* a value may have an equals sign: set where tenant=acme */
    bool assigns = str_find_char(words, '=') < words.len && command_is_assignment(words);
    if (!assigns && !options_find_choice(words)) {
        const struct options_row *row = find_setting(c, name);
        if (row && !rest.len) write_setting(c, row, &s->options);
        if (!row || !rest.len) return row != NULL;
        words = str_format(c->a, "%.*s=%.*s", STR_ARG(name), STR_ARG(rest));
    }
    return command_read(c->a, &place, words, &ignored, c->e) != COMMAND_FAILED;
}

static bool run_pop(const struct call *c) {
    if (!changes_pop(&c->p->changes, &c->p->session->options, c->e)) return false;
    write_filters(c, &c->p->session->options);
    return true;
}

static bool run_undo(const struct call *c) {
    struct options *o = &c->p->session->options, before = *o;
    if (!changes_undo(&c->p->changes, o, c->e)) return false;
    for (unsigned i = 0; i < options_table_n; i++)
        if (!str_equal(options_get(c->a, &options_table[i], o), options_get(c->a, &options_table[i], &before)))
            write_setting(c, &options_table[i], o);
    return true;
}

static bool run_save(const struct call *c) {
    str name, path;
    struct options o = c->p->session->options;
    /* the prompt sets it for itself */
    o.compact_labels = c->p->call.options.compact_labels;
    if (!read_one_word(c, "save", &name)) return false;
    if (!name.len || name.len > CONFIG_NAME_MOST || str_equal(name, STR("Default")))
        return err_set(c->e, "save needs a name of its own, as in save nightly");
    return settings_path(c->a, &path, c->e) && settings_save(path, name, &o, c->e);
}

static void write_configs(const struct call *c, const struct settings *saved) {
    struct options present = c->p->session->options;
    for (uint32_t i = 0; i < saved->n; i++) {
        struct options o = saved->at[i].options;
        o.compact_labels = present.compact_labels;
        sink_str(c->out, changes_equal(&o, &present) ? STR("* ") : STR("  "));
        sink_str(c->out, shown(c, saved->at[i].name));
        sink_char(c->out, '\n');
    }
    if (!saved->n) sink_text(c->out, "No configuration is saved\n");
}

static bool run_use(const struct call *c) {
    struct session *s = c->p->session;
    struct settings saved = {NULL, 0};
    str name, path;
    const struct options *found = NULL;
    struct nearest near;
    /* texts of the file become settings */
    if (!read_one_word(c, "use", &name) || !settings_path(c->a, &path, c->e) ||
        !settings_read(s->arena, path, &s->options, &saved, c->e))
        return false;
    if (!name.len) {
        write_configs(c, &saved);
        return true;
    }
    nearest_start(&near, name);
    for (uint32_t i = 0; i < saved.n && !found; i++) {
        nearest_offer(&near, saved.at[i].name);
        if (str_equal(saved.at[i].name, name)) found = &saved.at[i].options;
    }
    if (!found && near.best.ptr)
        return err_set(c->e, "no configuration is called %.*s (did you mean %.*s?)", STR_ARG(name), STR_ARG(near.best));
    if (!found) return err_set(c->e, "no configuration is called %.*s", STR_ARG(name));
    bool compact = s->options.compact_labels;
    s->options = *found;
    s->options.compact_labels = compact;
    return true;
}

static bool run_source(const struct call *c) {
    struct prompt_script s = {.line = 0};
    VEC(char) text = {0};
    char why[ERR_SYSTEM_MOST], part[4096];
    str name;
    if (!read_one_word(c, "source", &name)) return false;
    if (!name.len) return err_set(c->e, "source needs a file, as in source commands.txt");
    if (c->p->n_scripts == PROMPT_SCRIPTS)
        return err_set(c->e, "%.*s: %d files source each other already", STR_ARG(name), PROMPT_SCRIPTS);
    int fd = open(str_c(c->a, name), O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : 0;
    while (fd >= 0 && text.n <= SCRIPT_MOST && ((n = read(fd, part, sizeof part)) > 0 || (n < 0 && errno == EINTR)))
        for (ssize_t i = 0; i < n; i++) *VEC_PUSH(&s.arena, &text) = part[i];
    if (n < 0) err_set(c->e, "%.*s: %s", STR_ARG(name), err_system(errno, why));
    if (fd >= 0) close(fd);
    if (n >= 0 && text.n > SCRIPT_MOST) err_set(c->e, "%.*s is larger than %d MB", STR_ARG(name), SCRIPT_MOST >> 20);
    if (n < 0 || text.n > SCRIPT_MOST) {
        arena_release(&s.arena);
        return false;
    }
    s.name = name;
    s.rest = text.n ? (str){text.at, text.n} : STR_EMPTY;
    c->p->script[c->p->n_scripts++] = s;
    return true;
}

bool commands_run(struct prompt *p, str line, bool elsewhere, struct sink *out, bool *ok, struct err *e) {
    static const struct {
        const char *name;
        bool (*run)(const struct call *c);
    } commands[] = {
#define COMMAND(name_, argument_, takes_, help_) {#name_, run_##name_},
#include "cli/prompt.def"
    };
    struct arena scratch = {0};
    struct call c = {p, &scratch, line, elsewhere, out, e};
    str name;
    bool found = false;
    if (!command_is_assignment(line) && str_next_word(&c.words, &name)) {
        for (size_t i = 0; i < sizeof commands / sizeof *commands && !found; i++) {
            if (!str_equal(name, str_from(commands[i].name))) continue;
            *ok = commands[i].run(&c);
            found = true;
        }
    }
    arena_release(&scratch);
    return found;
}
