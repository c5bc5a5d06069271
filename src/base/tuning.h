/* Tuning constants of all rooms. They decide how fast cprof is and how much memory it takes, never what it prints. Each
 * has a measurement or a reason beside it; "estimated" means that nothing was measured. Bounds on the cost of untrusted
 * input, and constants of formats, are in the files that use them.
 *
 * With TUNING_SMALL (make FLAVOUR=small check) chunks, batches and windows are as small as possible, and paths for
 * large inputs are always taken, so that tests with small inputs reach the edges of all of them. */
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
    /* Size of an arena's first block, small so that a small profile touches few pages. Further blocks are a
     * quarter of all before them, up to the second size, which bounds the waste in the last one. Estimated. */
    TUNING_ARENA_FIRST = 16 * 1024,
    TUNING_ARENA_MOST = 64 * 1024 * 1024,
    /* Bytes from which an array whose length is a guess is mapped, unless memory is spent on time: then it is on
     * malloc's huge pages, which takes a tenth of the time off -raw and -list of 1 MB and 5 MB. A mapping costs as much
     * as touching two pages. */
    TUNING_ARENA_GUESS_MAPPED_FROM = TUNING(64 * 1024, 256),
    /* Size of blocks up to which their last bytes are on a huge page if they fill three quarters of it. For a profile
     * of 1 MB the frames of all stacks end so: that saves 455 page faults, 4% of the time of -raw. Larger blocks would
     * only take more memory. */
    TUNING_PAGES_FILLED_BELOW = 8 * 1024 * 1024,
    TUNING_RADIX_FEW = TUNING(64, 2),            /* items that are sorted by insertion. Estimated. */
    TUNING_SINK_BUFFER = TUNING(256 * 1024, 64), /* bytes written to a file at once. Estimated. */
    TUNING_THREADS_MOST = 16                     /* without $CPROF_THREADS; more were not measured */
};
/* Freed memory that malloc keeps: enough for a file of a megabyte, so that the next file reuses it. A new page from the
 * system costs 1.5 us on a virtual machine. */
#define TUNING_MALLOC_KEEPS ((size_t)16 * 1024 * 1024)

/* TUNING_SMALL has few tags, so that different things often share one. */
#define TUNING_TAG_MASK TUNING(UINT32_MAX, UINT32_C(0xff000000))

