/* Maps an ELF file, finds its sections of debug information and decompresses them. */
#include "binaries/dwarf/image.h"

#include <elf.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mapping.h"
#include "base/memory.h"
#include "base/task.h"
#include "bytes/gzip.h"

enum { COMPRESSED_ZLIB = 1, COMPRESSED_ZSTD = 2 };
/* Slots of a package's table that are looked at for one unit. A third of them is free, so a tenth is enough. */
enum { SLOTS_MOST = 1000 };
/* Bytes of a section's name: a longer one counts as none. Many sections may have the same. */
enum { NAME_MOST = 256 };

static const char *const section_name[DWARF_SECTIONS] = {
    [DWARF_INFO] = "info",         [DWARF_ABBREV] = "abbrev",
    [DWARF_STR] = "str",           [DWARF_STR_OFFSETS] = "str_offsets",
    [DWARF_LINE_STR] = "line_str", [DWARF_ADDR] = "addr",
    [DWARF_RANGES] = "ranges",     [DWARF_RNGLISTS] = "rnglists",
    [DWARF_LINE] = "line",         [DWARF_ARANGES] = "aranges",
    [DWARF_CU_INDEX] = "cu_index",
};

static bool map_file(const char *path, str *out, struct err *e) {
    char text[ERR_SYSTEM_MOST];
    struct stat st;
    int fd = file_open_named(path);
    if (fd < 0) return err_set(e, "%s", err_system(errno, text));
    bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
    ok = ok && mapping_open(fd, (size_t)st.st_size, out);
    close(fd);
    return ok || err_set(e, "it cannot be mapped");
}

static str part(str file, uint64_t offset, uint64_t size) {
    /* a section that is missing has no pointer to add to */
    if (!size || offset > file.len || size > file.len - offset) return STR_EMPTY;
    return (str){file.ptr + offset, (size_t)size};
}

static struct dwarf_elf_section read_header(const struct dwarf_image *m, struct dwarf_reader *r, uint64_t *name) {
    unsigned word = m->wide ? 8 : 4;
    struct dwarf_elf_section s = {.name = STR_EMPTY};
    *name = dwarf_number(r, 4);
    s.type = (uint32_t)dwarf_number(r, 4);
    s.flags = dwarf_number(r, word);
    dwarf_skip(r, word); /* address */
    uint64_t offset = dwarf_number(r, word);
    s.size = dwarf_number(r, word);
    s.link = (uint32_t)dwarf_number(r, 4);
    s.bytes = s.type == SHT_NOBITS ? STR_EMPTY : part(m->file, offset, s.size);
    return s;
}

static bool read_headers(struct arena *a, struct dwarf_image *m, struct err *e) {
    struct dwarf_reader r = dwarf_reader_at(m->file, 16, m->big_endian);
    unsigned word = m->wide ? 8 : 4;
    m->type = (uint16_t)dwarf_number(&r, 2);
    m->machine = (uint16_t)dwarf_number(&r, 2);
    dwarf_skip(&r, 4 + 2 * word); /* version, entry, program headers */
    uint64_t at = dwarf_number(&r, word);
    dwarf_skip(&r, 4 + 2 + 2 + 2); /* flags, sizes of this header and of program headers, their number */
    uint64_t stride = dwarf_number(&r, 2), n = dwarf_number(&r, 2), names = dwarf_number(&r, 2), name;
    if (r.failed) return err_set(e, "its header is cut short");
    if (!at) return true;
    if (at >= m->file.len || stride < (m->wide ? 64 : 40)) return err_set(e, "its section headers are missing");
    r = dwarf_reader_at(m->file, at, m->big_endian);
    struct dwarf_elf_section first = read_header(m, &r, &name);
    if (n == 0) n = first.size; /* too many for the header: the first section holds the numbers */
    if (names == SHN_XINDEX) names = first.link;
    if (n > (m->file.len - at) / stride || n > UINT32_MAX) return err_set(e, "its section headers are cut short");
    struct dwarf_elf_section *s = ARENA_ARRAY(a, struct dwarf_elf_section, n);
    uint64_t *name_at = ARENA_ARRAY(a, uint64_t, n);
    for (uint64_t i = 0; i < n; i++) {
        r = dwarf_reader_at(m->file, at + i * stride, m->big_endian);
        s[i] = read_header(m, &r, &name_at[i]);
    }
    for (uint64_t i = 0; i < n && names < n; i++) {
        r = dwarf_reader_at(s[names].bytes, name_at[i], m->big_endian);
        if (dwarf_left(&r) > NAME_MOST) r.end = r.at + NAME_MOST;
        s[i].name = dwarf_string(&r);
    }
    m->elf = s;
    m->n_elf = (uint32_t)n;
    return true;
}

