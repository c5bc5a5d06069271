/* Groups of functions, from a file of rules. */
#include "filter/group_rules.h"

#include "filter/names.h"

/* Splits a line at its last arrow. */
static bool split(str line, str *pattern, str *group) {
    static const str arrow[] = {{"->", 2}, {"\xe2\x86\x92", 3}};
    for (size_t i = line.len; i-- > 1;) {
        if (line.ptr[i - 1] != ' ' && line.ptr[i - 1] != '\t') continue;
        for (size_t k = 0; k < 2; k++) {
            str rest = str_from_offset(line, i);
            if (!str_has_prefix(rest, arrow[k])) continue;
            rest = str_from_offset(rest, arrow[k].len);
            if (rest.len && rest.ptr[0] != ' ' && rest.ptr[0] != '\t') continue;
            *pattern = str_trim(str_slice(line, 0, i));
            *group = str_trim(rest);
            return pattern->len && group->len;
        }
    }
    return false;
}

bool group_rules_read(struct arena *a, str file, str text, struct group_rules *out, struct err *e) {
    VEC(struct group_rule) rules = {0};
    uint32_t number = 0;
    if (text.len > GROUP_RULES_BYTES)
        return err_set(e, "%.*s: the file of groups is larger than %d KB", STR_ARG(file), GROUP_RULES_BYTES >> 10);
    for (str line; text.len && str_cut(&text, '\n', &line);) {
        number++;
        line = str_trim(line);
        if (!line.len || line.ptr[0] == '#') continue;
        str pattern;
        struct group_rule rule;
        if (rules.n == GROUP_RULES_MOST)
            return err_set(e, "%.*s:%u: there are more than %d rules", STR_ARG(file), (unsigned)number,
                           GROUP_RULES_MOST);
        if (!split(line, &pattern, &rule.group))
            return err_set(e, "%.*s:%u: the line must be PATTERN -> GROUP", STR_ARG(file), (unsigned)number);
        rule.pattern = regex_compile(a, pattern, e);
        if (!rule.pattern) return err_prepend(e, "%.*s:%u: ", STR_ARG(file), (unsigned)number);
        *VEC_PUSH(a, &rules) = rule;
    }
    *out = (struct group_rules){rules.at, (uint32_t)rules.n};
    return true;
}

/* What is known while functions are renamed. */
struct group_match {
    const struct group_rules *rules;
    const map_id *mapping; /* [func_id]: of the first location with the function */
    uint32_t *of_string;   /* [str_id]: the first rule that matches it + 1; n + 1: none; 0: not known yet */
};

static uint32_t first_rule(struct group_match *m, const struct profile *v, str_id id) {
    uint32_t i = 0;
    if (m->of_string[id]) return m->of_string[id] - 1;
    while (i < m->rules->n && !regex_match(m->rules->at[i].pattern, profile_str(v, id))) i++;
    m->of_string[id] = i + 1;
    return i;
}

static uint32_t first_rule_of_mapping(struct group_match *m, const struct profile *v, map_id mapping) {
    return mapping == PROFILE_NONE ? m->rules->n : first_rule(m, v, v->mapping[mapping].file);
}

static str rename_function(void *context, struct arena *a, const struct profile *v, func_id f) {
    struct group_match *m = context;
    (void)a;
    uint32_t rule = first_rule(m, v, v->function[f].name), of_file = first_rule(m, v, v->function[f].file);
    uint32_t of_mapping = first_rule_of_mapping(m, v, m->mapping[f]);
    if (of_file < rule) rule = of_file;
    if (of_mapping < rule) rule = of_mapping;
    return rule < m->rules->n ? m->rules->at[rule].group : GROUP_RULES_REST;
}

void group_rules_apply(struct arena *a, struct profile *v, const struct group_rules *rules) {
    struct arena scratch = {0};
    filter_add_functions(a, v);
    struct group_match m = {rules, filter_mapping_of_functions(&scratch, v),
                            ARENA_ZERO(&scratch, uint32_t, v->n_strings)};
    filter_rename(a, v, rename_function, &m);
    arena_release(&scratch);
}
