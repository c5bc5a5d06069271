/* Names for addresses that no binary has: code that a process made at run time, which it lists for perf in
 * /tmp/perf-PID.map, and the running kernel, from /proc/kallsyms. Addresses are those of the process. */
#ifndef CPROF_SYMBOLIZE_SYMBOL_LIST_H
#define CPROF_SYMBOLIZE_SYMBOL_LIST_H

#include "binaries/lines.h"

struct symbol_list_entry {
    uint64_t start, end; /* end is not part of it */
    str name;
};
struct symbol_list {
    const struct symbol_list_entry *at; /* by start, each once */
    size_t n;
};

/* The process of a mapping's file ("/tmp/perf-12.map"); 0: the name is another. */
uint64_t symbol_list_process(str file);
/* Reads a process's map, which must be a regular file, no link, of this user or of root. A later line about the same
 * start replaces an earlier one. Lives in `a`. Fails with a message. */
bool symbol_list_read_map(struct arena *a, uint64_t process, struct symbol_list *out, struct err *e);
/* Reads the symbols of the running kernel. Fails if its build ID is another, since its addresses are, too. */
bool symbol_list_read_kernel(struct arena *a, str build_id, struct symbol_list *out, struct err *e);

/* For tests: parse the text of the two files. A line of another form is skipped. */
struct symbol_list symbol_list_parse_map(struct arena *a, str text);
struct symbol_list symbol_list_parse_kernel(struct arena *a, str text);

/* Answers about n addresses; an address in no entry has no frame. */
void symbol_list_ask(struct arena *a, const struct symbol_list *l, const uint64_t *address, uint32_t n,
                     struct lines_answer *out);

#endif
