/* Makes a profile of the lines and samples of the formats in this folder. */
#include "formats/addresses/text.h"

#include <string.h>

#include "go/gotext.h"

/* Go's scanner has a buffer of 64 KiB, which includes the newline. */
enum { LINE_MOST = 64 * 1024 - 1 };

struct frame_rule {
    const char *types[4]; /* types of the samples, all of them */
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

static bool rule_fits(const struct frame_rule *r, const struct text_profile *t) {
    uint32_t n = 0;
    while (n < 4 && r->types[n]) n++;
    if (n != t->n_types) return false;
    for (uint32_t i = 0; i < n; i++)
        if (!str_equal(str_from(r->types[i]), t->type[i].type)) return false;
    return true;
}

static void set_frame_rule(const struct text_profile *t, struct build *b) {
    const char *drop = drop_profiler, *keep = "";
    for (size_t i = 0; i < sizeof frame_rules / sizeof frame_rules[0]; i++) {
        if (!rule_fits(&frame_rules[i], t)) continue;
        drop = frame_rules[i].drop;
        keep = frame_rules[i].keep;
        break;
    }
    b->header.drop_frames = build_string(b, str_from(drop));
    b->header.keep_frames = build_string(b, str_from(keep));
}

void text_init(struct text_profile *t, struct arena *a) {
    memset(t, 0, sizeof *t);
    t->arena = a;
    t->by_address.arena = t->names.arena = &t->scratch;
}

void text_drop(struct text_profile *t) { arena_release(&t->scratch); }

enum format_verdict text_unrecognized(struct text_profile *t) {
    text_drop(t);
    return FORMAT_UNRECOGNIZED;
}

enum format_verdict text_broken(struct text_profile *t) {
    text_drop(t);
    return FORMAT_BROKEN;
}

struct text_sample *text_sample(struct text_profile *t) {
    struct text_sample *s = VEC_PUSH(&t->scratch, &t->samples);
    *s = (struct text_sample){.first = t->frame.n};
    return s;
}

void text_frame(struct text_profile *t, uint64_t address) {
    bool added;
    uint32_t number = u64map_put(&t->by_address, address, (uint32_t)t->locations.n, &added);
    if (added)
        *VEC_PUSH(&t->scratch, &t->locations) = (struct text_location){.address = address, .function = PROFILE_NONE};
    *VEC_PUSH(&t->scratch, &t->frame) = number;
    t->samples.at[t->samples.n - 1].n++;
}

/* Names an address that samples have, unless it has a name. `file` may be empty and `line` 0. */
static void name_address(struct text_profile *t, uint64_t address, str name, str file, int64_t line) {
    uint32_t number;
    if (!u64map_get(&t->by_address, address, &number)) return;
    struct text_location *l = &t->locations.at[number];
    if (l->function != PROFILE_NONE) return;
    char *key = arena_alloc(&t->scratch, name.len + 1 + file.len);
    if (name.len) memcpy(key, name.ptr, name.len);
    key[name.len] = 0;
    if (file.len) memcpy(key + name.len + 1, file.ptr, file.len);
    l->function = intern_id(&t->names, (str){key, name.len + 1 + file.len});
    l->line = line;
    if (l->function == t->functions.n) *VEC_PUSH(&t->scratch, &t->functions) = (struct text_function){name, file};
}

void text_read_go_name(struct text_profile *t, str line) {
    str digits, name = STR_EMPTY, file = STR_EMPTY, place = STR_EMPTY;
    uint64_t address;
    int64_t number = 0;
    if (!text_take(&line, STR("#\t0x")) || !str_cut(&line, '\t', &digits) || !text_parse_hex(digits, &address)) return;
    str_cut(&line, '\t', &name);
    while (line.len && !place.len) str_cut(&line, '\t', &place); /* columns are aligned by tabs */
    size_t plus = str_find_last_char(name, '+'), colon = str_find_last_char(place, ':');
    if (plus < name.len && str_has_prefix(str_from_offset(name, plus), STR("+0x"))) name = str_slice(name, 0, plus);
    if (colon < place.len && gotext_parse_int(str_from_offset(place, colon + 1), 10, &number) == GOTEXT_OK)
        file = str_slice(place, 0, colon);
    if (name.len) name_address(t, address, name, file, number < 0 ? 0 : number);
}

void text_remove_second(struct text_profile *t, struct text_sample *s) {
    t->frame.at[s->first + 1] = t->frame.at[s->first];
    s->first++;
    s->n--;
}

/* Takes the next 0x[0-9a-f]+ anywhere; *s continues after it. */
static bool take_hex_token(str *s, str *token) {
    for (size_t i = 0; i + 2 < s->len; i++) {
        if (s->ptr[i] != '0' || s->ptr[i + 1] != 'x' || !text_is_lower_hex(s->ptr[i + 2])) continue;
        size_t end = i + 3;
        while (end < s->len && text_is_lower_hex(s->ptr[end])) end++;
        *token = str_slice(*s, i, end);
        *s = str_from_offset(*s, end);
        return true;
    }
    return false;
}

bool text_frames(struct text_profile *t, str text, unsigned lower_leaf, unsigned lower, str *bad) {
    const struct text_sample *s = &t->samples.at[t->samples.n - 1];
    str token;
    while (take_hex_token(&text, &token)) {
        uint64_t address;
        if (!text_parse_hex(str_from_offset(token, 2), &address)) {
            *bad = token;
            return false;
        }
        text_frame(t, address - (s->n ? lower : lower_leaf));
    }
    return true;
}

/* The locations that samples use, in order of use; number[location] is its index among them. */
struct used {
    uint32_t *location, *number;
    uint32_t n;
};

static struct used find_used(struct text_profile *t) {
    struct used u = {ARENA_ARRAY(&t->scratch, uint32_t, t->locations.n),
                     ARENA_ARRAY(&t->scratch, uint32_t, t->locations.n), 0};
    for (size_t i = 0; i < t->locations.n; i++) u.number[i] = PROFILE_NONE;
    for (size_t s = 0; s < t->samples.n; s++) {
        for (uint32_t i = 0; i < t->samples.at[s].n; i++) {
            uint32_t location = t->frame.at[t->samples.at[s].first + i];
            if (u.number[location] != PROFILE_NONE) continue;
            u.number[location] = u.n;
            u.location[u.n++] = location;
        }
    }
    return u;
}

/* Removes frames without names at either end of stacks, if other frames have names: Go leaves its runtime out of the
 * names. */
static void trim_unnamed(struct text_profile *t) {
    for (size_t i = 0; i < t->samples.n && t->names.n; i++) {
        struct text_sample *s = &t->samples.at[i];
        const uint32_t *frame = t->frame.at + s->first;
        uint32_t from = 0, to = s->n;
        while (from < to && t->locations.at[frame[from]].function == PROFILE_NONE) from++;
        while (from < to && t->locations.at[frame[to - 1]].function == PROFILE_NONE) to--;
        if (from == to) continue;
        s->first += from;
        s->n = to - from;
    }
}

static void remove_second_leaves(struct text_profile *t) {
    for (size_t i = 0; i < t->samples.n; i++) {
        struct text_sample *s = &t->samples.at[i];
        if (s->n < 2) continue;
        uint64_t leaf = t->locations.at[t->frame.at[s->first]].address;
        if (leaf == t->locations.at[t->frame.at[s->first + 1]].address + 1) text_remove_second(t, s);
    }
}

static void add_types(const struct text_profile *t, struct build *b) {
    for (uint32_t i = 0; i < t->n_types; i++)
        build_type(b, build_string(b, t->type[i].type), build_string(b, t->type[i].unit));
    b->header.period_type.type = build_string(b, t->period_type.type);
    b->header.period_type.unit = build_string(b, t->period_type.unit);
    b->header.period = t->period;
    b->header.duration_nanos = t->duration_nanos;
}

static void add_mappings(const struct text_profile *t, struct build *b) {
    for (size_t i = 0; i < t->mappings.n; i++) {
        const struct text_mapping *m = &t->mappings.at[i];
        build_mapping(b, (struct profile_mapping){.start = m->start,
                                                  .limit = m->limit,
                                                  .offset = m->offset,
                                                  .file = build_string(b, m->file),
                                                  .build_id = build_string(b, m->build_id),
                                                  .has_functions = t->names.n > 0,
                                                  .has_filenames = t->names.n > 0,
                                                  .has_line_numbers = t->names.n > 0});
    }
}

static func_id add_function(const struct text_profile *t, struct build *b, uint32_t function, func_id *id_of) {
    if (id_of[function] == PROFILE_NONE) {
        const struct text_function *f = &t->functions.at[function];
        str_id name = build_string(b, f->name);
        id_of[function] = build_function(
            b, (struct profile_function){.name = name, .system_name = name, .file = build_string(b, f->file)});
    }
    return id_of[function];
}

static void add_locations(struct text_profile *t, struct build *b, const struct used *u, const uint32_t *mapping) {
    func_id *id_of = ARENA_ARRAY(&t->scratch, func_id, t->functions.n);
    for (size_t i = 0; i < t->functions.n; i++) id_of[i] = PROFILE_NONE;
    for (uint32_t i = 0; i < u->n; i++) {
        const struct text_location *from = &t->locations.at[u->location[i]];
        struct profile_location to = {.address = t->hide_addresses ? 0 : from->address, .mapping = mapping[i]};
        struct profile_line line = {.line = from->line};
        bool has_line = from->function != PROFILE_NONE;
        if (has_line) line.function = add_function(t, b, from->function, id_of);
        build_location(b, to, &line, has_line ? 1 : 0);
    }
}

static void add_samples(struct text_profile *t, struct build *b, const struct used *u) {
    for (size_t i = 0; i < t->frame.n; i++) t->frame.at[i] = u->number[t->frame.at[i]];
    str_id bytes = t->has_block_size ? build_string(b, STR("bytes")) : 0;
    str_id thread = t->has_thread ? build_string(b, STR("thread")) : 0;
    for (size_t i = 0; i < t->samples.n; i++) {
        const struct text_sample *s = &t->samples.at[i];
        label_id label[2];
        size_t n_labels = 0;
        if (t->has_block_size)
            label[n_labels++] =
                build_label(b, (struct profile_label){.key = bytes, .numeric = true, .number = s->block_size});
        if (t->has_thread) /* a number without a unit cannot be 0 */
            label[n_labels++] = build_label(
                b, (struct profile_label){.key = thread, .unit = thread, .numeric = true, .number = s->thread});
        build_sample(b, s->n ? &t->frame.at[s->first] : NULL, s->n, s->value, label, n_labels);
    }
}

enum format_verdict text_finish(struct text_profile *t, struct profile *out, struct err *e) {
    struct build b;
    build_init(&b, t->arena);
    trim_unnamed(t);
    /* finds used locations before second leaves are removed, so a location may have no sample left */
    struct used u = find_used(t);
    const uint32_t *mapping = text_attach(t, u.location, u.n);
    if (t->drop_second_leaf) remove_second_leaves(t);
    add_types(t, &b);
    add_mappings(t, &b);
    add_locations(t, &b, &u, mapping);
    add_samples(t, &b, &u);
    set_frame_rule(t, &b);
    bool ok = build_seal(&b, out, e);
    text_drop(t);
    return ok ? FORMAT_OK : FORMAT_BROKEN;
}

bool text_skip(struct text_profile *t, size_t n_samples, const struct load_options *options, struct err *e) {
    if (!format_skip(options, "line", e)) return false;
    if (n_samples < t->samples.n) t->frame.n = t->samples.at[n_samples].first;
    t->samples.n = n_samples;
    return true;
}

bool text_next_line(struct text_lines *r) {
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

enum format_verdict text_line_too_long(struct text_profile *t, struct err *e) {
    err_set(e, "bufio.Scanner: token too long");
    return text_broken(t);
}

enum format_verdict text_first_line_too_long(struct text_profile *t, struct err *e) {
    text_line_too_long(t, e);
    return FORMAT_UNRECOGNIZED;
}

void text_skip_comments(struct text_lines *r) {
    while (text_next_line(r) && text_is_comment(r->line)) {
    }
}

enum sniff text_sniff(str start, bool is_all, bool skip_comments, bool (*fits)(str line)) {
    struct text_lines lines = {.rest = start};
    if (skip_comments)
        text_skip_comments(&lines);
    else
        text_next_line(&lines);
    if (lines.too_long) return SNIFF_MAYBE;
    if (!lines.rest.len && !is_all) return SNIFF_MORE; /* the line may continue */
    return fits(lines.line) ? SNIFF_MAYBE : SNIFF_NO;
}

bool text_bad_address(str line, str bad, struct err *e) {
    return err_set(e, "malformed sample: %.*s: failed to parse as hex 64-bit number: %.*s", STR_ARG(line),
                   STR_ARG(bad));
}

bool text_is_comment(str line) {
    line = str_trim(line);
    return line.len == 0 || line.ptr[0] == '#';
}

bool text_is_map_sentinel(str line) {
    return str_find(line, STR("--- Memory map: ---")) < line.len || str_find(line, STR("MAPPED_LIBRARIES:")) < line.len;
}

bool text_take(str *s, str literal) {
    if (!str_has_prefix(*s, literal)) return false;
    *s = str_from_offset(*s, literal.len);
    return true;
}

bool text_take_digits(str *s, str *digits) {
    size_t n = 0;
    while (n < s->len && text_is_digit(s->ptr[n])) n++;
    *digits = str_slice(*s, 0, n);
    *s = str_from_offset(*s, n);
    return n > 0;
}

void text_skip_spaces(str *s) {
    size_t n = 0;
    while (n < s->len && s->ptr[n] == ' ') n++;
    *s = str_from_offset(*s, n);
}

static unsigned hex_value(char c) {
    if (text_is_digit(c)) return (unsigned)(c - '0');
    return (unsigned)((c | 0x20) - 'a') + 10;
}

bool text_parse_hex(str digits, uint64_t *out) {
    uint64_t v = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (v >> 60) return false;
        v = v << 4 | hex_value(digits.ptr[i]);
    }
    *out = v;
    return true;
}
