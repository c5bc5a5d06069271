/* libFuzzer: any bytes as an ELF file, asked about addresses of the seeds' code, with one thread and, if the file is
 * large enough for more (with TUNING_SMALL), with two, and about a source. A seed may name the file itself as its file
 * of split DWARF or its supplementary file: it is open as descriptor 1000. It also is its own package. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/tuning.h"
#include "binaries/dwarf/dwarf.h"

/* Each address costs time with every input, so only every third one is asked about. */
enum { IN_EACH = 96, N = 2 * IN_EACH, OWN = 1000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/cprof-fuzz-XXXXXX", program[64], package[64];

static void remove_links(void) {
    unlink(program);
    unlink(package);
    rmdir(folder);
}

/* Links to the descriptor, as a program and the package beside it. */
static void make_links(void) {
    if (program[0]) return;
    if (!mkdtemp(folder)) abort();
    snprintf(program, sizeof program, "%s/program", folder);
    snprintf(package, sizeof package, "%s/program.dwp", folder);
    if (symlink("/proc/self/fd/1000", program) != 0 || symlink("/proc/self/fd/1000", package) != 0) abort();
    atexit(remove_links);
}

static void ask(const char *threads, struct arena *a, const uint64_t *address, struct lines_answer *out,
                enum dwarf_outcome *outcome) {
    struct err e = {0};
    struct dwarf_question q = {.path = program, .address = address, .n = N};
    setenv("CPROF_THREADS", threads, 1);
    *outcome = dwarf_ask(a, &q, out, &e);
    assert(*outcome != DWARF_FAILED || e.text);
    err_clear(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint64_t address[N];
    static struct lines_answer one[N], two[N];
    struct arena a = {0};
    enum dwarf_outcome first, second;
    struct dwarf_source source = {.path = STR("/src/seed.cc")};
    make_links();
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size || dup2(fd, OWN) < 0) abort();
    close(fd);
    for (uint64_t i = 0; i < IN_EACH; i++) {
        address[i] = 0x1d0 + 3 * i;
        address[IN_EACH + i] = 0x4000c8 + 3 * i;
    }
    address[0] = 0;
    address[N - 1] = UINT64_MAX;
    bool threads = size >= TUNING_DWARF_THREADED_FROM;
    ask("1", &a, address, one, &first);
    if (threads) ask("2", &a, address, two, &second);
    assert(!threads || first == second);
    for (uint32_t i = 0; threads && i < N && first == DWARF_ANSWERED; i++) {
        assert(one[i].n && one[i].n == two[i].n);
        for (uint32_t f = 0; f < one[i].n; f++) {
            const struct lines_frame *x = &one[i].frame[f], *y = &two[i].frame[f];
            assert(str_equal(x->function, y->function) && str_equal(x->file, y->file));
            assert(x->line == y->line && x->column == y->column && x->start_line == y->start_line);
        }
    }
    dwarf_compare_sources(program, STR_EMPTY, &source, 1);
    arena_release(&a);
    close(OWN);
    return 0;
}
