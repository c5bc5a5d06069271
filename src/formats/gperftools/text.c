#include "formats/gperftools/text.h"

#include <string.h>

const struct load_format decode_legacy_formats[] = {
    {"gperftools or Java CPU", decode_legacy_cpu}, {"heap", decode_legacy_heap},
    {"Go count", decode_legacy_go_count},          {"threadz", decode_legacy_threadz},
    {"contention", decode_legacy_contention},      {"Java", decode_legacy_java},
};
const unsigned decode_legacy_n_formats = sizeof decode_legacy_formats / sizeof decode_legacy_formats[0];

/* A scanner's buffer of 64 KiB has to hold the newline too. */
enum { LINE_MOST = 64 * 1024 - 1 };

/* --- frames a profiler leaves in its own profiles (pprof.md 3.8) */

struct frame_rule {
    const char *types[4]; /* of the samples, all of them */
    const char *drop, *keep;
};

static const char drop_allocators[] =
    "calloc|cfree|malloc|free|memalign|do_memalign|(__)?posix_memalign|pvalloc|valloc|realloc|"
    "tcmalloc::.*|tc_calloc|tc_cfree|tc_malloc|tc_free|tc_memalign|tc_posix_memalign|tc_pvalloc|tc_valloc|tc_realloc|"
    "tc_new|tc_delete|tc_newarray|tc_deletearray|tc_new_nothrow|tc_newarray_nothrow|"
    "malloc_zone_malloc|malloc_zone_calloc|malloc_zone_valloc|malloc_zone_realloc|malloc_zone_memalign|"
    "malloc_zone_free|"
    "runtime\\..*|"
    "BaseArena::.*|(::)?do_malloc_no_errno|(::)?do_malloc_pages|(::)?do_malloc|DoSampledAllocation|"
    "MallocedMemBlock::MallocedMemBlock|_M_allocate|__builtin_(vec_)?delete|__builtin_(vec_)?new|"
    "__gnu_cxx::new_allocator::allocate|__libc_malloc|__malloc_alloc_template::allocate|allocate|cpp_alloc|"
    "operator new(\\[\\])?|simple_alloc::allocate";
static const char keep_go_runtime[] = "runtime\\.panic|runtime\\.reflectcall|runtime\\.call[0-9]*";
static const char drop_locks[] =
    "RecordLockProfileData|(base::)?RecordLockProfileData.*|(base::)?SubmitMutexProfileData.*|"
    "(base::)?SubmitSpinLockProfileData.*|(base::Mutex::)?AwaitCommon.*|(base::Mutex::)?Unlock.*|"
    "(base::Mutex::)?UnlockSlow.*|(base::Mutex::)?ReaderUnlock.*|(base::MutexLock::)?~MutexLock.*|"
    "(Mutex::)?AwaitCommon.*|(Mutex::)?Unlock.*|(Mutex::)?UnlockSlow.*|(Mutex::)?ReaderUnlock.*|"
    "(MutexLock::)?~MutexLock.*|(SpinLock::)?Unlock.*|(SpinLock::)?SlowUnlock.*|"
    "(SpinLockHolder::)?~SpinLockHolder.*";
static const char drop_profiler[] =
    "ProfileData::Add|ProfileData::prof_handler|CpuProfiler::prof_handler|__pthread_sighandler|__restore";

static const struct frame_rule frame_rules[] = {
    {{"allocations", "size"}, drop_allocators, keep_go_runtime},
    {{"objects", "space"}, drop_allocators, keep_go_runtime},
    {{"inuse_objects", "inuse_space"}, drop_allocators, keep_go_runtime},
    {{"alloc_objects", "alloc_space"}, drop_allocators, keep_go_runtime},
    {{"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"}, drop_allocators, keep_go_runtime},
    {{"contentions", "delay"}, drop_locks, ""},
};

static bool rule_fits(const struct frame_rule *r, const struct legacy *l) {
    uint32_t n = 0;
    while (n < 4 && r->types[n]) n++;
    if (n != l->n_types) return false;
    for (uint32_t i = 0; i < n; i++)
        if (!str_equal(str_from(r->types[i]), l->type[i].type)) return false;
    return true;
}

static void set_frame_rule(const struct legacy *l, struct build *b) {
    const char *drop = drop_profiler, *keep = "";
    for (size_t i = 0; i < sizeof frame_rules / sizeof frame_rules[0]; i++) {
        if (!rule_fits(&frame_rules[i], l)) continue;
        drop = frame_rules[i].drop;
        keep = frame_rules[i].keep;
        break;
    }
    b->header.drop_frames = build_string(b, str_from(drop));
    b->header.keep_frames = build_string(b, str_from(keep));
}

/* --- samples */

