/* Collapsed stacks against a straight version, whole and in pieces. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testing/load_ways.h"
#include "testing/random.h"
#include "testing/test.h"

enum { LINES = 400, STACKS = LINES };

struct collapsed_sum {
    char stack[256]; /* names with ";" between them, root first */
    long value;
};

static long *sum_of(struct collapsed_sum *sums, size_t *n, const char *stack) {
    for (size_t i = 0; i < *n; i++)
        if (strcmp(sums[i].stack, stack) == 0) return &sums[i].value;
    assert_true(*n < STACKS);
    strcpy(sums[*n].stack, stack);
    sums[*n].value = 0;
    return &sums[(*n)++].value;
}

/* Makes lines with odd blanks, empty frames and comments, and their sums. */
static str make(struct arena *a, struct random *r, struct collapsed_sum *sums, size_t *n_sums) {
    static const char *const names[] = {"main", "f(int, char)", "worker 12", "\u00fc", "_[j]", "#3", "x\\x41"};
    char *text = arena_alloc(a, LINES * 300), *to = text;
    *n_sums = 0;
    for (int i = 0; i < LINES; i++) {
        char stack[256] = "";
        int depth = 1 + (int)random_below(r, 8), count = (int)random_below(r, 50);
        if (random_one_in(r, 9)) to += sprintf(to, "# %d\n\n", i);
        to += sprintf(to, "%s", random_one_in(r, 4) ? " \t" : "");
        for (int k = 0; k < depth; k++) {
            const char *name = names[k ? random_below(r, 7) : random_below(r, 3)];
            to += sprintf(to, "%s%s%s", k ? ";" : "", random_one_in(r, 9) ? ";" : "", name);
            sprintf(stack + strlen(stack), "%s%s", k ? ";" : "", name);
        }
        to += sprintf(to, "%s%d%s", random_one_in(r, 3) ? "\t " : " ", count, random_one_in(r, 5) ? "\r\n" : "\n");
        *sum_of(sums, n_sums, stack) += count;
    }
    return (str){text, (size_t)(to - text)};
}

static void compare(const struct profile *p, const struct collapsed_sum *sums, size_t n_sums) {
    uint32_t sample = 0;
    for (size_t i = 0; i < n_sums; i++) {
        if (!sums[i].value) continue;
        char stack[256] = "";
        assert_true(sample < p->n_samples);
        for (uint64_t f = p->stack_off[p->stack_of[sample] + 1]; f-- > p->stack_off[p->stack_of[sample]];) {
            const struct profile_line *line = &p->line[p->location[p->frame[f]].first_line];
            str name = profile_str(p, p->function[line->function].name);
            sprintf(stack + strlen(stack), "%s%.*s", *stack ? ";" : "", STR_ARG(name));
        }
        assert_string_equal(stack, sums[i].stack);
        assert_int_equal(p->value[0][sample++], sums[i].value);
    }
    assert_int_equal(sample, p->n_samples);
}

static void sums_are_those_of_a_straight_reading(void **state) {
    (void)state;
    struct random r = {7};
    struct collapsed_sum *sums = malloc(STACKS * sizeof *sums);
    assert_non_null(sums);
    for (int round = 0; round < 20; round++) {
        struct arena a = {0};
        struct profile p;
        struct err e = {0};
        size_t n_sums;
        str text = make(&a, &r, sums, &n_sums);
        assert_true(load_in_a_way(&a, load_random_way(&r, round), text, NULL, &p, &e));
        compare(&p, sums, n_sums);
        arena_release(&a);
    }
    free(sums);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sums_are_those_of_a_straight_reading)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
