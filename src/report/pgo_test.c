/* Unit tests of pgo.c. The oracle computes what cmd/compile would, as internal/profile/graph.go and
 * inline.hotNodesFromCDF do, from the profile before the report and from the one that the report wrote. */
#include "formats/load.h"
#include "profile/build.h"
#include "report/report.h"
#include "testing/random.h"
#include "testing/test.h"

enum { CALLS_MOST = 4096 };

struct oracle {
    struct oracle_call {
        str caller, callee;
        int64_t offset, weight;
    } call[CALLS_MOST];
    size_t n, n_hot;
    int64_t total;
};

static int compare_calls(const void *x, const void *y) {
    const struct oracle_call *a = x, *b = y;
    if (a->weight != b->weight) return a->weight < b->weight ? 1 : -1;
    int order = str_compare(a->caller, b->caller);
    if (!order) order = str_compare(a->callee, b->callee);
    return order ? order : (a->offset > b->offset) - (a->offset < b->offset);
}

struct oracle_node {
    str name;
    int64_t start, line;
    uint64_t address;
};

static bool same_node(struct oracle_node a, struct oracle_node b) {
    return str_equal(a.name, b.name) && a.start == b.start && a.line == b.line && a.address == b.address;
}

static void count(struct oracle *o, struct oracle_node from, str callee, int64_t weight) {
    size_t i = 0;
    int64_t offset = from.line - from.start;
    while (i < o->n && !(str_equal(o->call[i].caller, from.name) && str_equal(o->call[i].callee, callee) &&
                         o->call[i].offset == offset))
        i++;
    assert_true(i < CALLS_MOST);
    if (i == o->n) o->call[o->n++] = (struct oracle_call){from.name, callee, offset, 0};
    o->call[i].weight += weight;
}

static void read_calls(struct oracle *o, const struct profile *p) {
    *o = (struct oracle){.n = 0};
    for (uint32_t s = 0; s < p->n_samples; s++) {
        uint32_t row = profile_row(p, s), stack = p->stack_of[row];
        struct oracle_node node[64];
        size_t n = 0, n_frames = (size_t)(p->stack_off[stack + 1] - p->stack_off[stack]);
        for (size_t f = n_frames < 2 ? n_frames : 2; f-- > 0;) {
            const struct profile_location *l = &p->location[p->frame[p->stack_off[stack] + f]];
            for (uint32_t i = l->n_lines; i-- > 0;) {
                const struct profile_line *line = &p->line[l->first_line + i];
                const struct profile_function *fn = &p->function[line->function];
                node[n++] = (struct oracle_node){profile_str(p, fn->name), fn->start_line, line->line, l->address};
            }
        }
        for (size_t i = 1; i < n; i++) {
            bool seen = same_node(node[i - 1], node[i]);
            for (size_t k = 1; k < i; k++)
                seen = seen || (same_node(node[k - 1], node[i - 1]) && same_node(node[k], node[i]));
            if (!seen) count(o, node[i - 1], node[i].name, p->value[0][row]);
        }
    }
    qsort(o->call, o->n, sizeof *o->call, compare_calls);
    for (size_t i = 0; i < o->n; i++) o->total += o->call[i].weight;
    int64_t sum = 0;
    for (o->n_hot = 0; o->n_hot < o->n;) {
        sum += o->call[o->n_hot++].weight;
        if ((double)sum / (double)o->total * 100 > 99) break;
    }
}

static struct profile read_back(struct arena *a, struct sink *s) {
    struct profile p;
    struct err e = {0};
    str bytes = str_copy(a, sink_bytes(s));
    if (!load_bytes(a, bytes, NULL, &p, &e)) fail_msg("%s", err_text(&e));
    sink_drop(s);
    return p;
}

/* Random stacks: weights from 1 to `most`, calls of a function by itself, inlined chains that repeat. */
static struct profile random_calls(struct arena *a, struct random *r, int n, uint32_t most) {
    struct build b;
    struct profile p;
    loc_id location[60];
    func_id function[12];
    build_init(&b, a);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, STR("count")));
    for (int i = 0; i < 12; i++)
        function[i] = build_function(
            &b, (struct profile_function){.name = build_string(&b, str_format(a, "f%d", i / 2)), .start_line = 10 + i});
    for (int i = 0; i < 60; i++) {
        struct profile_line line[3];
        uint32_t n_lines = 1 + (uint32_t)random_below(r, 3);
        for (uint32_t k = 0; k < n_lines; k++)
            line[k] = (struct profile_line){function[random_below(r, 12)], (int64_t)random_below(r, 30), 0};
        /* some addresses are equal, as in profiles without any */
        struct profile_location l = {.address = random_below(r, 40), .mapping = PROFILE_NONE};
        location[i] = build_location(&b, l, line, n_lines);
    }
    for (int i = 0; i < n; i++) {
        loc_id frame[4];
        size_t n_frames = 1 + (size_t)random_below(r, 4);
        int64_t value = 1 + (int64_t)(random_below(r, 4) ? random_below(r, 3) : random_below(r, most));
        for (size_t k = 0; k < n_frames; k++) frame[k] = location[random_below(r, 60)];
        build_sample(&b, frame, n_frames, &value, NULL, 0);
    }
    assert_true(build_seal(&b, &p, NULL));
    return p;
}

static void go_finds_the_same_calls(void **state) {
    (void)state;
    static struct oracle whole, written;
    size_t left_out = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        for (int k = 0; k < 3; k++) {
            double cut = (double[]){0, 0.0001, 1}[k];
            struct arena a = {0};
            struct random r = {seed};
            struct notes notes = {.arena = &a};
            struct profile p = random_calls(&a, &r, 1 + (int)random_below(&r, 900), seed % 2 ? 5 : 2000);
            struct options o = {.pgo_cut = cut};
            struct report_in in = {.loaded = &p, .view = &p, .options = &o, .arena = &a, .notes = &notes};
            struct sink s;
            struct err e = {0};
            sink_to_memory(&s);
            read_calls(&whole, &p);
            if (!report_pgo(&in, &s, &e)) fail_msg("%s", err_text(&e));
            struct profile back = read_back(&a, &s);
            read_calls(&written, &back);
            assert_true(written.n <= whole.n);
            assert_int_equal(written.n_hot, whole.n_hot);
            for (size_t i = 0; i < written.n; i++) {
                assert_int_equal(compare_calls(&written.call[i], &whole.call[i]), 0);
                /* addresses are gone */
                assert_int_equal(back.location[i % back.n_locations].address, 0);
            }
            if (cut == 0) assert_int_equal(written.n, whole.n);
            left_out += whole.n - written.n;
            arena_release(&a);
        }
    }
    assert_true(left_out > 100);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(go_finds_the_same_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
