/* Completion in bash, zsh and fish: a script for each, from the tables of reports and options. */
#include "cli/completions.h"

#include <string.h>

#include "options/options.h"
#include "report/report.h"

enum follows { NOTHING, TRUTH, ANYTHING, WORDS, PROFILES, FILES };

/* A flag, as the shells see it. */
struct completed_flag {
    str name, text;
    enum follows follows; /* TRUTH: true or false, after an equals sign only */
    str words;
    bool again; /* may be repeated */
};
typedef void flag_writer(struct sink *out, const struct completed_flag *f);

/* The ends of names of files that are offered as profiles. Where no file has one, all files are offered. */
static const char ending[][12] = {"pb",          "gz",   "prof",   "pprof",     "profile", "cpuprofile",
                                  "heapprofile", "json", "folded", "collapsed", "txt",     "trace",
                                  "out",         "heap", "zst",    "xz",        "lz4",     "bz2"};

static void write_endings(struct sink *out, const char *before, const char *between) {
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
        if (i) sink_str(out, str_from(between));
        sink_printf(out, "%s%s", before, ending[i]);
    }
}

static str first_line(const char *help) {
    str text = str_from(help);
    return str_slice(text, 0, str_find_char(text, '\n'));
}

static void set_words(struct completed_flag *f, struct arena *a, const char *words) {
    f->follows = WORDS;
    f->words = f->words.len ? str_format(a, "%.*s %s", STR_ARG(f->words), words) : str_from(words);
}

/* What follows a flag that is an option. */
static struct completed_flag option(struct arena *a, const struct options_row *row) {
    struct completed_flag f = {.name = str_from(row->name), .text = first_line(row->help)};
    f.follows = row->kind == OPTIONS_BOOL ? TRUTH : row->holds == OPTIONS_FILE_NAME ? FILES : ANYTHING;
    f.again = str_equal(f.name, STR("header")) || str_equal(f.name, STR("budget"));
    const char *words = options_values(f.name);
    if (words && words[0]) set_words(&f, a, words);
    if (words && !words[0]) f.follows = str_has_suffix(f.name, STR("base")) ? PROFILES : FILES;
    if (str_equal(f.name, STR("symbolize")))
        for (unsigned i = 0; i < options_call_table_n; i++)
            if (options_call_table[i].section == OPTIONS_SYMBOLIZE && !options_call_table[i].is_flag)
                set_words(&f, a, options_call_table[i].name);
    return f;
}

static void each_flag(struct sink *out, flag_writer *write) {
    struct arena scratch = {0};
    for (unsigned i = 0; i < report_table_n; i++) {
        const struct report *r = &report_table[i];
        write(out, &(struct completed_flag){.name = str_from(r->name),
                                            .text = first_line(r->help),
                                            .follows = r->has_param ? ANYTHING : NOTHING});
    }
    for (unsigned i = 0; i < options_table_n; i++) {
        if (options_table[i].kind == OPTIONS_CHOICE) continue;
        struct completed_flag f = option(&scratch, &options_table[i]);
        write(out, &f);
    }
    for (unsigned i = 0; i < options_choice_table_n; i++)
        write(out, &(struct completed_flag){.name = str_from(options_choice_table[i].name),
                                            .text = first_line(options_choice_table[i].help)});
    for (unsigned i = 0; i < options_call_table_n; i++) {
        if (!options_call_table[i].is_flag) continue;
        struct completed_flag f = option(&scratch, &options_call_table[i]);
        write(out, &f);
    }
    write(out, &(struct completed_flag){.name = STR("h"), .text = STR("Print a short help; -h all prints all of it")});
    arena_release(&scratch);
}

/* Writes text between the quotes of a shell; \ is put before each of `special`. */
static void quoted(struct sink *out, str text, const char *special, const char *quote) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\'') {
            sink_str(out, str_from(quote));
            continue;
        }
        if (strchr(special, c)) sink_char(out, '\\');
        sink_char(out, c);
    }
}

