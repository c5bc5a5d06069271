/* libFuzzer: any bytes as the rules of the gate: six words and a budget, one a line, and then a file of budgets. */
#include <assert.h>
#include <math.h>

#include "gate/gate.h"
#include "testing/mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct err e = {0};
    struct gate_rules rules;
    str text = {(const char *)data, size}, line[7];
    for (int i = 0; i < 7; i++)
        if (!text.len || !str_cut(&text, '\n', &line[i])) line[i] = STR_EMPTY;
    /* an empty line is the usual value */
    for (int i = 0; i < 3; i++)
        if (!line[i].len) line[i] = STR("10%");
    if (!line[3].len) line[3] = STR("0.5%");
    if (!line[4].len) line[4] = STR("0.99");
    const struct gate_words words = {.max_growth = line[0],
                                     .max_total_growth = line[1],
                                     .max_new = line[2],
                                     .min_share = line[3],
                                     .confidence = line[4],
                                     .budget = &line[5],
                                     .n_budgets = line[6].len ? 2 : line[5].len > 0,
                                     .budgets_file = text.len ? STR("budgets") : STR_EMPTY,
                                     .budgets_text = text};
    const struct gate_values of = {STR("cpu"), STR("nanoseconds")};
    if (gate_rules_read(&a, &words, of, 1700000000 * INT64_C(1000000000), &rules, &e)) {
        assert(rules.max_growth >= 0 && rules.max_total_growth >= 0 && rules.max_new >= 0);
        assert(rules.confidence > 0 && rules.confidence < 1 && rules.min_share >= 0);
        for (uint32_t i = 0; i < rules.n_budgets; i++) {
            const struct gate_budget *b = &rules.budget[i];
            assert(b->regex && b->pattern.len && (b->limit != GATE_SHARE || b->share >= 0));
            assert(b->limit != GATE_VALUE || (isfinite(b->value) && b->value >= 0));
        }
    } else {
        assert(e.text);
    }
    err_clear(&e);
    arena_release(&a);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    return mutate_text(data, size, max_size, seed);
}
