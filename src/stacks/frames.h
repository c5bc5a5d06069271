/* The frames of stacks: which lines are the same frame, and how a frame is shown. */
#ifndef CPROF_STACKS_FRAMES_H
#define CPROF_STACKS_FRAMES_H

#include "graph/table.h"
#include "options/options.h"
#include "profile/profile.h"
#include "stacks/wordsort.h"

/* Frames differ in name, file, line, column or inlined, as far as the view's granularity shows them. */
struct stacktree_frame {
    str name;     /* as shown, with ":LINE" or ":LINE:COLUMN" if the view tells lines apart; never empty */
    str function; /* only the name of the function; empty if unknown */
    str file;     /* trimmed; if the view does not tell files apart, the file of all functions of this name, or empty */
    int64_t line; /* 0: none */
    bool inlined;
};

/* The frames of all stacks. A frame is a number: 2 * node of the table + (1 if it is inlined). */
struct stackframes {
    const struct profile *view;
    const struct options *options;
    struct graph_table table;
    /* The stacks, of locations; those of the view, unless they are turned. */
    const uint64_t *stack_off;
    const loc_id *location;
    uint32_t n_locations;
    const uint32_t *first; /* [location]: its first frame; innermost first */
    uint32_t *frame_at;
};

/* Numbers the frames of m->view, in `a`. The caller sets view and options and makes the table; the rest is set here. */
void stackframes_make(struct arena *a, struct stackframes *m);
static inline uint32_t stackframes_count(const struct stackframes *m, loc_id l) {
    return m->first[l + 1] - m->first[l];
}
/* A frame of a location: 0 is the outermost. */
static inline uint32_t stackframes_at(const struct stackframes *m, loc_id l, uint32_t line) {
    return m->frame_at[m->first[l + 1] - 1 - line];
}
/* [node of the table]: the file of all its functions, 0 if they differ. NULL if the view tells files apart. */
str_id *stackframes_files(struct arena *scratch, const struct stackframes *m);
/* The name, file and line of a frame, in `a`. `file` is from stackframes_files, or NULL. */
struct stacktree_frame stackframes_describe(struct arena *a, const struct stackframes *m, const str_id *file,
                                            uint32_t frame);

/* A frame, and its number. */
struct stackframes_described {
    struct stacktree_frame frame;
    uint32_t number;
};
/* Sorts n entries, whose items index d[], by name, file and line. Frames that look alike are in the order of their
 * items. */
void stackframes_sort(const struct stackframes_described *d, struct wordsort_entry *e, uint32_t n);

#endif
