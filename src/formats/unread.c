/* Files that are recognized and not read: a sentence says what they are, and what makes a profile of them. */
#include <string.h>
#include <strings.h>

#include "formats/format.h"

static const struct unread_kind {
    const char *start;
    size_t n;
    const char *sentence;
} kinds[] = {
#define STARTS(literal, sentence)                                                                                      \
    { literal, sizeof(literal) - 1, sentence }
    STARTS("PERFILE2",
           "this is a perf.data file, which is read from a file on disk only; or run \"perf script -i FILE\" "
           "and give what it prints"),
    STARTS("2ELIFREP",
           "this is a perf.data file of a machine with another byte order: run \"perf script -i FILE\" there "
           "and give what it prints"),
    STARTS("PERFFILE", "this is a perf.data file of an old version: run its \"perf script -i FILE\" and give what it "
                       "prints"),
    STARTS("FLR\0",
           "this is a JFR recording: \"jfrconv --collapsed FILE\" of async-profiler makes collapsed stacks of it"),
    STARTS("mode: set\n", "this is a Go coverage file, not a profile: \"go tool cover\" reads it"),
    STARTS("mode: count\n", "this is a Go coverage file, not a profile: \"go tool cover\" reads it"),
    STARTS("mode: atomic\n", "this is a Go coverage file, not a profile: \"go tool cover\" reads it"),
    STARTS("gmon", "this is a gprof profile (gmon.out): \"gprof PROGRAM FILE\" reads it; record with perf instead"),
    STARTS("JAVA PROFILE 1.", "this is a Java heap dump, not a profile: it has objects and no stacks that hold them"),
    STARTS("go1.7 heap dump\n",
           "this is a Go heap dump: \"go tool viewcore\" reads such; /debug/pprof/heap is the profile"),
    STARTS("\177ELF", "this is a program or library (ELF), not a profile: name the profile behind it"),
    STARTS("MZ", "this is a Windows program, not a profile: name the profile behind it"),
    STARTS("\xcf\xfa\xed\xfe", "this is a program or library (Mach-O), not a profile: name the profile behind it"),
    STARTS("\xca\xfe\xba\xbe", "this is a program or library (Mach-O) or a Java class, not a profile"),
    STARTS("Nettrace",
           "this is a trace of .NET: \"dotnet-trace convert --format Speedscope FILE\" makes JSON that is read"),
    STARTS("\201rforpl\377", "this is a raw profile of LLVM's instrumentation: \"llvm-profdata\" reads it"),
    STARTS("SQLite format 3\0", "this is an SQLite database, as Nsight Systems exports them: \"nsys stats\" reads it"),
    STARTS("PK\3\4", "this is a ZIP archive: unpack it first"),
    STARTS("\x89PNG", "this is a picture, not a profile"),
    STARTS("%PDF-", "this is a PDF document, not a profile"),
#undef STARTS
};

static bool starts_with_word(str text, const char *word) {
    size_t n = strlen(word);
    return text.len >= n && strncasecmp(text.ptr, word, n) == 0;
}

/* Markup, by its first element. */
static const char *find_markup(str start) {
    start = str_trim(str_slice(start, 0, 4096));
    if (starts_with_word(start, "<!doctype html") || starts_with_word(start, "<html") ||
        starts_with_word(start, "<head") || starts_with_word(start, "<body"))
        return "this is an HTML page, not a profile: the server may have answered with an error or a login";
    if (starts_with_word(start, "<svg")) return "this is a picture, not a profile: give what it was drawn from";
    if (!starts_with_word(start, "<?xml")) return NULL;
    if (str_find(start, STR("<svg")) < start.len)
        return "this is a picture, not a profile: give what it was drawn from";
    if (str_find(start, STR("<html")) < start.len)
        return "this is an HTML page, not a profile: the server may have answered with an error or a login";
    if (str_find(start, STR("<trace-query-result")) < start.len)
        return "this is an export of Instruments: inferno-collapse-xctrace makes collapsed stacks of it";
    return "this is an XML document, not a profile";
}

static uint32_t word_at(str s, size_t at) {
    uint32_t v = 0;
    for (size_t i = 4; i-- > 0;) v = v << 8 | (unsigned char)s.ptr[at + i];
    return v;
}

/* Event traces of Windows have no word of their own: a buffer's size and how much of it is used, then, behind the
 * buffer's header, one of a system's event. */
static bool is_etl(str start) {
    enum { BUFFER_HEADER = 72, FLAGS = BUFFER_HEADER + 3, VERSION = BUFFER_HEADER + 2 };
    if (start.len < BUFFER_HEADER + 8) return false;
    uint32_t size = word_at(start, 0), used = word_at(start, 4);
    return size >= 4096 && size <= 1 << 24 && (size & (size - 1)) == 0 && used <= size && used >= BUFFER_HEADER &&
           (unsigned char)start.ptr[FLAGS] == 0xc0 && start.ptr[VERSION] >= 1 && start.ptr[VERSION] <= 2;
}

/* A dictionary with tuples as keys, as Python's marshal writes it; the bit 128 marks objects that are used again. */
static bool is_pstats(str start) {
    if (start.len < 4 || (start.ptr[0] & 0x7f) != '{' || !memchr(start.ptr, 0, start.len)) return false;
    char key = start.ptr[1] & 0x7f;
    return key == '(' || key == ')';
}

static const char *find_sentence(str start) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_has_prefix(start, (str){kinds[i].start, kinds[i].n})) return kinds[i].sentence;
    if (is_etl(start)) return "this is an event trace of Windows (ETL): PerfView exports it for speedscope";
    if (is_pstats(start))
        return "this is a profile of Python's cProfile, which holds no stacks: record with \"py-spy record -f raw\"";
    return find_markup(start);
}

const char *unread_by_name(str path) {
    static const struct {
        const char *suffix, *sentence;
    } names[] = {
        {".nsys-rep", "this is an Nsight Systems report: \"nsys stats FILE\" reads it"},
        {".qdrep", "this is an Nsight Systems report: \"nsys stats FILE\" reads it"},
        {".ncu-rep", "this is an Nsight Compute report: \"ncu --import FILE\" reads it"},
        {".perfetto-trace", "this is a Perfetto trace: \"trace_processor FILE\" reads it; its profiles can be "
                            "exported with \"traceconv profile FILE\""},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_has_suffix(path, str_from(names[i].suffix))) return names[i].sentence;
    return NULL;
}

enum sniff sniff_unread(str start, bool is_all) {
    (void)is_all;
    return find_sentence(start) ? SNIFF_YES : SNIFF_NO;
}

enum format_verdict decode_unread(struct format_input *in, struct profile *out, struct err *e) {
    str start;
    (void)out;
    const char *sentence = format_next(in, &start) ? find_sentence(start) : NULL;
    if (!sentence) return FORMAT_UNRECOGNIZED;
    err_set(e, "%s", sentence);
    return FORMAT_BAD_LINE;
}
