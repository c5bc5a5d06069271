/* Names for addresses from lists: perf's maps of processes, and the kernel's symbols. */
#include "symbolize/symbol_list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "go/gotext.h"

enum { LIST_MOST = 256 << 20 }; /* bytes of a file */

uint64_t symbol_list_process(str file) {
    uint64_t process;
    str base = str_base_name(file);
    if (!file.len || !str_has_prefix(base, STR("perf-")) || !str_has_suffix(base, STR(".map"))) return 0;
    if (base.len <= 9 || gotext_parse_uint(str_slice(base, 5, base.len - 4), 10, &process) != GOTEXT_OK) return 0;
    return process;
}

/* Reads a file to its end; those in /proc do not say their size. */
static bool read_file(struct arena *a, int fd, str *out) {
    char *bytes = NULL;
    size_t len = 0, cap = 0;
    for (;;) {
        if (len == cap) {
            size_t grown = cap ? cap * 2 : 1 << 16;
            bytes = arena_grow(a, bytes, cap, grown);
            cap = grown;
        }
        ssize_t n = read(fd, bytes + len, cap - len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        if (n == 0) break;
        len += (size_t)n;
        if (len > LIST_MOST) return false;
    }
    *out = (str){bytes, len};
    return true;
}

static int by_start(const void *a, const void *b) {
    const struct symbol_list_entry *x = a, *y = b;
    if (x->start != y->start) return x->start < y->start ? -1 : 1;
    return x->name.ptr < y->name.ptr ? -1 : 1; /* names point into the text: the order of its lines */
}

typedef VEC(struct symbol_list_entry) entry_list;

/* Sorts the entries; of those with one start, the last line or the first counts. */
static struct symbol_list finish(entry_list *l, bool last) {
    size_t n = 0;
    if (l->n) qsort(l->at, l->n, sizeof *l->at, by_start);
    for (size_t i = 0; i < l->n; i++) {
        bool same = n && l->at[n - 1].start == l->at[i].start;
        if (!same)
            l->at[n++] = l->at[i];
        else if (last)
            l->at[n - 1] = l->at[i];
    }
    return (struct symbol_list){l->at, n};
}

static bool take_hex(str *line, uint64_t *out) {
    size_t n = str_find_char(*line, ' ');
    str word = str_slice(*line, 0, n);
    if (str_has_prefix(word, STR("0x"))) word = str_from_offset(word, 2);
    *line = str_from_offset(*line, n + 1);
    return word.len && gotext_parse_uint(word, 16, out) == GOTEXT_OK;
}

struct symbol_list symbol_list_parse_map(struct arena *a, str text) {
    entry_list all = {0};
    str line;
    while (text.len && str_cut(&text, '\n', &line)) {
        struct symbol_list_entry e;
        uint64_t size;
        if (!take_hex(&line, &e.start) || !take_hex(&line, &size) || size > UINT64_MAX - e.start) continue;
        e.end = e.start + size;
        e.name = str_trim(line);
        if (size && e.name.len) *VEC_PUSH(a, &all) = e;
    }
    return finish(&all, true);
}

/* "ffffffff81000000 T _text", and a tab and "[module]" behind symbols of modules. A function ends where the next symbol
 * begins. */
struct symbol_list symbol_list_parse_kernel(struct arena *a, str text) {
    entry_list all = {0};
    str line;
    while (text.len && str_cut(&text, '\n', &line)) {
        struct symbol_list_entry e = {.end = UINT64_MAX};
        if (!take_hex(&line, &e.start) || line.len < 3 || !e.start || !strchr("tTwW", line.ptr[0])) continue;
        e.name = str_from_offset(line, 2);
        e.name = str_trim(str_slice(e.name, 0, str_find_char(e.name, '\t')));
        if (e.name.len) *VEC_PUSH(a, &all) = e;
    }
    struct symbol_list l = finish(&all, false);
    for (size_t i = 0; i + 1 < l.n; i++) all.at[i].end = all.at[i + 1].start;
    return l;
}

bool symbol_list_read_map(struct arena *a, uint64_t process, struct symbol_list *out, struct err *e) {
    char path[64], text[ERR_SYSTEM_MOST];
    struct stat st;
    str bytes;
    snprintf(path, sizeof path, "/tmp/perf-%llu.map", (unsigned long long)process);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return err_set(e, "%s %s: %s", errno == ENOENT ? "stat" : "open", path, err_system(errno, text));
    bool ours = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_uid == geteuid() || st.st_uid == 0);
    bool ok = ours && st.st_size <= LIST_MOST && read_file(a, fd, &bytes);
    close(fd);
    if (!ours) return err_set(e, "%s is not a file of this user or of root", path);
    if (!ok) return err_set(e, "%s cannot be read, or is too large", path);
    *out = symbol_list_parse_map(a, bytes);
    return out->n || err_set(e, "%s has no symbols", path);
}

/* The build ID in /sys/kernel/notes: notes of words in the byte order of this machine. */
static bool is_running_kernel(struct arena *a, str build_id) {
    str notes;
    int fd = open("/sys/kernel/notes", O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && read_file(a, fd, &notes);
    if (fd >= 0) close(fd);
    while (ok && notes.len >= 12) {
        uint32_t word[3]; /* size of the name, of the description; type */
        memcpy(word, notes.ptr, sizeof word);
        size_t name = ((size_t)word[0] + 3) & ~(size_t)3, description = ((size_t)word[1] + 3) & ~(size_t)3;
        if (12 + name + description > notes.len) return false;
        str id = {notes.ptr + 12 + name, word[1]};
        if (word[2] == 3 && word[0] == 4 && memcmp(notes.ptr + 12, "GNU", 4) == 0) {
            char digits[2 * 64 + 1];
            if (id.len > 64) return false;
            for (size_t i = 0; i < id.len; i++) snprintf(digits + 2 * i, 3, "%02x", (unsigned char)id.ptr[i]);
            return str_equal((str){digits, 2 * id.len}, build_id);
        }
        notes = str_from_offset(notes, 12 + name + description);
    }
    return false;
}

bool symbol_list_read_kernel(struct arena *a, str build_id, struct symbol_list *out, struct err *e) {
    str text;
    if (!build_id.len || !is_running_kernel(a, build_id)) return err_set(e, "it is not the running kernel");
    int fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && read_file(a, fd, &text);
    if (fd >= 0) close(fd);
    if (!ok) return err_set(e, "/proc/kallsyms cannot be read");
    *out = symbol_list_parse_kernel(a, text);
    return out->n || err_set(e, "/proc/kallsyms hides addresses (see kptr_restrict)");
}

void symbol_list_ask(struct arena *a, const struct symbol_list *l, const uint64_t *address, uint32_t n,
                     struct lines_answer *out) {
    for (uint32_t i = 0; i < n; i++) {
        size_t low = 0, high = l->n;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (l->at[middle].start <= address[i])
                low = middle + 1;
            else
                high = middle;
        }
        out[i] = (struct lines_answer){0};
        if (!low || address[i] >= l->at[low - 1].end) continue;
        struct lines_frame *f = ARENA_NEW(a, struct lines_frame);
        *f = (struct lines_frame){.function = l->at[low - 1].name, .file = STR_EMPTY};
        out[i] = (struct lines_answer){f, 1};
    }
}
