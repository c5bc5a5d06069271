/* Adds up samples with equal stacks and labels. */
#include "formats/names/tally.h"

void tally_init(struct tally *t, struct arena *a, str type) {
    *t = (struct tally){0};
    build_init(&t->build, a);
    t->samples.arena = &t->scratch;
    t->samples.copy = true;
    build_type(&t->build, build_string(&t->build, type), build_string(&t->build, STR("count")));
}

void tally_frame(struct tally *t, str name, str file, int64_t line) {
    *VEC_PUSH(&t->scratch, &t->stack) = build_named_frame(&t->build, name, file, line);
}

void tally_text_label(struct tally *t, str key, str value) {
    struct profile_label l = {.key = build_string(&t->build, key), .value = build_string(&t->build, value)};
    *VEC_PUSH(&t->scratch, &t->labels) = build_label(&t->build, l);
}

void tally_number_label(struct tally *t, str key, int64_t number, str unit) {
    struct profile_label l = {.key = build_string(&t->build, key), .numeric = true, .number = number};
    l.unit = unit.len ? build_string(&t->build, unit) : l.key;
    *VEC_PUSH(&t->scratch, &t->labels) = build_label(&t->build, l);
}

void tally_clear(struct tally *t) { t->stack.n = t->labels.n = 0; }

bool tally_add(struct tally *t, int64_t value) {
    t->key.n = 0;
    *VEC_PUSH(&t->scratch, &t->key) = (uint32_t)t->labels.n;
    for (size_t i = 0; i < t->labels.n; i++) *VEC_PUSH(&t->scratch, &t->key) = t->labels.at[i];
    for (size_t i = 0; i < t->stack.n; i++) *VEC_PUSH(&t->scratch, &t->key) = t->stack.at[i];
    tally_clear(t);
    uint32_t n = intern_id(&t->samples, (str){(const char *)t->key.at, t->key.n * sizeof *t->key.at});
    if (n == t->value.n) *VEC_PUSH(&t->scratch, &t->value) = 0;
    return !__builtin_add_overflow(t->value.at[n], value, &t->value.at[n]);
}

bool tally_finish(struct tally *t, struct profile *out, struct err *e) {
    for (uint32_t i = 0; i < t->samples.n; i++) {
        const uint32_t *key = (const uint32_t *)t->samples.key[i].ptr;
        size_t n = t->samples.key[i].len / sizeof *key, n_labels = key[0];
        if (!t->value.at[i]) continue;
        build_sample(&t->build, key + 1 + n_labels, n - 1 - n_labels, &t->value.at[i], key + 1, n_labels);
    }
    tally_drop(t);
    return build_seal(&t->build, out, e);
}

void tally_drop(struct tally *t) { arena_release(&t->scratch); }
