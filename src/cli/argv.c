/* Parsing the command line by the rules of Go's flag package. */
#include "cli/argv.h"

#include <stdlib.h>
#include <string.h>

#include "binaries/object_open.h"
#include "cli/advice.h"
#include "cli/meant.h"
#include "go/gotext.h"

/* The meaning of a flag name. One member is set; all are NULL for an unknown flag. */
struct flag {
    const struct options_row *option, *call;
    const struct options_choice *choice;
    const struct report *report;
};

/* State while flags are read. A report or a choice can be given, revoked (-top=false) and given again, so the result
 * is known only at the end. */
struct parse {
    struct arena *arena;
    struct argv_call *out;
    bool *chosen; /* indexed by choice */
    bool *wanted; /* indexed by report */
    str *pattern; /* indexed by report */
};

static bool find_flag(str name, struct flag *f);
static bool flag_is_bool(const struct flag *f);
static bool set_flag(struct parse *p, const struct flag *f, str value, struct err *e);
static bool finish_report(struct parse *p, struct err *e);
static bool finish(struct parse *p, struct notes *notes, struct err *e);

static bool syntax_error(struct err *e, const char *what, str name) {
    return err_set(e, "%s%.*s", what, STR_ARG(name));
}

/* Reports a flag value that does not parse; *e holds the bare reason and gets the whole message. */
static bool value_error(struct parse *p, const struct flag *f, str name, str value, struct err *e) {
    str quoted = gotext_quote(p->arena, value);
    return err_prepend(
        e, flag_is_bool(f) ? "invalid boolean value %.*s for -%.*s: " : "invalid value %.*s for flag -%.*s: ",
        STR_ARG(quoted), STR_ARG(name));
}

enum step { STEP_FLAG, STEP_END, STEP_HELP, STEP_MANUAL, STEP_COMPLETION, STEP_FAILED };

/* Reads one flag (and its value) at argument *at, by the rules of Go's flag package. */
static enum step read_flag(struct parse *p, int argc, const char *const *argv, int *at, struct err *e) {
    str arg = str_from(argv[*at]);
    if (arg.len < 2 || arg.ptr[0] != '-') return STEP_END;
    str name = str_from_offset(arg, arg.ptr[1] == '-' ? 2 : 1);
    ++*at;
    p->out->before_sources = STR_EMPTY;
    if (name.len == 0) return STEP_END; /* "--" */
    if (name.ptr[0] == '-' || name.ptr[0] == '=') {
        syntax_error(e, "bad flag syntax: ", arg);
        return STEP_FAILED;
    }
    size_t equals = str_find_char(name, '=');
    bool has_value = equals < name.len;
    str value = str_from_offset(name, equals + 1);
    name = str_slice(name, 0, equals);
    struct flag f;
    if (!find_flag(name, &f)) {
        if (str_equal(name, STR("h")) || str_equal(name, STR("help"))) return STEP_HELP;
        if (str_equal(name, STR("manual"))) return STEP_MANUAL;
        if (str_equal(name, STR("0")) && !has_value) {
            p->out->zeros = true;
            return STEP_FLAG;
        }
        if (str_equal(name, STR("completion"))) {
            p->out->pattern = has_value || *at >= argc ? value : str_from(argv[*at]);
            return STEP_COMPLETION;
        }
        err_set(e, "flag provided but not defined: -%.*s%.*s", STR_ARG(name), STR_ARG(advice_flag(p->arena, name)));
        return STEP_FAILED;
    }
    if (!has_value && flag_is_bool(&f)) {
        value = STR("true");
    } else if (!has_value) {
        if (*at >= argc) {
            syntax_error(e, "flag needs an argument: -", name);
            return STEP_FAILED;
        }
        value = str_from(argv[(*at)++]);
        p->out->before_sources = name;
    }
    if (set_flag(p, &f, value, e)) return STEP_FLAG;
    value_error(p, &f, name, value, e);
    return STEP_FAILED;
}

/* After a wrong flag, looks through the remaining ones: whether this is a gate, and where its report goes, decides
 * where the error is written. */
static void read_flags_left(struct parse *p, int argc, const char *const *argv, int at) {
    struct err ignored = {0};
    while (at < argc)
        if (read_flag(p, argc, argv, &at, &ignored) == STEP_END) at++;
    finish_report(p, &ignored);
    err_clear(&ignored);
}