static bool takes_value(const struct completed_flag *f) { return f->follows >= ANYTHING; }

static void bash_word(struct sink *out, const struct completed_flag *f) {
    sink_printf(out, " -%.*s%s", STR_ARG(f->name), takes_value(f) ? "=" : "");
}

/* A row of the case that finds what follows a flag. */
static void bash_row(struct sink *out, const struct completed_flag *f) {
    static const char *const kind[] = {[PROFILES] = "profiles", [FILES] = "files", [TRUTH] = "words='true false'"};
    if (f->follows == WORDS)
        sink_printf(out, "    %.*s) words='%.*s' ;;\n", STR_ARG(f->name), STR_ARG(f->words));
    else if (f->follows == PROFILES || f->follows == FILES)
        sink_printf(out, "    %.*s) names=%s ;;\n", STR_ARG(f->name), kind[f->follows]);
    else if (f->follows == TRUTH)
        sink_printf(out, "    %.*s) %s ;;\n", STR_ARG(f->name), kind[TRUTH]);
}

static void bash(struct sink *out) {
    sink_text(out, "# Completion of cprof in bash.\n"
                   "\n"
                   "_cprof_flags='");
    each_flag(out, bash_word);
    sink_text(out, "'\n"
                   "\n"
                   "# Offers folders and files; of files those that may be profiles, if there are any.\n"
                   "_cprof_names() { # KIND TYPED\n"
                   "    local name some=()\n"
                   "    while IFS= read -r name; do\n"
                   "        COMPREPLY+=(\"$name\")\n"
                   "        case $name in ");
    write_endings(out, "*.", " | ");
    sink_text(out, ") some+=(\"$name\") ;; *) [[ ! -d $name ]] || some+=(\"$name\") ;; esac\n"
                   "    done < <(compgen -f -- \"$2\")\n"
                   "    if [[ $1 = profiles && ${#some[@]} -gt 0 ]]; then COMPREPLY=(\"${some[@]}\"); fi\n"
                   "    compopt -o filenames\n"
                   "}\n"
                   "\n"
                   "_cprof() {\n"
                   "    local word join='' args=() flag='' ended='' before='' words='' names=''\n"
                   "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD}\"; do # bash has split them at = and :\n"
                   "        if [[ (-n $join || $word = [=:]) && ${#args[@]} -gt 0 ]]; then\n"
                   "            args[-1]+=$word\n"
                   "        else\n"
                   "            args+=(\"$word\")\n"
                   "        fi\n"
                   "        join=\n"
                   "        if [[ $word = [=:] ]]; then join=1; fi\n"
                   "    done\n"
                   "    local typed=${args[-1]}\n"
                   "    COMPREPLY=()\n"
                   "    unset 'args[-1]'\n"
                   "    for word in \"${args[@]}\"; do\n"
                   "        if [[ -n $ended ]]; then\n"
                   "            break\n"
                   "        elif [[ -n $flag ]]; then # the word is its value\n"
                   "            flag=\n"
                   "        elif [[ $word = -- || $word != -?* ]]; then\n"
                   "            ended=1\n"
                   "        elif [[ $word != *=* ]]; then\n"
                   "            word=${word#-} word=${word#-}\n"
                   "            if [[ \" $_cprof_flags \" = *\" -$word= \"* ]]; then flag=$word; fi\n"
                   "        fi\n"
                   "    done\n"
                   "    if [[ -n $flag ]]; then\n"
                   "        :\n"
                   "    elif [[ -n $ended || $typed != -* ]]; then\n"
                   "        names=profiles\n"
                   "    elif [[ $typed = *=* ]]; then\n"
                   "        flag=${typed%%=*} typed=${typed#*=}\n"
                   "        if [[ $COMP_WORDBREAKS != *=* ]]; then before=$flag=; fi\n"
                   "        flag=${flag#-} flag=${flag#-}\n"
                   "    else\n"
                   "        words=$_cprof_flags\n"
                   "        if [[ $typed = --* ]]; then words=${words// -/ --}; fi\n"
                   "    fi\n"
                   "    case $flag in\n");
    each_flag(out, bash_row);
    sink_text(out, "    esac\n"
                   "    if [[ -n $names ]]; then\n"
                   "        _cprof_names $names \"$typed\"\n"
                   "    elif [[ -n $words ]]; then\n"
                   "        COMPREPLY=($(compgen -W \"$words\" -- \"$typed\"))\n"
                   "        if [[ ${#COMPREPLY[@]} -eq 1 && $COMPREPLY = *= ]]; then compopt -o nospace; fi\n"
                   "    fi\n"
                   "    if [[ -n $before ]]; then COMPREPLY=(\"${COMPREPLY[@]/#/$before}\"); fi\n"
                   "}\n"
                   "complete -F _cprof cprof\n");
}

