/* The frames of stacks: which lines are the same frame, and how a frame is shown. */
#include "stacks/frames.h"

#include <string.h>

#include "base/hash.h"
#include "go/gotext.h"
#include "graph/graph.h"

/* Nodes that differ only in address, object or start line are one frame: returns, per node, the first of those that are
 * the same. */
static uint32_t *same_nodes(struct arena *scratch, const struct stackframes *m) {
    const struct graph_table *t = &m->table;
    struct intern seen = {.arena = scratch};
    struct graph_node n = {0};
    VEC(uint32_t) first = {0};
    uint32_t *same = ARENA_ARRAY(scratch, uint32_t, t->nodes.n);
    for (uint32_t i = 0; i < t->nodes.n; i++) {
        graph_table_show(t, i, &n);
        same[i] = i;
        if (n.name.len && !m->view->shown.address) continue;
        if (n.name.len) n.address = 0;
        str numbers = str_format(scratch, "%lld:%lld", (long long)n.line, (long long)n.column);
        str part[] = {n.name, n.file, numbers, n.name.len ? STR_EMPTY : graph_node_name(scratch, &n)};
        uint32_t id = intern_id(&seen, str_join(scratch, part, 4, (str){"", 1}));
        if (id == first.n) *VEC_PUSH(scratch, &first) = i;
        same[i] = first.at[id];
    }
    return same;
}

void stackframes_make(struct arena *a, struct stackframes *m) {
    struct arena scratch = {0};
    const struct graph_table *t = &m->table;
    const uint32_t *same = same_nodes(&scratch, m);
    m->stack_off = m->view->stack_off;
    m->location = m->view->frame;
    m->n_locations = m->view->n_locations;
    m->first = t->first;
    m->frame_at = ARENA_ARRAY(a, uint32_t, t->first[m->view->n_locations]);
    for (loc_id l = 0; l < m->view->n_locations; l++)
        for (uint32_t i = t->first[l]; i < t->first[l + 1]; i++)
            m->frame_at[i] = 2 * same[t->node_of[i]] + (i + 1 < t->first[l + 1]);
    arena_release(&scratch);
}

struct stacktree_frame stackframes_describe(struct arena *a, const struct stackframes *m, const str_id *file,
                                            uint32_t frame) {
    struct graph_node n = {0};
    graph_table_show(&m->table, frame / 2, &n);
    struct stacktree_frame f = {.function = n.name, .file = n.file, .line = n.line, .inlined = frame % 2};
    if (!n.name.len) {
        f.name = graph_node_name(a, &n);
        return f;
    }
    f.name = n.name;
    if (n.line || n.column) {
        str number = n.column ? str_format(a, ":%lld:%lld", (long long)n.line, (long long)n.column)
                              : str_format(a, ":%lld", (long long)n.line);
        f.name = str_join(a, (str[]){n.name, number}, 2, STR_EMPTY);
    }
    if (!f.file.len && file && file[frame / 2] != PROFILE_NONE && file[frame / 2])
        f.file = graph_trim_path(gotext_clean_path(a, profile_str(m->view, file[frame / 2])), m->options->trim_path,
                                 m->options->source_path);
    return f;
}

str_id *stackframes_files(struct arena *scratch, const struct stackframes *m) {
    const struct profile *v = m->view;
    if (v->shown.file) return NULL;
    str_id *file = ARENA_ARRAY(scratch, str_id, m->table.nodes.n);
    for (uint32_t i = 0; i < m->table.nodes.n; i++) file[i] = PROFILE_NONE;
    for (loc_id l = 0; l < v->n_locations; l++) {
        const uint32_t *node = m->table.node_of + m->table.first[l];
        for (uint32_t i = 0; i < v->location[l].n_lines; i++) {
            str_id f = v->function[v->line[v->location[l].first_line + i].function].file;
            str_id *known = &file[node[i]];
            *known = *known == PROFILE_NONE || *known == f ? f : 0;
        }
    }
    return file;
}

enum { NAME_BYTES = 7, NAME_MORE };

/* Seven bytes of a text, and how many of these there are, so that a longer text follows its start. */
static uint64_t text_word(str text, uint64_t depth) {
    size_t at = depth * NAME_BYTES, left = at < text.len ? text.len - at : 0;
    unsigned char byte[NAME_BYTES + 1] = {0};
    memcpy(byte, text.ptr + (left ? at : 0), left < NAME_BYTES ? left : NAME_BYTES);
    uint64_t word = 0;
    for (size_t k = 0; k < NAME_BYTES; k++) word = word << 8 | byte[k];
    return word << 8 | (left > NAME_BYTES ? NAME_MORE : left);
}

static uint64_t count_words(str text) { return text.len ? (text.len + NAME_BYTES - 1) / NAME_BYTES : 1; }

/* Frames are sorted by name, file and line. */
static bool load_frame_texts(const void *context, struct wordsort_entry *e, uint32_t n, uint64_t depth) {
    const struct stackframes_described *d = context;
    const struct stacktree_frame *any = &d[e[0].item].frame;
    if (depth > 0 && depth > count_words(any->name) + count_words(any->file)) return false;
    for (uint32_t i = 0; i < n; i++) {
        const struct stacktree_frame *f = &d[e[i].item].frame;
        uint64_t names = count_words(f->name), files = count_words(f->file);
        e[i].word = depth < names           ? text_word(f->name, depth)
                    : depth < names + files ? text_word(f->file, depth - names)
                                            : (uint64_t)f->line ^ (uint64_t)1 << 63;
    }
    return true;
}

void stackframes_sort(const struct stackframes_described *d, struct wordsort_entry *e, uint32_t n) {
    wordsort_sort(&(struct wordsort){load_frame_texts, d}, e, n);
}
