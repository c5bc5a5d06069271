/* Locations that have some of the lines of others: a filter cuts frames, and inlined calls are frames too. */
#ifndef CPROF_FILTER_LINE_PARTS_H
#define CPROF_FILTER_LINE_PARTS_H

#include "base/hash.h"
#include "profile/profile.h"

struct line_parts {
    struct arena *scratch;      /* the caller sets these two */
    const struct profile *view; /* as it is before line_parts_add */
    struct intern known;        /* a location and its lines, as bytes -> location */
    VEC(struct profile_location) location;
    VEC(struct profile_line) line;
};

/* The location with n > 0 lines of location l: those from offset `first`, or those at the offsets line[0] < line[1] …,
 * of which there may be LINE_PARTS_MOST. It is in the view after line_parts_add. With all lines it is l itself. */
enum { LINE_PARTS_MOST = 16 };
loc_id line_parts_range(struct line_parts *p, loc_id l, uint32_t first, uint32_t n);
loc_id line_parts_of(struct line_parts *p, loc_id l, const uint32_t *line, uint32_t n);
/* Adds the locations that were made to the view. */
void line_parts_add(struct arena *a, struct line_parts *p, struct profile *view);

#endif
