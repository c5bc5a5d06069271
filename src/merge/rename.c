/* Gives sample types other names. */
#include "merge/rename.h"

bool rename_parse(struct arena *a, str text, struct rename_rules *out, struct err *e) {
    str rest = text, pair, from;
    *out = (struct rename_rules){0};
    if (!text.len) return true;
    out->at = ARENA_ARRAY(a, struct rename_rule, RENAME_RULES_MOST);
    while (str_cut(&rest, ',', &pair)) {
        if (out->n == RENAME_RULES_MOST) return err_set(e, "more than %d names are to be changed", RENAME_RULES_MOST);
        size_t equals = str_find_char(pair, '=');
        from = str_slice(pair, 0, equals);
        str to = str_from_offset(pair, equals < pair.len ? equals + 1 : equals);
        if (!from.len || !to.len || str_find_char(to, '=') < to.len)
            return err_set(e, "\"%.*s\" is not of the form OLD=NEW", STR_ARG(pair));
        out->at[out->n++] = (struct rename_rule){from, to};
    }
    return true;
}

static bool new_name(const struct rename_rules *rules, str name, str *to) {
    for (uint32_t i = 0; i < rules->n; i++) {
        if (!str_equal(rules->at[i].from, name)) continue;
        *to = rules->at[i].to;
        return true;
    }
    return false;
}

bool rename_types(struct arena *a, const struct rename_rules *rules, struct profile *view, struct err *e) {
    if (rules->n == 0) return true;
    struct profile_value_type *type = ARENA_ARRAY(a, struct profile_value_type, view->n_types);
    bool *renamed = ARENA_ZERO(a, bool, view->n_types);
    str to;
    for (uint32_t t = 0; t < view->n_types; t++) {
        type[t] = view->type[t];
        renamed[t] = new_name(rules, profile_str(view, type[t].type), &to);
        if (renamed[t]) type[t].type = profile_add_string(view, a, to);
    }
    for (uint32_t t = 0; t < view->n_types; t++)
        for (uint32_t u = 0; renamed[t] && u < view->n_types; u++)
            if (u != t && type[u].type == type[t].type)
                return err_set(e, "the sample type \"%.*s\" cannot be renamed: \"%.*s\" is there, too",
                               STR_ARG(profile_str(view, view->type[t].type)),
                               STR_ARG(profile_str(view, type[t].type)));
    if (new_name(rules, profile_str(view, view->default_type), &to))
        view->default_type = profile_add_string(view, a, to);
    view->type = type;
    return true;
}
