/* libFuzzer: a line with a function's name, a line with its file, a line with a mapping's file; and any of them as a
 * file of the checkout, which has to stay inside it. */
#include "gate/own.h"

#include <assert.h>

#include "gate/checkout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    str rest = {(const char *)data, size}, line[3] = {STR_EMPTY, STR_EMPTY, STR_EMPTY};
    for (int i = 0; i < 3 && rest.len; i++) str_cut(&rest, '\n', &line[i]);
    bool own = own_is_function(line[0], line[1]);
    assert(own == own_is_function(str_copy(&a, line[0]), str_copy(&a, line[1])));
    own_is_mapping(line[2]);
    str found = checkout_file(&a, line[1]);
    assert(found.len == 0 || (found.ptr[0] != '/' && !str_has_prefix(found, STR("../"))));
    assert(str_find(found, STR("/../")) == found.len && str_find_char(found, 0) == found.len);
    arena_release(&a);
    return 0;
}