/* bytes, formats */
enum {
    TUNING_PIECES = 4, /* between unpacking and decoding; all of them stay in a core's cache */
    /* Handing one over wakes a thread: of 64 KB, a fifth of the time for collapsed stacks, a twentieth for packed
     * profiles. */
    TUNING_PIECE = 128 * 1024,
    /* Bytes from which a source is decoded on a second thread. A smaller one is decoded before a thread has started.
     * Measured. */
    TUNING_PIECES_FROM = TUNING(160 * 1024, 64),
    /* Packed sizes from which, and up to which, malloc's heap is put on huge pages, where a page costs a fifth: page
     * faults took up to half of the time of files of 50 KB to 1 MB, and a quarter of 5 MB. Columns of larger files
     * are on huge pages anyway, but -top of 47 MB takes a twelfth less. */
    TUNING_HUGE_HEAP_FROM = 24 * 1024,
    TUNING_HUGE_HEAP_UP_TO = 64 * 1024 * 1024,
    /* Size of that heap, as a multiple of the packed size up to a maximum. */
    TUNING_HUGE_HEAP_TIMES = 24,
    TUNING_HUGE_HEAP_MOST = 16 * 1024 * 1024,
    /* Packed size of files below which the narrow reports take the least memory: threads share malloc's heap, for which
     * they would wait if they allocated much, and its huge pages have at most this size and this multiple of the packed
     * one. What does not fit is on small pages: a profile of 1 MB needs 6.6 MB in all, and a third huge page would not
     * be filled. Other reports spend memory on time there: up to 2 MB for 1 MB, and 6 MB for 5 MB. Files of 47 MB would
     * take 5 MB more and hardly less time. */
    TUNING_LEAST_MEMORY_BELOW = 6 * 1024 * 1024,
    TUNING_HUGE_HEAP_FILLED = 4 * 1024 * 1024,
    TUNING_HUGE_HEAP_FILLED_TIMES = 2,
    TUNING_UNPACKED_TIMES = 3, /* profiles unpack to 2.5 to 3 times their packed size */
    /* Packed size up to which stacks that nobody reads are left out: it saves a quarter of the time of -tags for 1 MB,
     * but a file with gaps in its ids of locations is then loaded twice. */
    TUNING_SKIP_STACKS_UP_TO = 8 * 1024 * 1024,
    TUNING_PROGRESS_BYTES = 1024 * 1024, /* unpacked bytes between two progress reports */
    /* Bytes between a message and the prefetch ahead of it, and lists of locations whose look-ups are in flight at
     * once. Together they made -top of a million samples a fifth faster. */
    TUNING_DECODE_AHEAD = 512,
    TUNING_DECODE_BATCH = TUNING(64, 2),
    /* Numbers of frames of distinct stacks from which they are looked up on all threads, where they must be. */
    TUNING_FRAMES_THREADED_FROM = TUNING(200000, 1),
    /* The column of frames starts with room for one frame per this many bytes of profile, up to a maximum. Room that is
     * not used costs nothing. */
    TUNING_BYTES_PER_FRAME = 3,
    TUNING_FRAMES_EXPECTED_MOST = TUNING(1 << 21, 3),
    /* Estimated unpacked size from which the bytes of location lists are kept: -top of a million samples, whose lists
     * occur three times, takes a third less time. */
    TUNING_LIST_BYTES_FROM = TUNING(16 * 1024 * 1024, 64),
    TUNING_NARROW_FROM = TUNING(64 * 1024, 1), /* packed size of files from which frames are narrow where possible */
    TUNING_NARROW_MOST = TUNING(UINT16_MAX - 1, 40), /* the largest location in narrow frames */
    /* Bytes from which a column gets an arena of its own, in which it grows without being copied. Shorter columns share
     * an arena: a profile may declare thousands of value types. Estimated. */
    TUNING_COLUMN_OWN_ARENA_FROM = TUNING(64 * 1024, 64),
    /* The table of strings starts with room for one string per this many bytes of profile, up to a maximum: growing it
     * that far costs as much as filling it. */
    TUNING_BYTES_PER_STRING = 256,
    TUNING_STRINGS_EXPECTED_MOST = 1 << 14,
    /* The other tables start with room for one row per this many bytes of profile, up to a maximum of bytes: those of
     * profiles of a megabyte then do not grow. */
    TUNING_BYTES_PER_LOCATION = 256,
    TUNING_BYTES_PER_LINE = 200,
    TUNING_BYTES_PER_FUNCTION = 384,
    TUNING_TABLES_EXPECTED_MOST = TUNING(1 << 26, 5000),
    /* Bytes per gzip member, which are packed at once: few enough for all threads to share a profile of a few
     * megabytes. The packed bytes depend on this, but not on the number of threads. */
    TUNING_GZIP_CHUNK = 1024 * 1024,
    /* Columns of samples start with room for one sample per this many bytes of profile, up to a maximum: real profiles
     * have one in 70 to 100. */
    TUNING_BYTES_PER_SAMPLE = 75,
    TUNING_SAMPLES_EXPECTED_MOST = TUNING(1 << 16, 3),
    /* Bytes of lines that are one task: the blocks of all tasks stay in the cache. */
    TUNING_LINES_BLOCK = TUNING(256 * 1024, 64)
};

