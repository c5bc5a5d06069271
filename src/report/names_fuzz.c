/* libFuzzer: any bytes as a function's name, in Go's, Java's or C++'s form, as reports shorten it. A short name is not
 * longer, and shortening it again reads no other byte. */
#include <assert.h>

#include "graph/names.h"
#include "report/shortname.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    str name = {(const char *)data, size}, part, rest = name;
    str once = shortname(&a, name);
    assert(once.len <= name.len);
    shortname(&a, once);
    while (rest.len && str_cut(&rest, '\n', &part)) shortname(&a, part);
    arena_release(&a);
    return 0;
}
