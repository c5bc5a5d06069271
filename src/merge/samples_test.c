/* Merging against a straight version: a list of samples by the text of all fields that tell them apart, added up one by
 * one. */
#include "merge/samples.h"

#include <stdlib.h>

#include "merge/merge.h"
#include "testing/random.h"
#include "testing/test.h"

enum { TYPES = 2, INPUTS_MOST = 4 };

struct straight_merge {
    struct arena *a;
    struct intern key;  /* of the samples, in order of first appearance */
    VEC(int64_t) value; /* TYPES per sample */
};

/* The fields that tell locations apart: the load address of the mapping is not among them, and only the column of the
 * outermost line. */
static str location_text(struct arena *a, const struct profile *p, loc_id id) {
    const struct profile_location *l = &p->location[id];
    const struct profile_mapping *m = l->mapping == PROFILE_NONE ? NULL : &p->mapping[l->mapping];
    str file = m ? profile_str(p, m->file) : STR_EMPTY;
    str text = str_format(a, "%" PRIx64 " %.*s", l->address - (m ? m->start : 0), STR_ARG(file));
    for (uint32_t i = 0; i < l->n_lines; i++) {
        const struct profile_line *line = &p->line[l->first_line + i];
        const struct profile_function *f = &p->function[line->function];
        str name = profile_str(p, f->name), path = profile_str(p, f->file);
        str one = str_format(a, " [%.*s@%.*s:%" PRId64 ":%" PRId64 "]", STR_ARG(name), STR_ARG(path), line->line,
                             i + 1 == l->n_lines ? line->column : 0);
        text = str_join(a, (str[]){text, one}, 2, STR_EMPTY);
    }
    return text;
}

/* All fields that tell samples apart. The samples of a base have their label before the numeric ones. */
static str sample_text(struct arena *a, const struct profile *p, uint32_t row, bool is_base) {
    VEC(str) part = {0};
    stack_id s = p->stack_of[row];
    for (uint64_t f = p->stack_off[s]; f < p->stack_off[s + 1]; f++)
        *VEC_PUSH(a, &part) = location_text(a, p, p->frame[f]);
    label_id label[64];
    uint32_t n = profile_sorted_labels(p, row, label);
    bool has_base_label = !is_base;
    for (uint32_t i = 0; i <= n; i++) {
        const struct profile_label *l = i < n ? &p->label[label[i]] : NULL;
        if (!has_base_label && (!l || l->numeric)) {
            *VEC_PUSH(a, &part) = STR("pprof::base=true");
            has_base_label = true;
        }
        if (!l) break;
        str key = profile_str(p, l->key), value = profile_str(p, l->value);
        *VEC_PUSH(a, &part) = l->numeric ? str_format(a, "%.*s:%" PRId64, STR_ARG(key), l->number)
                                         : str_format(a, "%.*s=%.*s", STR_ARG(key), STR_ARG(value));
    }
    return str_join(a, part.at, part.n, STR("\n"));
}

static void add_straight(struct straight_merge *m, const struct profile *p, int64_t factor, bool is_base) {
    for (uint32_t row = 0; row < p->n_rows; row++) {
        if (!p->value[0][row] && !p->value[1][row]) continue;
        uint32_t before = m->key.n, id = intern_id(&m->key, sample_text(m->a, p, row, is_base));
        for (int t = 0; t < TYPES && id == before; t++) *VEC_PUSH(m->a, &m->value) = 0;
        for (uint32_t t = 0; t < TYPES; t++) m->value.at[id * TYPES + t] += factor * p->value[t][row];
    }
}

/* Compares the samples in order of first appearance, without those that cancelled out. */
static void expect_straight(const struct straight_merge *m, const struct profile *got) {
    uint32_t row = 0;
    assert_int_equal(got->n_samples, got->n_rows);
    for (uint32_t id = 0; id < m->key.n; id++) {
        const int64_t *value = m->value.at + (size_t)id * TYPES;
        if (!value[0] && !value[1]) continue;
        if (row == got->n_rows) fail_msg("only %" PRIu32 " samples", row);
        str text = sample_text(m->a, got, row, false);
        if (!str_equal(text, m->key.key[id]))
            fail_msg("sample %" PRIu32 " is\n%.*s\ninstead of\n%.*s", row, STR_ARG(text), STR_ARG(m->key.key[id]));
        for (uint32_t t = 0; t < TYPES; t++) assert_int_equal(got->value[t][row], value[t]);
        row++;
    }
    assert_int_equal(row, got->n_rows);
}

