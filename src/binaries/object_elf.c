/* Reads ELF headers, program headers, build IDs and, where it is needed, the symbol table. */
#include <elf.h>
#include <limits.h>

#include "binaries/object_reader.h"

/* Layout of the structures in their 32 and 64 bit forms: offset and size of each number. */
struct elf_place {
    uint8_t at, size;
};
struct layout {
    uint8_t header_size, segment_size, section_size, symbol_size;
    struct elf_place phoff, shoff, phentsize, phnum, shentsize, shnum, shstrndx;              /* in the header */
    struct elf_place p_type, p_flags, p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_align; /* in a segment */
    struct elf_place s_name, s_type, s_addr, s_offset, s_size, s_link, s_addralign;           /* in a section */
    struct elf_place st_name, st_value;                                                       /* in a symbol */
};

#define PLACE(type, field)                                                                                             \
    { offsetof(type, field), sizeof(((type *)0)->field) }
#define LAYOUT(Ehdr, Phdr, Shdr, Sym)                                                                                  \
    {                                                                                                                  \
        .header_size = sizeof(Ehdr), .segment_size = sizeof(Phdr), .section_size = sizeof(Shdr),                       \
        .symbol_size = sizeof(Sym), .phoff = PLACE(Ehdr, e_phoff), .shoff = PLACE(Ehdr, e_shoff),                      \
        .phentsize = PLACE(Ehdr, e_phentsize), .phnum = PLACE(Ehdr, e_phnum), .shentsize = PLACE(Ehdr, e_shentsize),   \
        .shnum = PLACE(Ehdr, e_shnum), .shstrndx = PLACE(Ehdr, e_shstrndx), .p_type = PLACE(Phdr, p_type),             \
        .p_flags = PLACE(Phdr, p_flags), .p_offset = PLACE(Phdr, p_offset), .p_vaddr = PLACE(Phdr, p_vaddr),           \
        .p_paddr = PLACE(Phdr, p_paddr), .p_filesz = PLACE(Phdr, p_filesz), .p_memsz = PLACE(Phdr, p_memsz),           \
        .p_align = PLACE(Phdr, p_align), .s_name = PLACE(Shdr, sh_name), .s_type = PLACE(Shdr, sh_type),               \
        .s_addr = PLACE(Shdr, sh_addr), .s_offset = PLACE(Shdr, sh_offset), .s_size = PLACE(Shdr, sh_size),            \
        .s_link = PLACE(Shdr, sh_link), .s_addralign = PLACE(Shdr, sh_addralign), .st_name = PLACE(Sym, st_name),      \
        .st_value = PLACE(Sym, st_value)                                                                               \
    }
static const struct layout layout32 = LAYOUT(Elf32_Ehdr, Elf32_Phdr, Elf32_Shdr, Elf32_Sym);
static const struct layout layout64 = LAYOUT(Elf64_Ehdr, Elf64_Phdr, Elf64_Shdr, Elf64_Sym);

struct section {
    uint32_t type, link;
    uint64_t name, address, offset, size, align;
};

struct elf {
    struct object_file *file;
    const struct layout *layout;
    const struct section *section;
    uint32_t n_sections;
    str names; /* section names */
};

static uint64_t get(const struct elf *elf, str s, struct elf_place p) {
    return object_number(elf->file, s, p.at, p.size);
}

static bool cut_short(struct err *e) { return err_set(e, "EOF"); }

/* Fails with a constant in Go's spelling: ELFCLASS64, or ELFCLASS64+5 for an unknown value. */
static bool unknown(struct err *e, const char *what, const char *highest, unsigned highest_value, const char *none,
                    unsigned value) {
    if (!value) return err_set(e, "unknown ELF %s '%s' in record at byte 0x0", what, none);
    return err_set(e, "unknown ELF %s '%s+%u' in record at byte 0x0", what, highest, value - highest_value);
}

static bool read_ident(struct elf *elf, struct err *e) {
    str ident;
    if (!object_read(elf->file, 0, EI_NIDENT, &ident)) return err_set(e, "EOF");
    unsigned class = (unsigned char)ident.ptr[EI_CLASS], data = (unsigned char)ident.ptr[EI_DATA],
             version = (unsigned char)ident.ptr[EI_VERSION];
    if (class != ELFCLASS32 && class != ELFCLASS64)
        return unknown(e, "class", "ELFCLASS64", ELFCLASS64, "ELFCLASSNONE", class);
    if (data != ELFDATA2LSB && data != ELFDATA2MSB)
        return unknown(e, "data encoding", "ELFDATA2MSB", ELFDATA2MSB, "ELFDATANONE", data);
    if (version != EV_CURRENT) return unknown(e, "version", "EV_CURRENT", EV_CURRENT, "EV_NONE", version);
    elf->layout = class == ELFCLASS32 ? &layout32 : &layout64;
    elf->file->big_endian = data == ELFDATA2MSB;
    return true;
}

