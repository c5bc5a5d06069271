/* Samples of equal stack and labels are added up: a profile in the making of one sample type. */
#ifndef CPROF_FORMATS_NAMES_TALLY_H
#define CPROF_FORMATS_NAMES_TALLY_H

#include "profile/build.h"

struct tally {
    struct build build; /* its types, and header, are set by the caller */
    struct arena scratch;
    struct intern samples; /* number of labels, labels, frames */
    VEC(int64_t) value;    /* of each */
    VEC(loc_id) stack;     /* of the sample that is being read: leaf first */
    VEC(label_id) labels;  /* of it, in order */
    VEC(uint32_t) key;     /* of tally_add alone */
};

/* A profile with one type of count. */
void tally_init(struct tally *t, struct arena *a, str type);
/* A frame of the stack that is being read, for names; nearer to the root than those before. */
void tally_frame(struct tally *t, str name, str file, int64_t line);
/* A label of the sample that is being read: text, or a number, whose unit is its key where there is none. */
void tally_text_label(struct tally *t, str key, str value);
void tally_number_label(struct tally *t, str key, int64_t number, str unit);
/* Forgets the stack and labels that were read. */
void tally_clear(struct tally *t);
/* Adds a sample of them, and forgets them. False where the sum does not fit. */
bool tally_add(struct tally *t, int64_t value);
/* Seals; samples whose sum is 0 are left out. Releases `t`, as tally_drop does. */
bool tally_finish(struct tally *t, struct profile *out, struct err *e);
void tally_drop(struct tally *t);

#endif
