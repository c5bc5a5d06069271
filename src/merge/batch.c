/* Looks up a whole input in batches: prefetches the memory of all look-ups of a batch, step by step, before the first
 * of them reads it. The tables already contain most of an input; single look-ups would wait for memory at each step.
 * Only strings are added, because reports do not show their numbers. */
#include "merge/tables.h"

static uint32_t least(uint32_t x, uint32_t y) { return x < y ? x : y; }

static void find_strings(struct merge_tables *t, const str_id *id, uint32_t n) {
    const struct profile *v = &t->in->view;
    uint32_t tag[TUNING_MERGE_BATCH];
    str_id guess[TUNING_MERGE_BATCH];
    for (uint32_t i = 0; i < n; i++) {
        tag[i] = merge_string_tag(v, id[i]);
        slots_prefetch(&t->string_slot, tag[i]);
    }
    for (uint32_t i = 0; i < n; i++) {
        guess[i] = slots_guess(&t->string_slot, tag[i]);
        if (guess[i] != PROFILE_NONE) __builtin_prefetch(&t->string.at[guess[i]]);
    }
    for (uint32_t i = 0; i < n; i++)
        if (guess[i] != PROFILE_NONE) __builtin_prefetch(t->string.at[guess[i]].ptr);
    for (uint32_t i = 0; i < n; i++) {
        str s = profile_str(v, id[i]);
        bool right = guess[i] != PROFILE_NONE && str_equal(t->string.at[guess[i]], s);
        t->string_of[id[i]] = right ? guess[i] : merge_tagged_string(t, s, tag[i]);
    }
}

/* Looks up the strings of functions only: a table may hold many others that nothing needs. */
static void find_all_strings(struct merge_tables *t) {
    const struct profile *v = &t->in->view;
    str_id *wanted = ARENA_ARRAY(&t->scratch, str_id, v->n_strings);
    uint32_t n = 0;
    for (func_id f = 0; f < v->n_functions; f++) {
        const str_id of[] = {v->function[f].name, v->function[f].system_name, v->function[f].file};
        for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
            if (t->string_of[of[i]] != PROFILE_NONE) continue;
            t->string_of[of[i]] = 0; /* marks it as an element of wanted[] */
            wanted[n++] = of[i];
        }
    }
    for (uint32_t i = 0; i < n; i += TUNING_MERGE_BATCH) find_strings(t, wanted + i, least(n - i, TUNING_MERGE_BATCH));
}

static void find_functions(struct merge_tables *t, func_id first, uint32_t n) {
    struct profile_function f[TUNING_MERGE_BATCH];
    uint32_t tag[TUNING_MERGE_BATCH];
    func_id guess[TUNING_MERGE_BATCH];
    for (uint32_t i = 0; i < n; i++) {
        f[i] = t->in->view.function[first + i];
        f[i].name = t->string_of[f[i].name];
        f[i].system_name = t->string_of[f[i].system_name];
        f[i].file = t->string_of[f[i].file];
        tag[i] = merge_function_tag(&f[i]);
        slots_prefetch(&t->function_slot, tag[i]);
    }
    for (uint32_t i = 0; i < n; i++) {
        guess[i] = slots_guess(&t->function_slot, tag[i]);
        if (guess[i] != PROFILE_NONE) __builtin_prefetch(&t->function.at[guess[i]]);
    }
    for (uint32_t i = 0; i < n; i++)
        if (guess[i] != PROFILE_NONE && merge_function_equal(&t->function.at[guess[i]], &f[i]))
            t->function_of[first + i] = guess[i];
}

/* Translates `l`, except its lines. Returns false if its mapping or one of its functions is new, because then the
 * location is new as well. */
static bool translate_location(struct merge_tables *t, struct profile_location *l) {
    if (l->mapping != PROFILE_NONE) {
        map_id to = merge_tables_find_mapping(t, l->mapping);
        if (to == PROFILE_NONE) return false;
        l->address += t->rebase[l->mapping];
        l->mapping = to;
    }
    for (uint32_t i = 0; i < l->n_lines; i++)
        if (t->function_of[t->in->view.line[l->first_line + i].function] == PROFILE_NONE) return false;
    return true;
}

static void find_locations(struct merge_tables *t, loc_id first, uint32_t n) {
    struct profile_location l[TUNING_MERGE_BATCH];
    uint32_t tag[TUNING_MERGE_BATCH];
    loc_id guess[TUNING_MERGE_BATCH];
    bool can_be[TUNING_MERGE_BATCH];
    for (uint32_t i = 0; i < n; i++) {
        l[i] = t->in->view.location[first + i];
        can_be[i] = translate_location(t, &l[i]);
        if (!can_be[i]) continue;
        tag[i] = merge_location_tag(t, &l[i]);
        slots_prefetch(&t->location_slot, tag[i]);
    }
    for (uint32_t i = 0; i < n; i++) {
        guess[i] = can_be[i] ? slots_guess(&t->location_slot, tag[i]) : PROFILE_NONE;
        if (guess[i] != PROFILE_NONE) __builtin_prefetch(&t->location.at[guess[i]]);
    }
    for (uint32_t i = 0; i < n; i++)
        if (guess[i] != PROFILE_NONE) __builtin_prefetch(&t->line.at[t->location.at[guess[i]].first_line]);
    for (uint32_t i = 0; i < n; i++)
        if (guess[i] != PROFILE_NONE && merge_location_equal(t, &l[i], guess[i])) t->location_of[first + i] = guess[i];
}

void merge_find_known(struct merge_tables *t) {
    const struct profile *v = &t->in->view;
    find_all_strings(t);
    if (!t->function.n && !t->location.n) return;
    for (func_id f = 0; f < v->n_functions; f += TUNING_MERGE_BATCH)
        find_functions(t, f, least(v->n_functions - f, TUNING_MERGE_BATCH));
    for (loc_id l = 0; l < v->n_locations; l += TUNING_MERGE_BATCH)
        find_locations(t, l, least(v->n_locations - l, TUNING_MERGE_BATCH));
}