/* Each mapping of a file looks at all of its segments. Programs have a dozen. */
enum { SEGMENTS_MOST = 2048 };

static bool read_segments(struct elf *elf, struct arena *a, str header, struct object *out, struct err *e) {
    const struct layout *l = elf->layout;
    uint64_t n = get(elf, header, l->phnum), stride = get(elf, header, l->phentsize), at = get(elf, header, l->phoff);
    if (n && stride < l->segment_size)
        return err_set(e, "invalid ELF phentsize '%llu' in record at byte 0x0", (unsigned long long)stride);
    if (n > SEGMENTS_MOST) return err_set(e, "%llu program headers are too many", (unsigned long long)n);
    struct object_segment *segment = ARENA_ZERO(a, struct object_segment, n);
    str table;
    if (!object_read(elf->file, at, n * stride, &table)) return cut_short(e);
    for (uint64_t i = 0; i < n; i++) {
        str s = str_slice(table, i * stride, i * stride + l->segment_size);
        segment[i] = (struct object_segment){.type = (uint32_t)get(elf, s, l->p_type),
                                             .flags = (uint32_t)get(elf, s, l->p_flags),
                                             .offset = get(elf, s, l->p_offset),
                                             .address = get(elf, s, l->p_vaddr),
                                             .physical = get(elf, s, l->p_paddr),
                                             .file_size = get(elf, s, l->p_filesz),
                                             .memory_size = get(elf, s, l->p_memsz),
                                             .align = get(elf, s, l->p_align)};
    }
    out->segment = segment;
    out->n_segments = (uint32_t)n;
    return true;
}

static struct section parse_section(const struct elf *elf, str s) {
    const struct layout *l = elf->layout;
    return (struct section){.name = get(elf, s, l->s_name),
                            .type = (uint32_t)get(elf, s, l->s_type),
                            .link = (uint32_t)get(elf, s, l->s_link),
                            .address = get(elf, s, l->s_addr),
                            .offset = get(elf, s, l->s_offset),
                            .size = get(elf, s, l->s_size),
                            .align = get(elf, s, l->s_addralign)};
}

static bool read_sections(struct elf *elf, str header, struct err *e) {
    const struct layout *l = elf->layout;
    uint64_t n = get(elf, header, l->shnum), stride = get(elf, header, l->shentsize), at = get(elf, header, l->shoff);
    uint64_t names = get(elf, header, l->shstrndx);
    if (!at)
        return n == 0 ||
               err_set(e, "invalid ELF shnum for shoff=0 '%llu' in record at byte 0x0", (unsigned long long)n);
    str table;
    if (stride < l->section_size)
        return n == 0 || err_set(e, "invalid ELF shentsize '%llu' in record at byte 0x0", (unsigned long long)stride);
    if (n == 0 || names == SHN_XINDEX) { /* too many for the header: the first section holds the numbers */
        if (!object_read(elf->file, at, l->section_size, &table)) return cut_short(e);
        struct section first = parse_section(elf, table);
        if (n == 0 && first.size < SHN_LORESERVE)
            return err_set(e, "invalid ELF shnum contained in sh_size '%llu' in record at byte 0x%llx",
                           (unsigned long long)first.size, (unsigned long long)at);
        if (n == 0) n = first.size;
        if (names == SHN_XINDEX) names = first.link;
    }
    if (n > elf->file->size / stride || !object_read(elf->file, at, n * stride, &table)) return cut_short(e);
    if (n && names >= n)
        return err_set(e, "invalid ELF shstrndx '%llu' in record at byte 0x0", (unsigned long long)names);
    struct section *section = ARENA_ZERO(elf->file->arena, struct section, n);
    for (uint64_t i = 0; i < n; i++)
        section[i] = parse_section(elf, str_slice(table, i * stride, i * stride + l->section_size));
    elf->section = section;
    elf->n_sections = (uint32_t)n;
    if (n && !object_read(elf->file, section[names].offset, section[names].size, &elf->names)) return cut_short(e);
    return true;
}

/* The NUL-terminated string at an offset of a string table. */
static str string_at(str table, uint64_t offset) {
    if (offset >= table.len) return STR_EMPTY;
    str s = str_from_offset(table, (size_t)offset);
    return str_slice(s, 0, str_find_char(s, '\0'));
}

