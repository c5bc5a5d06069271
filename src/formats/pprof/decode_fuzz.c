/* libFuzzer: any bytes, as a profile. A loaded profile must have the invariants of profile.h. Most mutations change one
 * field of one message of profile.proto and keep the sizes of the messages around it right. */
#include <assert.h>
#include <string.h>

#include "formats/load.h"
#include "testing/mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

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

/* Checks that a profile is valid without its stacks only if it is with them, and that it says if it needs them. */
static void check_skipping(str bytes) {
    struct arena a = {0};
    struct profile p, all;
    struct err e = {0};
    bool missed = false;
    const struct load_options no_stacks = {.missed_stacks = &missed};
    struct format_input in = {.arena = &a, .options = &no_stacks, .bytes = bytes, .size = bytes.len};
    struct format_input with = {.arena = &a, .bytes = bytes, .size = bytes.len};
    enum format_verdict verdict = decode_pprof(&in, &p, &e);
    err_clear(&e);
    assert(missed == (verdict != FORMAT_OK));
    if (verdict == FORMAT_OK) {
        check_indices(&p);
        assert(decode_pprof(&with, &all, &e) == FORMAT_OK);
        assert(p.n_samples == all.n_samples && p.n_labels == all.n_labels && p.n_locations == all.n_locations);
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
    check_skipping((str){(const char *)data, size});
    check_pieces((str){(const char *)data, size}, size ? data[size - 1] % 16 + 1 : 1);
    return 0;
}

/* What a field of profile.proto holds; OTHER: unknown fields, and those of numbers above. */
enum form { OTHER, PROFILE, TYPE, SAMPLE, LABEL, MAPPING, LOCATION, LINE, FUNCTION, NUMBER, NUMBERS, TEXT };

enum { FIELDS = 16, MOST_FIELDS = 1024 };
static const uint8_t form_of[FUNCTION + 1][FIELDS] = {
    [PROFILE] = {OTHER, TYPE, SAMPLE, MAPPING, LOCATION, FUNCTION, TEXT, NUMBER, NUMBER, NUMBER, NUMBER, TYPE, NUMBER,
                 NUMBERS, NUMBER, NUMBER},
    [TYPE] = {OTHER, NUMBER, NUMBER},
    [SAMPLE] = {OTHER, NUMBERS, NUMBERS, LABEL},
    [LABEL] = {OTHER, NUMBER, NUMBER, NUMBER, NUMBER},
    [MAPPING] = {OTHER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER},
    [LOCATION] = {OTHER, NUMBER, NUMBER, NUMBER, LINE, NUMBER},
    [LINE] = {OTHER, NUMBER, NUMBER, NUMBER},
    [FUNCTION] = {OTHER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER},
};

/* Writes a packed field: with one number changed, added or left out, or as one field for each. */
static void put_numbers(struct mutate_out *out, struct random *r, uint64_t number, struct wire w) {
    uint8_t bytes[4096];
    struct mutate_out packed = {bytes, 0, sizeof bytes};
    bool apart = random_one_in(r, 8);
    uint32_t n = 0, way = random_below(r, 4);
    for (const uint8_t *p = w.p; p < w.end; p++) n += *p < 0x80;
    uint32_t which = random_below(r, n + 1);
    for (uint32_t i = 0; i <= n; i++) {
        uint64_t value = 0;
        bool last = i == n || !wire_varint(&w, &value);
        for (uint32_t times = i == which ? way : !last; times > 0; times--) {
            if (i == which && times == 1) value = mutate_number(r, value);
            if (apart) mutate_put_number(out, number << 3);
            mutate_put_number(apart ? out : &packed, value);
        }
        if (last) break;
    }
    if (!apart) mutate_put_sized(out, number, packed.at, packed.len);
}

static void put_new(struct mutate_out *out, struct random *r, enum form form) {
    uint64_t number = 1 + random_below(r, FIELDS - 1);
    switch (form_of[form][number]) {
    case NUMBER:
        mutate_put_number(out, number << 3);
        mutate_put_number(out, mutate_number(r, 0));
        break;
    case NUMBERS: put_numbers(out, r, number, (struct wire){0}); break;
    case OTHER:
        mutate_put_number(out, (random_one_in(r, 2) ? number : random_bits(r) & 0xffff) << 3 | WIRE_FIXED32);
        mutate_put(out, (uint8_t[4]){0}, 4);
        break;
    default: mutate_put_sized(out, number, (const uint8_t *)"name", random_below(r, 5));
    }
}

/* Writes a message with one change, in itself or in a message that it contains. Returns false if it cannot be read. */
static bool put_changed(struct mutate_out *out, struct random *r, enum form form, struct wire w) {
    struct wire_field field[MOST_FIELDS + 1];
    const uint8_t *at[MOST_FIELDS + 1];
    uint32_t n = 0;
    for (at[0] = w.p; w.p < w.end; at[n] = w.p)
        if (n == MOST_FIELDS || !wire_next(&w, &field[n++])) return false;
    enum { INSIDE, NEW, LEFT_OUT, TWICE, MOVED, WAYS };
    uint32_t which = random_below(r, n ? n : 1), to = random_below(r, n + 1);
    uint32_t way = n == 0 ? NEW : random_one_in(r, 2) ? INSIDE : random_below(r, WAYS);
    for (uint32_t i = 0; i <= n; i++) {
        if (i == to && way == NEW) put_new(out, r, form);
        if (i == to && (way == TWICE || way == MOVED)) mutate_put(out, at[which], (size_t)(at[which + 1] - at[which]));
        if (i == n) break;
        const struct wire_field *f = &field[i];
        if (i != which || way == NEW || way == TWICE) {
            mutate_put(out, at[i], (size_t)(at[i + 1] - at[i]));
        } else if (way == INSIDE) {
            enum form inside = f->number < FIELDS ? (enum form)form_of[form][f->number] : OTHER;
            uint8_t bytes[4096];
            struct mutate_out part = {bytes, 0, sizeof bytes};
            if (f->type == WIRE_VARINT) {
                mutate_put_number(out, f->number << 3);
                mutate_put_number(out, mutate_number(r, f->value));
            } else if (f->type == WIRE_BYTES && inside == NUMBERS) {
                put_numbers(out, r, f->number, f->bytes);
            } else if (f->type == WIRE_BYTES) {
                if (inside < PROFILE || inside > FUNCTION || !put_changed(&part, r, inside, f->bytes)) {
                    part.len = 0;
                    mutate_put(&part, f->bytes.p, (size_t)(f->bytes.end - f->bytes.p));
                    part.len = LLVMFuzzerMutate(part.at, part.len, part.size);
                }
                mutate_put_sized(out, f->number, part.at, part.len);
            }
        }
    }
    return true;
}

/* One mutation in four is of bytes, and those of inputs that are no messages, as all in other formats. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    struct random r = {seed};
    uint8_t *bytes = malloc(max_size);
    struct mutate_out out = {bytes, 0, max_size};
    bool done = bytes && !random_one_in(&r, 4) && put_changed(&out, &r, PROFILE, (struct wire){data, data + size});
    if (done && out.len) memcpy(data, bytes, out.len);
    free(bytes);
    return done && out.len ? out.len : LLVMFuzzerMutate(data, size, max_size);
}