static void read_build_id(struct dwarf_image *m, str notes) {
    struct dwarf_reader r = dwarf_reader_at(notes, 0, m->big_endian);
    while (dwarf_left(&r) >= 12) {
        uint64_t name_size = dwarf_number(&r, 4), size = dwarf_number(&r, 4), type = dwarf_number(&r, 4);
        const unsigned char *name = r.at;
        dwarf_skip(&r, (name_size + 3) & ~UINT64_C(3));
        const unsigned char *id = r.at;
        dwarf_skip(&r, (size + 3) & ~UINT64_C(3));
        if (r.failed) return;
        if (type == NT_GNU_BUILD_ID && name_size == 4 && memcmp(name, "GNU", 4) == 0)
            m->build_id = (str){(const char *)id, (size_t)size};
    }
}

static void read_debuglink(struct dwarf_image *m, str link) {
    struct dwarf_reader r = dwarf_reader_at(link, 0, m->big_endian);
    str name = dwarf_string(&r);
    dwarf_skip(&r, -(name.len + 1) & 3);
    m->debuglink_checksum = (uint32_t)dwarf_number(&r, 4);
    if (!r.failed) m->debuglink = name;
}

/* GNU's link to a supplementary file: its path, then its build ID. */
static void read_debugaltlink(struct dwarf_image *m, str link) {
    struct dwarf_reader r = dwarf_reader_at(link, 0, m->big_endian);
    str path = dwarf_string(&r);
    if (r.failed || !dwarf_left(&r)) return;
    m->alt_path = path;
    m->alt_id = (str){(const char *)r.at, dwarf_left(&r)};
}

/* The section .debug_sup of DWARF 5, which is in both files. */
static void read_debug_sup(struct dwarf_image *m, str sup) {
    struct dwarf_reader r = dwarf_reader_at(sup, 0, m->big_endian);
    uint64_t version = dwarf_number(&r, 2);
    bool is_supplementary = dwarf_u8(&r);
    str path = dwarf_string(&r);
    uint64_t size = dwarf_uleb(&r);
    if (r.failed || version < 2 || !size || size > dwarf_left(&r)) return;
    str id = {(const char *)r.at, (size_t)size};
    if (is_supplementary) {
        m->own_alt_id = id;
    } else {
        m->alt_path = path;
        m->alt_id = id;
    }
}

/* Reads a section with the build ID or with the place of another file, if it has no more than *left bytes. */
static void read_small_section(struct dwarf_image *m, const struct dwarf_elf_section *s, size_t *left) {
    static const struct {
        const char *name;
        void (*read)(struct dwarf_image *m, str bytes);
    } named[] = {
        {".gnu_debuglink", read_debuglink}, {".gnu_debugaltlink", read_debugaltlink}, {".debug_sup", read_debug_sup}};
    void (*read)(struct dwarf_image * m, str bytes) = s->type == SHT_NOTE ? read_build_id : NULL;
    for (size_t i = 0; i < sizeof named / sizeof *named && !read; i++)
        if (str_equal(s->name, str_from(named[i].name))) read = named[i].read;
    if (!read || s->bytes.len > *left) return;
    *left -= s->bytes.len;
    read(m, s->bytes);
}

/* The kind of a section that is named ".debug_KIND", or ".zdebug_KIND" for GNU's old compression, with ".dwo" behind it
 * in split DWARF. */
static bool section_kind(str name, bool split, enum dwarf_section *out) {
    if (split != str_has_suffix(name, STR(".dwo"))) {
        if (!str_equal(name, STR(".debug_cu_index"))) return false;
    } else if (split) {
        name = str_slice(name, 0, name.len - 4);
    }
    size_t prefix = str_has_prefix(name, STR(".debug_")) ? 7 : str_has_prefix(name, STR(".zdebug_")) ? 8 : 0;
    if (!prefix) return false;
    for (int i = 0; i < DWARF_SECTIONS; i++) {
        if (!str_equal(str_from_offset(name, prefix), str_from(section_name[i]))) continue;
        *out = (enum dwarf_section)i;
        return true;
    }
    return false;
}

