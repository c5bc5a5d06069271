/* The canonical form of a profile: equal samples have equal bytes, in any order and grouping of merges.
 *
 * A canonical merge (merge_groups.canonical) therefore uses rules that are associative and commutative, and do not
 * change a profile that is merged by itself:
 *
 *   samples        add up, modulo 2^64; those of 0 stay, because dropping them would drop what only they use
 *   types          those that all profiles have, by name; the first one of a name
 *   units          the finest, exactly; among spellings of it the smallest
 *   default type   the smallest; of a profile that names none, its last type
 *   time           the earliest that is known
 *   duration       the sum
 *   period         the largest
 *   comments       a set
 *   doc_url        the smallest
 *   drop_frames    with keep_frames: kept if equal in all profiles, else empty. Callers apply those of each profile
 *                  before they merge it
 *   mappings       those in use and the main one, which is the smallest of all main ones. Equal ones (size in pages,
 *                  offset, build ID, or else file) join: lowest start, largest size, smallest file, common flags
 *   locations      are equal if all columns are
 *
 * "Smallest" is by bytes, among texts that are not empty. */
#ifndef CPROF_MERGE_CANONICAL_H
#define CPROF_MERGE_CANONICAL_H

#include "profile/profile.h"

/* Makes the canonical form of a profile or view in `a`: merged by itself, with all tables and samples sorted by what
 * they contain, types by name with the default last, and ids from 1 on. A view must have the granularity of addresses;
 * columns that it hides are empty. Fails if there are no sample types. */
bool merge_canonical(struct arena *a, const struct profile *p, struct profile *out, struct err *e);

#endif
