/* Finds out what a command line meant. */
#include "cli/meant.h"

#include <string.h>
#include <unistd.h>

#include "options/options.h"
#include "out/message.h"
#include "report/report.h"

/* Returns true for the text of a flag, "-top" or "--focus=main". *takes_next: its value is the next argument. */
static bool is_flag(str arg, bool *takes_next) {
    if (arg.len < 2 || arg.ptr[0] != '-') return false;
    str name = str_from_offset(arg, arg.ptr[1] == '-' ? 2 : 1);
    size_t equals = str_find_char(name, '=');
    bool has_value = equals < name.len;
    name = str_slice(name, 0, equals);
    const struct options_row *row = options_find(name);
    if (!row || row->kind == OPTIONS_CHOICE) row = options_call_find(name);
    const struct report *report = report_find(name);
    *takes_next = !has_value && (row ? row->kind != OPTIONS_BOOL : report && report->has_param);
    return row || report || options_find_choice(name);
}

/* A word as a shell reads it back. */
static str quoted(struct arena *a, str word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,";
    size_t i = 0;
    while (i < word.len && word.ptr[i] && strchr(plain, word.ptr[i])) i++;
    if (word.len && i == word.len) return word;
    str out = STR("'"), part;
    for (bool first = true; str_cut(&word, '\'', &part); first = false)
        out = str_format(a, "%.*s%s%.*s", STR_ARG(out), first ? "" : "'\\''", STR_ARG(part));
    return str_format(a, "%.*s'", STR_ARG(out));
}

bool meant_check(struct arena *a, int argc, const char *const *argv, int first, struct err *e) {
    VEC(str) flags = {0}, files = {0};
    bool takes_next, moved = false;
    /* after "--" all arguments are files */
    if (message_as_pprof() || first >= argc || strcmp(argv[first - 1], "--") == 0) return true;
    for (int i = 1; i < first; i++) *VEC_PUSH(a, &flags) = quoted(a, str_from(argv[i]));
    const struct report *report = report_find(str_from(argv[first]));
    bool named = report && first + 1 < argc && access(argv[first], F_OK) != 0;
    int at = first;
    if (named) {
        str pattern = STR("PATTERN");
        at++;
        if (report->has_param && at + 1 < argc && argv[at][0] != '-') pattern = str_from(argv[at++]);
        *VEC_PUSH(a, &flags) = report->has_param ? quoted(a, str_format(a, "-%s=%.*s", report->name, STR_ARG(pattern)))
                                                 : str_format(a, "-%s", report->name);
    }
    for (; at < argc; at++) {
        str arg = str_from(argv[at]);
        bool flag = (named || at > first) && is_flag(arg, &takes_next) && access(argv[at], F_OK) != 0;
        moved |= flag;
        *(flag ? VEC_PUSH(a, &flags) : VEC_PUSH(a, &files)) = quoted(a, arg);
        if (flag && takes_next && at + 1 < argc) *VEC_PUSH(a, &flags) = quoted(a, str_from(argv[++at]));
    }
    if (!named && !moved) return true;
    str all = str_join(a, (str[]){str_join(a, flags.at, flags.n, STR(" ")), str_join(a, files.at, files.n, STR(" "))},
                       files.n ? 2 : 1, STR(" "));
    if (named) return err_set(e, "%s is a flag: cprof %.*s", report->name, STR_ARG(all));
    return err_set(e, "flags come before files: cprof %.*s", STR_ARG(all));
}