bool dwarf_image_open(struct arena *a, const char *path, bool split, struct dwarf_image *out, bool *is_elf,
                      struct err *e) {
    enum dwarf_section kind;
    *out = (struct dwarf_image){.path = path,
                                .build_id = STR_EMPTY,
                                .debuglink = STR_EMPTY,
                                .alt_path = STR_EMPTY,
                                .alt_id = STR_EMPTY,
                                .own_alt_id = STR_EMPTY};
    *is_elf = false;
    if (!map_file(path, &out->file, e)) return false;
    const unsigned char *ident = (const unsigned char *)out->file.ptr;
    *is_elf = out->file.len >= EI_NIDENT && memcmp(ident, ELFMAG, SELFMAG) == 0;
    out->wide = *is_elf && ident[EI_CLASS] == ELFCLASS64;
    out->big_endian = *is_elf && ident[EI_DATA] == ELFDATA2MSB;
    bool ok = *is_elf ? read_headers(a, out, e) : err_set(e, "it is not an ELF file");
    size_t left = out->file.len; /* small sections, which have different bytes */
    for (uint32_t i = 1; ok && i < out->n_elf; i++) {
        const struct dwarf_elf_section *s = &out->elf[i];
        read_small_section(out, s, &left);
        if (s->bytes.len && section_kind(s->name, split, &kind)) out->from[kind] = i;
    }
    if (!ok) dwarf_image_close(out);
    return ok;
}

bool dwarf_image_close(struct dwarf_image *image) {
    bool whole = !image->file.len || mapping_close(image->file);
    *image = (struct dwarf_image){.file = STR_EMPTY};
    return whole;
}

/* A compressed section to load. */
struct packed_section {
    struct arena arena;
    const struct dwarf_image *image;
    const struct dwarf_elf_section *header;
    str unpacked;
    bool ok;
};

/* Finds the compressed bytes, their format and their decompressed size. */
static bool read_packed(const struct packed_section *s, str *packed, uint64_t *size, unsigned *format) {
    const struct dwarf_image *m = s->image;
    struct dwarf_reader r = dwarf_reader_at(s->header->bytes, 0, m->big_endian);
    if (s->header->flags & SHF_COMPRESSED) {
        unsigned word = m->wide ? 8 : 4;
        *format = (unsigned)dwarf_number(&r, 4);
        if (m->wide) dwarf_skip(&r, 4);
        *size = dwarf_number(&r, word);
        dwarf_skip(&r, word); /* alignment */
    } else {
        *format = COMPRESSED_ZLIB;
        if (!str_has_prefix(s->header->bytes, STR("ZLIB"))) return false;
        dwarf_skip(&r, 4);
        r.big_endian = true;
        *size = dwarf_number(&r, 8);
    }
    *packed = (str){(const char *)r.at, dwarf_left(&r)};
    return !r.failed;
}

static void unpack(void *context, int i) {
    struct packed_section *s = (struct packed_section *)context + i;
    uint64_t size;
    unsigned format;
    str packed;
    if (!read_packed(s, &packed, &size, &format) || !memory_fits(size)) return;
    if (format == COMPRESSED_ZSTD) {
        s->ok = zstd_wrapper.is(packed) && wrapper_unpack(&zstd_wrapper, &s->arena, packed, &s->unpacked, NULL) &&
                s->unpacked.len == size;
    } else if (format == COMPRESSED_ZLIB) {
        s->ok = inflate_zlib(&s->arena, packed, size, &s->unpacked);
    }
    if (!s->ok) s->unpacked = STR_EMPTY;
}