enum argv_verdict argv_parse(struct arena *a, int argc, const char *const *argv, struct argv_call *out,
                             struct notes *notes, struct err *e) {
    *out = (struct argv_call){.pattern = STR_EMPTY, .executable = STR_EMPTY, .before_sources = STR_EMPTY};
    options_defaults(&out->options);
    options_call_defaults(&out->call);
    out->call.tools = str_from(getenv("PPROF_TOOLS"));
    struct parse p = {.arena = a,
                      .out = out,
                      .chosen = ARENA_ZERO(a, bool, options_choice_table_n),
                      .wanted = ARENA_ZERO(a, bool, report_table_n),
                      .pattern = ARENA_ZERO(a, str, report_table_n)};
    int at = 1;
    enum step step = STEP_FLAG;
    while (step == STEP_FLAG) step = at < argc ? read_flag(&p, argc, argv, &at, e) : STEP_END;
    if (step == STEP_HELP) return at < argc && strcmp(argv[at], "all") == 0 ? ARGV_HELP_ALL : ARGV_HELP;
    if (step == STEP_MANUAL) return ARGV_MANUAL;
    if (step == STEP_COMPLETION) return ARGV_COMPLETION;
    if (step == STEP_FAILED) {
        read_flags_left(&p, argc, argv, at);
        return ARGV_SYNTAX;
    }
    if (out->call.version) return ARGV_VERSION;
    if (out->call.cache) return ARGV_CACHE;
    if (out->call.clear_cache) return ARGV_CLEAR_CACHE;

    if (!meant_check(a, argc, argv, at, e)) return ARGV_ERROR;
    str *source = ARENA_ARRAY(a, str, (size_t)(argc - at) + 1);
    for (; at < argc; at++) source[out->n_sources++] = str_from(argv[at]);
    out->source = source;
    if (out->n_sources == 0) {
        if (!finish_report(&p, e)) err_clear(e);
        err_set(e, "no profile source specified");
        return ARGV_NO_SOURCE;
    }
    return finish(&p, notes, e) ? ARGV_RUN : ARGV_ERROR;
}

const str *argv_values(struct arena *a, const struct argv_call *call, str name, uint32_t *n) {
    str *value = ARENA_ARRAY(a, str, call->given.n);
    *n = 0;
    for (size_t i = 0; i < call->given.n; i++)
        if (str_equal(call->given.at[i].name, name)) value[(*n)++] = call->given.at[i].value;
    return value;
}

static bool find_flag(str name, struct flag *f) {
    *f = (struct flag){0};
    f->option = options_find(name);
    /* the flags are the choice's words, not the option itself */
    if (f->option && f->option->kind == OPTIONS_CHOICE) f->option = NULL;
    if (!f->option) f->choice = options_find_choice(name);
    if (!f->option && !f->choice) f->call = options_call_find(name);
    if (!f->option && !f->choice && !f->call) f->report = report_find(name);
    return f->option || f->choice || f->call || f->report;
}

static bool flag_is_bool(const struct flag *f) {
    if (f->choice) return true;
    if (f->report) return !f->report->has_param;
    return (f->option ? f->option : f->call)->kind == OPTIONS_BOOL;
}

static bool set_bool(bool *field, str value, struct err *e) {
    return gotext_parse_bool(value, field) || err_set(e, "parse error");
}

static bool set_flag(struct parse *p, const struct flag *f, str value, struct err *e) {
    if (f->option) return options_set_flag(f->option, &p->out->options, value, e);
    if (f->call) {
        *VEC_PUSH(p->arena, &p->out->given) = (struct argv_given){str_from(f->call->name), value};
        return options_set_flag(f->call, &p->out->call, value, e);
    }
    if (f->choice) return set_bool(&p->chosen[f->choice - options_choice_table], value, e);
    size_t report = (size_t)(f->report - report_table);
    if (!f->report->has_param) return set_bool(&p->wanted[report], value, e);
    /* an empty pattern revokes the report */
    p->wanted[report] = value.len > 0;
    p->pattern[report] = value;
    return true;
}

/* Sets the choices. Two choices of one option exclude each other; options_choice_table keeps them adjacent. */
static bool finish_choices(struct parse *p, struct err *e) {
    for (unsigned first = 0, next; first < options_choice_table_n; first = next) {
        str option = str_from(options_choice_table[first].option), set = STR_EMPTY;
        unsigned n_set = 0;
        for (next = first; next < options_choice_table_n; next++) {
            const struct options_choice *c = &options_choice_table[next];
            if (!str_equal(str_from(c->option), option)) break;
            if (!p->chosen[next]) continue;
            set = str_format(p->arena, "%.*s%s%s", STR_ARG(set), n_set++ ? " " : "", c->name);
            options_set_choice(c, &p->out->options);
        }
        if (n_set > 1) return err_set(e, "conflicting options set: [%.*s]", STR_ARG(set));
    }
    return true;
}

static bool finish_report(struct parse *p, struct err *e) {
    for (unsigned i = 0; i < report_table_n; i++) {
        if (!p->wanted[i]) continue;
        if (p->out->report) return err_set(e, "must set at most one output format");
        p->out->report = &report_table[i];
        p->out->pattern = p->pattern[i].ptr ? p->pattern[i] : STR_EMPTY;
    }
    return true;
}

