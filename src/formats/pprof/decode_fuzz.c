/* libFuzzer: any bytes, as a profile. A loaded profile must have the invariants of profile.h. */
#include <assert.h>

#include "formats/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_indices(const struct profile *p) {
    for (uint32_t i = 0; i < p->n_samples; i++) {
        uint32_t row = profile_row(p, i);
        assert(p->stack_of[row] < p->n_stacks);
        assert(p->label_off[row] <= p->label_off[row + 1]);
        for (uint32_t l = p->label_off[row]; l < p->label_off[row + 1]; l++) assert(p->label_ref[l] < p->n_labels);
    }
    for (uint32_t s = 0; s < p->n_stacks; s++)
        for (uint64_t f = p->stack_off[s]; f < p->stack_off[s + 1]; f++) assert(p->frame[f] < p->n_locations);
    for (uint32_t i = 0; i < p->n_locations; i++) {
        const struct profile_location *l = &p->location[i];
        assert(l->mapping == PROFILE_NONE || l->mapping < p->n_mappings);
        assert((uint64_t)l->first_line + l->n_lines <= p->n_lines);
    }
    for (uint32_t i = 0; i < p->n_lines; i++) assert(p->line[i].function < p->n_functions);
    for (uint32_t i = 0; i < p->n_functions; i++) {
        const struct profile_function *f = &p->function[i];
        assert(f->name < p->n_strings && f->system_name < p->n_strings && f->file < p->n_strings);
    }
    for (uint32_t i = 0; i < p->n_labels; i++)
        assert(p->label[i].key < p->n_strings && p->label[i].value < p->n_strings && p->label[i].unit < p->n_strings);
}

/* An input in pieces of `size` bytes. */
struct cut_up {
    str rest;
    size_t size;
};

static bool next_cut(void *context, str *piece) {
    struct cut_up *c = context;
    *piece = str_slice(c->rest, 0, c->size);
    c->rest = str_from_offset(c->rest, piece->len);
    return piece->len > 0;
}

/* Checks that a profile that loads in pieces loads whole, with the same result. */
static void check_pieces(str bytes, size_t size) {
    struct arena a = {0};
    struct profile p, whole;
    struct err e = {0};
    struct cut_up cut = {bytes, size};
    struct format_input in = {.arena = &a, .next = next_cut, .context = &cut};
    struct format_input all = {.arena = &a, .bytes = bytes, .size = bytes.len};
    enum format_verdict verdict = decode_pprof(&in, &p, &e);
    assert(decode_pprof(&all, &whole, &e) == verdict);
    if (verdict == FORMAT_OK) {
        check_indices(&p);
        assert(p.n_samples == whole.n_samples && p.n_stacks == whole.n_stacks && p.n_labels == whole.n_labels);
        assert(p.n_locations == whole.n_locations && p.n_lines == whole.n_lines && p.n_strings == whole.n_strings);
    }
    err_clear(&e);
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct profile p;
    struct err e = {0};
    if (load_bytes(&a, (str){(const char *)data, size}, NULL, &p, &e)) check_indices(&p);
    err_clear(&e);
    arena_release(&a);
    check_pieces((str){(const char *)data, size}, size ? data[size - 1] % 16 + 1 : 1);
    return 0;
}
