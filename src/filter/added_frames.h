/* Frames that the program does not have, added around the stacks of a view. Frames are made once per name and file, and
 * stacks once per choice of frames and old stack. */
#ifndef CPROF_FILTER_ADDED_FRAMES_H
#define CPROF_FILTER_ADDED_FRAMES_H

#include "profile/profile.h"

struct added_frames;
/* Everything except what stays in the view lives in `scratch`. */
struct added_frames *added_frames_new(struct arena *a, struct arena *scratch, struct profile *view);
/* The location of the function `name` in the file `file`. The texts must live until added_frames_finish. */
loc_id added_frames_of(struct added_frames *f, str name, str file);

/* The frames around a stack, innermost first. */
struct added_choice {
    const loc_id *leaf, *root;
    uint32_t n_leaf, n_root;
};
/* Puts the frames of choice[choice_of[i]] around the stack of each sample i of the view, and the new frames into its
 * tables. Called once, at the end. */
void added_frames_finish(struct added_frames *f, const struct added_choice *choice, const uint32_t *choice_of);

#endif
