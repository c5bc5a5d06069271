/* Runs objdump and parses its output, and lists symbols: of ELF files in this process, of others by nm. */
#include "report/code/assembly.h"

#include <string.h>

#include "base/process.h"
#include "binaries/demangle.h"
#include "binaries/dwarf/dwarf.h"
#include "binaries/lines.h"
#include "binaries/tools.h"
#include "go/gotext.h"
#include "go/utf8.h"
#include "symbolize/symbolize.h"

void assembly_find_tools(struct arena *a, str config, struct assembly_tools *out) {
    *out = (struct assembly_tools){0};
    tools_find(a, config, &out->others);
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
            now.apart = false;
        } else if (parse_file_line(line, &file, &number)) {
            if (gotext_parse_uint(number, 10, &n) != GOTEXT_OK || n > UINT32_MAX) continue;
            now.file = file;
            now.line = (int64_t)n;
        } else if (!parse_function(line, &now.function) && !parse_label(line, &now.function)) {
            now.function = now.file = STR_EMPTY;
            now.line = 0;
            now.apart = true;
        }
    }
    return (struct assembly){insts.at, insts.n};
}

bool assembly_disassemble(struct arena *a, const struct assembly_tools *tools, const struct assembly_range *range,
                          struct assembly *out, struct err *e) {
    if (!tools->objdump) return err_set(e, "cannot disasm: no objdump tool available");
    const char *argv[12] = {tools->objdump, "--disassemble", "--demangle", "--no-show-raw-insn"};
    size_t n = 4;
    if (range->lines) argv[n++] = "--line-numbers";
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

/* The function that llvm-objdump prints before "()": the symbol, whose own "()" it does not repeat. */
static str function_of_label(str label) {
    if (label.len < 2 || label.ptr[0] != '<') return label;
    str name = str_slice(label, 1, label.len - 1);
    return str_has_suffix(name, STR("()")) ? str_slice(name, 0, name.len - 2) : name;
}

/* Tells what the text would have told if llvm-objdump had printed lines. It names the symbol, not the inlined function.
 * It prints only what differs from the instruction before, no line that is 0, and no function behind the end of a
 * symbol. */
static struct assembly add_lines(struct arena *a, struct assembly code, const struct lines_answer *answer) {
    struct assembly_inst *inst = ARENA_ARRAY(a, struct assembly_inst, code.n);
    struct assembly_inst now = {.function = STR_EMPTY, .file = STR_EMPTY}, before = now;
    str label = STR_EMPTY;
    for (size_t i = 0; i < code.n; i++) {
        const struct lines_frame *innermost = &answer[i].frame[0];
        str symbol = answer[i].frame[answer[i].n - 1].function;
        inst[i] = code.at[i];
        if (i == 0 || inst[i].apart) {
            now.file = STR_EMPTY;
            now.line = 0;
        }
        if (i == 0 || inst[i].apart || !str_equal(inst[i].function, code.at[i - 1].function))
            now.function = inst[i].function; /* a label, or a comment that reads like one */
        if (str_has_prefix(now.function, STR("<"))) label = now.function;
        bool named = symbol.len && !str_equal(symbol, before.function);
        if (named) now.function = function_of_label(label);
        bool moved = innermost->line != before.line || !str_equal(innermost->file, before.file);
        if (innermost->file.len && innermost->line && (named || moved)) {
            now.file = innermost->file;
            now.line = innermost->line;
        }
        before.function = symbol;
        before.file = innermost->file;
        before.line = innermost->line;
        inst[i].function = now.function;
        inst[i].file = now.file;
        inst[i].line = now.line;
    }
    return (struct assembly){inst, code.n};
}

bool assembly_add_lines(struct arena *a, const struct assembly_tools *tools, str file, struct assembly *code, size_t n,
                        struct notes *notes) {
    size_t total = 0, at = 0;
    for (size_t i = 0; i < n; i++) total += code[i].n;
    if (total > UINT32_MAX) return false;
    uint64_t *address = ARENA_ARRAY(a, uint64_t, total);
    struct lines_answer *answer = ARENA_ZERO(a, struct lines_answer, total);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < code[i].n; k++) address[at++] = code[i].at[k].address;
    struct lines_question q = {.tools = &tools->others,
                               .path = file,
                               .debug = STR_EMPTY,
                               .alt = STR_EMPTY,
                               .address = address,
                               .n = (uint32_t)total};
    if (!lines_ask(a, &q, answer, notes)) return false;
    for (size_t i = 0; i < total; i++)
        if (!answer[i].n) return false;
    at = 0;
    for (size_t i = 0; i < n; i++) {
        at += code[i].n;
        code[i] = add_lines(a, code[i], answer + at - code[i].n);
    }
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

static bool has_sample(const struct assembly_symbol *g, const struct assembly_search *wanted) {
    if (!wanted->sampled) return true;
    size_t low = 0, high = wanted->n_sampled;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (wanted->sampled[mid] < g->start)
            low = mid + 1;
        else
            high = mid;
    }
    return low < wanted->n_sampled && wanted->sampled[low] < g->end;
}

