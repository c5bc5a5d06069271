/* Expands lists, directories and patterns. */
#include "session/sources.h"

#include <dirent.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bytes/source.h"
#include "bytes/url.h"
#include "out/message.h"

static int compare_names(const void *x, const void *y) { return str_compare(*(const str *)x, *(const str *)y); }

static bool add(struct arena *a, str name, sources_names *out, struct err *e) {
    if (out->n >= SOURCES_MOST) return err_set(e, "more than %d sources", SOURCES_MOST);
    *VEC_PUSH(a, out) = name;
    return true;
}

/* Adds the files of a directory, and with `depth` those in that many levels below it. A directory below the first that
 * cannot be read becomes a source, which is then named as one that cannot be read. */
static bool add_directory(struct arena *a, str path, unsigned depth, bool is_first, sources_names *out, struct err *e) {
    struct arena scratch = {0};
    DIR *d = opendir(str_c(&scratch, path));
    if (!d) {
        arena_release(&scratch);
        return is_first ? err_set(e, "%.*s: the directory cannot be read", STR_ARG(path)) : add(a, path, out, e);
    }
    while (path.len > 1 && path.ptr[path.len - 1] == '/') path.len--;
    sources_names entries = {0};
    for (const struct dirent *entry; (entry = readdir(d));)
        if (entry->d_name[0] != '.')
            *VEC_PUSH(&scratch, &entries) = str_format(&scratch, "%.*s%s%s", STR_ARG(path),
                                                       path.ptr[path.len - 1] == '/' ? "" : "/", entry->d_name);
    closedir(d);
    if (entries.n) qsort(entries.at, entries.n, sizeof *entries.at, compare_names);
    bool ok = true;
    for (size_t i = 0; ok && i < entries.n; i++) {
        struct stat st;
        if (stat(entries.at[i].ptr, &st) != 0) continue;
        if (S_ISREG(st.st_mode))
            ok = add(a, str_copy(a, entries.at[i]), out, e);
        else if (depth && S_ISDIR(st.st_mode) && lstat(entries.at[i].ptr, &st) == 0 && S_ISDIR(st.st_mode))
            ok = add_directory(a, str_copy(a, entries.at[i]), depth - 1, false, out, e);
    }
    arena_release(&scratch);
    return ok;
}

/* Without a match, a word with ? or [ may still be the URL of a server, whose scheme is left out. */
static bool add_pattern(struct arena *a, str pattern, sources_names *out, bool *found_any, struct err *e) {
    glob_t found;
    int status = glob(str_c(a, pattern), 0, NULL, &found);
    *found_any = status == 0;
    if (status != 0 && str_find_char(pattern, '*') == pattern.len) return add(a, pattern, out, e);
    bool ok = status == 0 || err_set(e, "%.*s: no file has such a name", STR_ARG(pattern));
    for (size_t i = 0; ok && i < found.gl_pathc; i++) ok = add(a, str_copy(a, str_from(found.gl_pathv[i])), out, e);
    if (status == 0) globfree(&found);
    return ok;
}

bool sources_read_list(struct arena *a, str list, str text, bool zeros, sources_names *out, struct err *e) {
    size_t before = out->n;
    unsigned line = 0;
    if (zeros && text.len && !memchr(text.ptr, 0, text.len))
        return err_set(e, "%.*s: no name ends in a zero byte: without -0, a list has one name a line", STR_ARG(list));
    while (text.len) {
        size_t end = str_find_char(text, zeros ? '\0' : '\n');
        str name = str_slice(text, 0, end);
        text = str_from_offset(text, end < text.len ? end + 1 : end);
        line++;
        if (!zeros && str_has_suffix(name, STR("\r"))) name.len--;
        if (name.len == 0) continue;
        if (name.len > SOURCES_NAME_BYTES)
            return err_set(e, "%.*s: name %u is longer than %d bytes", STR_ARG(list), line, SOURCES_NAME_BYTES);
        if (memchr(name.ptr, 0, name.len))
            return err_set(e, "%.*s: line %u of the list has a zero byte: names that end in one need -0", STR_ARG(list),
                           line);
        if (!add(a, name, out, e)) return false;
    }
    return out->n > before || err_set(e, "%.*s: the list is empty", STR_ARG(list));
}

static bool add_list(struct arena *a, str list, bool zeros, sources_names *out, struct err *e) {
    struct source file;
    str text;
    if (!source_open(list, &file, e)) return err_prepend(e, "@%.*s: ", STR_ARG(list));
    bool ok = source_read_most(a, &file, SOURCES_LIST_BYTES + (size_t)1, &text, e);
    source_close(&file);
    if (!ok) return err_prepend(e, "@%.*s: ", STR_ARG(list));
    if (text.len > SOURCES_LIST_BYTES)
        return err_set(e, "@%.*s: a list may have %d bytes", STR_ARG(list), SOURCES_LIST_BYTES);
    return sources_read_list(a, str_format(a, "@%.*s", STR_ARG(list)), text, zeros, out, e);
}

static bool is_pattern(str word) {
    return str_find_char(word, '*') < word.len || str_find_char(word, '?') < word.len ||
           str_find_char(word, '[') < word.len;
}

/* Returns true in *found if the word stands for other names. */
static bool add_word(struct arena *a, const struct argv_call *call, str word, sources_names *out, bool *found,
                     struct err *e) {
    struct stat st;
    bool exists = stat(str_c(a, word), &st) == 0, is_gate = call->report && call->report->gate;
    size_t before = out->n;
    *found = false;
    if (message_as_pprof() && !is_gate) return add(a, word, out, e);
    if (exists && S_ISDIR(st.st_mode)) {
        *found = true;
        return add_directory(a, word, is_gate ? 0 : SOURCES_DEPTH, true, out, e) &&
               (out->n > before || err_set(e, "%.*s: there is no profile in this directory", STR_ARG(word)));
    }
    if (!exists && word.len > 1 && word.ptr[0] == '@') {
        *found = true;
        return add_list(a, str_from_offset(word, 1), call->zeros, out, e);
    }
    if (!exists && is_pattern(word) && !url_is_absolute(word)) return add_pattern(a, word, out, found, e);
    return add(a, word, out, e);
}

bool sources_expand(struct arena *a, const struct argv_call *call, const str *word, uint32_t n, struct sources *out,
                    struct err *e) {
    for (uint32_t i = 0; i < n; i++) {
        bool is_found;
        if (!add_word(a, call, word[i], &out->name, &is_found, e)) return false;
        while (out->found.n < out->name.n) *VEC_PUSH(a, &out->found) = is_found;
    }
    return true;
}
