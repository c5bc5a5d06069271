/* keep_heads: names that keep what they begin with. */
#include "filter/keep_heads.h"

#include "filter/names.h"
#include "profile/groups.h"

static bool has_prefix_at(str s, size_t i, str prefix) { return str_has_prefix(str_from_offset(s, i), prefix); }

/* The offset after the group that begins at `i`; 0 if it does not end. */
static size_t group_end(str s, size_t i, char begin, char end) {
    unsigned depth = 0;
    for (; i < s.len; i++) {
        bool arrow = end == '>' && s.ptr[i] == '>' && i && s.ptr[i - 1] == '-'; /* in <F as Fn() -> T> */
        depth += s.ptr[i] == begin;
        if (s.ptr[i] == end && !arrow && --depth == 0) return i + 1;
    }
    return 0;
}

/* The offset after the head that begins at `i`; 0 if none begins there. */
static size_t head_end(str s, size_t i) {
    str anonymous = STR("(anonymous namespace)");
    if (has_prefix_at(s, i, anonymous)) return i + anonymous.len;
    bool after_scope = i > 1 && s.ptr[i - 1] == ':' && s.ptr[i - 2] == ':';
    if (s.ptr[i] != '<' || (i > 0 && !(after_scope && has_prefix_at(s, i, STR("<impl "))))) return 0;
    size_t end = group_end(s, i, '<', '>');
    return end && has_prefix_at(s, end, STR("::")) ? end : 0;
}

static str with_heads(struct arena *a, str s) {
    char *text = arena_alloc(a, s.len);
    size_t n = 0;
    for (size_t i = 0, next; i < s.len; i = next) {
        size_t kept = head_end(s, i), cut = 0;
        if (!kept && s.ptr[i] == '(') cut = group_end(s, i, '(', ')');
        if (!kept && s.ptr[i] == '<') cut = group_end(s, i, '<', '>');
        next = kept ? kept : cut ? cut : i + 1;
        for (; !cut && i < next; i++) text[n++] = s.ptr[i];
    }
    return (str){text, n};
}

enum { NAME_MOST = 4096 }; /* longer names stay as they are: unmatched brackets would take quadratic time */

static str rename_function(void *context, struct arena *a, const struct profile *v, func_id f) {
    (void)context;
    const struct profile_function *function = &v->function[f];
    str name = profile_str(v, function->name), whole = profile_str(v, function->system_name);
    if (function->name == function->system_name || !whole.len || whole.len > NAME_MOST) return name;
    struct arena scratch = {0};
    str simple = groups_remove(&scratch, groups_remove(&scratch, whole, '(', ')'), '<', '>');
    if (str_equal(simple, name)) name = with_heads(a, whole);
    arena_release(&scratch);
    return name;
}

void filter_keep_heads(struct arena *a, struct profile *v) { filter_rename(a, v, rename_function, NULL); }
