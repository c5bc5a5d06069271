/* The number of cells of a terminal that a text takes, in any locale: 2 for East Asian wide characters, 0 for marks
 * that combine with the character before, else 1. */
#ifndef CPROF_BASE_CELLS_H
#define CPROF_BASE_CELLS_H

#include "base/str.h"

int cells_of(uint32_t rune); /* not for control characters */

#endif
