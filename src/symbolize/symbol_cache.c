/* The cache of symbols on disk. */
#include "symbolize/symbol_cache.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "go/unit.h"
#include "out/message.h"
#include "out/whole_file.h"

#define MAGIC "cprofsy1"
enum { KEY_MOST = 4096, NAME_MOST = 255 };

/* The start of a file. The key, the name and the columns of struct symbols_table follow, in the order of struct
 * symbol_cache_layout. */
struct symbol_cache_header {
    char magic[8];
    uint64_t check; /* of all bytes that follow it */
    uint32_t key_len, name_len, n, n_frames, n_functions, n_texts, text_len, zero;
};

struct symbol_cache_layout {
    uint64_t key, name, address, frame, function, first, end, text, size;
};

static struct symbol_cache_layout layout_of(const struct symbol_cache_header *h) {
    struct symbol_cache_layout l = {.key = sizeof *h};
    l.name = l.key + h->key_len;
    l.address = (l.name + h->name_len + 7) & ~UINT64_C(7);
    l.frame = l.address + (uint64_t)h->n * sizeof(uint64_t);
    l.function = l.frame + (uint64_t)h->n_frames * sizeof(struct symbols_frame);
    l.first = l.function + (uint64_t)h->n_functions * sizeof(struct symbols_function);
    l.end = l.first + ((uint64_t)h->n + 1) * sizeof(uint32_t);
    l.text = l.end + (uint64_t)h->n_texts * sizeof(uint32_t);
    l.size = l.text + h->text_len;
    return l;
}

/* A checksum that does not depend on the process, unlike hash_bytes. */
static uint64_t check_of(const char *bytes, size_t n) {
    uint64_t sum = n;
    for (size_t i = 0; i < n; i += 8) {
        uint64_t word = 0;
        memcpy(&word, bytes + i, n - i < 8 ? n - i : 8);
        sum = hash_mix(word ^ UINT64_C(0xa0761d6478bd642f), sum ^ HASH_K1) + word;
    }
    return sum;
}

static str folder(struct arena *a) {
    str all = str_from(getenv("XDG_CACHE_HOME")), home = str_from(getenv("HOME"));
    if (str_has_prefix(all, STR("/"))) return str_format(a, "%.*s/cprof/symbols", STR_ARG(all));
    struct stat st; /* a home is not made */
    bool usable = str_has_prefix(home, STR("/")) && stat(str_c(a, home), &st) == 0;
    return usable ? str_format(a, "%.*s/.cache/cprof/symbols", STR_ARG(home)) : STR_EMPTY;
}

/* Empty if the key cannot name a file. */
static str path_of(struct arena *a, const struct symbol_cache_key *key) {
    str in = folder(a);
    bool hex = key->build_id.len >= 4 && key->build_id.len <= 128;
    for (size_t i = 0; i < key->build_id.len; i++)
        hex &= str_find_char(STR("0123456789abcdef"), key->build_id.ptr[i]) < 16;
    if (!in.len || !hex || key->text.len > KEY_MOST) return STR_EMPTY;
    return str_format(a, "%.*s/%.*s-%016llx", STR_ARG(in), STR_ARG(key->build_id),
                      (unsigned long long)check_of(key->text.ptr, key->text.len));
}

str symbol_cache_stamp(struct arena *a, str path) {
    struct stat st;
    if (!path.len || stat(str_c(a, path), &st) != 0) return STR("none\n");
    return str_format(a, "%lld bytes of %lld.%09ld\n", (long long)st.st_size, (long long)st.st_mtim.tv_sec,
                      st.st_mtim.tv_nsec);
}

str symbol_cache_program(struct arena *a) {
    return str_format(a, "program: %.*s", STR_ARG(symbol_cache_stamp(a, STR("/proc/self/exe"))));
}

static bool read_whole(struct arena *a, const char *path, bool use, str *out) {
    struct stat st;
    int fd = file_open_named(path);
    if (fd < 0) return false;
    bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
              st.st_size <= (off_t)SYMBOL_CACHE_FILE_MOST_MB << 20;
    char *bytes = ok ? arena_alloc(a, (size_t)st.st_size) : NULL;
    size_t n = 0;
    while (ok && n < (size_t)st.st_size) {
        ssize_t more = read(fd, bytes + n, (size_t)st.st_size - n);
        if (more < 0 && errno == EINTR) continue;
        ok = more > 0;
        if (ok) n += (size_t)more;
    }
    if (ok && use) futimens(fd, NULL); /* symbol_cache_trim keeps what was used last */
    close(fd);
    *out = (str){bytes, n};
    return ok;
}

