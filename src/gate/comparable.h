/* Can these runs be compared, and are they what they seem to be? */
#ifndef CPROF_GATE_COMPARABLE_H
#define CPROF_GATE_COMPARABLE_H

#include "gate/gate.h"

/* False for two runs of which each has a type of value that the other lacks, for units that no factor relates, for
 * other sampling periods, for durations more than a tenth apart unless any_duration, and for a run of another program
 * than the others of its side. `warnings` gets what is odd but possible: bases that are younger than the new runs,
 * copies of one profile, sides of different programs. */
bool gate_comparable(const struct gate_sides *s, struct notes *warnings, struct err *e);

#endif
