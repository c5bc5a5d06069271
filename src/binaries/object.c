#include "binaries/object.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "binaries/object_reader.h"

bool object_read(const struct object_file *f, uint64_t offset, uint64_t size, str *out) {
    if (offset > f->size || size > f->size - offset) return false;
    char *p = arena_alloc(f->arena, (size_t)size);
    for (size_t done = 0; done < size;) {
        ssize_t n = pread(f->fd, p + done, (size_t)size - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        done += (size_t)n;
    }
    *out = (str){p, (size_t)size};
    return true;
}

uint64_t object_number(const struct object_file *f, str s, size_t offset, unsigned size) {
    uint64_t v = 0;
    for (unsigned i = 0; i < size; i++) {
        unsigned at = f->big_endian ? i : size - 1 - i;
        v = v << 8 | (unsigned char)s.ptr[offset + at];
    }
    return v;
}

/* --- the base: what to subtract from a runtime address (elfexec.GetBase) */

#define HIGH_HALF (UINT64_C(1) << 63)
#define PPC64_PAGE_OFFSET UINT64_C(0xc000000000000000)
enum { PAGE = 4096 };

/* Some tools make one mapping of all there is; its addresses are the file's own. */
static bool is_whole_space(const struct object *o) {
    return o->start == 0 && o->offset == 0 && (o->limit == UINT64_MAX || o->limit == 0);
}

/* Kernels: perf has _text or _stext as the start of the mapping, ChromeOS moves the image to page 0, and so on.
 * False when the mapping looks like none of it. */
static bool kernel_base(const struct object *o, const struct object_segment *load, uint64_t *base) {
    bool known = o->has_kernel_offset;
    if (load->address == o->start - o->offset) {
        *base = o->offset;
        return true;
    }
    if (o->start == 0 && o->limit != 0 && known) {
        *base = o->start - o->kernel_offset;
        return true;
    }
    bool same_place_in_page = known && o->start % PAGE == o->kernel_offset % PAGE;
    bool plain_offset = o->offset == 0 || o->offset == PPC64_PAGE_OFFSET || o->offset == o->start;
    if (o->start >= HIGH_HALF && o->limit > o->start && plain_offset) {
        *base = o->start - (same_place_in_page ? o->kernel_offset : load->address);
        return true;
    }
    if (o->start % PAGE != 0 && same_place_in_page) {
        *base = o->start - o->kernel_offset;
        return true;
    }
    return false;
}

/* A runtime address x is at x - start + offset in the file, and that place is linked for … */
static uint64_t user_base(const struct object *o, const struct object_segment *load) {
    return o->start - o->offset + load->offset - load->address;
}

static str flag_names(struct arena *a, uint32_t flags) {
    static const char *const name[] = {"PF_X", "PF_W", "PF_R"};
    str part[4];
    size_t n = 0;
    for (unsigned i = 0; i < 3; i++)
        if (flags & 1U << i) part[n++] = str_from(name[i]);
    if (flags & ~7U) part[n++] = str_format(a, "0x%x", flags & ~7U);
    return n ? str_join(a, part, n, STR("+")) : STR("0x0");
}

static bool strange_segment(const struct object *o, const struct object_segment *s, struct err *e) {
    struct arena scratch = {0};
    str flags = flag_names(&scratch, s->flags);
    err_set(e,
            "don't know how to handle EXEC segment: {PT_LOAD %.*s %llu %llu %llu %llu %llu %llu} start=0x%llx "
            "limit=0x%llx offset=0x%llx",
            STR_ARG(flags), (unsigned long long)s->offset, (unsigned long long)s->address,
            (unsigned long long)s->physical, (unsigned long long)s->file_size, (unsigned long long)s->memory_size,
            (unsigned long long)s->align, (unsigned long long)o->start, (unsigned long long)o->limit,
            (unsigned long long)o->offset);
    arena_release(&scratch);
    return false;
}

static bool exec_base(const struct object *o, const struct object_segment *load, uint64_t *base, struct err *e) {
    *base = 0;
    if (!load) return true;
    if (!o->has_kernel_offset && o->start > 0 && o->start < HIGH_HALF) {
        *base = user_base(o, load);
        return true;
    }
    if (kernel_base(o, load, base)) return true;
    if (o->start == 0 && o->limit != 0 && !o->has_kernel_offset) {
        *base = o->start - load->address;
        return true;
    }
    return strange_segment(o, load, e);
}

static bool elf_base(const struct object *o, const struct object_segment *load, uint64_t *base, struct err *e) {
    *base = 0;
    if (is_whole_space(o)) return true;
    switch (o->elf_type) {
    case ET_EXEC: return exec_base(o, load, base, e);
    case ET_REL:
        if (o->offset != 0) return err_set(e, "don't know how to handle mapping.Offset");
        *base = o->start;
        return true;
    case ET_DYN:
        if (!load)
            *base = o->start - o->offset;
        else if (!kernel_base(o, load, base))
            *base = user_base(o, load);
        return true;
    case ET_NONE: return err_set(e, "don't know how to handle FileHeader.Type ET_NONE");
    case ET_CORE: return err_set(e, "don't know how to handle FileHeader.Type ET_CORE");
    default: return err_set(e, "don't know how to handle FileHeader.Type ET_CORE+%u", o->elf_type - (unsigned)ET_CORE);
    }
}

/* --- the segment a mapping stands for (elfexec.ProgramHeadersForMapping) */

static bool is_mapped(const struct object *o, const struct object_segment *s) {
    uint64_t map_limit = o->offset + (o->limit - o->start), limit = s->offset + s->memory_size;
    if (s->type != PT_LOAD || s->file_size == 0) return false; /* without bytes its offset means nothing */
    if (o->offset >= limit || s->offset >= map_limit) return false;
    uint64_t in_page = s->address & (s->align - 1);
    uint64_t aligned = s->offset > in_page ? s->offset - in_page : 0;
    if (o->offset < aligned) return false; /* the mapping begins with another segment */
    /* less than a page of the segment, and then more that is not the segment's */
    bool tail = o->offset > s->offset && limit < o->offset + PAGE && map_limit >= limit + PAGE;
    return !tail;
}

/* Of several, the one that has the address's place in the file. */
static bool choose_by_address(const struct object *o, uint64_t address, const struct object_segment **out) {
    uint64_t place = address - o->start + o->offset;
    const struct object_segment *found = NULL;
    for (uint32_t i = 0; i < o->n_segments; i++) {
        const struct object_segment *s = &o->segment[i];
        if (!is_mapped(o, s) || place < s->offset || place >= s->offset + s->memory_size) continue;
        if (found) return false;
        found = s;
    }
    *out = found;
    return found != NULL;
}

/* *out is NULL for files without segments, such as kernel modules. False: it cannot be told. */
static bool find_segment(const struct object *o, uint64_t address, const struct object_segment **out) {
    *out = NULL;
    if (o->has_kernel_offset || o->start >= o->limit || o->limit >= HIGH_HALF) {
        if (o->text_segment != UINT32_MAX) *out = &o->segment[o->text_segment];
        return true;
    }
    uint32_t n_loaded = 0, n_mapped = 0;
    for (uint32_t i = 0; i < o->n_segments; i++) {
        n_loaded += o->segment[i].type == PT_LOAD;
        if (!is_mapped(o, &o->segment[i])) continue;
        n_mapped++;
        *out = &o->segment[i];
    }
    if (n_loaded == 0 || n_mapped == 1) return true;
    return n_mapped > 1 && choose_by_address(o, address, out);
}

static bool find_base(struct object *o, uint64_t address, struct err *e) {
    const struct object_segment *load;
    if (address < o->start || address >= o->limit)
        return err_set(e, "specified address %llx is outside the mapping range [%llx, %llx] for file \"%.*s\"",
                       (unsigned long long)address, (unsigned long long)o->start, (unsigned long long)o->limit,
                       STR_ARG(o->path));
    if (!find_segment(o, address, &load))
        return err_set(e, "failed to find program header for file \"%.*s\", address %llx", STR_ARG(o->path),
                       (unsigned long long)address);
    return elf_base(o, load, &o->base, e);
}

bool object_address(struct object *o, uint64_t address, uint64_t *out, struct err *e) {
    if (o->base_failed) return err_set(e, "no base is known for %.*s", STR_ARG(o->path));
    if (!o->base_known && !find_base(o, address, e)) {
        o->base_failed = true;
        return false;
    }
    o->base_known = true;
    *out = address - o->base;
    return true;
}

/* --- opening */

static bool is_page(uint64_t address) { return address % PAGE == 0; }

/* Reading all symbols is expensive, so only where the mapping may be a kernel's. */
static bool may_be_kernel(const struct object *o) {
    if (is_whole_space(o)) return false; /* the base is 0 anyhow */
    bool named = str_find(o->path, STR("vmlinux")) < o->path.len;
    return named || !is_page(o->start) || !is_page(o->limit) || !is_page(o->offset);
}

static bool open_elf(struct object_file *f, struct arena *a, str kernel_symbol, struct object *out, struct err *e) {
    if (!kernel_symbol.len) kernel_symbol = STR("_stext");
    if (!object_read_elf(f, a, kernel_symbol, may_be_kernel(out), out, e))
        return err_prepend(e, "error reading ELF file %.*s: error parsing %.*s: ", STR_ARG(out->path),
                           STR_ARG(out->path));
    /* only that there is a base; which one is known when there is an address */
    const struct object_segment *text = out->text_segment == UINT32_MAX ? NULL : &out->segment[out->text_segment];
    uint64_t base;
    if (elf_base(out, text, &base, e)) return true;
    return err_prepend(e, "error reading ELF file %.*s: could not identify base for %.*s: ", STR_ARG(out->path),
                       STR_ARG(out->path));
}

static bool is_macho(const unsigned char *m) {
    return (m[0] == 0xfe && m[1] == 0xed && m[2] == 0xfa && (m[3] & 0xfe) == 0xce) ||
           (m[3] == 0xfe && m[2] == 0xed && m[1] == 0xfa && (m[0] & 0xfe) == 0xce);
}

static bool is_fat_macho(const unsigned char *m) {
    return memcmp(m, "\xca\xfe\xba\xbe", 4) == 0 || memcmp(m, "\xbe\xba\xfe\xca", 4) == 0;
}

static bool open_by_magic(struct object_file *f, struct arena *a, str kernel_symbol, struct object *out,
                          struct err *e) {
    str magic;
    if (!object_read(f, 0, 4, &magic))
        return err_set(e, "error reading magic number from %.*s: %s", STR_ARG(out->path),
                       f->size ? "unexpected EOF" : "EOF");
    const unsigned char *m = (const unsigned char *)magic.ptr;
    if (memcmp(m, ELFMAG, SELFMAG) == 0) return open_elf(f, a, kernel_symbol, out, e);
    if (is_macho(m))
        return object_read_macho(f, 0, out, e) ||
               err_prepend(e, "error reading Mach-O file %.*s: ", STR_ARG(out->path));
    if (is_fat_macho(m))
        return object_read_fat_macho(f, out, e) ||
               err_prepend(e, "error reading fat Mach-O file %.*s: ", STR_ARG(out->path));
    if (m[0] == 'M' && m[1] == 'Z')
        return object_read_pe(f, out, e) || err_prepend(e, "error reading PE file %.*s: ", STR_ARG(out->path));
    return err_set(e, "unrecognized binary format: %.*s", STR_ARG(out->path));
}

/* Go's texts of system errors are in lower case. */
static bool fail(struct err *e, const char *doing, const char *path, int errnum) {
    char text[256];
    const char *said = strerror_r(errnum, text, sizeof text);
    char first = said[0] >= 'A' && said[0] <= 'Z' ? (char)(said[0] + ('a' - 'A')) : said[0];
    return err_set(e, "%s %s: %c%s", doing, path, first, first ? said + 1 : "");
}

static bool open_file(const char *path, struct object_file *f, struct err *e) {
    struct stat st;
    if (stat(path, &st) != 0) return fail(e, "stat", path, errno);
    f->fd = file_open_named(path);
    if (f->fd < 0) return fail(e, "open", path, errno) || err_prepend(e, "error opening %s: ", path);
    if (fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode)) {
        f->size = (uint64_t)st.st_size;
        return true;
    }
    close(f->fd);
    if (S_ISDIR(st.st_mode))
        return err_set(e, "error reading magic number from %s: read %s: is a directory", path, path);
    return err_set(e, "unrecognized binary format: %s", path);
}

bool object_open(struct arena *a, str path, uint64_t start, uint64_t limit, uint64_t offset, str kernel_symbol,
                 struct object *out, struct err *e) {
    struct arena scratch = {0};
    struct object_file f = {.arena = &scratch};
    *out = (struct object){.path = str_copy(a, path),
                           .build_id = STR_EMPTY,
                           .start = start,
                           .limit = limit,
                           .offset = offset,
                           .text_segment = UINT32_MAX};
    if (!open_file(out->path.ptr, &f, e)) return false;
    bool ok = open_by_magic(&f, a, kernel_symbol, out, e);
    close(f.fd);
    arena_release(&scratch);
    return ok;
}
