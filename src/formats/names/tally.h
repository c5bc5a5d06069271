/* Adds up samples with equal stacks and labels, for profiles with one sample type. */
#ifndef CPROF_FORMATS_NAMES_TALLY_H
#define CPROF_FORMATS_NAMES_TALLY_H

#include "profile/build.h"

struct tally {
    struct build build; /* the caller sets its types and header */
    struct arena scratch;
    struct intern samples; /* number of labels, labels, frames */
    VEC(int64_t) value;    /* per sample */
    VEC(loc_id) stack;     /* of the sample that is being read, leaf first */
    VEC(label_id) labels;  /* of the sample that is being read, in order */
    VEC(uint32_t) key;     /* used by tally_add only */
};

/* Starts a profile with one type, which counts. */
void tally_init(struct tally *t, struct arena *a, str type);
/* Adds a named frame to the stack that is being read, nearer to the root than those before. */
void tally_frame(struct tally *t, str name, str file, int64_t line);
/* Adds a label to the sample that is being read: a text, or a number, whose unit is its key if `unit` is empty. */
void tally_text_label(struct tally *t, str key, str value);
void tally_number_label(struct tally *t, str key, int64_t number, str unit);
/* Drops the stack and labels that were read. */
void tally_clear(struct tally *t);
/* Adds a sample with the stack and labels that were read, and drops these. Returns false if the sum overflows. */
bool tally_add(struct tally *t, int64_t value);
/* Seals the profile, without samples whose sum is 0. Releases `t`, as tally_drop does. */
bool tally_finish(struct tally *t, struct profile *out, struct err *e);
void tally_drop(struct tally *t);

#endif
