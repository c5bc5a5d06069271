/* What a half-typed word at the prompt may become. Knows nothing of readline: repl.c hands it the words. */
#ifndef CPROF_PROMPT_COMPLETE_H
#define CPROF_PROMPT_COMPLETE_H

#include "profile/profile.h"

struct complete_list {
    VEC(str) at;  /* in the order of the alphabet, each once; each replaces the whole word */
    bool files;   /* file names are meant, which the caller knows better */
    bool partial; /* what was typed stands inside the candidates, not at their start */
    char after;   /* what follows a single candidate: a space, or 0 for nothing */
};

/* `before` is the line up to the word, `word` what is typed of it. Lives in `a`, points into p's strings. */
struct complete_list complete_word(struct arena *a, const struct profile *p, str before, str word);

/* A regular expression that matches `name`, and is one word. */
str complete_quote(struct arena *a, str name);

#endif
