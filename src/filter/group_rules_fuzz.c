/* libFuzzer: any bytes as a file of groups, and as names of functions that are grouped, folded and put into packages.
 */
#include "filter/fold_numbers.h"
#include "filter/group_rules.h"
#include "filter/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct err e = {0};
    struct group_rules rules;
    str text = {(const char *)data, size}, rest = text, part[4] = {STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY};
    if (group_rules_read(&a, STR("rules"), text, &rules, &e))
        for (uint32_t i = 0; i < rules.n; i++) regex_match(rules.at[i].pattern, rules.at[i].group);
    err_clear(&e);
    for (size_t i = 0; i < 4 && rest.len; i++) str_cut(&rest, '\n', &part[i]);
    str folded = fold_numbers(&a, part[0]);
    if (folded.len > part[0].len) __builtin_trap();
    package_of(&a, &(struct package_function){part[0], part[1], part[2], part[3]});
    arena_release(&a);
    return 0;
}