void legacy_init(struct legacy *l, struct arena *a) {
    memset(l, 0, sizeof *l);
    l->arena = a;
    l->by_address.arena = &l->scratch;
}

void legacy_drop(struct legacy *l) { arena_release(&l->scratch); }

enum load_verdict legacy_unrecognized(struct legacy *l) {
    legacy_drop(l);
    return LOAD_UNRECOGNIZED;
}

enum load_verdict legacy_broken(struct legacy *l) {
    legacy_drop(l);
    return LOAD_BROKEN;
}

struct legacy_sample *legacy_sample(struct legacy *l) {
    struct legacy_sample *s = VEC_PUSH(&l->scratch, &l->samples);
    *s = (struct legacy_sample){.first = l->frame.n};
    return s;
}

void legacy_frame(struct legacy *l, uint64_t address) {
    bool added;
    uint32_t number = u64map_put(&l->by_address, address, (uint32_t)l->locations.n, &added);
    if (added)
        *VEC_PUSH(&l->scratch, &l->locations) = (struct legacy_location){.address = address, .function = PROFILE_NONE};
    *VEC_PUSH(&l->scratch, &l->frame) = number;
    l->samples.at[l->samples.n - 1].n++;
}

void legacy_remove_second(struct legacy *l, struct legacy_sample *s) {
    l->frame.at[s->first + 1] = l->frame.at[s->first];
    s->first++;
    s->n--;
}

bool legacy_frames(struct legacy *l, str text, unsigned lower_leaf, unsigned lower, str *bad) {
    const struct legacy_sample *s = &l->samples.at[l->samples.n - 1];
    str token;
    while (legacy_take_hex_token(&text, &token)) {
        uint64_t address;
        if (!legacy_parse_hex(str_from_offset(token, 2), &address)) {
            *bad = token;
            return false;
        }
        legacy_frame(l, address - (s->n ? lower : lower_leaf));
    }
    return true;
}

/* --- from samples to the profile */

/* Locations in the order samples use them; number[location] is its place in it. */
struct used {
    uint32_t *location, *number;
    uint32_t n;
};

static struct used find_used(struct legacy *l) {
    struct used u = {ARENA_ARRAY(&l->scratch, uint32_t, l->locations.n),
                     ARENA_ARRAY(&l->scratch, uint32_t, l->locations.n), 0};
    for (size_t i = 0; i < l->locations.n; i++) u.number[i] = PROFILE_NONE;
    for (size_t s = 0; s < l->samples.n; s++) {
        for (uint32_t i = 0; i < l->samples.at[s].n; i++) {
            uint32_t location = l->frame.at[l->samples.at[s].first + i];
            if (u.number[location] != PROFILE_NONE) continue;
            u.number[location] = u.n;
            u.location[u.n++] = location;
        }
    }
    return u;
}

static void remove_second_leaves(struct legacy *l) {
    for (size_t i = 0; i < l->samples.n; i++) {
        struct legacy_sample *s = &l->samples.at[i];
        if (s->n < 2) continue;
        uint64_t leaf = l->locations.at[l->frame.at[s->first]].address;
        if (leaf == l->locations.at[l->frame.at[s->first + 1]].address + 1) legacy_remove_second(l, s);
    }
}

static void add_types(const struct legacy *l, struct build *b) {
    for (uint32_t i = 0; i < l->n_types; i++)
        build_type(b, build_string(b, l->type[i].type), build_string(b, l->type[i].unit));
    b->header.period_type.type = build_string(b, l->period_type.type);
    b->header.period_type.unit = build_string(b, l->period_type.unit);
    b->header.period = l->period;
    b->header.duration_nanos = l->duration_nanos;
}

static void add_mappings(const struct legacy *l, struct build *b) {
    for (size_t i = 0; i < l->mappings.n; i++) {
        const struct legacy_mapping *m = &l->mappings.at[i];
        build_mapping(b, (struct profile_mapping){.start = m->start,
                                                  .limit = m->limit,
                                                  .offset = m->offset,
                                                  .file = build_string(b, m->file),
                                                  .build_id = build_string(b, m->build_id)});
    }
}

static func_id add_function(const struct legacy *l, struct build *b, uint32_t function, func_id *id_of) {
    if (id_of[function] == PROFILE_NONE) {
        const struct legacy_function *f = &l->functions.at[function];
        str_id name = build_string(b, f->name);
        id_of[function] = build_function(
            b, (struct profile_function){.name = name, .system_name = name, .file = build_string(b, f->file)});
    }
    return id_of[function];
}

