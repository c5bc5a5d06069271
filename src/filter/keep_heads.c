/* keep_heads: names that keep what they begin with. */
#include "filter/keep_heads.h"

#include "filter/names.h"
#include "profile/groups.h"

static bool has_prefix_at(str s, size_t i, str prefix) { return str_has_prefix(str_from_offset(s, i), prefix); }

/* [offset]: for a bracket whose group ends, the offset after the group; else 0. */
static const uint32_t *find_groups(struct arena *a, str s) {
    uint32_t *end = ARENA_ZERO(a, uint32_t, s.len);
    uint32_t *outer = ARENA_ARRAY(a, uint32_t, s.len); /* the open bracket around one that is open, + 1 */
    uint32_t open[2] = {0, 0};                         /* the innermost one of each kind, + 1 */
    for (uint32_t i = 0; i < s.len; i++) {
        bool arrow = s.ptr[i] == '>' && i && s.ptr[i - 1] == '-'; /* in <F as Fn() -> T> */
        for (int kind = 0; kind < 2; kind++) {
            if (s.ptr[i] == "(<"[kind]) {
                outer[i] = open[kind];
                open[kind] = i + 1;
            } else if (s.ptr[i] == ")>"[kind] && !arrow && open[kind]) {
                end[open[kind] - 1] = i + 1;
                open[kind] = outer[open[kind] - 1];
            }
        }
    }
    return end;
}

/* The offset after the head that begins at `i`; 0 if none begins there. */
static size_t head_end(str s, size_t i, const uint32_t *group_end) {
    str anonymous = STR("(anonymous namespace)");
    if (has_prefix_at(s, i, anonymous)) return i + anonymous.len;
    bool after_scope = i > 1 && s.ptr[i - 1] == ':' && s.ptr[i - 2] == ':';
    if (s.ptr[i] != '<' || (i > 0 && !(after_scope && has_prefix_at(s, i, STR("<impl "))))) return 0;
    size_t end = group_end[i];
    return end && has_prefix_at(s, end, STR("::")) ? end : 0;
}

static str with_heads(struct arena *a, str s) {
    struct arena scratch = {0};
    const uint32_t *group_end = find_groups(&scratch, s);
    char *text = arena_alloc(a, s.len);
    size_t n = 0;
    for (size_t i = 0, next; i < s.len; i = next) {
        size_t kept = head_end(s, i, group_end), cut = kept ? 0 : group_end[i];
        next = kept ? kept : cut ? cut : i + 1;
        for (; !cut && i < next; i++) text[n++] = s.ptr[i];
    }
    arena_release(&scratch);
    return (str){text, n};
}

enum { NAME_MOST = 1 << 20 }; /* longer names stay as they are */

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
