/* Finding the tools: by the entries of -tools, then on $PATH. */
#include "binaries/tools.h"

#include <string.h>

#include "base/process.h"
#include "go/gotext.h"

static const char *look_in(struct arena *a, str directory, const char *name) {
    if (!directory.len) return process_find(a, name);
    const char *path = str_c(a, gotext_clean_path(a, str_format(a, "%.*s/%s", STR_ARG(directory), name)));
    if (!strchr(path, '/')) return process_find(a, path); /* the entry was "." */
    return process_is_program(path) ? path : NULL;
}

/* A path without a slash is a file of the working directory, not a program on $PATH. */
static const char *tool_itself(struct arena *a, str path) {
    bool is_name = str_find_char(path, '/') == path.len;
    const char *file = str_format(a, "%s%.*s", is_name ? "./" : "", STR_ARG(path)).ptr;
    return process_is_program(file) ? file : NULL;
}

/* Searches the entries of -tools for one tool ("" for the entries that name no tool). The path of an entry with a tool
 * may be the tool itself; pprof accepts folders only. */
static const char *look_in_entries(struct arena *a, str config, str tool, const char *name) {
    const char *found = NULL;
    str entry, rest = config.ptr ? config : STR_EMPTY; /* an empty flag counts as one empty entry */
    while (!found && str_cut(&rest, ',', &entry)) {
        size_t colon = str_find_char(entry, ':');
        str of = colon < entry.len ? str_slice(entry, 0, colon) : STR_EMPTY;
        str directory = colon < entry.len ? str_from_offset(entry, colon + 1) : entry;
        if (!str_equal(of, tool)) continue;
        if (of.len) found = tool_itself(a, directory);
        if (!found) found = look_in(a, directory, name);
    }
    return found;
}

/* Entries for this tool come before general ones. */
static const char *look(struct arena *a, str config, const char *tool, const char *name) {
    const char *own = look_in_entries(a, config, str_from(tool), name);
    return own ? own : look_in_entries(a, config, STR_EMPTY, name);
}

static bool names(str config, str tool) {
    str entry, rest = config;
    while (str_cut(&rest, ',', &entry)) {
        size_t colon = str_find_char(entry, ':');
        str of = colon < entry.len ? str_slice(entry, 0, colon) : STR_EMPTY;
        if (entry.len && (!of.len || str_equal(of, tool))) return true;
    }
    return false;
}

void tools_find(struct arena *a, str config, struct tools *out) {
    const char *symbolizer = look(a, config, "llvm-symbolizer", "llvm-symbolizer");
    const char *addr2line = look(a, config, "addr2line", "addr2line");
    const char *nm = look(a, config, "nm", "llvm-nm");
    if (!nm) nm = look(a, config, "nm", "nm");
    *out = (struct tools){.llvm_symbolizer = symbolizer ? symbolizer : "llvm-symbolizer",
                          .addr2line = addr2line ? addr2line : "addr2line",
                          .nm = nm ? nm : "nm",
                          .llvm_symbolizer_found = symbolizer != NULL,
                          .addr2line_found = addr2line != NULL,
                          .nm_found = nm != NULL,
                          .lines_named = names(config, STR("llvm-symbolizer")) || names(config, STR("addr2line")),
                          .nm_named = names(config, STR("nm"))};
}

static bool take_digits(str *s, str *digits) {
    size_t n = 0;
    while (n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9') n++;
    *digits = str_slice(*s, 0, n);
    *s = str_from_offset(*s, n);
    return true; /* also if nothing was found */
}

static bool take_dot(str *s) {
    if (!s->len || s->ptr[0] != '.') return false;
    *s = str_from_offset(*s, 1);
    return true;
}

/* True for LLVM 8 or later, which accepts flags with two dashes. */
static bool is_recent_llvm(str version) {
    static const str opening = {"LLVM version ", 13};
    for (size_t at; (at = str_find(version, opening)) < version.len;) {
        version = str_from_offset(version, at + opening.len);
        str s = version, major, minor, patch;
        if (take_digits(&s, &major) && take_dot(&s) && take_digits(&s, &minor) && take_dot(&s)) {
            int64_t n, ignored;
            take_digits(&s, &patch);
            return gotext_parse_int(major, 10, &n) == GOTEXT_OK && gotext_parse_int(patch, 10, &ignored) == GOTEXT_OK &&
                   n >= 8;
        }
        str line = str_slice(version, 0, str_find_char(version, '\n'));
        if (str_find(line, STR("trunk")) < line.len) return true;
    }
    return false;
}

const char *tools_find_objdump(struct arena *a, str config, bool *is_llvm) {
    static const char *const names[] = {"llvm-objdump", "objdump"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *path = look(a, config, "objdump", names[i]);
        if (!path) continue;
        struct process_call ask = {.argv = (const char *const[]){path, "--version", NULL}};
        bool ran = process_run(a, &ask, NULL);
        if (!ran) continue;
        *is_llvm = is_recent_llvm(ask.output);
        if (*is_llvm || str_find(ask.output, STR("GNU objdump")) < ask.output.len) return path;
    }
    return NULL;
}