/* Whether the string at an offset is `s`. Many offsets may lie in one long string, so its end is not looked for. */
static bool is_string_at(str table, uint64_t offset, str s) {
    if (offset >= table.len || s.len > table.len - offset) return false;
    str rest = str_from_offset(table, (size_t)offset);
    return str_has_prefix(rest, s) && (rest.len == s.len || !rest.ptr[s.len]);
}

enum {
    NOTE_MOST = 1 << 20,
    NOTES_READ = 4,  /* times the file's size: segments and sections have the same notes */
    TEXTS_MOST = 100 /* sections with that name: executables have one */
};

/* Bytes up to the next multiple of the alignment, as pprof computes it: negative for alignment 0. Unsigned, because an
 * alignment may be any number. */
static int64_t padding(uint64_t size, uint64_t align) {
    return (int64_t)(((size + (align - 1)) & ~(align - 1)) - size);
}

struct elf_note {
    str name, description;
    uint64_t type;
};

/* Takes the next note off the front of *s. */
static bool take_note(const struct elf *elf, str *s, uint64_t align, struct elf_note *out) {
    if (s->len < 12) return false;
    uint64_t name_size = object_number(elf->file, *s, 0, 4), size = object_number(elf->file, *s, 4, 4);
    out->type = object_number(elf->file, *s, 8, 4);
    str rest = str_from_offset(*s, 12);
    if (name_size > NOTE_MOST || size > NOTE_MOST) return false;
    out->name = STR_EMPTY;
    if (name_size) { /* the name ends at its NUL, whatever its size */
        size_t n = str_find_char(rest, '\0');
        if (n == rest.len) return false;
        out->name = str_slice(rest, 0, n);
        rest = str_from_offset(rest, n + 1);
        name_size = n + 1;
    }
    int64_t pad = padding(12 + name_size, align);
    if (pad > (int64_t)rest.len) return false;
    if (pad > 0) rest = str_from_offset(rest, (size_t)pad);
    if (size > rest.len) return false;
    out->description = str_slice(rest, 0, (size_t)size);
    rest = str_from_offset(rest, (size_t)size);
    pad = padding(size, align);
    *s = pad > 0 ? str_from_offset(rest, (size_t)pad) : rest;
    return true;
}

enum found { FOUND_NONE, FOUND_ONE, FOUND_TROUBLE };

/* Finds the build ID in one segment or section. Two build IDs, or notes that cannot be read, count as no build ID; so
 * do more than *left bytes of notes. */
static enum found find_build_id(const struct elf *elf, uint64_t offset, uint64_t size, uint64_t align, uint64_t *left,
                                str *id) {
    struct elf_note n;
    str notes;
    bool found = false;
    if (offset > elf->file->size) return FOUND_NONE;
    if (size > elf->file->size - offset) size = elf->file->size - offset;
    if (size > *left || !object_read(elf->file, offset, size, &notes)) return FOUND_TROUBLE;
    *left -= size;
    while (notes.len) {
        if (!take_note(elf, &notes, align, &n)) return FOUND_TROUBLE;
        if (n.type != NT_GNU_BUILD_ID || !str_equal(n.name, STR("GNU"))) continue;
        if (found) return FOUND_TROUBLE;
        found = true;
        *id = n.description;
    }
    return found ? FOUND_ONE : FOUND_NONE;
}

static bool look_for_build_id(const struct elf *elf, const struct object *o, str *id) {
    enum found f = FOUND_NONE;
    uint64_t left = NOTES_READ * elf->file->size;
    for (uint32_t i = 0; i < o->n_segments && f == FOUND_NONE; i++) {
        const struct object_segment *s = &o->segment[i];
        if (s->type == PT_NOTE) f = find_build_id(elf, s->offset, s->file_size, s->align, &left, id);
    }
    for (uint32_t i = 0; i < elf->n_sections && f == FOUND_NONE; i++) {
        const struct section *s = &elf->section[i];
        if (s->type == SHT_NOTE) f = find_build_id(elf, s->offset, s->size, s->align, &left, id);
    }
    return f == FOUND_ONE;
}

static str hex(struct arena *a, str bytes) {
    static const char digit[] = "0123456789abcdef";
    char *p = arena_alloc(a, 2 * bytes.len);
    for (size_t i = 0; i < bytes.len; i++) {
        p[2 * i] = digit[(unsigned char)bytes.ptr[i] >> 4];
        p[2 * i + 1] = digit[(unsigned char)bytes.ptr[i] & 15];
    }
    return (str){p, 2 * bytes.len};
}