static void zsh_row(struct sink *out, const struct completed_flag *f) {
    sink_printf(out, "  '%s-%.*s%s[", f->again ? "*" : "", STR_ARG(f->name),
                takes_value(f)        ? "="
                : f->follows == TRUTH ? "=-"
                                      : "");
    quoted(out, f->text, "[]\\", "'\\''");
    sink_char(out, ']');
    switch (f->follows) {
    case NOTHING: break;
    case TRUTH: sink_text(out, "::truth:(true false)"); break;
    case ANYTHING: sink_text(out, ":value: "); break;
    case WORDS: sink_printf(out, ":value:(%.*s)", STR_ARG(f->words)); break;
    case PROFILES: sink_text(out, ":profile:_cprof_profiles"); break;
    case FILES: sink_text(out, ":file:_files"); break;
    }
    sink_text(out, "'\n");
}

static void zsh(struct sink *out) {
    sink_text(out, "#compdef cprof\n"
                   "# Completion of cprof in zsh.\n"
                   "\n"
                   "_cprof_profiles() {\n"
                   "  _files -g '*.(");
    write_endings(out, "", "|");
    sink_text(out, ")(-.)' || _files\n"
                   "}\n"
                   "\n"
                   "local -a flags\n"
                   "flags=(\n");
    each_flag(out, zsh_row);
    sink_text(out, ")\n"
                   "_arguments -S -A '-*' : \"${flags[@]}\" '*:profile:_cprof_profiles'\n");
}

static void fish_row(struct sink *out, const struct completed_flag *f) {
    sink_printf(out, "complete -c cprof -o %.*s", STR_ARG(f->name));
    switch (f->follows) {
    case NOTHING:
    case TRUTH: break;
    case ANYTHING: sink_text(out, " -x"); break;
    case WORDS: sink_printf(out, " -x -a '%.*s'", STR_ARG(f->words)); break;
    case PROFILES: sink_text(out, " -x -k -a '(__cprof_profiles)'"); break;
    case FILES: sink_text(out, " -r -F"); break;
    }
    sink_text(out, " -d '");
    quoted(out, f->text, "\\", "\\'");
    sink_text(out, "'\n");
}

static void fish(struct sink *out) {
    sink_text(out, "# Completion of cprof in fish.\n"
                   "\n"
                   "function __cprof_profiles\n"
                   "    __fish_complete_suffix ");
    write_endings(out, ".", " ");
    sink_text(out, "\n"
                   "end\n"
                   "\n"
                   "complete -c cprof -f -k -a '(__cprof_profiles)'\n");
    each_flag(out, fish_row);
}

bool completions_write(struct sink *out, str shell) {
    static const struct {
        const char *name;
        void (*write)(struct sink *out);
    } shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (!str_equal(shell, str_from(shells[i].name))) continue;
        shells[i].write(out);
        return true;
    }
    return false;
}
