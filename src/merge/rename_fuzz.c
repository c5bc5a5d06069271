/* libFuzzer: the first line is a list of new names of sample types, the other lines are the names that a profile has.
 * Each type is renamed by the first rule for its name, and no two types have one name that had two. */
#include <assert.h>
#include <stdlib.h>

#include "merge/rename.h"
#include "profile/build.h"
#include "testing/mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

enum { TYPES_MOST = 64 };

static str wanted(const struct rename_rules *rules, str name) {
    for (uint32_t i = 0; i < rules->n; i++)
        if (str_equal(rules->at[i].from, name)) return rules->at[i].to;
    return name;
}

static void check(struct arena *a, const struct rename_rules *rules, str names) {
    struct build b;
    struct profile before, after;
    struct err e = {0};
    str name, unit = STR("count");
    build_init(&b, a);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, unit));
    for (uint32_t n = 1; n < TYPES_MOST && names.len && str_cut(&names, '\n', &name); n++)
        build_type(&b, build_string(&b, name), build_string(&b, unit));
    if (!build_seal(&b, &before, NULL)) abort();
    after = before;
    bool ok = rename_types(a, rules, &after, &e), clash = false;
    assert(ok == !e.text);
    for (uint32_t t = 0; t < before.n_types; t++) {
        str from = profile_str(&before, before.type[t].type), to = wanted(rules, from);
        if (ok) assert(str_equal(profile_str(&after, after.type[t].type), to));
        bool renamed = false;
        for (uint32_t i = 0; i < rules->n; i++) renamed |= str_equal(rules->at[i].from, from);
        for (uint32_t u = 0; renamed && u < before.n_types; u++)
            clash |= u != t && str_equal(to, wanted(rules, profile_str(&before, before.type[u].type)));
    }
    assert(ok == !clash);
    err_clear(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct err e = {0};
    struct rename_rules rules;
    str names = {(const char *)data, size}, list = STR_EMPTY;
    if (size) str_cut(&names, '\n', &list);
    if (rename_parse(&a, list, &rules, &e)) {
        assert(!e.text && rules.n <= RENAME_RULES_MOST && (rules.n > 0) == (list.len > 0));
        for (uint32_t i = 0; i < rules.n; i++) {
            assert(rules.at[i].from.len && rules.at[i].to.len);
            assert(rules.at[i].from.ptr >= list.ptr);
            assert(rules.at[i].to.ptr + rules.at[i].to.len <= list.ptr + list.len);
        }
        check(&a, &rules, names);
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
