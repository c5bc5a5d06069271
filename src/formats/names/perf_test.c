/* perf script against a straight count of the same samples, however the input comes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testing/load_ways.h"
#include "testing/random.h"
#include "testing/test.h"

enum { SAMPLES = 300, DEPTH = 6, STACK_BYTES = 256 };

struct sum {
    char stack[STACK_BYTES]; /* command, then names leaf first, with ";" between them */
    long count, period;
};

static struct sum *sum_of(struct sum *sums, size_t *n, const char *stack) {
    for (size_t i = 0; i < *n; i++)
        if (strcmp(sums[i].stack, stack) == 0) return &sums[i];
    struct sum *s = &sums[(*n)++];
    strcpy(s->stack, stack);
    s->count = s->period = 0;
    return s;
}

static str make(struct arena *a, struct random *r, struct sum *sums, size_t *n_sums) {
    static const char *const names[] = {"main", "f(int, char)", "operator new[](unsigned long)", "a b c"};
    static const char *const commands[] = {"app", "Web Content", "a 1 b"};
    char *text = arena_alloc(a, SAMPLES * 1024), *to = text;
    *n_sums = 0;
    for (int i = 0; i < SAMPLES; i++) {
        char stack[STACK_BYTES];
        const char *end = random_one_in(r, 4) ? "\r\n" : "\n";
        int period = (int)random_below(r, 1000), depth = (int)random_below(r, DEPTH);
        int length = sprintf(stack, "%s", commands[random_below(r, 3)]);
        to += sprintf(to, "%s  7/8 [001] %d.%06d: %d cycles:u: %s%s", stack, 10 + i, i, period, end,
                      random_one_in(r, 9) && depth ? end : "");
        for (int k = 0; k < depth; k++) {
            uint32_t name = random_below(r, 4);
            length += sprintf(stack + length, ";%s", names[name]);
            to += sprintf(to, "\t%16x %s+0x%x (/opt/app)%s", 0x1000 + name, names[name], random_below(r, 3), end);
            if (random_one_in(r, 5)) to += sprintf(to, "# comment%s", end);
        }
        to += sprintf(to, "%s", depth || random_one_in(r, 2) ? end : "");
        struct sum *s = sum_of(sums, n_sums, stack);
        s->count++;
        s->period += period;
    }
    return (str){text, (size_t)(to - text)};
}

static void compare(const struct profile *p, const struct sum *sums, size_t n_sums) {
    assert_int_equal(p->n_types, 2);
    assert_int_equal(p->n_samples, n_sums);
    for (uint32_t i = 0; i < p->n_samples; i++) {
        char stack[STACK_BYTES];
        const struct profile_label *comm = &p->label[p->label_ref[p->label_off[i]]];
        int length = sprintf(stack, "%.*s", STR_ARG(profile_str(p, comm->value)));
        for (uint64_t f = p->stack_off[p->stack_of[i]]; f < p->stack_off[p->stack_of[i] + 1]; f++) {
            const struct profile_line *line = &p->line[p->location[p->frame[f]].first_line];
            length += sprintf(stack + length, ";%.*s", STR_ARG(profile_str(p, p->function[line->function].name)));
        }
        assert_string_equal(stack, sums[i].stack);
        assert_int_equal(p->value[0][i], sums[i].count);
        assert_int_equal(p->value[1][i], sums[i].period);
    }
}

static void sums_are_those_of_a_straight_count(void **state) {
    (void)state;
    struct random r = {9};
    struct sum *sums = malloc(SAMPLES * sizeof *sums);
    assert_non_null(sums);
    for (int round = 0; round < 20; round++) {
        struct arena a = {0};
        struct profile p;
        struct err e = {0};
        size_t n_sums;
        str text = make(&a, &r, sums, &n_sums);
        if (!load_in_a_way(&a, load_random_way(&r, round), text, NULL, &p, &e)) fail_msg("%s", err_text(&e));
        compare(&p, sums, n_sums);
        arena_release(&a);
    }
    free(sums);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sums_are_those_of_a_straight_count)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
