/* Opening a mapping's file: recognizes its format and reads its headers. */
#include "binaries/object_open.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "binaries/object_reader.h"

enum { PAGE = 4096 };

static bool is_page(uint64_t address) { return address % PAGE == 0; }

/* True if the mapping may be a kernel's: only then are all symbols read, which is expensive. */
static bool may_be_kernel(const struct object *o) {
    if (object_is_whole_space(o)) return false; /* the base is 0 in any case */
    bool named = str_find(o->path, STR("vmlinux")) < o->path.len;
    return named || !is_page(o->start) || !is_page(o->limit) || !is_page(o->offset);
}

static bool is_macho(const unsigned char *m) {
    return (m[0] == 0xfe && m[1] == 0xed && m[2] == 0xfa && (m[3] & 0xfe) == 0xce) ||
           (m[3] == 0xfe && m[2] == 0xed && m[1] == 0xfa && (m[0] & 0xfe) == 0xce);
}

static bool is_fat_macho(const unsigned char *m) {
    return memcmp(m, "\xca\xfe\xba\xbe", 4) == 0 || memcmp(m, "\xbe\xba\xfe\xca", 4) == 0;
}

static bool fail_reading(const struct object *o, struct err *e) {
    static const char *const name[] = {
        [OBJECT_ELF] = "ELF", [OBJECT_MACHO] = "Mach-O", [OBJECT_FAT_MACHO] = "fat Mach-O", [OBJECT_PE] = "PE"};
    return err_prepend(e, "error reading %s file %.*s: ", name[o->format], STR_ARG(o->path));
}

/* Reads what does not depend on the mapping. */
static bool read_headers(struct object_file *f, struct arena *a, struct object *out, struct err *e) {
    str magic;
    bool ok = false;
    out->device = f->device;
    out->number = f->number;
    if (!object_read(f, 0, 4, &magic))
        return err_set(e, "error reading magic number from %.*s: %s", STR_ARG(out->path),
                       f->size ? "unexpected EOF" : "EOF");
    const unsigned char *m = (const unsigned char *)magic.ptr;
    if (memcmp(m, ELFMAG, SELFMAG) == 0) {
        out->format = OBJECT_ELF;
        ok = object_read_elf(f, a, out, e) || err_prepend(e, "error parsing %.*s: ", STR_ARG(out->path));
    } else if (is_macho(m)) {
        out->format = OBJECT_MACHO;
        ok = object_read_macho(f, 0, out, e);
    } else if (is_fat_macho(m)) {
        out->format = OBJECT_FAT_MACHO;
        ok = object_read_fat_macho(f, out, e);
    } else if (m[0] == 'M' && m[1] == 'Z') {
        out->format = OBJECT_PE;
        ok = object_read_pe(f, out, e);
    } else {
        return err_set(e, "unrecognized binary format: %.*s", STR_ARG(out->path));
    }
    return ok || fail_reading(out, e);
}

/* Finds the base of the mapping. That of an ELF file is only checked to be possible; the address that decides it comes
 * later. */
static bool find_base(struct object *o, struct err *e) {
    const struct object_segment *text = o->text_segment == UINT32_MAX ? NULL : &o->segment[o->text_segment];
    uint64_t base;
    if (o->format == OBJECT_ELF)
        return object_elf_base(o, text, &base, e) ||
               err_prepend(e, "could not identify base for %.*s: ", STR_ARG(o->path)) || fail_reading(o, e);
    if (o->format != OBJECT_PE && o->linked > o->start)
        return err_set(
                   e,
                   "could not identify base for %.*s: __TEXT segment address (0x%llx) > mapping start address (0x%llx)",
                   STR_ARG(o->path), (unsigned long long)o->linked, (unsigned long long)o->start) ||
               fail_reading(o, e);
    o->base = o->format == OBJECT_PE && !o->start ? 0 : o->start - o->linked;
    o->base_known = true;
    return true;
}

static bool fail(struct err *e, const char *doing, const char *path, int errnum) {
    char text[ERR_SYSTEM_MOST];
    return err_set(e, "%s %s: %s", doing, path, err_system(errnum, text));
}

