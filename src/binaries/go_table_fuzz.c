/* libFuzzer: any bytes as an ELF file with Go's table of functions, asked about many addresses, with and without lines.
 */
#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "binaries/go_table.h"

enum { N = 128, OWN = 1000, SIZE_MOST = 16 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint64_t address[N];
    struct arena a = {0};
    if (size > SIZE_MOST) return 0;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size || dup2(fd, OWN) < 0) abort();
    close(fd);
    for (uint64_t i = 0; i < N; i++) address[i] = 0x401000 + i;
    address[N - 1] = UINT64_MAX;
    for (int names_only = 0; names_only < 2; names_only++) {
        struct lines_answer answer[N] = {{0}};
        go_table_ask(&a, STR("/proc/self/fd/1000"), names_only, address, N, answer, NULL);
        for (uint32_t i = 0; i < N; i++) {
            for (uint32_t f = 0; f < answer[i].n; f++) {
                const struct lines_frame *frame = &answer[i].frame[f];
                assert(memchr(frame->function.ptr, 0, frame->function.len) == NULL);
                assert(!names_only || (!frame->line && answer[i].n == 1));
            }
        }
    }
    arena_release(&a);
    close(OWN);
    return 0;
}
