/* Runs objdump and nm and parses their output. */
#include "report/code/assembly.h"

#include <string.h>

#include "base/process.h"
#include "binaries/demangle.h"
#include "binaries/tools.h"
#include "go/gotext.h"
#include "go/utf8.h"
#include "symbolize/symbolize.h"

void assembly_find_tools(struct arena *a, str config, struct assembly_tools *out) {
    struct tools found;
    tools_find(a, config, &found);
    *out = (struct assembly_tools){.nm = found.nm};
    out->objdump = tools_find_objdump(a, config, &out->is_llvm);
}

/* The blanks of Go's \s. */
static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }
static bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static size_t hex_length(str s) {
    size_t n = 0;
    while (n < s.len && is_hex(s.ptr[n])) n++;
    return n;
}

static size_t space_length(str s, size_t at) {
    size_t n = 0;
    while (at + n < s.len && is_space(s.ptr[at + n])) n++;
    return n;
}

static bool run(struct arena *a, const char *const *argv, str *output, struct err *e) {
    struct process_call call = {.argv = argv};
    bool ok = process_run(a, &call, e);
    *output = call.output;
    if (ok) return true;
    VEC(str) words = {0};
    for (size_t i = 0; argv[i]; i++) *VEC_PUSH(a, &words) = str_from(argv[i]);
    str command = str_join(a, words.at, words.n, STR(" "));
    return err_prepend(e, "[%.*s]: ", STR_ARG(command));
}

/* Parses " 401126:\tpush %rbp". */
static bool parse_instruction(str line, uint64_t *address, str *text) {
    size_t n = hex_length(line);
    if (n == 0 || n == line.len || line.ptr[n] != ':') return false;
    size_t space = space_length(line, n + 1);
    if (space == 0 || gotext_parse_uint(str_slice(line, 0, n), 16, address) != GOTEXT_OK) return false;
    *text = str_from_offset(line, n + 1 + space);
    return true;
}

/* Where the text starts after LLVM's prefix: an optional semicolon and an optional space. */
static size_t after_semicolon(str line) {
    size_t at = line.len && line.ptr[0] == ';';
    return at + (at < line.len && is_space(line.ptr[at]));
}

/* Parses "/usr/src/main.c:12" and "; /usr/src/main.c:12" at the last colon before digits. */
static bool parse_file_line(str line, str *file, str *number) {
    size_t from = after_semicolon(line);
    for (size_t at = line.len; at > 0; at--) {
        if (line.ptr[at - 1] != ':' || at == line.len || !is_digit(line.ptr[at])) continue;
        if (at - 1 < from) from = 0;
        size_t to = at;
        while (to < line.len && is_digit(line.ptr[to])) to++;
        *file = str_slice(line, from, at - 1);
        *number = str_slice(line, at, to);
        return true;
    }
    return false;
}

/* Finds the text before the last "():": at least one character from `from` on, the first of them not a space. */
static bool ends_in_call(str line, size_t from, str *function) {
    if (from >= line.len || is_space(line.ptr[from])) return false;
    for (size_t at = line.len; at >= from + 4; at--) {
        if (memcmp(line.ptr + at - 3, "():", 3) != 0) continue;
        *function = str_slice(line, from, at - 3);
        return true;
    }
    return false;
}

/* Parses "main():". */
static bool parse_function(str line, str *function) {
    bool semicolon = line.len && line.ptr[0] == ';';
    return ends_in_call(line, after_semicolon(line), function) || (semicolon && ends_in_call(line, 1, function)) ||
           ends_in_call(line, 0, function);
}

/* Parses "0000000000401126 <main>:"; as in pprof, the name includes the angle brackets. */
static bool parse_label(str line, str *function) {
    size_t from = hex_length(line);
    if (from < line.len && is_space(line.ptr[from])) from++;
    size_t colon = str_find_last_char(line, ':');
    if (colon == line.len || colon < from) return false;
    *function = str_slice(line, from, colon);
    return true;
}

struct assembly assembly_parse(struct arena *a, str text) {
    VEC(struct assembly_inst) insts = {0};
    struct assembly_inst now = {.function = STR_EMPTY, .file = STR_EMPTY};
    str line;
    while (text.len && str_cut(&text, '\n', &line)) {
        line = str_trim(line);
        str file, number;
        uint64_t n;
        if (parse_instruction(line, &now.address, &now.text)) {
            *VEC_PUSH(a, &insts) = now;
        } else if (parse_file_line(line, &file, &number)) {
            if (gotext_parse_uint(number, 10, &n) != GOTEXT_OK || n > UINT32_MAX) continue;
            now.file = file;
            now.line = (int64_t)n;
        } else if (!parse_function(line, &now.function) && !parse_label(line, &now.function)) {
            now.function = now.file = STR_EMPTY;
            now.line = 0;
        }
    }
    return (struct assembly){insts.at, insts.n};
}

