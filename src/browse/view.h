/* What a view is: it loads data by way of a report's own functions, makes rows of them, and draws the rows that are
 * visible. Each view is one file and one row in views.def. */
#ifndef CPROF_BROWSE_VIEW_H
#define CPROF_BROWSE_VIEW_H

#include "base/hash.h"
#include "browse/canvas.h"
#include "browse/keys.h"
#include "session/run.h"
#include "stacks/pathhash.h"

/* A frame into which the user zoomed; `above` is the frame that calls it, NULL at the root's callees. */
struct view_zoom {
    struct pathhash path;
    str name;
    const struct view_zoom *above;
};

/* The order of rows. */
enum view_order {
    ORDER_USUAL, /* of the view */
    ORDER_FLAT,
    ORDER_CUM,
    ORDER_NAME
};

/* What is shown, as the history keeps it. */
struct view_place {
    const struct view *view;
    struct options options;
    str pattern; /* of the functions that the view shows, if it shows only some */
    str subject; /* these functions, for the reader */
    enum view_order order;
    const struct view_zoom *zoom;
    size_t row;   /* that is selected */
    size_t first; /* row at the top, or level of a flame graph */
    int shift;    /* columns by which long texts are moved to the left */
};

/* What the user did to rows; it outlives pages. */
struct view_memory {
    struct arena arena;
    struct intern functions;
    VEC(bool) marked;      /* [function] */
    struct u64map toggled; /* [path in a tree]: 1 if it is open or closed against the default */
};
/* Rows that are wanted. */
struct view_match {
    const struct regex *regex;        /* of the name; NULL: any name */
    const struct view_memory *marked; /* the function is marked; NULL: any function */
    str function;                     /* the function has this name; empty: any function */
};

/* The data of a report, made once for all places with the same report, pattern and options. */
struct view_source {
    const struct view *view; /* that loaded it */
    str key;                 /* equal for places that can share it */
    struct arena arena;
    struct notes notes;
    struct run_view run;
    const void *data; /* of view->load */
};

/* The rows of a place. */
struct view_page {
    const struct view *view;
    struct view_source *source;
    struct arena arena;
    struct view_place *place; /* views change its row and first */
    struct view_memory *memory;
    struct arena *keep; /* of the session, for what places refer to */
    void *data;         /* of view->make */
    str unit;           /* of all values, or "minimum" and the like */
    size_t n;           /* rows; 0: `empty` is shown */
    str empty;
};

/* Rows of the canvas: [from, to). */
struct view_area {
    int from, to;
};

struct view {
    const char *name;   /* also the word that shows it after ":" */
    const char *title;  /* in the line of views */
    const char *report; /* the row of the report table that it shows; NULL: it has no data */
    bool of_functions;  /* place.pattern selects functions */
    bool zooms;
    bool heaviest_first; /* the usual order is by cum, not by options.sort */
    bool (*load)(struct view_source *s, struct err *e);
    void (*drop)(const void *data); /* frees what load allocated outside of the arena; may be NULL */
    bool (*make)(struct view_page *p, struct err *e);
    void (*unmake)(struct view_page *p); /* frees what make allocated outside of p->arena; may be NULL */
    void (*head)(const struct view_page *p, struct canvas *c, int y); /* the line above the rows */
    void (*row)(const struct view_page *p, struct canvas *c, int y, size_t row, struct canvas_style style);
    /* Draw the whole area in place of single rows, and tell the line of a row, for views with several rows in a line;
     * else NULL. */
    void (*draw)(const struct view_page *p, struct canvas *c, struct view_area area);
    size_t (*line_of)(const struct view_page *p, size_t row);
    str (*name_of)(const struct view_page *p, size_t row);     /* what is searched */
    str (*function_of)(const struct view_page *p, size_t row); /* for filters and marks; empty: none */
    str (*describe)(const struct view_page *p, size_t row);    /* its values, for the line below the rows */
    /* Carries out an action that means something of its own here; false: it does not. May be NULL. `height` is the
     * number of visible rows. */
    bool (*act)(struct view_page *p, enum keys_action action, int height);
    /* Finds the first row after, or before, the selected one for which `match` is true, around the end, and makes it
     * visible; false: none. NULL: by name_of and function_of of the rows. */
    bool (*find)(struct view_page *p, const struct view_match *match, bool forward, size_t *row);
    const struct view_zoom *(*zoom_to)(struct view_page *p, size_t row); /* the zoom on a row; NULL unless it zooms */
    bool (*select)(struct view_page *p, struct pathhash path, size_t *row); /* finds the row of a path; the same */
};

extern const struct view *const view_table[]; /* in the order of the keys 1, 2 … */
extern const unsigned view_table_n;
const struct view *view_find(str name); /* NULL if there is no such view */

/* Declares each view. */
#define VIEW(name) extern const struct view view_##name;
#include "browse/views.def"

/* The order of the rows; never ORDER_USUAL. */
enum view_order view_order(const struct view *v, const struct view_place *p);

/* A pattern that matches the function alone, for options; in `a`. */
str view_pattern(struct arena *a, str function);
/* A pattern of the names that reports show for the function at the place's granularity. */
str view_name_pattern(struct arena *a, const struct options *o, str function);

bool view_is_marked(const struct view_memory *m, str function);
/* Marks the function, or removes its mark; returns true if it is marked now. */
bool view_mark(struct view_memory *m, str function);
bool view_matches(const struct view_match *match, str name, str function);

#endif