bool dwarf_image_load(struct arena *a, struct dwarf_image *image, unsigned set, struct err *e) {
    struct packed_section packed[DWARF_SECTIONS];
    enum dwarf_section kind[DWARF_SECTIONS];
    int n = 0;
    bool ok = true;
    for (int i = 0; i < DWARF_SECTIONS; i++) {
        if (!(set & 1u << i) || !image->from[i] || image->section[i].len) continue;
        const struct dwarf_elf_section *s = &image->elf[image->from[i]];
        if (s->flags & SHF_COMPRESSED || str_has_prefix(s->name, STR(".z"))) {
            kind[n] = (enum dwarf_section)i;
            packed[n++] = (struct packed_section){.image = image, .header = s, .unpacked = STR_EMPTY};
        } else {
            image->section[i] = s->bytes;
        }
    }
    task_run(n, unpack, packed);
    for (int i = 0; i < n; i++) {
        image->section[kind[i]] = packed[i].unpacked;
        arena_adopt(a, &packed[i].arena);
        if (!packed[i].ok) ok = err_set(e, "section %.*s cannot be decompressed", STR_ARG(packed[i].header->name));
    }
    image->section[DWARF_STR] = dwarf_whole_strings(image->section[DWARF_STR]);
    image->section[DWARF_LINE_STR] = dwarf_whole_strings(image->section[DWARF_LINE_STR]);
    return ok;
}

/* The index of a package: a table of units by hash, then the places and sizes of their parts of each section. */
struct package_index {
    str bytes;
    uint32_t version, n_columns, n_units, n_slots;
    size_t rows, columns; /* offsets of the numbers of rows, and of columns */
};

static uint64_t index_number(const struct dwarf_image *m, const struct package_index *x, uint64_t offset,
                             unsigned size) {
    struct dwarf_reader r = dwarf_reader_at(x->bytes, offset, m->big_endian);
    return dwarf_number(&r, size);
}

static bool open_index(const struct dwarf_image *m, struct package_index *x) {
    enum { HEADER = 16 };
    x->bytes = m->section[DWARF_CU_INDEX];
    uint32_t version = (uint32_t)index_number(m, x, 0, 4);
    x->version = version == 2 ? 2 : (uint32_t)index_number(m, x, 0, 2); /* GNU's version has four bytes */
    x->n_columns = (uint32_t)index_number(m, x, 4, 4);
    x->n_units = (uint32_t)index_number(m, x, 8, 4);
    x->n_slots = (uint32_t)index_number(m, x, 12, 4);
    x->rows = HEADER + 8 * (size_t)x->n_slots;
    x->columns = x->rows + 4 * (size_t)x->n_slots;
    bool power = x->n_slots && !(x->n_slots & (x->n_slots - 1));
    return (x->version == 2 || x->version == 5) && power && x->n_columns <= 8 && x->columns <= x->bytes.len;
}

bool dwarf_image_select(struct dwarf_image *m, uint64_t id) {
    static const enum dwarf_section
        old_kind[9] = {[1] = DWARF_INFO, [3] = DWARF_ABBREV, [6] = DWARF_STR_OFFSETS},
        new_kind[9] = {[1] = DWARF_INFO, [3] = DWARF_ABBREV, [6] = DWARF_STR_OFFSETS, [8] = DWARF_RNGLISTS};
    struct package_index x = {.bytes = STR_EMPTY};
    if (!open_index(m, &x)) return false;
    uint64_t mask = x.n_slots - 1, slot = id & mask, step = (id >> 32 & mask) | 1;
    uint32_t row = 0;
    for (uint32_t i = 0; i < x.n_slots && i < SLOTS_MOST && !row; i++, slot = (slot + step) & mask) {
        row = (uint32_t)index_number(m, &x, x.rows + 4 * slot, 4);
        if (!row) return false; /* a free slot ends the search */
        if (index_number(m, &x, 16 + 8 * slot, 8) != id) row = 0;
    }
    if (!row || row > x.n_units) return false;
    for (uint32_t c = 0; c < x.n_columns; c++) {
        uint64_t kind = index_number(m, &x, x.columns + 4 * c, 4);
        uint64_t at = x.columns + 4 * (uint64_t)x.n_columns * row + 4 * c,
                 sizes = 4 * (uint64_t)x.n_columns * x.n_units;
        if (kind < 1 || kind > 8) continue;
        enum dwarf_section to = x.version == 2 ? old_kind[kind] : new_kind[kind];
        if (to == DWARF_INFO && kind != 1) continue; /* not a section that is read */
        m->section[to] = part(m->section[to], index_number(m, &x, at, 4), index_number(m, &x, at + sizes, 4));
    }
    return true;
}