static uint32_t find_text_segment(const struct elf *elf, const struct object *o) {
    uint32_t n_texts = 0;
    for (uint32_t i = 0; i < elf->n_sections && n_texts < TEXTS_MOST; i++) {
        if (!is_string_at(elf->names, elf->section[i].name, STR(".text"))) continue;
        n_texts++;
        uint64_t address = elf->section[i].address;
        for (uint32_t s = 0; s < o->n_segments; s++) {
            const struct object_segment *p = &o->segment[s];
            bool inside = address >= p->address && address < p->address + p->memory_size;
            if (p->type == PT_LOAD && p->flags & PF_X && inside) return s;
        }
    }
    return UINT32_MAX;
}

/* Finds the value of the first symbol with this name. Finds nothing in a file without symbols, or
 * with broken ones. */
static bool find_symbol(const struct elf *elf, str name, uint64_t *value) {
    const struct layout *l = elf->layout;
    str symbols, strings;
    for (uint32_t i = 0; i < elf->n_sections; i++) {
        const struct section *s = &elf->section[i];
        if (s->type != SHT_SYMTAB || s->link >= elf->n_sections) continue;
        const struct section *link = &elf->section[s->link];
        if (!object_read(elf->file, s->offset, s->size, &symbols)) return false;
        if (!object_read(elf->file, link->offset, link->size, &strings)) return false;
        for (size_t at = l->symbol_size; at + l->symbol_size <= symbols.len; at += l->symbol_size) {
            str symbol = str_slice(symbols, at, at + l->symbol_size);
            if (!is_string_at(strings, get(elf, symbol, l->st_name), name)) continue;
            *value = get(elf, symbol, l->st_value);
            return true;
        }
        return false;
    }
    return false;
}

/* True for the file that `objcopy --only-keep-debug` leaves: headers of segments without their bytes. */
static bool lacks_contents(const struct object *o) {
    bool any = false;
    for (uint32_t i = 0; i < o->n_segments; i++) {
        const struct object_segment *s = &o->segment[i];
        if (s->type != PT_LOAD || !(s->flags & PF_X) || !s->memory_size) continue;
        if (s->file_size) return false;
        any = true;
    }
    return any;
}

static void look_for_debug(const struct elf *elf, struct arena *a, struct object *out) {
    str link;
    out->has_debug = false;
    for (uint32_t i = 0; i < elf->n_sections; i++) {
        const struct section *s = &elf->section[i];
        if (s->type == SHT_NOBITS) continue;
        out->has_debug |= is_string_at(elf->names, s->name, STR(".debug_info")) ||
                          is_string_at(elf->names, s->name, STR(".zdebug_info"));
        if (is_string_at(elf->names, s->name, STR(".gnu_debuglink")) && s->size <= NAME_MAX + 8 &&
            object_read(elf->file, s->offset, s->size, &link))
            out->debug_link = str_copy(a, string_at(link, 0));
    }
}

bool object_read_elf(struct object_file *f, struct arena *a, struct object *out, struct err *e) {
    struct elf elf = {.file = f, .names = STR_EMPTY};
    str header, id;
    if (!read_ident(&elf, e)) return false;
    if (!object_read(f, 0, elf.layout->header_size, &header)) return cut_short(e);
    out->elf = true;
    out->elf_type = (uint16_t)object_number(f, header, offsetof(Elf64_Ehdr, e_type), 2);
    if (!read_segments(&elf, a, header, out, e) || !read_sections(&elf, header, e)) return false;
    if (look_for_build_id(&elf, out, &id)) out->build_id = hex(a, id);
    out->text_segment = find_text_segment(&elf, out);
    out->no_contents = lacks_contents(out);
    look_for_debug(&elf, a, out);
    return true;
}

/* Reads the sections of a file of any kind. Returns false if it is not ELF, or damaged. */
static bool open_sections(struct object_file *f, struct elf *elf) {
    str header, magic;
    *elf = (struct elf){.file = f, .names = STR_EMPTY};
    return object_read(f, 0, SELFMAG, &magic) && str_equal(magic, STR(ELFMAG)) && read_ident(elf, NULL) &&
           object_read(f, 0, elf->layout->header_size, &header) && read_sections(elf, header, NULL);
}

bool object_find_symbol(struct object_file *f, str name, uint64_t *value) {
    struct elf elf;
    return open_sections(f, &elf) && find_symbol(&elf, name, value);
}

bool object_find_section(struct object_file *f, const char *name, struct object_section *out) {
    struct elf elf;
    if (!open_sections(f, &elf)) return false;
    for (uint32_t i = 0; i < elf.n_sections; i++) {
        const struct section *s = &elf.section[i];
        if (s->type == SHT_NOBITS || !is_string_at(elf.names, s->name, str_from(name))) continue;
        *out = (struct object_section){s->address, s->offset, s->size};
        return true;
    }
    return false;
}
