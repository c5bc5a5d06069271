/* Finds what was probably meant. */
#include "cli/advice.h"

#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/sink.h"
#include "cli/prompt_table.h"
#include "filter/units.h"
#include "filter/where_parse.h"
#include "go/unit.h"
#include "out/message.h"
#include "regex/regex.h"

enum {
    NAMES = 3,             /* names that are printed */
    VALUES = 8,            /* keys or values that are printed */
    COMPARED_MOST = 500000 /* names that are compared with a pattern: half a second */
};

static str did_you_mean(struct arena *a, const char *before, str word, str after) {
    if (!word.ptr) return STR_EMPTY;
    return str_format(a, " (did you mean %s%.*s%.*s?)", before, STR_ARG(word), STR_ARG(after));
}

static void offer_options(struct nearest *n, bool choices_too) {
    for (unsigned i = 0; i < options_table_n; i++)
        if (!choices_too || options_table[i].kind != OPTIONS_CHOICE) nearest_offer(n, str_from(options_table[i].name));
    for (unsigned i = 0; choices_too && i < options_choice_table_n; i++)
        nearest_offer(n, str_from(options_choice_table[i].name));
}

static void offer_reports(struct nearest *n) {
    for (unsigned i = 0; i < report_table_n; i++) nearest_offer(n, str_from(report_table[i].name));
}

str advice_flag(struct arena *a, str name) {
    struct nearest n;
    if (message_as_pprof()) return STR_EMPTY;
    const struct options_row *row = options_find(name);
    str choices = STR_EMPTY;
    for (unsigned i = 0; row && i < options_choice_table_n; i++)
        if (strcmp(options_choice_table[i].option, row->name) == 0)
            choices =
                str_format(a, "%.*s%s-%s", STR_ARG(choices), choices.len ? ", " : "", options_choice_table[i].name);
    if (choices.len) return str_format(a, " (its choices are flags: %.*s)", STR_ARG(choices));
    nearest_start(&n, name);
    offer_reports(&n);
    offer_options(&n, true);
    for (unsigned i = 0; i < options_call_table_n; i++)
        if (options_call_table[i].is_flag) nearest_offer(&n, str_from(options_call_table[i].name));
    return n.best.ptr ? did_you_mean(a, "-", n.best, STR_EMPTY) : STR(" (cprof -h all lists the flags)");
}

str advice_command(struct arena *a, str word, str argument) {
    struct nearest n;
    if (message_as_pprof()) return STR_EMPTY;
    size_t equals = str_find_char(word, '=');
    bool assigns = equals < word.len;
    str name = str_slice(word, 0, equals), value = assigns ? str_from_offset(word, equals + 1) : STR_EMPTY;
    if (!value.len) value = argument;
    nearest_start(&n, name);
    if (!assigns || report_find(name) || prompt_find(name)) {
        offer_reports(&n);
        for (unsigned i = 0; i < prompt_table_n; i++)
            if (!prompt_table[i].is_form) nearest_offer(&n, str_from(prompt_table[i].name));
    }
    str command = n.best;
    if (!command.ptr || n.distance > 0) offer_options(&n, false);
    bool is_command = n.best.ptr == command.ptr;
    if (!n.best.ptr || !value.len || (is_command && !assigns)) return did_you_mean(a, "", n.best, STR_EMPTY);
    return did_you_mean(a, "", n.best, str_join(a, (str[]){is_command ? STR(" ") : STR("="), value}, 2, STR_EMPTY));
}

str advice_choice(struct arena *a, const struct options_row *row, str value) {
    struct nearest n;
    if (message_as_pprof() || row->kind != OPTIONS_CHOICE) return STR_EMPTY;
    nearest_start(&n, value);
    for (unsigned i = 0; i < options_choice_table_n; i++)
        if (strcmp(options_choice_table[i].option, row->name) == 0)
            nearest_offer(&n, str_from(options_choice_table[i].name));
    return did_you_mean(a, "", n.best, STR_EMPTY);
}

str advice_pattern(struct arena *a, str pattern) {
    static const char meta[] = "\\.+*?()|[]{}^$";
    struct sink out;
    if (message_as_pprof()) return STR_EMPTY;
    sink_to_memory(&out);
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.ptr[i];
        bool escaped = c == '\\' && i + 1 < pattern.len && strchr(meta, pattern.ptr[i + 1]);
        if (c && strchr(meta, c)) sink_char(&out, '\\');
        sink_char(&out, escaped ? pattern.ptr[++i] : c);
    }
    str quoted = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return str_format(a, " (to match this text, write %.*s)", STR_ARG(quoted));
}

