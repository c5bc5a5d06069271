/* Tuning constants of all rooms. They decide how fast cprof is and how much memory it takes, never what it prints.
 * Beside each stands what was measured, or why it is as it is; "estimated" where nothing was measured. Bounds on what
 * untrusted input may cost, and constants of formats, stand in the files that use them.
 *
 * With TUNING_SMALL (make FLAVOUR=small check) chunks, batches and windows are as small as they can be, and the ways
 * meant for large inputs are always taken, so that tests with small inputs meet the edges of all of them. */
#ifndef CPROF_BASE_TUNING_H
#define CPROF_BASE_TUNING_H

#include <stddef.h>
#include <stdint.h>

#ifdef TUNING_SMALL
#define TUNING(usual, small) (small)
#else
#define TUNING(usual, small) (usual)
#endif

/* base */
enum {
    /* An arena's first block, small so that a small profile touches few pages; the next ones double up to the second,
     * which bounds what the last one wastes. Estimated. */
    TUNING_ARENA_FIRST = 16 * 1024,
    TUNING_ARENA_MOST = 64 * 1024 * 1024,
    TUNING_SINK_BUFFER = TUNING(256 * 1024, 64), /* written to a file at once. Estimated. */
    TUNING_THREADS_MOST = 16                     /* without $CPROF_THREADS; nothing was measured with more */
};
/* malloc keeps so much of what is freed: as much as a file of a megabyte takes, so that the next one finds memory
 * there. A page that the system hands out anew costs 1.5 us on a virtual machine. */
#define TUNING_MALLOC_KEEPS ((size_t)16 * 1024 * 1024)

/* Small: so few tags that different things often have the same. */
#define TUNING_TAG_MASK TUNING(UINT32_MAX, UINT32_C(0xff000000))

/* bytes, formats */
enum {
    TUNING_PIECES = 4, /* between unpacking and decoding: all of them stay in a core's cache */
    TUNING_PIECE = 64 * 1024,
    /* A smaller source is decoded before a second thread has started. Measured. */
    TUNING_PIECES_FROM = TUNING(160 * 1024, 64),
    /* From the first packed size up to the second malloc's heap is put on huge pages, where a page costs a fifth: page
     * faults were up to half of the time of files of 50 KB to 1 MB. Columns of larger ones are on huge pages anyway. */
    TUNING_HUGE_HEAP_FROM = 24 * 1024,
    TUNING_HUGE_HEAP_UP_TO = 4 * 1024 * 1024,
    /* How much of it, as a multiple of the packed size, and at most: more than decoding needs, the smaller the more. */
    TUNING_HUGE_HEAP_TIMES = 24,
    TUNING_HUGE_HEAP_MOST = 16 * 1024 * 1024,
    TUNING_UNPACKED_TIMES = 3,           /* profiles unpack to 2.5 to 3 times their packed size */
    TUNING_PROGRESS_BYTES = 1024 * 1024, /* unpacked between two reports of progress */
    /* Bytes between a message and what is prefetched behind it; lists of locations whose look-ups are in flight at
     * once. Together they made -top of a million samples a fifth faster. */
    TUNING_DECODE_AHEAD = 512,
    TUNING_DECODE_BATCH = TUNING(64, 2),
    /* Frames of distinct stacks: from so many on they are decoded on all threads, or have an arena to themselves, which
     * a merge can take over. After every so many, what they were read from is returned to the system: a tenth less
     * memory for -top of a million samples. */
    TUNING_FRAMES_THREADED_FROM = TUNING(200000, 1),
    TUNING_FRAMES_OWN_ARENA_FROM = TUNING(1 << 20, 1),
    TUNING_FRAMES_PER_RELEASE = TUNING(1 << 20, 2),
    /* Columns of so many bytes get an arena to themselves, in which they grow without being copied. Shorter ones share:
     * a profile may declare thousands of value types. Estimated. */
    TUNING_COLUMN_OWN_ARENA_FROM = TUNING(256 * 1024, 64),
    /* The table of strings has room at first for one string in so many bytes of profile, within bounds: growing it so
     * far costs as much as all that is put into it. */
    TUNING_BYTES_PER_STRING = 96,
    TUNING_STRINGS_EXPECTED_MOST = 1 << 14,
    /* Packed at once, a gzip member each: short enough for all threads to share a profile of a few megabytes. The
     * packed bytes depend on it, but not on the number of threads. */
    TUNING_GZIP_CHUNK = 1024 * 1024,
    /* Lines of text that are looked at as one task, in bytes: blocks of all tasks stay in the cache. */
    TUNING_LINES_BLOCK = TUNING(256 * 1024, 64)
};

/* merge, session */
enum {
    /* Look-ups in flight at once: more than cache misses a core can wait for at a time. Estimated. */
    TUNING_MERGE_BATCH = TUNING(32, 2),
    /* From so many samples on, a second thread adds rows behind the one that finds stacks, and so many samples are
     * handed over at a time. With rewriting in place, 0.49 of the time for a difference of two profiles of a million.
     */
    TUNING_MERGE_THREADED_FROM = TUNING(20000, 1),
    TUNING_MERGE_HANDED_OVER = TUNING(2048, 3),
    /* Items for which room is made ahead of many inputs alike: untouched room costs nothing, but it is bounded. */
    TUNING_MERGE_EXPECTED_MOST = 1 << 20,
    /* A profile of so many bytes is freed as soon as it is merged: 535 MB instead of 598 for two of a million samples.
     */
    TUNING_MERGE_FREED_EARLY_FROM = TUNING(8 * 1024 * 1024, 1),
    /* Files that are loaded and not merged yet, for each thread and in all: 1,000 profiles of 20 KB take a fifth of the
     * memory and three quarters of the time that they took in groups of 128. */
    TUNING_FILES_AHEAD = TUNING(4, 1),
    TUNING_FILES_AHEAD_MOST = TUNING(64, 2)
};

