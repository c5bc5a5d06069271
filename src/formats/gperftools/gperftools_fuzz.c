/* libFuzzer: the first byte picks a legacy format, the rest is offered to its decoder, without the detour
 * through the protobuf. What loads must hold the invariant of profile.h. */
#include <assert.h>

#include "formats/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct profile *p) {
    for (uint32_t i = 0; i < p->n_samples; i++) {
        assert(p->stack_of[i] < p->n_stacks && p->label_off[i] <= p->label_off[i + 1]);
        for (uint32_t l = p->label_off[i]; l < p->label_off[i + 1]; l++) assert(p->label_ref[l] < p->n_labels);
    }
    for (uint64_t f = 0; f < p->stack_off[p->n_stacks]; f++) assert(p->frame[f] < p->n_locations);
    for (uint32_t i = 0; i < p->n_locations; i++) {
        const struct profile_location *l = &p->location[i];
        assert(l->mapping == PROFILE_NONE ? l->address == 0 || !p->n_mappings : l->mapping < p->n_mappings);
        assert(l->n_lines <= 1 && (uint64_t)l->first_line + l->n_lines <= p->n_lines);
    }
    for (uint32_t i = 0; i < p->n_lines; i++) assert(p->line[i].function < p->n_functions);
    for (uint32_t i = 0; i < p->n_mappings; i++) assert(p->mapping[i].id == (uint64_t)i + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size) return 0;
    struct arena a = {0};
    struct profile p;
    struct err e = {0};
    str bytes = {(const char *)data + 1, size - 1};
    switch (decode_legacy_formats[data[0] % decode_legacy_n_formats].decode(&a, bytes, &p, &e)) {
    case LOAD_OK: check(&p); break;
    case LOAD_BROKEN: assert(e.text); break;
    case LOAD_UNRECOGNIZED: break;
    }
    err_clear(&e);
    arena_release(&a);
    return 0;
}