/* Obsolete flags from before sample_index: the first one set names the sample type, unless one is named already. */
static void finish_legacy(struct argv_call *out, struct notes *notes) {
    const struct {
        bool set;
        const char *flag;
        str type;
    } legacy[] = {
        {out->call.total_delay, "total_delay", STR("delay")},
        {out->call.mean_delay, "mean_delay", STR("delay")},
        {out->call.contentions, "contentions", STR("contentions")},
        {out->call.inuse_space, "inuse_space", STR("inuse_space")},
        {out->call.inuse_objects, "inuse_objects", STR("inuse_objects")},
        {out->call.alloc_space, "alloc_space", STR("alloc_space")},
        {out->call.alloc_objects, "alloc_objects", STR("alloc_objects")},
    };
    for (size_t i = 0; i < sizeof legacy / sizeof legacy[0]; i++) {
        if (!legacy[i].set) continue;
        if (out->options.sample_index.len)
            notes_add(notes, NOTE_WARNING, "Multiple value selections, ignoring -%s", legacy[i].flag);
        else
            out->options.sample_index = legacy[i].type;
    }
    if (out->call.mean_delay) out->options.mean = true;
}

void argv_set_sources(struct arena *a, struct argv_call *call, const str *source, uint32_t n) {
    struct object object;
    call->source = source;
    call->n_sources = n;
    if (n < 2 || !object_open(a, &OBJECT_WHOLE(source[0]), &object, NULL)) return;
    call->executable = *call->source++;
    call->n_sources--;
}

/* Reads a limit: a number with kB, MB, GB or TB, powers of 1024, or "off". */
static bool read_size(const char *option, str text, uint64_t *out, struct err *e) {
    static const char *const unit[] = {"B", "kB", "MB", "GB", "TB"};
    *out = str_equal(text, STR("off")) ? UINT64_MAX : 0;
    if (!text.len || *out) return true;
    uint64_t n = 0, most = UINT64_MAX >> 1;
    size_t at = 0;
    for (; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9' && n < most / 10; at++)
        n = n * 10 + (uint64_t)(text.ptr[at] - '0');
    str rest = str_from_offset(text, at);
    for (unsigned i = 0; at && n && i < sizeof unit / sizeof *unit; i++) {
        if (!str_equal(rest, str_from(unit[i])) || n > most >> (10 * i)) continue;
        *out = n << (10 * i);
        return true;
    }
    return err_set(e, "-%s=%.*s is not a size such as 500MB or 4GB, or off", option, STR_ARG(text));
}

/* Checks what pprof checks after all flags are read, in its order. */
static bool finish(struct parse *p, struct notes *notes, struct err *e) {
    struct argv_call *out = p->out;
    const struct options_call *call = &out->call;
    argv_set_sources(p->arena, out, out->source, out->n_sources);
    struct err of_report = {0};
    bool choices_ok = finish_choices(p, e), report_ok = finish_report(p, choices_ok ? e : &of_report);
    err_clear(&of_report);
    if (!choices_ok || !report_ok) return false;
    if (out->report && call->http.len)
        return err_set(e, "-http is not compatible with an output format on the command line");
    if (call->tui && (out->report || call->http.len))
        return err_set(e, "-tui is not compatible with %s",
                       out->report ? "an output format on the command line" : "-http");
    if (call->no_browser && !call->http.len) return err_set(e, "-no_browser only makes sense with -http");
    if (call->http_idle < 0) return err_set(e, "-http_idle is a number of seconds, 0 for ever");
    if (!read_size("max_memory", call->max_memory, &out->memory, e)) return false;
    if (!read_size("max_input", call->max_input, &out->input, e) || !advice_words(&out->options, e)) return false;
    if (!rename_parse(p->arena, call->rename_types, &out->renames, e)) return err_prepend(e, "-rename_types: ");
    if (call->weight.len) {
        const str label = STR("label:");
        if (!str_has_prefix(call->weight, label) || call->weight.len == label.len)
            return err_set(e, "-weight=%.*s is not of the form label:KEY", STR_ARG(call->weight));
        out->weight_key = str_from_offset(call->weight, label.len);
    }
    finish_legacy(out, notes);
    if (call->history.len && call->base.len) return err_set(e, "-history and -base cannot both be given");
    if (out->report && out->report->gate && !call->base.len && !call->history.len)
        return err_set(e, "-%s needs a base: -%s -base=OLD NEW", out->report->name, out->report->name);
    if (call->base.len && call->diff_base.len) return err_set(e, "-base and -diff_base flags cannot both be specified");
    if (out->options.normalize && !call->base.len && !call->diff_base.len)
        return err_set(e, "must have base profile to normalize by");
    return true;
}