static bool extend(struct err *e, str advice) {
    struct arena scratch = {0};
    str text = str_copy(&scratch, str_from(err_text(e)));
    err_set(e, "%.*s%.*s", STR_ARG(text), STR_ARG(advice));
    arena_release(&scratch);
    return false;
}

/* The part of a tag filter after its key. */
static str tag_patterns(str value) {
    size_t equals = str_find_char(value, '=');
    return equals < value.len ? str_from_offset(value, equals + 1) : value;
}

/* Finds the first pattern of the option's value that does not compile; *e is then its message. */
static bool find_fault(const struct options_row *row, str value, str *fault, struct err *e) {
    bool tags = row->holds == OPTIONS_TAG_FILTER;
    if (!value.len || (row->holds != OPTIONS_FUNCTION_REGEX && row->holds != OPTIONS_KEY_REGEX && !tags)) return false;
    str rest = tags ? tag_patterns(value) : value;
    bool found = false;
    while (!found && str_cut(&rest, tags ? ',' : '\n', fault)) {
        struct arena scratch = {0}; /* the list may have a million patterns */
        found = !regex_compile(&scratch, *fault, e);
        arena_release(&scratch);
    }
    return found;
}

static bool is_unit(const struct profile *p, str unit) {
    static const char *const always[] = {"", "minimum", "auto", "count", "sample", "unit"};
    bool known = unit_known(unit);
    for (size_t i = 0; i < sizeof always / sizeof *always && !known; i++) known = str_equal(unit, str_from(always[i]));
    for (uint32_t i = 0; i < p->n_types && !known; i++) known = str_equal(unit, profile_str(p, p->type[i].unit));
    for (uint32_t i = 0; i < p->n_labels && !known; i++) known = str_equal(unit, profile_str(p, p->label[i].unit));
    return known;
}

static bool refuse_unit(const struct profile *p, str unit, struct err *e) {
    struct arena scratch = {0};
    struct nearest n;
    size_t n_tables;
    const struct unit_table *table = unit_tables(&n_tables);
    nearest_start(&n, unit);
    for (str rest = str_from(options_values(STR("unit"))), word; str_next_word(&rest, &word);) nearest_offer(&n, word);
    for (uint32_t i = 0; i < p->n_types; i++) nearest_offer(&n, profile_str(p, p->type[i].unit));
    str advice = did_you_mean(&scratch, "", n.best, STR_EMPTY);
    if (!advice.len) {
        VEC(str) names = {0};
        for (size_t t = 0; t < n_tables; t++)
            for (size_t i = 0; i < table[t].n; i++)
                if (!strchr(table[t].unit[i].name, '*')) *VEC_PUSH(&scratch, &names) = str_from(table[t].unit[i].name);
        str all = str_join(&scratch, names.at, names.n, STR(", "));
        advice = str_format(&scratch, " (units are %.*s and those of the profile)", STR_ARG(all));
    }
    err_set(e, "there is no unit %.*s%.*s", STR_ARG(unit), STR_ARG(advice));
    arena_release(&scratch);
    return false;
}

static bool check_word(const struct options_row *row, str value, struct err *e) {
    str rest = str_from(options_words(row)), word, list = STR_EMPTY;
    if (!rest.len || (!value.len && !row->initial[0])) return true;
    struct arena scratch = {0};
    struct nearest n;
    nearest_start(&n, value);
    while (str_next_word(&rest, &word)) {
        if (str_equal(value, word)) {
            arena_release(&scratch);
            return true;
        }
        nearest_offer(&n, word);
        const char *between = !list.len ? "" : rest.len ? ", " : " or ";
        list = str_format(&scratch, "%.*s%s%.*s", STR_ARG(list), between, STR_ARG(word));
    }
    str advice = did_you_mean(&scratch, "", n.best, STR_EMPTY);
    err_set(e, "%s must be %.*s%.*s", row->name, STR_ARG(list), STR_ARG(advice));
    arena_release(&scratch);
    return false;
}

bool advice_words(const struct options *o, struct err *e) {
    struct arena scratch = {0};
    bool ok = true;
    for (unsigned i = 0; ok && !message_as_pprof() && i < options_table_n; i++)
        if (strcmp(options_table[i].name, "format") != 0)
            ok = check_word(&options_table[i], options_get(&scratch, &options_table[i], o), e);
    arena_release(&scratch);
    return ok;
}

