/* Reads .gopclntab. Its layout is that of runtime/symtab.go: a header, then tables of names, compilation units, files,
 * values by address, and functions; all offsets are checked, since the file may be damaged. */
#include "binaries/go_table.h"

#include <elf.h>
#include <unistd.h>

#include "base/file.h"
#include "binaries/object_reader.h"

#define MAGIC_118 0xfffffff0U
#define MAGIC_120 0xfffffff1U
enum {
    PCDATA_INLINE = 2, /* numbers of the trees in a function's lists */
    FUNCDATA_INLINE = 3,
    INLINED_CALL = 16, /* bytes of runtime.inlinedCall */
    INLINED_CALL_118 = 20,
    DEPTH_MOST = 1000,    /* inlined calls in each other */
    TEXT_MOST = 1 << 16,  /* bytes of a name */
    STEPS_MOST = 1 << 30, /* in all tables of values, for all addresses: seconds */
    FRAME_STEPS = 64,     /* that a frame counts as, for its memory */
    TEXT_STEPS = 32,      /* bytes of a text that count as a step */
    TABLE_MOST = 1 << 30, /* bytes of a section that is read */
};

struct go_table {
    struct object_file file;
    str bytes; /* the section */
    uint64_t address;
    unsigned word;                                   /* bytes of an address */
    unsigned step;                                   /* of instructions, in bytes */
    bool starts;                                     /* functions know the line where they start (Go 1.20) */
    uint64_t names, units, files, values, functions; /* offsets of the tables */
    uint64_t n_functions, text;
    uint32_t steps;
    uint64_t text_left; /* bytes that names and paths may still have; many may be parts of one long text */
    str inlined;        /* what the funcdata of functions are offsets into; empty: unknown */
};

/* A function of the table. */
struct go_function {
    uint64_t at, entry; /* `at` is an offset in the section */
    uint32_t name, file_values, line_values, unit, start_line, n_pcdata, n_funcdata, size;
};

/* 0 if it is outside. */
static uint64_t number_at(const struct go_table *t, uint64_t offset, unsigned size) {
    if (offset > t->bytes.len || size > t->bytes.len - offset) return 0;
    return object_number(&t->file, t->bytes, (size_t)offset, size);
}
static uint32_t word32_at(const struct go_table *t, uint64_t offset) { return (uint32_t)number_at(t, offset, 4); }

/* The text at an offset, up to its NUL or its longest length; empty if it is outside. Too much text ends all steps. */
static str text_at(struct go_table *t, uint64_t offset) {
    if (offset >= t->bytes.len) return STR_EMPTY;
    str s = str_slice(t->bytes, (size_t)offset, (size_t)offset + TEXT_MOST);
    s = str_slice(s, 0, str_find_char(s, '\0'));
    t->steps += (uint32_t)(s.len / TEXT_STEPS);
    if (s.len > t->text_left) {
        t->steps = STEPS_MOST;
        return STR_EMPTY;
    }
    t->text_left -= s.len;
    return s;
}

static bool read_varint(const struct go_table *t, uint64_t *at, uint32_t *out) {
    *out = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
        if (*at >= t->bytes.len) return false;
        unsigned char c = (unsigned char)t->bytes.ptr[(*at)++];
        if (shift < 32) *out |= (uint32_t)(c & 0x7f) << shift;
        if (!(c & 0x80)) return true;
    }
    return false;
}

/* The value at an address, of a table that begins at `values`; -1 if it has none. */
static int32_t value_at(struct go_table *t, uint32_t values, uint64_t entry, uint64_t address) {
    uint64_t at = t->values + values, pc = entry;
    uint32_t value = UINT32_MAX, delta, steps;
    if (!values) return -1;
    for (bool first = true;; first = false) {
        if (t->steps >= STEPS_MOST) return -1;
        t->steps++;
        if (!read_varint(t, &at, &delta) || (!delta && !first) || !read_varint(t, &at, &steps)) return -1;
        value += delta & 1 ? ~(delta >> 1) : delta >> 1;
        pc += (uint64_t)steps * t->step;
        if (address < pc) return (int32_t)value;
    }
}

