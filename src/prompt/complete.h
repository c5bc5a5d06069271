/* Completion of a word at the prompt. It does not know readline: repl.c passes the words. */
#ifndef CPROF_PROMPT_COMPLETE_H
#define CPROF_PROMPT_COMPLETE_H

#include "profile/profile.h"

struct complete_list {
    VEC(str) at;  /* sorted, without duplicates; each replaces the whole word */
    bool partial; /* the typed text is inside the candidates, not at their start */
    char after;   /* appended to a single candidate: a space, or 0 for nothing */
};

/* Completes `word`, the typed part of a word, which follows `before` in the line. The list lives in `a` and points
 * into p's strings. */
struct complete_list complete_word(struct arena *a, const struct profile *p, str before, str word);

#endif