bool object_file_open(struct object_file *f, const char *path, struct err *e) {
    struct stat st;
    if (stat(path, &st) != 0) return fail(e, "stat", path, errno);
    f->fd = file_open_named(path);
    if (f->fd < 0) return fail(e, "open", path, errno) || err_prepend(e, "error opening %s: ", path);
    if (fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode)) {
        f->size = (uint64_t)st.st_size;
        f->device = st.st_dev;
        f->number = st.st_ino;
        return true;
    }
    close(f->fd);
    if (S_ISDIR(st.st_mode))
        return err_set(e, "error reading magic number from %s: read %s: is a directory", path, path);
    return err_set(e, "unrecognized binary format: %s", path);
}

static struct object object_of(struct arena *a, const struct object_mapping *m) {
    return (struct object){.path = str_copy(a, m->path),
                           .build_id = STR_EMPTY,
                           .start = m->start,
                           .limit = m->limit,
                           .offset = m->offset,
                           .text_segment = UINT32_MAX,
                           .has_debug = true,
                           .debug_link = STR_EMPTY};
}

static str kernel_symbol(const struct object_mapping *m) {
    return m->kernel_symbol.len ? m->kernel_symbol : STR("_stext");
}

bool object_open(struct arena *a, const struct object_mapping *m, struct object *out, struct err *e) {
    struct arena scratch = {0};
    struct object_file f = {.arena = &scratch};
    *out = object_of(a, m);
    if (!object_file_open(&f, out->path.ptr, e)) return false;
    bool ok = read_headers(&f, a, out, e);
    if (ok && out->elf && may_be_kernel(out))
        out->has_kernel_offset = object_find_symbol(&f, kernel_symbol(m), &out->kernel_offset);
    close(f.fd);
    arena_release(&scratch);
    return ok && find_base(out, e);
}

/* What is in the file. One that is damaged is read only once, too. */
static struct object_known_file *known_file(struct object_known *k, struct object_file *f, const struct object *o) {
    k->ids.arena = k->arena;
    k->ids.copy = true;
    uint32_t id = file_id(&k->ids, f->device, f->number);
    if (id < k->files.n) return k->files.at[id];
    struct object_known_file *known = ARENA_NEW(k->arena, struct object_known_file);
    struct err e = {0};
    *known = (struct object_known_file){.object = *o, .fault = STR_EMPTY};
    if (!read_headers(f, k->arena, &known->object, &e)) known->fault = str_copy(k->arena, str_from(err_text(&e)));
    err_clear(&e);
    *VEC_PUSH(k->arena, &k->files) = known;
    return known;
}

/* Finds a symbol of a kernel. Mappings of one kernel name the same. */
static bool find_known_symbol(struct object_known *k, struct object_known_file *known, struct object_file *f, str name,
                              uint64_t *value) {
    enum { SYMBOLS_MOST = 16 };
    for (size_t i = 0; i < known->symbols.n; i++) {
        const struct object_known_symbol *s = &known->symbols.at[i];
        if (!str_equal(s->name, name)) continue;
        *value = s->value;
        return s->found;
    }
    if (known->symbols.n == SYMBOLS_MOST) return false;
    struct object_known_symbol s = {.name = name};
    s.found = object_find_symbol(f, name, &s.value);
    *VEC_PUSH(k->arena, &known->symbols) = s;
    *value = s.value;
    return s.found;
}

bool object_open_known(struct object_known *k, const struct object_mapping *m, struct object *out, struct err *e) {
    struct arena scratch = {0};
    struct object_file f = {.arena = &scratch};
    struct object own = object_of(k->arena, m);
    *out = own;
    if (!object_file_open(&f, own.path.ptr, e)) return false;
    struct object_known_file *known = known_file(k, &f, &own);
    *out = known->object;
    out->path = own.path;
    out->start = own.start;
    out->limit = own.limit;
    out->offset = own.offset;
    bool ok = !known->fault.len || err_set(e, "%.*s", STR_ARG(known->fault));
    if (ok && out->elf && may_be_kernel(out))
        out->has_kernel_offset = find_known_symbol(k, known, &f, kernel_symbol(m), &out->kernel_offset);
    close(f.fd);
    arena_release(&scratch);
    return ok && find_base(out, e);
}
