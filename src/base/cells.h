/* The number of cells of a terminal that a text takes, in any locale: 2 for East Asian wide characters, 0 for marks
 * that combine with the character before, else 1. */
#ifndef CPROF_BASE_CELLS_H
#define CPROF_BASE_CELLS_H

#include "base/str.h"

/* Returns true for a character that is invisible or changes how others are shown: C0 and C1 controls, marks of
 * direction, joiners, line separators, noncharacters. Names with such characters must reach no terminal and no
 * picture. */
bool cells_are_unsafe(uint32_t rune);

int cells_of(uint32_t rune); /* not for control characters */

#endif