bool advice_setting(const struct options_row *row, str value, const struct profile *p, struct err *e) {
    if (message_as_pprof()) return true;
    if (!check_word(row, value, e)) return false;
    if (row->holds == OPTIONS_UNIT_NAME) return is_unit(p, value) || refuse_unit(p, value, e);
    struct arena scratch = {0};
    struct where_expression where;
    str fault;
    bool is_query = row->holds == OPTIONS_LABEL_QUERY && value.len;
    if (is_query && !where_parse(&scratch, value, &where, e)) {
        arena_release(&scratch);
        return false;
    }
    bool ok = !find_fault(row, value, &fault, e);
    if (!ok) {
        err_prepend(e, "parsing %s regexp: ", row->name);
        extend(e, advice_pattern(&scratch, fault));
    }
    arena_release(&scratch);
    return ok;
}

/* The longest part of a pattern that is plain text, without the backslashes that make it so. */
static str plain_part(struct arena *a, str pattern) {
    str best = STR_EMPTY;
    char *text = arena_alloc(a, pattern.len);
    size_t n = 0;
    for (size_t i = 0; i <= pattern.len; i++) {
        char c = i < pattern.len ? pattern.ptr[i] : '|';
        bool literal = c == '\\' && i + 1 < pattern.len && strchr("\\.+*?()|[]{}^$", pattern.ptr[i + 1]);
        if (!literal && (c == '|' || c == '*' || c == '+' || c == '^' || c == '$')) {
            if (n > best.len) best = str_copy(a, (str){text, n});
            n = 0;
        } else if (literal || c != '\\') {
            text[n++] = literal ? pattern.ptr[++i] : c;
        }
    }
    return best;
}

struct near_name {
    str name;
    unsigned distance;
};

static bool is_nearer(const struct near_name *x, const struct near_name *y) {
    if (x->distance != y->distance) return x->distance < y->distance;
    if (x->name.len != y->name.len) return x->name.len < y->name.len;
    return str_compare(x->name, y->name) < 0;
}

/* Keeps the nearest names in order; returns their number. */
static unsigned insert(struct near_name *best, unsigned n, struct near_name new) {
    unsigned at = n;
    while (at > 0 && is_nearer(&new, &best[at - 1])) at--;
    if (at == NAMES || (at > 0 && str_equal(best[at - 1].name, new.name))) return n;
    if (n < NAMES) n++;
    for (unsigned i = n - 1; i > at; i--) best[i] = best[i - 1];
    best[at] = new;
    return n;
}