bool assembly_disassemble(struct arena *a, const struct assembly_tools *tools, const struct assembly_range *range,
                          struct assembly *out, struct err *e) {
    if (!tools->objdump) return err_set(e, "cannot disasm: no objdump tool available");
    const char *argv[12] = {tools->objdump, "--disassemble", "--demangle", "--no-show-raw-insn", "--line-numbers"};
    size_t n = 5;
    argv[n++] = str_format(a, "--start-address=0x%llx", (unsigned long long)range->start).ptr;
    argv[n++] = str_format(a, "--stop-address=0x%llx", (unsigned long long)range->end).ptr;
    if (range->intel && tools->is_llvm) argv[n++] = "--x86-asm-syntax=intel";
    if (range->intel && !tools->is_llvm) argv[n++] = "-M", argv[n++] = "intel";
    argv[n++] = process_argument(a, range->file);
    argv[n] = NULL;
    str text;
    if (!run(a, argv, &text, e)) return false;
    *out = assembly_parse(a, text);
    return true;
}

/* Parses "0000000000401126 T main". The kind may be any character; with enough blanks, a blank. */
static bool parse_symbol(str line, uint64_t *address, str *name) {
    size_t n = hex_length(line), space = space_length(line, n), kind = n + space;
    if (n == 0 || space == 0 || kind == line.len) return false;
    uint32_t rune;
    size_t after = kind + utf8_decode(line, kind, &rune), space_after = space_length(line, after);
    if (space_after == 0 && space < 3) return false;
    if (gotext_parse_uint(str_slice(line, 0, n), 16, address) != GOTEXT_OK) return false;
    *name = str_from_offset(line, space_after ? after + space_after : kind);
    return true;
}

/* Finds a spelling of `name` that matches: unchanged, or demangled with more and more parts left out. */
static bool match_name(struct arena *a, str name, const struct regex *match, str *as) {
    static const enum demangle_mode modes[] = {DEMANGLE_FULL, DEMANGLE_TEMPLATES, DEMANGLE_DEFAULT};
    *as = name;
    if (regex_match(match, name)) return true;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        *as = demangle_name(a, name, modes[i]);
        if (as->ptr == name.ptr) return false;
        if (regex_match(match, *as)) return true;
    }
    return false;
}

/* True if the group of symbols from g->start to g->end is requested; then sets the names to show. */
static bool select_group(struct arena *a, struct assembly_symbol *g, const struct regex *match, uint64_t address) {
    if (address != 0 && address >= g->start && address <= g->end) return true;
    for (uint32_t i = 0; i < g->n_names; i++) {
        str *as = ARENA_ARRAY(a, str, 1);
        if (!match_name(a, g->name[i], match, as)) continue;
        g->name = as;
        g->n_names = 1;
        return true;
    }
    return false;
}

struct assembly_symbols assembly_parse_symbols(struct arena *a, str text, const struct regex *match, uint64_t address) {
    VEC(struct assembly_symbol) found = {0};
    VEC(str) names = {0}; /* names of the current group */
    uint64_t start = 0;
    for (bool more = true; more;) {
        str line, name;
        uint64_t at = 0; /* the last symbol ends at the highest address */
        more = false;
        while (!more && text.len && str_cut(&text, '\n', &line)) more = parse_symbol(str_trim(line), &at, &name);
        if (more ? at != start : names.n > 0) {
            struct assembly_symbol g = {start, more ? at - 1 : UINT64_MAX, names.at, (uint32_t)names.n};
            if (select_group(a, &g, match, address)) *VEC_PUSH(a, &found) = g, names.at = NULL, names.cap = 0;
            names.n = 0;
            start = at;
        }
        if (more) *VEC_PUSH(a, &names) = name;
    }
    return (struct assembly_symbols){found.at, found.n};
}

bool assembly_find_symbols(struct arena *a, const struct assembly_tools *tools, const struct assembly_search *wanted,
                           struct assembly_symbols *out, struct err *e) {
    const char *argv[] = {tools->nm, "-n", process_argument(a, wanted->file), NULL};
    str text;
    if (!run(a, argv, &text, e)) return false;
    *out = assembly_parse_symbols(a, text, wanted->match, wanted->address);
    return true;
}