/* Checks that the profile holds no two equal rows. */
static void expect_canonical(struct arena *a, const struct profile *p) {
    struct intern strings = {.arena = a}, stacks = {.arena = a}, locations = {.arena = a}, functions = {.arena = a};
    for (str_id i = 0; i < p->n_strings; i++) assert_int_equal(intern_id(&strings, p->string[i]), i);
    for (func_id i = 0; i < p->n_functions; i++) {
        const struct profile_function *f = &p->function[i];
        assert_int_equal(f->id, i + 1);
        intern_id(&functions, str_format(a, "%" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRId64, f->name, f->system_name,
                                         f->file, f->start_line));
        assert_int_equal(functions.n, i + 1);
    }
    for (loc_id i = 0; i < p->n_locations; i++) {
        assert_int_equal(p->location[i].id, i + 1);
        intern_id(&locations, location_text(a, p, i));
        assert_int_equal(locations.n, i + 1);
    }
    for (stack_id i = 0; i < p->n_stacks; i++) {
        str frames = {(const char *)(p->frame + p->stack_off[i]),
                      (p->stack_off[i + 1] - p->stack_off[i]) * sizeof *p->frame};
        intern_id(&stacks, frames);
        assert_int_equal(stacks.n, i + 1);
    }
}

static struct random_size merge_sizes(struct random *r, bool late_mapping) {
    return (struct random_size){.functions = 6,
                                .locations = 10,
                                .lines = 3,
                                .samples = 60,
                                .depth = random_one_in(r, 3) ? 40 : 4,
                                .labels = 3,
                                .value = 4,
                                .negative = random_one_in(r, 2),
                                .late_mapping = late_mapping};
}

static void profiles_are_merged_sample_by_sample(void **state) {
    (void)state;
    struct random r = {5};
    for (int round = 0; round < 500; round++) {
        struct arena a = {0};
        struct straight_merge want = {.a = &a, .key = {.arena = &a}};
        struct profile in[INPUTS_MOST], got;
        const struct profile *inputs[INPUTS_MOST];
        uint32_t n = 2 + random_below(&r, INPUTS_MOST - 1);
        for (uint32_t i = 0; i < n; i++) {
            in[i] = random_profile(&a, &r, merge_sizes(&r, i % 2));
            inputs[i] = &in[i];
            add_straight(&want, &in[i], 1, false);
        }
        struct err e = {0};
        if (!merge_profiles(&a, inputs, n, &got, &e)) fail_msg("%s", err_text(&e));
        expect_straight(&want, &got);
        expect_canonical(&a, &got);
        arena_release(&a);
    }
}

static void bases_are_subtracted_sample_by_sample(void **state) {
    (void)state;
    struct random r = {6};
    for (int round = 0; round < 500; round++) {
        struct arena a = {0};
        struct straight_merge want = {.a = &a, .key = {.arena = &a}};
        struct profile p = random_profile(&a, &r, merge_sizes(&r, false)), got;
        struct profile base = random_one_in(&r, 4) ? p : random_profile(&a, &r, merge_sizes(&r, true));
        enum merge_base_kind kind = random_one_in(&r, 2) ? MERGE_BASE : MERGE_DIFF_BASE;
        add_straight(&want, &p, 1, false);
        add_straight(&want, &base, -1, kind == MERGE_DIFF_BASE);
        struct err e = {0};
        struct merge_difference d = {{&p, NULL}, {&base, NULL}, kind, false};
        if (!merge_base(&a, &d, &got, &e)) fail_msg("%s", err_text(&e));
        expect_straight(&want, &got);
        expect_canonical(&a, &got);
        arena_release(&a);
    }
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profiles_are_merged_sample_by_sample),
        cmocka_unit_test(bases_are_subtracted_sample_by_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
