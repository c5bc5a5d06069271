/* How many cells of a terminal a text takes, whatever the locale: 2 for East Asian wide characters, 0 for marks that
 * combine with the character before, else 1. */
#ifndef CPROF_BASE_CELLS_H
#define CPROF_BASE_CELLS_H

#include "base/str.h"

int cells_of(uint32_t rune); /* of a character that is no control character */

#endif
