/* libFuzzer: a line with a value, a line with a weight as users write it, and the rest as the value of a label that is
 * the weight of a sample. A weight that can be read is written again and read as the same number; products are compared
 * with those in two steps. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "merge/weights.h"
#include "profile/build.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whole and fraction multiplied apart; exact where the value is small. */
static int64_t straight(int64_t value, uint64_t weight) {
    uint64_t whole = weight / WEIGHTS_ONE, parts = weight % WEIGHTS_ONE;
    int64_t product = value * (int64_t)parts, rest = product % (int64_t)WEIGHTS_ONE;
    int64_t n = value * (int64_t)whole + product / (int64_t)WEIGHTS_ONE, half = (int64_t)WEIGHTS_ONE / 2;
    if (rest > half || (rest == half && n % 2)) n++;
    if (rest < -half || (rest == -half && n % 2)) n--;
    return n;
}

static void check_text(struct arena *a, str text, int64_t value) {
    uint64_t weight, again;
    if (!weights_parse(text, &weight)) return;
    assert(weight <= WEIGHTS_MOST);
    str written = str_format(a, "%" PRIu64 ".%09" PRIu64, weight / WEIGHTS_ONE, weight % WEIGHTS_ONE);
    assert(weights_parse(written, &again) && again == weight);
    int64_t small = value % INT64_C(1000000000), product = weights_scale(value, weight);
    assert(weights_scale(small, weight) == straight(small, weight));
    assert(weights_scale(value, WEIGHTS_ONE) == value && weights_scale(value, 0) == 0);
    assert(value < 0 ? product <= 0 : product >= 0);
    if (value != INT64_MIN && product != INT64_MAX && product != INT64_MIN)
        assert(weights_scale(-value, weight) == -product);
}

static void check_label(struct arena *a, str text, int64_t number) {
    struct build b;
    struct profile p;
    struct err e = {0};
    const int64_t value[] = {INT64_MIN, 1000};
    build_init(&b, a);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, STR("count")));
    build_type(&b, build_string(&b, STR("cpu")), build_string(&b, STR("nanoseconds")));
    const str_id key = build_string(&b, STR("weight"));
    label_id label[] = {build_label(&b, (struct profile_label){.key = key, .value = build_string(&b, text)}),
                        build_label(&b, (struct profile_label){.key = key, .number = number, .numeric = true})};
    build_sample(&b, NULL, 0, value, &label[0], 1);
    build_sample(&b, NULL, 0, value, &label[1], 1);
    build_sample(&b, NULL, 0, value, NULL, 0);
    if (!build_seal(&b, &p, NULL)) abort();
    uint64_t weight;
    bool text_ok = weights_parse(text, &weight), number_ok = number >= 0 && number <= 1000000000;
    bool ok = weights_of_labels(a, &p, STR("weight"), &e);
    assert(ok == (text_ok && number_ok) && ok == !e.text);
    if (ok) {
        assert(p.value[1][0] == weights_scale(1000, weight) && p.value[1][1] == 1000 * number);
        assert(p.value[1][2] == 1000 && p.value[0][2] == INT64_MIN);
    }
    err_clear(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    str rest = {(const char *)data, size}, first, second;
    if (!size || !str_cut(&rest, '\n', &first)) return 0;
    if (!rest.len || !str_cut(&rest, '\n', &second)) second = STR_EMPTY;
    int64_t value = strtoll(str_c(&a, first), NULL, 10);
    check_text(&a, second, value);
    check_label(&a, rest, value);
    arena_release(&a);
    return 0;
}
