/* libFuzzer: any bytes as a binary (ELF, PE, Mach-O), opened for several mappings, whose addresses are converted; and
 * the symbols that it lists. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "binaries/dwarf/dwarf.h"
#include "binaries/object_open.h"

enum { OWN = 1000, SIZE_MOST = 16 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/cprof-fuzz-XXXXXX", program[64], kernel[64];

static void remove_links(void) {
    unlink(program);
    unlink(kernel);
    rmdir(folder);
}

/* Links to the descriptor, as a program and as a kernel. */
static void make_links(void) {
    if (program[0]) return;
    if (!mkdtemp(folder)) abort();
    snprintf(program, sizeof program, "%s/program", folder);
    snprintf(kernel, sizeof kernel, "%s/vmlinux", folder);
    if (symlink("/proc/self/fd/1000", program) != 0 || symlink("/proc/self/fd/1000", kernel) != 0) abort();
    atexit(remove_links);
}

static void check(struct object_known *known, const struct object_mapping *m) {
    struct err e = {0}, other = {0};
    struct object o, same;
    bool ok = object_open(known->arena, m, &o, &e);
    assert(ok == !e.text && ok == object_open_known(known, m, &same, &other));
    assert(!ok || (o.base == same.base && o.kernel_offset == same.kernel_offset && o.n_segments == same.n_segments));
    err_clear(&e);
    err_clear(&other);
    const uint64_t at[] = {m->start, m->start + 0x123, m->limit - 1, m->limit, 0, UINT64_MAX};
    for (size_t i = 0; ok && i < sizeof at / sizeof *at; i++) {
        struct object copy = o; /* the first address decides the base */
        uint64_t first, again;
        ok = object_address(&copy, at[i], &first, &e);
        assert(ok == !e.text);
        err_clear(&e);
        if (ok) assert(object_address(&copy, at[i], &again, &e) && first == again);
        ok = true;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct object_known known = {.arena = &a};
    struct lines_list list;
    if (size > SIZE_MOST) return 0;
    make_links();
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size || dup2(fd, OWN) < 0) abort();
    close(fd);
    const str file = str_from(program);
    const struct object_mapping mapping[] = {
        OBJECT_WHOLE(file),
        {file, 0x400000, 0x402000, 0, STR_EMPTY},
        {file, 0x7f0000001000, 0x7f0000003000, 0x1000, STR_EMPTY},
        {str_from(kernel), 0xffffffff81000198, 0xffffffffc0000000, 0xffffffff81000000, STR("_text")},
    };
    for (size_t i = 0; i < sizeof mapping / sizeof *mapping; i++) check(&known, &mapping[i]);
    if (dwarf_list_symbols(&a, program, &list))
        for (size_t i = 1; i < list.n; i++) assert(list.at[i - 1].address <= list.at[i].address);
    arena_release(&a);
    close(OWN);
    return 0;
}