static str clone_suffix(str name) { return str_from_offset(name, str_find_char(name, '.')); }

/* True for aliases, but not for the constructors of one class. */
static bool read_differently(struct arena *a, const struct assembly_symbol *g) {
    if (g->n_names < 2) return false;
    str first = demangle_name(a, g->name[0], DEMANGLE_FULL), clone = clone_suffix(g->name[0]);
    for (uint32_t i = 1; i < g->n_names; i++)
        if (!str_equal(demangle_name(a, g->name[i], DEMANGLE_FULL), first) ||
            !str_equal(clone_suffix(g->name[i]), clone))
            return true;
    return false;
}

/* True if the group of symbols from g->start to g->end is requested; then sets the names to show. */
static bool select_group(struct arena *a, struct assembly_symbol *g, const struct assembly_search *wanted) {
    if (wanted->address != 0 && wanted->address >= g->start && wanted->address <= g->end) {
        g->several = read_differently(a, g);
        return true;
    }
    if (!has_sample(g, wanted)) return false;
    for (uint32_t i = 0; i < g->n_names; i++) {
        str *as = ARENA_ARRAY(a, str, 1);
        if (!match_name(a, g->name[i], wanted->match, as)) continue;
        g->several = read_differently(a, g);
        g->name = as;
        g->n_names = 1;
        return true;
    }
    return false;
}

struct lines_list assembly_parse_symbols(struct arena *a, str text) {
    VEC(struct lines_listed) list = {0};
    struct lines_listed s = {.address = 0};
    str line;
    while (text.len && str_cut(&text, '\n', &line))
        if (parse_symbol(str_trim(line), &s.address, &s.name)) *VEC_PUSH(a, &list) = s;
    return (struct lines_list){list.at, list.n};
}

struct assembly_symbols assembly_select_symbols(struct arena *a, struct lines_list list,
                                                const struct assembly_search *wanted) {
    VEC(struct assembly_symbol) found = {0};
    VEC(str) names = {0}; /* names of the current group */
    struct assembly_symbol g = {.start = 0};
    for (size_t i = 0; i < list.n;) {
        for (; i < list.n && list.at[i].address == g.start; i++) *VEC_PUSH(a, &names) = list.at[i].name;
        uint64_t next = i < list.n ? list.at[i].address : 0; /* the last symbol ends at the highest address */
        g.end = next - 1;
        g.name = names.at;
        g.several = false;
        g.n_names = (uint32_t)names.n;
        if (select_group(a, &g, wanted)) *VEC_PUSH(a, &found) = g, names.at = NULL, names.cap = 0;
        names.n = 0;
        g.start = next;
    }
    return (struct assembly_symbols){found.at, found.n};
}

bool assembly_find_symbols(struct arena *a, const struct assembly_tools *tools, const struct assembly_search *wanted,
                           struct assembly_symbols *out, struct err *e) {
    struct lines_list list;
    if (tools->others.nm_named || !dwarf_list_symbols(a, str_c(a, wanted->file), &list)) {
        const char *argv[] = {tools->others.nm, "-n", process_argument(a, wanted->file), NULL};
        str text;
        if (!run(a, argv, &text, e)) return false;
        list = assembly_parse_symbols(a, text);
    }
    *out = assembly_select_symbols(a, list, wanted);
    return true;
}
