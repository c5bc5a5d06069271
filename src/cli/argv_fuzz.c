/* libFuzzer: any bytes as a command line, an argument a line. What cannot be used has a message; what can has a
 * source. */
#include "cli/argv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "testing/mutate.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

enum { ARGUMENTS_MOST = 64 };

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    setenv("HOME", "/nonexistent", 1);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct notes notes = {.arena = &a};
    struct argv_call call;
    struct err e = {0};
    str text = {(const char *)data, size}, line;
    const char *argv[ARGUMENTS_MOST + 2] = {"cprof"};
    int argc = 1;
    while (text.len && argc <= ARGUMENTS_MOST && str_cut(&text, '\n', &line)) argv[argc++] = str_c(&a, line);
    switch (argv_parse(&a, argc, argv, &call, &notes, &e)) {
    case ARGV_RUN: assert(!e.text && call.n_sources > 0 && call.source); break;
    case ARGV_NO_SOURCE: assert(e.text && call.n_sources == 0); break;
    case ARGV_SYNTAX:
    case ARGV_ERROR: assert(e.text); break;
    default: break;
    }
    for (size_t i = 0; i < call.given.n; i++) {
        uint32_t n;
        argv_values(&a, &call, call.given.at[i].name, &n);
        assert(n > 0);
    }
    err_clear(&e);
    arena_release(&a);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    return mutate_text(data, size, max_size, seed);
}
