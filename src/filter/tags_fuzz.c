/* libFuzzer: any bytes as values of tagfocus, tagignore, tagshow and taghide, one a line. What is kept of a random
 * profile and what is left out of it are all of its samples. */
#include "filter/tags.h"

#include <assert.h>
#include <string.h>

#include "testing/mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/* The number of samples that a filter keeps. */
static uint32_t kept(struct arena *a, const struct profile *p, const struct filter_units *units,
                     const struct filter_tag_match *focus, const struct filter_tag_match *ignore) {
    struct profile view = *p;
    filter_by_tag(a, &view, units, &(struct filter_tags){.focus = focus, .ignore = ignore});
    return view.n_samples;
}

static const struct regex *key_of(struct arena *a, str text) {
    struct err e = {0};
    const struct regex *r = text.len ? regex_compile(a, text, &e) : NULL;
    assert(r || !text.len || e.text);
    err_clear(&e);
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct notes notes = {.arena = &a};
    struct random r = {7};
    struct profile p = random_profile(&a, &r, (struct random_size){4, 4, 1, 40, 3, 3, 100, true, false});
    struct filter_units units = filter_label_units(&a, &p, &notes);
    str text = {(const char *)data, size}, line[4] = {STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY};
    for (int i = 0; i < 4 && text.len && str_cut(&text, '\n', &line[i]); i++) continue;
    for (int i = 0; i < 2; i++) {
        struct filter_tag_match *m;
        struct err e = {0};
        if (!filter_tag_compile(&a, "tagfocus", line[i], &notes, &m, &e)) {
            assert(e.text);
        } else if (m) {
            assert(kept(&a, &p, &units, m, NULL) + kept(&a, &p, &units, NULL, m) == p.n_samples);
            assert(kept(&a, &p, &units, m, m) == 0);
        }
        err_clear(&e);
    }
    struct filter_tag_keys keys = {.show = key_of(&a, line[2]), .hide = key_of(&a, line[3])};
    struct profile view = p;
    filter_tag_keys(&a, &view, &keys);
    assert(view.n_samples == p.n_samples);
    arena_release(&a);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    return mutate_text(data, size, max_size, seed);
}
