/* From addresses of a process to addresses of its binary, by the rules of pprof's elfexec package. */
#include "binaries/object.h"

#include <elf.h>

#define HIGH_HALF (UINT64_C(1) << 63)
#define PPC64_PAGE_OFFSET UINT64_C(0xc000000000000000)
enum { PAGE = 4096 };

bool object_is_whole_space(const struct object *o) {
    return o->start == 0 && o->offset == 0 && (o->limit == UINT64_MAX || o->limit == 0);
}

/* The base of a kernel: perf uses _text or _stext as the start of the mapping, ChromeOS moves the image to page 0,
 * and so on. Returns false if the mapping fits no such case. */
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

/* A process's address x is at file offset x - start + offset; `load` tells the address to which that offset is
 * linked. */
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

bool object_elf_base(const struct object *o, const struct object_segment *load, uint64_t *base, struct err *e) {
    *base = 0;
    if (object_is_whole_space(o)) return true;
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

static bool is_mapped(const struct object *o, const struct object_segment *s) {
    uint64_t map_limit = o->offset + (o->limit - o->start), limit = s->offset + s->memory_size;
    if (s->type != PT_LOAD || s->file_size == 0) return false; /* without bytes its offset means nothing */
    if (o->offset >= limit || s->offset >= map_limit) return false;
    uint64_t in_page = s->address & (s->align - 1);
    uint64_t aligned = s->offset > in_page ? s->offset - in_page : 0;
    if (o->offset < aligned) return false; /* the mapping starts in another segment */
    /* starts less than a page before the segment's end and extends beyond it */
    bool tail = o->offset > s->offset && limit < o->offset + PAGE && map_limit >= limit + PAGE;
    return !tail;
}

/* Of several segments, chooses the one that contains the address's offset in the file. */
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

/* Finds the segment of the mapping; *out is NULL for files without segments, such as kernel modules. Returns false
 * if it is ambiguous. */
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

/* The base of a file without contents, found by the addresses of its segments, since their offsets are lost. The
 * loader maps a segment whole: a mapping as large as one segment is that segment. Linkers usually give text the same
 * offset as address, which tells where a part of a segment is. */
static bool find_base_by_size(struct object *o, struct err *e) {
    const uint64_t size = o->limit - o->start;
    uint32_t n_fit = 0;
    for (uint32_t i = 0; i < o->n_segments; i++) {
        const struct object_segment *s = &o->segment[i];
        uint64_t from = s->address & ~(uint64_t)(PAGE - 1),
                 to = (s->address + s->memory_size + PAGE - 1) & ~(uint64_t)(PAGE - 1);
        if (s->type != PT_LOAD || !(s->flags & PF_X) || to < from) continue;
        if (o->elf_type == ET_EXEC) {
            if (o->start < from || o->limit > to) continue;
            o->base = 0;
        } else if (size == to - from) {
            o->base = o->start - from;
        } else if (o->offset >= from && size < to - from && o->offset - from <= to - from - size) {
            o->base = o->start - o->offset;
        } else {
            continue;
        }
        n_fit++;
    }
    return n_fit == 1 ||
           err_set(e, "%.*s has debug information only, and no segment that fits the mapping", STR_ARG(o->path));
}

static bool find_base(struct object *o, uint64_t address, struct err *e) {
    const struct object_segment *load;
    if (address < o->start || address >= o->limit)
        return err_set(e, "specified address %llx is outside the mapping range [%llx, %llx] for file \"%.*s\"",
                       (unsigned long long)address, (unsigned long long)o->start, (unsigned long long)o->limit,
                       STR_ARG(o->path));
    if (o->no_contents && !object_is_whole_space(o) && !o->has_kernel_offset) return find_base_by_size(o, e);
    if (!find_segment(o, address, &load))
        return err_set(e, "failed to find program header for file \"%.*s\", address %llx", STR_ARG(o->path),
                       (unsigned long long)address);
    return object_elf_base(o, load, &o->base, e);
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
