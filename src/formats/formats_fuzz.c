/* libFuzzer: the first line names a row of the table of formats, whose decoder gets the rest. A loaded profile must
 * have the invariants of profile.h. Three mutations of four keep the structure of the format. */
#include <assert.h>

#include "formats/formats.h"
#include "testing/mutate.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct profile *p) {
    for (uint32_t i = 0; i < p->n_samples; i++) {
        assert(p->stack_of[i] < p->n_stacks && p->label_off[i] <= p->label_off[i + 1]);
        for (uint32_t l = p->label_off[i]; l < p->label_off[i + 1]; l++) assert(p->label_ref[l] < p->n_labels);
    }
    for (uint64_t f = 0; f < p->stack_off[p->n_stacks]; f++) assert(p->frame[f] < p->n_locations);
    for (uint32_t i = 0; i < p->n_locations; i++) {
        const struct profile_location *l = &p->location[i];
        assert(l->mapping == PROFILE_NONE || l->mapping < p->n_mappings);
        assert((uint64_t)l->first_line + l->n_lines <= p->n_lines);
    }
    for (uint32_t i = 0; i < p->n_lines; i++) assert(p->line[i].function < p->n_functions);
}

/* The row that the first line names, or NULL. */
static const struct format *find_format(str *input) {
    size_t n = str_find_char(*input, '\n');
    str id = str_slice(*input, 0, n);
    *input = str_from_offset(*input, n + 1 < input->len ? n + 1 : input->len);
    for (int i = 0; i < FORMATS_N; i++)
        if (str_equal(str_from(formats[i].id), id)) return &formats[i];
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct profile p;
    struct err e = {0};
    const struct load_options options = {.lenient = size % 2};
    str bytes = {(const char *)data, size};
    const struct format *f = find_format(&bytes);
    if (!f) return 0;
    f->sniff(str_slice(bytes, 0, bytes.len / 2), false);
    enum sniff all = f->sniff(bytes, true);
    assert(all != SNIFF_MORE);
    struct format_input in = {.arena = &a, .options = &options, .bytes = bytes, .size = bytes.len};
    switch (f->decode(&in, &p, &e)) {
    case FORMAT_OK: check(&p); break;
    case FORMAT_BROKEN:
    case FORMAT_BAD_LINE:
    case FORMAT_INVALID: assert(e.text); break;
    case FORMAT_UNRECOGNIZED: break;
    }
    err_clear(&e);
    arena_release(&a);
    return 0;
}

/* Rows that are missing here are texts of lines. */
static const struct {
    const char *id;
    size_t (*mutate)(uint8_t *data, size_t size, size_t most, struct random *r);
} structure[] = {{"pprof", mutate_message}, {"otlp", mutate_message}, {"json", mutate_json},
                 {"gotrace", mutate_trace}, {"cpu", mutate_words},    {"unread", NULL}};

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    struct random r = {seed};
    str rest = {(const char *)data, size};
    const struct format *f = find_format(&rest);
    size_t head = size - rest.len, changed = 0;
    if (f && !random_one_in(&r, 4)) {
        size_t (*mutate)(uint8_t *, size_t, size_t, struct random *) = mutate_lines;
        for (size_t i = 0; i < sizeof structure / sizeof *structure; i++)
            if (str_equal(str_from(f->id), str_from(structure[i].id))) mutate = structure[i].mutate;
        if (mutate) changed = mutate(data + head, rest.len, max_size - head, &r);
    }
    return changed ? head + changed : LLVMFuzzerMutate(data, size, max_size);
}