/* Checks the header of a file, and that its parts have the sizes that it says. */
static bool read_header(str bytes, struct symbol_cache_header *h, struct symbol_cache_layout *l) {
    if (bytes.len < sizeof *h) return false;
    memcpy(h, bytes.ptr, sizeof *h);
    *l = layout_of(h);
    const size_t checked = sizeof h->magic + sizeof h->check;
    return memcmp(h->magic, MAGIC, sizeof h->magic) == 0 && h->key_len <= KEY_MOST && h->name_len <= NAME_MOST &&
           l->size == bytes.len && h->check == check_of(bytes.ptr + checked, bytes.len - checked);
}

/* Is every number of the table in range? */
static bool is_sound(const struct symbols_table *s, uint32_t text_len) {
    if (!s->n_texts || s->end[0] != 0 || s->end[s->n_texts - 1] != text_len) return false;
    for (uint32_t i = 1; i < s->n_texts; i++)
        if (s->end[i] < s->end[i - 1]) return false;
    if (s->first[0] != 0 || s->first[s->n] != s->n_frames) return false;
    for (uint32_t i = 0; i < s->n; i++)
        if (s->first[i + 1] < s->first[i] || (i && s->address[i] <= s->address[i - 1])) return false;
    for (uint32_t i = 0; i < s->n_frames; i++)
        if (s->frame[i].function >= s->n_functions) return false;
    for (uint32_t i = 0; i < s->n_functions; i++) {
        const struct symbols_function *f = &s->function[i];
        if (f->name >= s->n_texts || f->system_name >= s->n_texts || f->file >= s->n_texts) return false;
    }
    return true;
}

bool symbol_cache_load(struct arena *a, const struct symbol_cache_key *key, struct symbols_table *out) {
    struct symbol_cache_header h;
    struct symbol_cache_layout l;
    str path = path_of(a, key), bytes;
    *out = (struct symbols_table){0};
    if (!path.len || !read_whole(a, path.ptr, true, &bytes) || !read_header(bytes, &h, &l)) return false;
    if (!str_equal(str_slice(bytes, l.key, l.name), key->text)) return false;
    /* arenas align memory for any type, and the layout keeps that */
    struct symbols_table s = {.n = h.n, .n_frames = h.n_frames, .n_functions = h.n_functions, .n_texts = h.n_texts};
    s.address = (const void *)(bytes.ptr + l.address);
    s.frame = (const void *)(bytes.ptr + l.frame);
    s.function = (const void *)(bytes.ptr + l.function);
    s.first = (const void *)(bytes.ptr + l.first);
    s.end = (const void *)(bytes.ptr + l.end);
    s.text = bytes.ptr + l.text;
    if (!is_sound(&s, h.text_len)) return false;
    *out = s;
    return true;
}

/* Makes room for a file: what stands in its place is removed unless it is a file, since writing to it might wait. */
static bool make_place(const char *path) {
    struct stat st;
    return lstat(path, &st) != 0 || S_ISREG(st.st_mode) || unlink(path) == 0;
}

static void put(char *at, const void *from, uint64_t n) {
    if (n) memcpy(at, from, (size_t)n);
}

bool symbol_cache_store(const struct symbol_cache_key *key, const struct symbols_table *s) {
    struct arena scratch = {0};
    str path = path_of(&scratch, key), name = str_slice(key->name, 0, NAME_MOST);
    struct symbol_cache_header h = {.magic = MAGIC,
                                    .key_len = (uint32_t)key->text.len,
                                    .name_len = (uint32_t)name.len,
                                    .n = s->n,
                                    .n_frames = s->n_frames,
                                    .n_functions = s->n_functions,
                                    .n_texts = s->n_texts,
                                    .text_len = s->n_texts ? s->end[s->n_texts - 1] : 0};
    struct symbol_cache_layout l = layout_of(&h);
    struct whole_file file;
    int errnum;
    bool fits = l.size <= (uint64_t)SYMBOL_CACHE_FILE_MOST_MB << 20;
    if (path.len && fits && s->n && file_make_folders(folder(&scratch)) && make_place(path.ptr) &&
        whole_file_open(&scratch, path, &file)) {
        char *bytes = arena_zero(&scratch, 1, (size_t)l.size);
        put(bytes + l.key, key->text.ptr, key->text.len);
        put(bytes + l.name, name.ptr, name.len);
        put(bytes + l.address, s->address, (uint64_t)s->n * sizeof *s->address);
        put(bytes + l.frame, s->frame, (uint64_t)s->n_frames * sizeof *s->frame);
        put(bytes + l.function, s->function, (uint64_t)s->n_functions * sizeof *s->function);
        put(bytes + l.first, s->first, ((uint64_t)s->n + 1) * sizeof *s->first);
        put(bytes + l.end, s->end, (uint64_t)s->n_texts * sizeof *s->end);
        put(bytes + l.text, s->text, h.text_len);
        memcpy(bytes, &h, sizeof h);
        const size_t checked = sizeof h.magic + sizeof h.check;
        h.check = check_of(bytes + checked, (size_t)l.size - checked);
        memcpy(bytes, &h, sizeof h);
        if (file_write(file.fd, (str){bytes, (size_t)l.size}) == 0)
            whole_file_finish(&scratch, &file, &errnum);
        else
            whole_file_drop(&file);
    }
    arena_release(&scratch);
    return fits;
}