/* filter: frames or samples that are worth a thread; for fewer, starting it costs more than it saves. Estimated. */
enum { TUNING_FILTER_FRAMES = TUNING(1 << 18, 2), TUNING_FILTER_SAMPLES = TUNING(1 << 16, 2) };

/* graph */
enum {
    /* Samples from which on naming lines and weighing stacks are a thread each. Before, starting one was a tenth of the
     * time of a 6 KB profile. */
    TUNING_GRAPH_THREADED_FROM = TUNING(50000, 1),
    TUNING_GRAPH_CHUNK = TUNING(1024, 1), /* stacks that a worker takes at a time. Estimated. */
    /* Frames that are worth another worker, and bytes of accumulators that it may set up for each: adding up what the
     * workers have is a pass over these. Estimated. */
    TUNING_GRAPH_WORKER_FRAMES = TUNING(100000, 1),
    TUNING_GRAPH_WORKER_BYTES = TUNING(4, 1 << 20),
    /* So many nodes of a location are copied without a look at how many it has: hardly any has more, and copying costs
     * less than a mispredicted branch. With the 16-byte slots of edges, a third off all passes over the stacks. */
    TUNING_GRAPH_PADDING = TUNING(4, 1),
    TUNING_GRAPH_PATH = TUNING(1024, 3), /* nodes of a path that are gathered before they are visited: 4 KB of stack */
    /* Steps whose edges are prefetched before the first is looked at: 30% off a walk of 13.6 million steps over 150,000
     * edges; where the table fits into the cache it costs nothing. */
    TUNING_EDGES_BATCH = TUNING(64, 1),
    TUNING_EDGES_SLOTS = TUNING(1 << 12, 2), /* a table's at first: 64 KB, which stay in the cache. Estimated. */
    /* Frames that are tried to estimate which walk is fastest, and the share, one in so many, below which those over
     * picked frames are. Estimated; all walks find the same. */
    TUNING_EDGES_TRIED = TUNING(8192, 4),
    TUNING_EDGES_RARE = 4,
    TUNING_TAGS_SAMPLES = TUNING(50000, 1), /* that are worth another worker for tags. Estimated. */
    /* Samples between prefetching what is known of a stack and using it (half as many behind the first step): 0.8 of
     * the time of -dot for a heap profile of a million samples. */
    TUNING_TAGS_AHEAD = TUNING(12, 1),
    TUNING_VISITS_BLOCK = TUNING(1 << 14, 1), /* visits of stacks are kept in blocks of so many. Estimated. */
    /* call_tree: paths are remembered every so many frames, and so many times along a stack, so that stacks that begin
     * alike are walked from where they part: seven times faster for large profiles. */
    TUNING_TREE_STRIDE = TUNING(4, 2),
    TUNING_TREE_CHECKPOINTS = TUNING(256, 2)
};

/* profile, stacks, report */
enum {
    TUNING_FEW_LABELS = TUNING(16, 2), /* of a sample: sorted by insertion. Estimated. */
    TUNING_FEW_STACKS = TUNING(8, 2),  /* to put in order: by insertion, where quicksort would cost more. Estimated. */
    /* The tree of stacks: how many a worker takes at a time, frames below which another worker is not worth the merging
     * of its tree (both estimated), and stacks that are walked side by side. */
    TUNING_STACKTREE_CHUNK = TUNING(1024, 2),
    TUNING_STACKTREE_WORKER = TUNING(200000, 1),
    TUNING_STACKTREE_LANES = TUNING(8, 2),
    TUNING_ORDER_ITEMS = TUNING(4096, 2), /* stacks whose ranks are packed as one task. Estimated. */
    /* Long reports are formatted on all threads, in chunks of so many parts, while the chunk before is written. A part
     * is so many items or bytes, which bounds memory to two chunks of 32 MB. */
    TUNING_ROWS_ITEMS = TUNING(128, 1),
    TUNING_ROWS_BYTES = TUNING(2 * 1024 * 1024, 64),
    TUNING_ROWS_PARTS = TUNING(16, 2)
};

/* regex */
enum {
    /* Backtracking steps of PCRE2, about 0.1 ms, after which the linear-time simulation takes over; it has longer texts
     * at once, for scanning from every start costs the square of the length and is not counted. */
    TUNING_REGEX_BACKTRACKS = TUNING(20000, 10),
    TUNING_REGEX_JIT_TEXT = TUNING(2048, 8),
    /* Compiled patterns and programs of the simulation that a thread keeps: more than a command has options that take
     * patterns. */
    TUNING_REGEX_COMPILED = TUNING(64, 1),
    TUNING_REGEX_PROGRAMS = TUNING(16, 1)
};

#endif