/* merge, session */
enum {
    /* Look-ups in flight at once: more than the cache misses that a core can wait for at a time. Estimated. */
    TUNING_MERGE_BATCH = TUNING(32, 2),
    /* Samples from which a second thread adds rows behind the one that looks up stacks, and samples that the first
     * passes on at a time. With rewriting in place, a difference of two profiles of a million takes 0.49 of the
     * time. */
    TUNING_MERGE_THREADED_FROM = TUNING(20000, 1),
    TUNING_MERGE_HANDED_OVER = TUNING(2048, 3),
    /* Maximum of the items for which room is made ahead, for many inputs of the same size. Untouched room costs
     * nothing, but must be bounded. */
    TUNING_MERGE_EXPECTED_MOST = 1 << 20,
    /* Bytes from which a profile is freed as soon as it is merged: 535 MB instead of 598 for two profiles of a million
     * samples. */
    TUNING_MERGE_FREED_EARLY_FROM = TUNING(8 * 1024 * 1024, 1),
    /* Files that are loaded but not merged yet, per thread and in all: 1,000 profiles of 20 KB take a fifth of the
     * memory and three quarters of the time that they took in groups of 128. */
    TUNING_FILES_AHEAD = TUNING(4, 1),
    TUNING_FILES_AHEAD_MOST = TUNING(64, 2)
};

/* filter: frames or samples that are worth a thread; for fewer, starting one costs more than it saves. Estimated. */
enum { TUNING_FILTER_FRAMES = TUNING(1 << 18, 2), TUNING_FILTER_SAMPLES = TUNING(1 << 16, 2) };

/* graph */
enum {
    /* Samples from which naming lines and weighing stacks have a thread each. For a profile of 6 KB, starting one took
     * a tenth of the time. */
    TUNING_GRAPH_THREADED_FROM = TUNING(50000, 1),
    TUNING_GRAPH_CHUNK = TUNING(1024, 1), /* stacks that a worker takes at a time. Estimated. */
    /* Frames that are worth another worker, and bytes of accumulators that it may set up for each of them: joining the
     * workers is a pass over these. Estimated. */
    TUNING_GRAPH_WORKER_FRAMES = TUNING(100000, 1),
    TUNING_GRAPH_WORKER_BYTES = TUNING(4, 1 << 20),
    /* Nodes of a location that are copied without testing their number: few locations have more, and copying costs less
     * than a mispredicted branch. With the 16-byte slots of edges, a third off all passes over the stacks. */
    TUNING_GRAPH_PADDING = TUNING(4, 1),
    TUNING_GRAPH_PATH = TUNING(1024, 3), /* nodes of a path that are collected before they are visited: 4 KB on the
                                            stack */
    /* Steps whose edges are prefetched before the first is read: 30% off a walk of 13.6 million steps over 150,000
     * edges. Costs nothing if the table fits into the cache. */
    TUNING_EDGES_BATCH = TUNING(64, 1),
    /* Slots up to which a table stays in a core's cache, half a megabyte: there prefetching costs more than it saves.
     */
    TUNING_EDGES_NEAR = TUNING(1 << 15, 8),
    TUNING_EDGES_SLOTS = TUNING(1 << 12, 2), /* initial size of a table: 64 KB, which stay in the cache. Estimated. */
    /* A table of all edges starts with room for this many per node, up to a maximum of slots. Profiles of 1 and 5 MB
     * have 3.1 and 3.6 edges per node, and growing takes a tenth of the walk; but a walk over a table that is larger
     * than it must be waits more often for memory. */
    TUNING_EDGES_PER_NODE = TUNING(3, 1),
    TUNING_EDGES_SLOTS_EXPECTED = TUNING(1 << 18, 4),
    TUNING_EDGES_FEW = TUNING(16, 2),       /* edges of a node that are sorted by insertion. Estimated. */
    TUNING_EDGES_SORTED = TUNING(10000, 1), /* edges that are worth another worker for sorting. Estimated. */
    /* Frames that are tried to estimate which walk is the fastest. Walks over picked frames are, if fewer than one in
     * TUNING_EDGES_RARE is picked. Estimated; all walks find the same edges. */
    TUNING_EDGES_TRIED = TUNING(8192, 4),
    TUNING_EDGES_RARE = 4,
    TUNING_TAGS_SAMPLES = TUNING(50000, 1), /* samples that are worth another worker for tags. Estimated. */
    /* Samples between the prefetch of a stack's data and its use (half as many behind the first step): 0.8 of the time
     * of -dot for a heap profile of a million samples. */
    TUNING_TAGS_AHEAD = TUNING(12, 1),
    TUNING_VISITS_BLOCK = TUNING(1 << 14, 1), /* visits of stacks per block. Estimated. */
    /* call_tree: frames between two checkpoints of a path, and checkpoints per stack. Stacks with a common start are
     * walked from the last one that they share: seven times faster for large profiles. */
    TUNING_TREE_STRIDE = TUNING(4, 2),
    TUNING_TREE_CHECKPOINTS = TUNING(256, 2)
};