struct symbol_cache_file {
    const char *path;
    uint64_t size;
    struct timespec used;
};
typedef VEC(struct symbol_cache_file) file_list;

/* The file that was used last comes first. */
static int by_use(const void *a, const void *b) {
    const struct symbol_cache_file *x = a, *y = b;
    if (x->used.tv_sec != y->used.tv_sec) return x->used.tv_sec < y->used.tv_sec ? 1 : -1;
    if (x->used.tv_nsec != y->used.tv_nsec) return x->used.tv_nsec < y->used.tv_nsec ? 1 : -1;
    return strcmp(x->path, y->path);
}

/* All regular files in the folder, temporary ones that a killed process left included. Returns their size. */
static uint64_t list_files(struct arena *a, file_list *out) {
    str in = folder(a);
    DIR *d = in.len ? opendir(in.ptr) : NULL;
    uint64_t size = 0;
    if (!d) return 0;
    for (const struct dirent *entry; (entry = readdir(d));) {
        struct stat st;
        const char *path = str_format(a, "%.*s/%s", STR_ARG(in), entry->d_name).ptr;
        if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode)) continue;
        *VEC_PUSH(a, out) = (struct symbol_cache_file){path, (uint64_t)st.st_size, st.st_mtim};
        size += (uint64_t)st.st_size;
    }
    closedir(d);
    if (out->n) qsort(out->at, out->n, sizeof *out->at, by_use);
    return size;
}

void symbol_cache_trim(void) {
    struct arena scratch = {0};
    file_list files = {0};
    uint64_t size = list_files(&scratch, &files);
    for (size_t i = files.n; i-- > 0 && size > (uint64_t)SYMBOL_CACHE_MOST_MB << 20;)
        if (unlink(files.at[i].path) == 0) size -= files.at[i].size;
    arena_release(&scratch);
}

static str amount(struct arena *a, uint64_t bytes) { return unit_label(a, (int64_t)bytes, STR("bytes"), STR("auto")); }

static void print_file(struct arena *a, const struct symbol_cache_file *f, struct sink *out) {
    struct symbol_cache_header h;
    struct symbol_cache_layout l;
    str bytes, base = str_base_name(str_from(f->path));
    sink_right(out, amount(a, f->size), 10);
    if (!read_whole(a, f->path, false, &bytes) || !read_header(bytes, &h, &l)) {
        sink_printf(out, "  damaged, or of another version (%.*s)\n", STR_ARG(base));
        return;
    }
    str build_id = str_slice(base, 0, str_find_char(base, '-')),
        name = message_one_line(a, str_slice(bytes, l.name, l.name + h.name_len));
    sink_printf(out, " %10u addresses of %.*s (build ID %.*s)\n", (unsigned)h.n, STR_ARG(name), STR_ARG(build_id));
}

void symbol_cache_print(struct sink *out) {
    struct arena scratch = {0};
    file_list files = {0};
    uint64_t size = list_files(&scratch, &files);
    str in = folder(&scratch);
    sink_printf(out, "%.*s: %zu %s, %.*s of at most %dMB\n", STR_ARG(in.len ? in : STR("no folder")), files.n,
                files.n == 1 ? "file" : "files", STR_ARG(amount(&scratch, size)), SYMBOL_CACHE_MOST_MB);
    for (size_t i = 0; i < files.n; i++) print_file(&scratch, &files.at[i], out);
    arena_release(&scratch);
}

void symbol_cache_clear(struct sink *out) {
    struct arena scratch = {0};
    file_list files = {0};
    uint64_t removed = 0;
    size_t n = 0;
    list_files(&scratch, &files);
    for (size_t i = 0; i < files.n; i++) {
        if (unlink(files.at[i].path) != 0) continue;
        removed += files.at[i].size;
        n++;
    }
    sink_printf(out, "Removed %zu %s, %.*s\n", n, n == 1 ? "file" : "files", STR_ARG(amount(&scratch, removed)));
    arena_release(&scratch);
}