static bool find_function(const struct go_table *t, uint64_t address, struct go_function *f) {
    uint64_t low = 0, high = t->n_functions;
    if (address < t->text || address - t->text > UINT32_MAX) return false;
    uint32_t offset = (uint32_t)(address - t->text);
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (word32_at(t, t->functions + 8 * middle) <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    /* the entry behind the last function is the end of the text */
    if (!low || offset >= word32_at(t, t->functions + 8 * t->n_functions)) return false;
    f->at = t->functions + word32_at(t, t->functions + 8 * (low - 1) + 4);
    f->size = t->starts ? 44 : 40;
    f->entry = t->text + word32_at(t, f->at);
    f->name = word32_at(t, f->at + 4);
    f->file_values = word32_at(t, f->at + 20);
    f->line_values = word32_at(t, f->at + 24);
    f->n_pcdata = word32_at(t, f->at + 28);
    f->unit = word32_at(t, f->at + 32);
    f->start_line = t->starts ? word32_at(t, f->at + 36) : 0;
    f->n_funcdata = (uint32_t)number_at(t, f->at + f->size - 1, 1);
    return f->at < t->bytes.len && f->entry <= address && number_at(t, t->names + f->name, 1);
}

/* A line of a file of the function's unit; what is unknown stays empty. */
static struct lines_frame place_of(struct go_table *t, const struct go_function *f, int32_t file, int32_t line) {
    struct lines_frame place = {.function = STR_EMPTY, .file = STR_EMPTY};
    if (file < 0 || line <= 0) return place;
    uint32_t offset = word32_at(t, t->units + 4 * ((uint64_t)f->unit + (uint32_t)file));
    if (offset == UINT32_MAX) return place;
    place.file = text_at(t, t->files + offset);
    place.line = place.file.len ? line : 0;
    return place;
}

static struct lines_frame place_at(struct go_table *t, const struct go_function *f, uint64_t address) {
    int32_t file = value_at(t, f->file_values, f->entry, address);
    return place_of(t, f, file, value_at(t, f->line_values, f->entry, address));
}

typedef VEC(struct lines_frame) frame_list;

static void add_frame(struct arena *a, struct go_table *t, frame_list *all, struct lines_frame place, str name,
                      uint32_t start_line) {
    t->steps += FRAME_STEPS;
    place.function = name;
    place.start_line = (int32_t)start_line;
    *VEC_PUSH(a, all) = place;
}

/* The frames at an address of a function, innermost first. */
static struct lines_answer answer_at(struct arena *a, struct go_table *t, const struct go_function *f, uint64_t address,
                                     bool names_only) {
    frame_list all = {0};
    const uint64_t size = t->starts ? INLINED_CALL : INLINED_CALL_118;
    uint32_t values = f->n_pcdata > PCDATA_INLINE ? word32_at(t, f->at + f->size + 4 * PCDATA_INLINE) : 0;
    uint32_t tree = UINT32_MAX;
    if (f->n_funcdata > FUNCDATA_INLINE)
        tree = word32_at(t, f->at + f->size + 4 * ((uint64_t)f->n_pcdata + FUNCDATA_INLINE));
    struct lines_frame place = {.function = STR_EMPTY, .file = STR_EMPTY};
    if (!names_only) place = place_at(t, f, address);
    int32_t call = names_only ? -1 : value_at(t, values, f->entry, address);
    for (unsigned depth = 0; call >= 0; depth++) {
        uint64_t at = (uint64_t)tree + size * (uint64_t)call;
        if (depth == DEPTH_MOST || t->steps >= STEPS_MOST || tree == UINT32_MAX || at + size > t->inlined.len) {
            place = (struct lines_frame){.function = STR_EMPTY, .file = STR_EMPTY}; /* it is of another function */
            break;
        }
        uint32_t word[5]; /* 1.20: the function's kind, name, the call's address, the line where it starts */
        for (unsigned i = 0; i < size / 4; i++)
            word[i] = (uint32_t)object_number(&t->file, t->inlined, (size_t)at + 4 * i, 4);
        if (t->starts) {
            add_frame(a, t, &all, place, text_at(t, t->names + word[1]), word[3]);
            address = f->entry + word[2];
            place = place_at(t, f, address);
            call = value_at(t, values, f->entry, address);
        } else { /* the call that it is inlined into (16 bits), file and line of the call, name */
            add_frame(a, t, &all, place, text_at(t, t->names + word[3]), 0);
            place = place_of(t, f, (int32_t)word[1], (int32_t)word[2]);
            call = (int16_t)object_number(&t->file, t->inlined, (size_t)at, 2);
        }
    }
    add_frame(a, t, &all, place, text_at(t, t->names + f->name), f->start_line);
    return (struct lines_answer){all.at, (uint32_t)all.n};
}

static bool read_section(struct go_table *t, const char *name, struct object_section *s, str *out) {
    return object_find_section(&t->file, name, s) && s->size <= TABLE_MOST &&
           object_read(&t->file, s->offset, s->size, out);
}

/* The module's data, which refers to the table, knows where the text is, and the trees of inlined calls. In a program
 * at any address, relocations hold what the words will be. */
struct go_module {
    uint64_t text, inlined;
};

static bool find_in_words(const struct go_table *t, str words, uint64_t inlined_at, struct go_module *out) {
    for (size_t at = 0; at + inlined_at + t->word <= words.len; at += t->word) {
        if (object_number(&t->file, words, at, t->word) != t->address) continue;
        /* minpc, and where the text begins */
        uint64_t least = object_number(&t->file, words, at + 20 * t->word, t->word);
        out->text = object_number(&t->file, words, at + 22 * t->word, t->word);
        if (!out->text || least != out->text + word32_at(t, t->functions)) continue;
        out->inlined = object_number(&t->file, words, at + (size_t)inlined_at, t->word);
        return true;
    }
    return false;
}

/* Elf64_Rela: offset, info, addend. */
static bool find_in_relocations(const struct go_table *t, str all, uint64_t inlined_at, struct go_module *out) {
    uint64_t module = 0;
    enum { SIZE = sizeof(Elf64_Rela) };
    for (size_t at = 0; at + SIZE <= all.len && !module; at += SIZE)
        if (object_number(&t->file, all, at + 16, 8) == t->address) module = object_number(&t->file, all, at, 8);
    if (!module) return false;
    for (size_t at = 0; at + SIZE <= all.len; at += SIZE) {
        uint64_t to = object_number(&t->file, all, at, 8), addend = object_number(&t->file, all, at + 16, 8);
        if (to == module + 22 * 8) out->text = addend;
        if (to == module + inlined_at) out->inlined = addend;
    }
    return out->text != 0;
}

static void find_module(struct go_table *t, struct go_module *out) {
    static const char *const with_words[] = {".go.module", ".noptrdata", ".data"};
    /* the words before gofunc: covctrs and ecovctrs came with Go 1.20 */
    uint64_t inlined_at = (uint64_t)(t->starts ? 40 : 38) * t->word;
    struct object_section s;
    str bytes;
    *out = (struct go_module){0};
    for (size_t i = 0; i < sizeof with_words / sizeof with_words[0]; i++)
        if (read_section(t, with_words[i], &s, &bytes) && find_in_words(t, bytes, inlined_at, out) && out->text) return;
    if (t->word == 8 && (read_section(t, ".rela", &s, &bytes) || read_section(t, ".rela.dyn", &s, &bytes)))
        find_in_relocations(t, bytes, inlined_at, out);
}

/* Reads what lies from an address to the end of its section. */
static str read_from(struct go_table *t, uint64_t address) {
    static const char *const where[] = {".gopclntab", ".rodata", ".data.rel.ro", ".noptrdata"};
    struct object_section s;
    str bytes;
    for (size_t i = 0; i < sizeof where / sizeof where[0]; i++) {
        if (!object_find_section(&t->file, where[i], &s) || address < s.address || address - s.address >= s.size)
            continue;
        uint64_t skip = address - s.address;
        if (s.size <= TABLE_MOST && object_read(&t->file, s.offset + skip, s.size - skip, &bytes)) return bytes;
    }
    return STR_EMPTY;
}

static bool open_table(struct go_table *t) {
    struct object_section s;
    if (!read_section(t, ".gopclntab", &s, &t->bytes) && !read_section(t, ".data.rel.ro.gopclntab", &s, &t->bytes))
        return false;
    uint32_t magic = word32_at(t, 0);
    t->address = s.address;
    t->step = (unsigned)number_at(t, 6, 1);
    t->word = (unsigned)number_at(t, 7, 1);
    t->starts = magic == MAGIC_120;
    if ((magic != MAGIC_118 && magic != MAGIC_120) || (t->word != 4 && t->word != 8) || !t->step) return false;
    uint64_t header[8];
    for (unsigned i = 0; i < 8; i++) header[i] = number_at(t, 8 + (uint64_t)i * t->word, t->word);
    t->n_functions = header[0];
    t->names = header[3];
    t->units = header[4];
    t->files = header[5];
    t->values = header[6];
    t->functions = header[7];
    for (unsigned i = 3; i < 8; i++)
        if (header[i] > t->bytes.len) return false;
    if (t->n_functions >= (t->bytes.len - t->functions) / 8) return false;
    struct go_module module;
    find_module(t, &module);
    t->text = header[2] ? header[2] : module.text; /* the header's is empty since Go 1.26 */
    if (!t->text && object_find_section(&t->file, ".text", &s)) t->text = s.address;
    if (module.inlined) t->inlined = read_from(t, module.inlined);
    return true;
}

/* A tool that knows nothing may answer with a frame without a name. */
static bool is_missing(const struct lines_answer *answer) {
    return answer->n == 0 || (answer->n == 1 && !answer->frame[0].function.len && !answer->frame[0].file.len);
}

bool go_table_ask(struct arena *a, str path, bool names_only, const uint64_t *address, uint32_t n,
                  struct lines_answer *answer, struct err *e) {
    struct go_table t = {.file = {.arena = a, .fd = -1}, .inlined = STR_EMPTY};
    uint32_t first = 0, n_changed = 0;
    while (first < n && !is_missing(&answer[first])) first++;
    if (first == n || !object_file_open(&t.file, str_c(a, path), NULL)) return false;
    bool ok = open_table(&t);
    close(t.file.fd);
    t.text_left = lines_text_most(t.bytes.len, n);
    for (uint32_t i = first; ok && i < n; i++) {
        struct go_function f;
        if (!is_missing(&answer[i]) || !find_function(&t, address[i], &f)) continue;
        if (value_at(&t, f.line_values, f.entry, address[i]) < 0) continue; /* padding behind the function's code */
        answer[i] = answer_at(a, &t, &f, address[i], names_only);
        n_changed++;
    }
    if (t.steps >= STEPS_MOST) err_set(e, "its table of functions takes too long to read");
    return n_changed > 0;
}
