/* PCRE2, opened when the first pattern needs it. Only its just-in-time compiler is used: compiled code counts all
 * of its steps against the match limit, the interpreter does not (x{100,200}x{100,200}[a-c] runs for half a minute
 * under any limit). */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/library.h"
#include "base/tuning.h"
#include "regex/tree.h"

#define FUNCTIONS(X)                                                                                                   \
    X(compile_context_create)                                                                                          \
    X(set_newline)                                                                                                     \
    X(set_parens_nest_limit)                                                                                           \
    X(compile)                                                                                                         \
    X(code_free)                                                                                                       \
    X(compile_context_free)                                                                                            \
    X(match_context_free)                                                                                              \
    X(match_data_free)                                                                                                 \
    X(jit_compile)                                                                                                     \
    X(jit_match)                                                                                                       \
    X(match_context_create)                                                                                            \
    X(set_match_limit)                                                                                                 \
    X(set_callout)                                                                                                     \
    X(match_data_create)

/* PCRE2's functions: pcre2.h's names are macros that add a suffix; the members have the plain names. */
static struct {
#define MEMBER(name) __typeof__(pcre2_##name) *name;
    FUNCTIONS(MEMBER)
#undef MEMBER
} pcre;
static struct err failed; /* why the library cannot be used */

/* Cache of this thread's compiled patterns. PCRE2's code is not allocated in an arena and an arena does not report
 * that it is rewound, so the cache owns the code. A pattern whose entry was taken by another is recompiled at its
 * next use. */
struct compiled_pattern {
    uint64_t owner;   /* regex_jit.id; 0: free */
    pcre2_code *code; /* NULL: PCRE2 could not compile it */
};
static _Thread_local struct {
    struct compiled_pattern slot[TUNING_REGEX_COMPILED];
    unsigned next;
    pcre2_compile_context *compile;
    pcre2_match_context *match;
    pcre2_match_data *data;
} cache;

struct regex_jit {
    str pattern;
    struct regex_meter *meter;
    uint64_t id;
    unsigned slot;
};

static pthread_key_t on_exit_of_thread;

/* A thread that ends frees its cache. */
static void release_cache(void *unused) {
    (void)unused;
    for (unsigned i = 0; i < TUNING_REGEX_COMPILED; i++) {
        if (cache.slot[i].code) pcre.code_free(cache.slot[i].code);
        cache.slot[i] = (struct compiled_pattern){0, NULL};
    }
    pcre.match_data_free(cache.data);
    pcre.match_context_free(cache.match);
    pcre.compile_context_free(cache.compile);
    cache.data = NULL;
    cache.match = NULL;
    cache.compile = NULL;
}

static void load(void) {
#define SYMBOL(name) LIBRARY_SYMBOL(pcre2_##name##_8, &pcre.name),
    const struct library_symbol symbol[] = {FUNCTIONS(SYMBOL)};
#undef SYMBOL
    library_load(&library_table[LIBRARY_PCRE2], symbol, sizeof symbol / sizeof *symbol, &failed);
    if (!failed.text && pthread_key_create(&on_exit_of_thread, release_cache) != 0)
        err_set(&failed, "no key for data of threads is left");
}

bool regex_jit_load(struct err *e) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return !failed.text || err_set(e, "cannot load the regular expression library: %s", failed.text);
}

static bool prepare_cache(void) {
    if (cache.data) return true;
    if (!regex_jit_load(NULL)) {
        return false;
    }
    pthread_setspecific(on_exit_of_thread, &cache);
    cache.compile = pcre.compile_context_create(NULL);
    cache.match = pcre.match_context_create(NULL);
    if (!cache.compile || !cache.match) return false;
    pcre.set_newline(cache.compile, PCRE2_NEWLINE_LF);
    pcre.set_parens_nest_limit(cache.compile, 2 * REGEX_HEIGHT + 10);
    pcre.set_match_limit(cache.match, TUNING_REGEX_BACKTRACKS);
    cache.data = pcre.match_data_create(1, NULL);
    return cache.data != NULL;
}

struct regex_jit *regex_jit_new(struct arena *a, str pattern, struct regex_meter *meter) {
    static atomic_uint_least64_t last_id;
    struct regex_jit *j = ARENA_NEW(a, struct regex_jit);
    j->pattern = pattern;
    j->meter = meter;
    j->id = ++last_id;
    return j;
}

static pcre2_code *compile(str pattern) {
    const uint32_t options = PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_DOTALL | PCRE2_MULTILINE | PCRE2_ALT_CIRCUMFLEX |
                             PCRE2_NO_AUTO_CAPTURE | PCRE2_NEVER_BACKSLASH_C;
    int error;
    PCRE2_SIZE at;
    pcre2_code *code = pcre.compile((PCRE2_SPTR)pattern.ptr, pattern.len, options, &error, &at, cache.compile);
    if (code && pcre.jit_compile(code, PCRE2_JIT_COMPLETE) != 0) {
        pcre.code_free(code);
        code = NULL;
    }
    return code;
}

bool regex_jit_is_ready(const struct regex_jit *j) { return cache.slot[j->slot].owner == j->id; }

/* The compiled pattern; NULL if PCRE2 cannot compile it: it is too large, or this machine has no just-in-time
 * compiler. */
static pcre2_code *code_of(struct regex_jit *j) {
    struct compiled_pattern *s = &cache.slot[j->slot];
    if (regex_jit_is_ready(j)) return s->code;
    if (!prepare_cache()) return NULL;
    j->slot = cache.next++ % TUNING_REGEX_COMPILED;
    s = &cache.slot[j->slot];
    if (s->code) pcre.code_free(s->code);
    s->owner = j->id;
    s->code = compile(j->pattern);
    return s->code;
}

static int count_steps(pcre2_callout_block *place, void *context) {
    (void)place;
    struct regex_meter *meter = context;
    bool enough = meter->compiled >= meter->callback;
    meter->compiled = enough ? meter->compiled - meter->callback : 0;
    return enough ? 0 : PCRE2_ERROR_CALLOUT;
}

enum regex_answer regex_jit_match(struct regex_jit *j, str text) {
    const pcre2_code *code = code_of(j);
    if (!code) return REGEX_GAVE_UP;
    if (j->meter) pcre.set_callout(cache.match, count_steps, j->meter);
    PCRE2_SPTR subject = (PCRE2_SPTR)(text.ptr ? text.ptr : "");
    int got = pcre.jit_match(code, subject, text.len, 0, 0, cache.data, cache.match);
    return got >= 0 ? REGEX_YES : got == PCRE2_ERROR_NOMATCH ? REGEX_NO : REGEX_GAVE_UP;
}