/* profile, stacks, report */
enum {
    TUNING_FEW_LABELS = TUNING(16, 2), /* Labels of a sample that are sorted by insertion. Estimated. */
    TUNING_FEW_STACKS = TUNING(8, 2),  /* Stacks that are sorted by insertion, because quicksort would cost more.
                                          Estimated. */
    /* The tree of stacks: stacks that a worker takes at a time, and that are worth another worker (estimated). */
    TUNING_STACKTREE_CHUNK = TUNING(1024, 2),
    TUNING_STACKTREE_WORKER = TUNING(20000, 1),
    TUNING_ORDER_ITEMS = TUNING(4096, 2), /* stacks whose ranks are packed as one task. Estimated. */
    /* Long reports are formatted on all threads, in parts, of which this many are in memory for each thread. A part has
     * at most this many items, and as many as make about TUNING_ROWS_PART bytes, by the sizes of TUNING_ROWS_TRIED
     * items: parts stay in the cache, and starting one costs little beside it. TUNING_ROWS_BYTES bounds memory. */
    TUNING_ROWS_PARTS = 3,
    TUNING_ROWS_ITEMS = TUNING(4096, 2),
    TUNING_ROWS_PART = TUNING(256 * 1024, 64),
    TUNING_ROWS_TRIED = TUNING(64, 2),
    TUNING_ROWS_BYTES = TUNING(2 * 1024 * 1024, 64),
    /* Bytes of the texts of locations that a report of samples keeps; further texts are made each time. Estimated. */
    TUNING_LOCTEXTS_KEPT = TUNING(512 * 1024 * 1024, 64)
};

/* binaries */
enum {
    /* Bytes of .debug_info from which units are read on all threads: this many take about a millisecond. */
    TUNING_DWARF_THREADED_FROM = TUNING(1024 * 1024, 1),
    /* Bytes of names, and of line tables and ranges, that all answers of a file may take; 16 times its size are allowed
     * in addition. Estimated. */
    TUNING_DWARF_SPENT = TUNING(128 * 1024 * 1024, 4096)
};

/* serve: samples from which their stacks are written while they are sent; their text takes 1.5 KB a sample. */
enum { TUNING_STREAM_SAMPLES = TUNING(20000, 1) };

/* regex */
enum {
    /* Backtracking steps of PCRE2, about 0.1 ms, after which the linear-time simulation takes over. It gets longer
     * texts at once, because scanning from each start costs the square of the length and is not counted as steps. */
    TUNING_REGEX_BACKTRACKS = TUNING(20000, 10),
    TUNING_REGEX_JIT_TEXT = TUNING(2048, 8),
    /* Steps that all matches of a pattern from a profile may take: at once, and more for each byte of a text. They take
     * one to three seconds; pprof's own pattern for heap profiles takes 100 steps a name, or less. */
    TUNING_REGEX_STEPS = TUNING(300000000, 1000000),
    TUNING_REGEX_STEPS_A_BYTE = TUNING(50, 50),
    /* Compiled patterns, and programs of the simulation, that a thread keeps: more than a command has options with
     * patterns. */
    TUNING_REGEX_COMPILED = TUNING(64, 1),
    TUNING_REGEX_PROGRAMS = TUNING(16, 1)
};

#endif
