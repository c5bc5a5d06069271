/* Reads Mach-O and PE headers for the address that the file is linked for. */
#include <string.h>

#include "binaries/object_reader.h"

enum { LC_SEGMENT_32 = 1, LC_SEGMENT_64 = 0x19, COMMANDS_MOST = 1 << 20 };

struct macho {
    const struct object_file *file;
    str commands;
    uint32_t n_commands;
};

/* "__TEXT" followed by ten NULs. */
static bool is_text(str segment_name) { return memcmp(segment_name.ptr, "__TEXT\0\0\0\0\0\0\0\0\0", 16) == 0; }

static bool find_text(const struct macho *m, uint64_t *address) {
    size_t at = 0;
    for (uint32_t i = 0; i < m->n_commands; i++) {
        str rest = str_from_offset(m->commands, at);
        if (rest.len < 8) return false;
        uint64_t command = object_number(m->file, rest, 0, 4), size = object_number(m->file, rest, 4, 4);
        if (size < 8 || size > rest.len) return false;
        unsigned width = command == LC_SEGMENT_64 ? 8 : 4;
        bool segment = command == LC_SEGMENT_32 || command == LC_SEGMENT_64;
        if (segment && size >= 24 + width && is_text(str_slice(rest, 8, 24))) {
            *address = object_number(m->file, rest, 24, width);
            return true;
        }
        at += (size_t)size;
    }
    return false;
}

bool object_read_macho(struct object_file *f, uint64_t offset, struct object *out, struct err *e) {
    str header;
    if (!object_read(f, offset, 28, &header))
        return err_set(e, "error parsing %.*s: unexpected EOF", STR_ARG(out->path));
    f->big_endian = (unsigned char)header.ptr[0] == 0xfe;
    uint64_t magic = object_number(f, header, 0, 4), size = object_number(f, header, 20, 4);
    struct macho m = {.file = f, .n_commands = (uint32_t)object_number(f, header, 16, 4)};
    if (size > COMMANDS_MOST || !object_read(f, offset + (magic & 1 ? 32 : 28), size, &m.commands))
        return err_set(e, "error parsing %.*s: unexpected EOF", STR_ARG(out->path));
    return find_text(&m, &out->linked) ||
           err_set(e, "could not identify base for %.*s: no __TEXT segment", STR_ARG(out->path));
}

#if defined(__x86_64__)
enum { HOST_CPU = 0x01000007 };
static const char host_name[] = "amd64";
#elif defined(__aarch64__)
enum { HOST_CPU = 0x0100000c };
static const char host_name[] = "arm64";
#else
enum { HOST_CPU = 0 };
static const char host_name[] = "this machine";
#endif

/* Reads a file that holds binaries for several machines; takes the one for this machine. */
bool object_read_fat_macho(struct object_file *f, struct object *out, struct err *e) {
    str header, table;
    f->big_endian = true;
    if (!object_read(f, 0, 8, &header)) return err_set(e, "error parsing %.*s: EOF", STR_ARG(out->path));
    uint64_t n = object_number(f, header, 4, 4);
    const char *fault = n == 0 ? "file contains no images" : "invalid fat_arch header";
    if (n == 0 || n > COMMANDS_MOST / 20 || !object_read(f, 8, n * 20, &table))
        return err_set(e, "error parsing %.*s: %s in record at byte 0x8", STR_ARG(out->path), fault);
    for (size_t i = 0; i < n; i++)
        if (object_number(f, table, i * 20, 4) == HOST_CPU)
            return object_read_macho(f, object_number(f, table, i * 20 + 8, 4), out, e);
    return err_set(e, "architecture not found in %.*s: %s", STR_ARG(out->path), host_name);
}

bool object_read_pe(struct object_file *f, struct object *out, struct err *e) {
    str dos, header;
    f->big_endian = false;
    if (!object_read(f, 0, 0x40, &dos)) return err_set(e, "error parsing %.*s: EOF", STR_ARG(out->path));
    uint64_t at = object_number(f, dos, 0x3c, 4);
    /* signature, file header, and optional header up to the image base */
    if (!object_read(f, at, 4 + 20 + 32, &header)) return err_set(e, "error parsing %.*s: EOF", STR_ARG(out->path));
    if (!str_has_prefix(header, (str){"PE\0\0", 4})) {
        const unsigned char *b = (const unsigned char *)header.ptr;
        return err_set(e, "error parsing %.*s: invalid PE file signature: %02x %02x %02x %02x", STR_ARG(out->path),
                       b[0], b[1], b[2], b[3]);
    }
    uint64_t size = object_number(f, header, 20, 2), magic = object_number(f, header, 24, 2);
    if (size >= 32 && magic == 0x10b)
        out->linked = object_number(f, header, 24 + 28, 4);
    else if (size >= 32 && magic == 0x20b)
        out->linked = object_number(f, header, 24 + 24, 8);
    else
        return err_set(e, "unknown OptionalHeader <nil>");
    return true;
}