static bool is_letter(char c) {
    char lower = (char)(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

/* The distance to the nearest identifier of a name. */
static unsigned nearest_identifier(const struct nearest *near, str name) {
    unsigned best = UINT32_MAX;
    for (size_t i = 0, end; i < name.len; i = end + 1) {
        for (end = i; end < name.len && is_letter(name.ptr[end]);) end++;
        unsigned distance = end > i ? nearest_whole(near, str_slice(name, i, end)) : UINT32_MAX;
        if (distance < best) best = distance;
    }
    return best;
}

/* Joins texts as "a, b and c". */
static str listed(struct arena *a, const str *text, size_t n) {
    str but_last = n > 1 ? str_join(a, text, n - 1, STR(", ")) : STR_EMPTY;
    return n > 1 ? str_join(a, (str[]){but_last, text[n - 1]}, 2, STR(" and ")) : text[0];
}

/* The functions that are nearest to a pattern which matches no name of the profile; empty if it matches one, or if none
 * is near. */
static str near_names(struct arena *a, const struct profile *p, str pattern) {
    struct regex *r = regex_compile(a, pattern, NULL);
    struct near_name best[NAMES];
    struct nearest near;
    unsigned n = 0;
    if (!r) return STR_EMPTY;
    for (uint32_t i = 0; i < p->n_mappings; i++)
        if (regex_match(r, profile_str(p, p->mapping[i].file))) return STR_EMPTY;
    for (uint32_t i = 0; i < p->n_functions; i++) {
        const struct profile_function *f = &p->function[i];
        if (regex_match(r, profile_str(p, f->name)) || regex_match(r, profile_str(p, f->file))) return STR_EMPTY;
    }
    nearest_start(&near, plain_part(a, pattern));
    /* a part of an identifier is near only where no identifier is */
    for (int parts = 0; parts < 2 && n == 0 && near.word.len > 1; parts++) {
        for (uint32_t i = 0; i < p->n_functions && i < COMPARED_MOST; i++) {
            str name = profile_str(p, p->function[i].name);
            unsigned distance = parts ? nearest_part(&near, name) : nearest_identifier(&near, name);
            if (distance <= near.most) n = insert(best, n, (struct near_name){name, distance});
        }
    }
    str name[NAMES];
    for (unsigned i = 0; i < n; i++) name[i] = best[i].name;
    return n ? listed(a, name, n) : STR_EMPTY;
}

void advice_failed(const struct profile *p, const struct report *r, str pattern, const struct options *o,
                   struct err *e) {
    struct arena scratch = {0};
    str fault, advice = STR_EMPTY;
    struct err ignored = {0};
    if (message_as_pprof()) return;
    for (unsigned i = 0; i < options_table_n && !advice.len; i++)
        if (options_table[i].kind == OPTIONS_TEXT &&
            find_fault(&options_table[i], options_get(&scratch, &options_table[i], o), &fault, &ignored))
            advice = advice_pattern(&scratch, fault);
    if (!advice.len && r->has_param) {
        if (!regex_compile(&scratch, pattern, &ignored)) {
            advice = advice_pattern(&scratch, pattern);
        } else if (str_has_prefix(str_from(err_text(e)), STR("no matches found for regexp"))) {
            str names = near_names(&scratch, p, pattern);
            if (names.len) advice = str_format(&scratch, " (near are %.*s)", STR_ARG(names));
        }
    }
    if (advice.len) extend(e, advice);
    err_clear(&ignored);
    arena_release(&scratch);
}

static int by_text(const void *x, const void *y) { return str_compare(*(const str *)x, *(const str *)y); }

struct texts {
    str *at;
    size_t n;
};

/* Sorts texts and drops those that occur twice. */
static struct texts sorted_texts(str *at, size_t n_all) {
    size_t n = 0;
    if (n_all) qsort(at, n_all, sizeof *at, by_text);
    for (size_t i = 0; i < n_all; i++)
        if (!n || !str_equal(at[n - 1], at[i])) at[n++] = at[i];
    return (struct texts){at, n};
}

/* "a, b and c", with the number of those that are left out. */
static str all_of(struct arena *a, struct texts all) {
    str names = listed(a, all.at, all.n < VALUES ? all.n : VALUES);
    return all.n > VALUES ? str_format(a, "%.*s, and %zu more", STR_ARG(names), all.n - VALUES) : names;
}

/* The different keys of labels, or the values of one key, sorted. */
static struct texts label_texts(struct arena *a, const struct profile *p, bool keys, str key) {
    VEC(str) all = {0};
    for (uint32_t i = 0; i < p->n_labels; i++) {
        const struct profile_label *l = &p->label[i];
        str of = profile_str(p, l->key);
        if (profile_is_base_label(p, l) || (!keys && !str_equal(of, key))) continue;
        *VEC_PUSH(a, &all) = keys ? of
                             : l->numeric
                                 ? str_format(a, "%lld%.*s", (long long)l->number, STR_ARG(profile_str(p, l->unit)))
                                 : profile_str(p, l->value);
    }
    return sorted_texts(all.at, all.n);
}

/* "; the keys are a, b and c"; or the values of a key. */
static str labels_there(struct arena *a, const struct profile *p, bool keys, str key) {
    struct texts all = label_texts(a, p, keys, key);
    if (!all.n) return STR("; no sample has a label");
    const char *noun = all.n > 1 ? (keys ? "keys are" : "values are") : keys ? "only key is" : "only value is";
    return str_format(a, "; the %s %.*s", noun, STR_ARG(all_of(a, all)));
}

/* The unit of a range such as 10ms: or 1kb:2kb; no pointer if it is no range. */
static str range_unit(str range) {
    const str none = {NULL, 0};
    size_t i = 0;
    while (i < range.len && (range.ptr[i] == ':' || range.ptr[i] == '-' || range.ptr[i] == '+')) i++;
    size_t digits = i;
    while (i < range.len && range.ptr[i] >= '0' && range.ptr[i] <= '9') i++;
    size_t end = i;
    while (end < range.len && range.ptr[end] != ':') end++;
    str unit = str_slice(range, i, end);
    return i > digits && (!unit.len || unit_known(unit)) ? unit : none;
}

/* Returns true if a pattern of the list matches a label of this key; without a key, KEY:VALUE of any label. */
static bool any_label_matches(struct arena *a, const struct profile *p, const str *key, str patterns) {
    for (str part; str_cut(&patterns, ',', &part);) {
        struct regex *r = regex_compile(a, part, NULL);
        for (uint32_t i = 0; r && i < p->n_labels; i++) {
            const struct profile_label *l = &p->label[i];
            str name = profile_str(p, l->key), value = profile_str(p, l->value);
            if (l->numeric || (key && !str_equal(name, *key))) continue;
            struct arena_mark mark = arena_mark(a);
            str text = key ? value : str_join(a, (str[]){name, value}, 2, STR(":"));
            bool matches = regex_match(r, text);
            arena_rewind(a, mark);
            if (matches) return true;
        }
    }
    return false;
}

static void tags_missed(struct arena *a, const struct profile *p, const struct options_row *row, str value,
                        struct notes *notes) {
    size_t equals = str_find_char(value, '=');
    bool has_key = equals < value.len, key_exists = !has_key, unit_exists = false;
    str key = has_key ? str_slice(value, 0, equals) : STR_EMPTY, range = tag_patterns(value), unit = range_unit(range);
    /* a note says already that 0:256b is read as a pattern */
    if (unit.ptr && !unit.len && str_find_char(range, ':') + 1 < range.len) return;
    struct notes conflicts = {.arena = a};
    struct filter_units units = filter_label_units(a, p, &conflicts);
    VEC(str) there = {0};
    for (uint32_t i = 0; i < p->n_labels; i++) {
        const struct profile_label *l = &p->label[i];
        bool here = !has_key || str_equal(profile_str(p, l->key), key);
        key_exists |= here;
        if (here && l->numeric) *VEC_PUSH(a, &there) = filter_unit_of(&units, l->key);
        unit_exists |= here && l->numeric && unit_compatible(filter_unit_of(&units, l->key), unit);
    }
    if (!key_exists)
        notes_add(notes, NOTE_MESSAGE, "%s: no label has the key %.*s%.*s", row->name, STR_ARG(key),
                  STR_ARG(labels_there(a, p, true, key)));
    else if (unit.ptr && !there.n)
        notes_add(notes, NOTE_MESSAGE, "%s: no label is a number%.*s", row->name,
                  STR_ARG(labels_there(a, p, !has_key, key)));
    else if (unit.ptr && !unit_exists)
        notes_add(notes, NOTE_MESSAGE, "%s: no label has %s%.*s; units are %.*s", row->name,
                  unit.len ? "a unit like " : "no unit", STR_ARG(unit),
                  STR_ARG(all_of(a, sorted_texts(there.at, there.n))));
    else if (!unit.ptr && !any_label_matches(a, p, has_key ? &key : NULL, tag_patterns(value)))
        notes_add(notes, NOTE_MESSAGE, "%s: no label matches %.*s%.*s", row->name, STR_ARG(value),
                  STR_ARG(labels_there(a, p, !has_key, key)));
}

/* Returns true if a key matches the pattern, or is in the list. */
static bool any_key_matches(struct arena *a, const struct profile *p, str value, bool is_list) {
    struct regex *r = is_list ? NULL : regex_compile(a, value, NULL);
    for (uint32_t i = 0; i < p->n_labels; i++) {
        str key = profile_str(p, p->label[i].key), rest = value, part;
        if (r && regex_match(r, key)) return true;
        while (is_list && str_cut(&rest, ',', &part))
            if (str_equal(part, key)) return true;
    }
    return false;
}

void advice_missed(const struct profile *p, const struct options *o, struct notes *notes) {
    bool missed = false;
    for (size_t i = 0; i < notes->n; i++) missed |= notes->at[i].kind == NOTE_FILTER_MISSED;
    if (!missed || message_as_pprof()) return;
    struct arena scratch = {0};
    for (unsigned i = 0; i < options_table_n; i++) {
        const struct options_row *row = &options_table[i];
        str value = row->kind == OPTIONS_TEXT ? options_get(&scratch, row, o) : STR_EMPTY;
        bool is_list = row->holds == OPTIONS_KEY_LIST;
        if (!value.len) continue;
        if (row->holds == OPTIONS_FUNCTION_REGEX) {
            str names = near_names(&scratch, p, value);
            if (names.len)
                notes_add(notes, NOTE_MESSAGE, "%s: no name matches %.*s; near are %.*s", row->name, STR_ARG(value),
                          STR_ARG(names));
        } else if (row->holds == OPTIONS_TAG_FILTER) {
            tags_missed(&scratch, p, row, value, notes);
        } else if ((is_list || row->holds == OPTIONS_KEY_REGEX) && !any_key_matches(&scratch, p, value, is_list)) {
            notes_add(notes, NOTE_MESSAGE, "%s: no label has such a key%.*s", row->name,
                      STR_ARG(labels_there(&scratch, p, true, STR_EMPTY)));
        }
    }
    arena_release(&scratch);
}
