/* Bounded reads of parts of an object file. */
#include "binaries/object_reader.h"

#include <errno.h>
#include <unistd.h>

bool object_read(const struct object_file *f, uint64_t offset, uint64_t size, str *out) {
    if (offset > f->size || size > f->size - offset) return false;
    char *p = arena_alloc(f->arena, (size_t)size);
    for (size_t done = 0; done < size;) {
        ssize_t n = pread(f->fd, p + done, (size_t)size - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        done += (size_t)n;
    }
    *out = (str){p, (size_t)size};
    return true;
}

uint64_t object_number(const struct object_file *f, str s, size_t offset, unsigned size) {
    uint64_t v = 0;
    for (unsigned i = 0; i < size; i++) {
        unsigned at = f->big_endian ? i : size - 1 - i;
        v = v << 8 | (unsigned char)s.ptr[offset + at];
    }
    return v;
}
