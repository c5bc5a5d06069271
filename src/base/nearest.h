/* How far a misspelt word is from others: the number of letters to insert, remove, replace, or swap with the next one
 * (Damerau's distance of aligned texts). Capital ASCII letters equal small ones. */
#ifndef CPROF_BASE_NEAREST_H
#define CPROF_BASE_NEAREST_H

#include <stdbool.h>

#include "base/str.h"

enum { NEAREST_MOST = 64 }; /* bytes of a word; a longer one is near to nothing */

struct nearest {
    str word;
    unsigned most;        /* the distance up to which a text is near: 0 for one letter, to 3 for nine and more */
    uint64_t places[256]; /* bit i of places[c]: byte i of the word is c */
    str best;             /* the nearest text that was offered, the first of several; no pointer: none is near */
    unsigned distance;    /* of `best` */
};

/* Starts a search for what is near to `word`; the texts are not copied. */
void nearest_start(struct nearest *n, str word);
/* The distance of the word to the whole text, and to that part of the text that is nearest to it. */
unsigned nearest_whole(const struct nearest *n, str text);
unsigned nearest_part(const struct nearest *n, str text);
/* Makes the text the best one if it is near as a whole, and nearer than the others so far. */
void nearest_offer(struct nearest *n, str text);

#endif
