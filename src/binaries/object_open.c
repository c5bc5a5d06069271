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

static bool open_elf(struct object_file *f, struct arena *a, str kernel_symbol, struct object *out, struct err *e) {
    if (!kernel_symbol.len) kernel_symbol = STR("_stext");
    if (!object_read_elf(f, a, kernel_symbol, may_be_kernel(out), out, e))
        return err_prepend(e, "error reading ELF file %.*s: error parsing %.*s: ", STR_ARG(out->path),
                           STR_ARG(out->path));
    /* only checks that some base is possible; the address that decides it comes later */
    const struct object_segment *text = out->text_segment == UINT32_MAX ? NULL : &out->segment[out->text_segment];
    uint64_t base;
    if (object_elf_base(out, text, &base, e)) return true;
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
        return true;
    }
    close(f->fd);
    if (S_ISDIR(st.st_mode))
        return err_set(e, "error reading magic number from %s: read %s: is a directory", path, path);
    return err_set(e, "unrecognized binary format: %s", path);
}

bool object_open(struct arena *a, const struct object_mapping *m, struct object *out, struct err *e) {
    struct arena scratch = {0};
    struct object_file f = {.arena = &scratch};
    *out = (struct object){.path = str_copy(a, m->path),
                           .build_id = STR_EMPTY,
                           .start = m->start,
                           .limit = m->limit,
                           .offset = m->offset,
                           .text_segment = UINT32_MAX,
                           .has_debug = true,
                           .debug_link = STR_EMPTY};
    if (!object_file_open(&f, out->path.ptr, e)) return false;
    bool ok = open_by_magic(&f, a, m->kernel_symbol, out, e);
    close(f.fd);
    arena_release(&scratch);
    return ok;
}
