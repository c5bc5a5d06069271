/* Checks that the runs given to the gate can be compared, and warns of likely mistakes. */
#ifndef CPROF_GATE_COMPARABLE_H
#define CPROF_GATE_COMPARABLE_H

#include "gate/gate.h"

/* Returns false if two runs each have a type that the other lacks, if units cannot be converted, sampling periods
 * differ, durations differ by more than a tenth (unless any_duration), or one run is of another program than the
 * others of its side. Adds to `warnings` if the base runs are younger than the new ones, if two runs are copies of one
 * profile, or if the sides are of different programs. */
bool gate_comparable(const struct gate_sides *s, struct notes *warnings, struct err *e);

#endif