static void add_locations(struct legacy *l, struct build *b, const struct used *u, const uint32_t *mapping) {
    func_id *id_of = ARENA_ARRAY(&l->scratch, func_id, l->functions.n);
    for (size_t i = 0; i < l->functions.n; i++) id_of[i] = PROFILE_NONE;
    for (uint32_t i = 0; i < u->n; i++) {
        const struct legacy_location *from = &l->locations.at[u->location[i]];
        struct profile_location to = {.address = l->hide_addresses ? 0 : from->address, .mapping = mapping[i]};
        struct profile_line line = {.line = from->line};
        bool has_line = from->function != PROFILE_NONE;
        if (has_line) line.function = add_function(l, b, from->function, id_of);
        build_location(b, to, &line, has_line ? 1 : 0);
    }
}

static void add_samples(struct legacy *l, struct build *b, const struct used *u) {
    for (size_t i = 0; i < l->frame.n; i++) l->frame.at[i] = u->number[l->frame.at[i]];
    str_id bytes = l->has_block_size ? build_string(b, STR("bytes")) : 0;
    for (size_t i = 0; i < l->samples.n; i++) {
        const struct legacy_sample *s = &l->samples.at[i];
        label_id label = 0;
        if (l->has_block_size)
            label = build_label(b, (struct profile_label){.key = bytes, .numeric = true, .number = s->block_size});
        build_sample(b, s->n ? &l->frame.at[s->first] : NULL, s->n, s->value, &label, l->has_block_size ? 1 : 0);
    }
}

enum load_verdict legacy_finish(struct legacy *l, struct profile *out, struct err *e) {
    struct build b;
    build_init(&b, l->arena);
    /* used locations are told before second leaves go, so one of these may stay without a sample */
    struct used u = find_used(l);
    const uint32_t *mapping = legacy_attach(l, u.location, u.n);
    if (l->drop_second_leaf) remove_second_leaves(l);
    add_types(l, &b);
    add_mappings(l, &b);
    add_locations(l, &b, &u, mapping);
    add_samples(l, &b, &u);
    set_frame_rule(l, &b);
    bool ok = build_seal(&b, out, e);
    legacy_drop(l);
    return ok ? LOAD_OK : LOAD_BROKEN;
}

/* --- text */

bool legacy_next_line(struct legacy_lines *r) {
    r->line = STR_EMPTY;
    if (!r->rest.len || r->too_long) return false;
    size_t n = str_find_char(r->rest, '\n');
    if (n > LINE_MOST) {
        r->too_long = true;
        return false;
    }
    r->line = str_slice(r->rest, 0, n);
    r->rest = str_from_offset(r->rest, n + 1 < r->rest.len ? n + 1 : r->rest.len);
    if (n && r->line.ptr[n - 1] == '\r') r->line.len--;
    return true;
}

enum load_verdict legacy_line_too_long(struct legacy *l, struct err *e) {
    err_set(e, "bufio.Scanner: token too long");
    return legacy_broken(l);
}

bool legacy_is_comment(str line) {
    line = str_trim(line);
    return line.len == 0 || line.ptr[0] == '#';
}

bool legacy_is_map_sentinel(str line) {
    return str_find(line, STR("--- Memory map: ---")) < line.len || str_find(line, STR("MAPPED_LIBRARIES:")) < line.len;
}

bool legacy_take(str *s, str literal) {
    if (!str_has_prefix(*s, literal)) return false;
    *s = str_from_offset(*s, literal.len);
    return true;
}

bool legacy_take_digits(str *s, str *digits) {
    size_t n = 0;
    while (n < s->len && legacy_is_digit(s->ptr[n])) n++;
    *digits = str_slice(*s, 0, n);
    *s = str_from_offset(*s, n);
    return n > 0;
}

void legacy_skip_spaces(str *s) {
    size_t n = 0;
    while (n < s->len && s->ptr[n] == ' ') n++;
    *s = str_from_offset(*s, n);
}

bool legacy_take_hex_token(str *s, str *token) {
    for (size_t i = 0; i + 2 < s->len; i++) {
        if (s->ptr[i] != '0' || s->ptr[i + 1] != 'x' || !legacy_is_lower_hex(s->ptr[i + 2])) continue;
        size_t end = i + 3;
        while (end < s->len && legacy_is_lower_hex(s->ptr[end])) end++;
        *token = str_slice(*s, i, end);
        *s = str_from_offset(*s, end);
        return true;
    }
    return false;
}

static unsigned hex_value(char c) {
    if (legacy_is_digit(c)) return (unsigned)(c - '0');
    return (unsigned)((c | 0x20) - 'a') + 10;
}

bool legacy_parse_hex(str digits, uint64_t *out) {
    uint64_t v = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (v >> 60) return false;
        v = v << 4 | hex_value(digits.ptr[i]);
    }
    *out = v;
    return true;
}
