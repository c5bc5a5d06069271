/* Reads and changes the file of saved configurations. */
#include "options/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/sink.h"
#include "go/utf8.h"
#include "out/message.h"
#include "out/whole_file.h"

enum {
    FILE_MOST = 4 * 1024 * 1024, /* a file of settings is a few KB */
    DEPTH_MOST = 64              /* of what is kept: maps and lists in each other */
};

/* Left out are options of a session, and those that open files or start programs. */
bool settings_saves(const struct options_row *row) {
    static const char *const not_saved[] = {"output",       "source_path", "trim_path", "divide_by", "format",
                                            "sample_index", "groups",      "color",     "pager",     "pgo_cut"};
    for (size_t i = 0; i < sizeof not_saved / sizeof *not_saved; i++)
        if (str_equal(str_from(row->name), str_from(not_saved[i]))) return false;
    return true;
}

bool settings_path(struct arena *a, str *path, struct err *e) {
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config && *config)
        *path = str_format(a, "%s/pprof/settings.json", config);
    else if (home && *home)
        *path = str_format(a, "%s/.config/pprof/settings.json", home);
    else
        return err_set(e, "neither $XDG_CONFIG_HOME nor $HOME are defined");
    return true;
}

static bool wrong_type(struct err *e, str name, const char *wanted) {
    return err_set(e, "could not parse settings: %.*s is not %s", STR_ARG(name), wanted);
}

/* Go reads numbers into 64 bits, and a null as nothing. */
static bool read_option(const struct options_row *row, const struct json_node *value, struct options *o,
                        struct err *e) {
    static const struct {
        enum json_kind json;
        const char *name;
    } wanted[] = {[OPTIONS_BOOL] = {JSON_BOOL, "true or false"},
                  [OPTIONS_INT] = {JSON_NUMBER, "a whole number"},
                  [OPTIONS_FLOAT] = {JSON_NUMBER, "a number"},
                  [OPTIONS_TEXT] = {JSON_STRING, "a string"},
                  [OPTIONS_CHOICE] = {JSON_STRING, "a string"}};
    int64_t whole;
    str text = value->text;
    if (value->kind == JSON_NULL) return true;
    if (value->kind != wanted[row->kind].json || (row->kind == OPTIONS_INT && !json_int(text, &whole)))
        return wrong_type(e, str_from(row->name), wanted[row->kind].name);
    if (row->kind == OPTIONS_CHOICE) {
        /* what is no choice stays unset */
        if (text.len) options_set(row, o, text, NULL);
        return true;
    }
    return options_set(row, o, text, e) || err_prepend(e, "could not parse settings: %s: ", row->name);
}

/* Sets to zero what a configuration saves: what is not in the file was false, 0 or empty when it was saved. */
static void clear_saved(struct options *o) {
    static const size_t size[] = {[OPTIONS_BOOL] = sizeof(bool),
                                  [OPTIONS_INT] = sizeof(int64_t),
                                  [OPTIONS_FLOAT] = sizeof(double),
                                  [OPTIONS_TEXT] = sizeof(str),
                                  [OPTIONS_CHOICE] = sizeof(enum options_sort)};
    for (unsigned i = 0; i < options_table_n; i++)
        if (settings_saves(&options_table[i]))
            memset((char *)o + options_table[i].offset, 0, size[options_table[i].kind]);
}

static bool read_config(const struct json_node *map, const struct options *current, struct settings_config *out,
                        struct err *e) {
    *out = (struct settings_config){STR_EMPTY, *current};
    struct options *o = &out->options;
    clear_saved(o);
    if (map->kind != JSON_MAP) return wrong_type(e, STR("a configuration"), "an object");
    for (const struct json_node *m = map->child; m; m = m->next) {
        const struct options_row *row = options_find(m->key);
        if (str_equal(m->key, STR("name"))) {
            if (m->kind != JSON_STRING) return wrong_type(e, STR("name"), "a string");
            out->name = m->text;
        } else if (row && settings_saves(row) && !read_option(row, m, o, e)) {
            return false;
        }
    }
    return true;
}

static bool read_configs(struct arena *a, const struct json_node *root, const struct options *current,
                         struct settings *out, struct err *e) {
    VEC(struct settings_config) all = {0};
    if (root->kind != JSON_MAP) return wrong_type(e, STR("the file"), "an object");
    const struct json_node *list = json_member(root, STR("configs"));
    if (list && list->kind != JSON_LIST && list->kind != JSON_NULL) return wrong_type(e, STR("configs"), "a list");
    for (const struct json_node *m = list ? list->child : NULL; m; m = m->next)
        if (!read_config(m, current, VEC_PUSH(a, &all), e)) return false;
    *out = (struct settings){all.at, (uint32_t)all.n};
    return true;
}

static bool parse(struct arena *a, str text, struct json_node **root, struct err *e) {
    return json_parse(a, text, root, e) || err_prepend(e, "could not parse settings: ");
}

static bool cannot_read(struct err *e, str path, int errnum) {
    struct arena scratch = {0};
    str why = message_errno(&scratch, errnum);
    err_set(e, "could not read settings: open %.*s: %.*s", STR_ARG(path), STR_ARG(why));
    arena_release(&scratch);
    return false;
}

/* The text is empty where there is no file. */
static bool read_file(struct arena *a, str path, str *text, struct err *e) {
    struct stat st;
    *text = STR_EMPTY;
    int fd = file_open_named(str_c(a, path));
    if (fd < 0) return errno == ENOENT || cannot_read(e, path, errno);
    bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (!ok) {
        close(fd);
        return err_set(e, "could not read settings: %.*s is not a file", STR_ARG(path));
    }
    char *bytes = arena_alloc(a, FILE_MOST + 1);
    size_t n = 0;
    for (ssize_t got; n <= FILE_MOST && (got = read(fd, bytes + n, FILE_MOST + 1 - n)) != 0;) {
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            int errnum = errno;
            close(fd);
            return cannot_read(e, path, errnum);
        }
        n += (size_t)got;
    }
    close(fd);
    if (n > FILE_MOST)
        return err_set(e, "could not read settings: %.*s is larger than %d MB", STR_ARG(path), FILE_MOST >> 20);
    *text = (str){bytes, n};
    return n || err_set(e, "could not parse settings: unexpected end of JSON input");
}

bool settings_read(struct arena *a, str path, const struct options *current, struct settings *out, struct err *e) {
    str text;
    struct json_node *root;
    *out = (struct settings){NULL, 0};
    if (!read_file(a, path, &text, e)) return false;
    return !text.len || (parse(a, text, &root, e) && read_configs(a, root, current, out, e));
}

/* Writing: two blanks a level, strings as Go's encoder escapes them. */
static void write_string(struct sink *out, str s) {
    sink_char(out, '"');
    for (size_t i = 0, n; i < s.len; i += n) {
        uint32_t rune;
        n = utf8_decode(s, i, &rune);
        if (rune == UTF8_INVALID)
            sink_text(out, "\\ufffd");
        else if (rune == '"' || rune == '\\')
            sink_printf(out, "\\%c", (char)rune);
        else if (rune == '\n' || rune == '\r' || rune == '\t' || rune == '\b' || rune == '\f')
            sink_printf(out, "\\%c",
                        rune == '\n'   ? 'n'
                        : rune == '\r' ? 'r'
                        : rune == '\t' ? 't'
                        : rune == '\b' ? 'b'
                                       : 'f');
        else if (rune < 0x20 || rune == '<' || rune == '>' || rune == '&' || rune == 0x2028 || rune == 0x2029)
            sink_printf(out, "\\u%04x", (unsigned)rune);
        else
            sink_str(out, str_slice(s, i, i + n));
    }
    sink_char(out, '"');
}

static void new_line(struct sink *out, unsigned depth) {
    sink_char(out, '\n');
    sink_repeat(out, ' ', (size_t)2 * depth);
}

static void begin_member(struct sink *out, unsigned depth, bool first, str key) {
    if (!first) sink_char(out, ',');
    new_line(out, depth);
    write_string(out, key);
    sink_text(out, ": ");
}

static bool write_node(struct sink *out, const struct json_node *node, unsigned depth, struct err *e) {
    if (depth > DEPTH_MOST) return err_set(e, "could not parse settings: more than %d levels", DEPTH_MOST);
    if (node->kind == JSON_STRING) {
        write_string(out, node->text);
        return true;
    }
    if (node->kind != JSON_MAP && node->kind != JSON_LIST) {
        sink_str(out, node->text);
        return true;
    }
    bool map = node->kind == JSON_MAP;
    sink_char(out, map ? '{' : '[');
    for (const struct json_node *m = node->child; m; m = m->next) {
        if (map) {
            begin_member(out, depth + 1, m == node->child, m->key);
        } else {
            if (m != node->child) sink_char(out, ',');
            new_line(out, depth + 1);
        }
        if (!write_node(out, m, depth + 1, e)) return false;
    }
    if (node->child) new_line(out, depth);
    sink_char(out, map ? '}' : ']');
    return true;
}

/* A small number as Go's encoder has it: "0.00001" down to 1e-6, then "1e-7"; elsewhere as %v has it. */
static void write_number(struct sink *out, str value) {
    size_t e = str_find(value, STR("e-0"));
    if (e == value.len) {
        sink_str(out, value);
        return;
    }
    int exponent = value.ptr[e + 3] - '0';
    str digits = str_slice(value, 0, e);
    if (exponent > 6) {
        sink_str(out, digits);
        sink_printf(out, "e-%d", exponent);
        return;
    }
    if (str_has_prefix(digits, STR("-"))) {
        sink_char(out, '-');
        digits = str_from_offset(digits, 1);
    }
    sink_text(out, "0.");
    sink_repeat(out, '0', (size_t)exponent - 1);
    for (size_t i = 0; i < digits.len; i++)
        if (digits.ptr[i] != '.') sink_char(out, digits.ptr[i]);
}

/* A configuration: its options but for those that are false, 0 or empty, then what `old` has beside them. */
static bool write_config(struct sink *out, str name, const struct options *o, const struct json_node *old,
                         unsigned depth, struct err *e) {
    struct arena scratch = {0};
    bool ok = true;
    sink_char(out, '{');
    begin_member(out, depth + 1, true, STR("name"));
    write_string(out, name);
    for (unsigned i = 0; i < options_table_n; i++) {
        const struct options_row *row = &options_table[i];
        str value = options_get(&scratch, row, o);
        bool zero = !value.len || str_equal(value, STR("false")) || str_equal(value, STR("0"));
        if (!settings_saves(row) || (zero && !(row->kind == OPTIONS_TEXT && value.len))) continue;
        begin_member(out, depth + 1, false, str_from(row->name));
        if (row->kind == OPTIONS_TEXT || row->kind == OPTIONS_CHOICE)
            write_string(out, value);
        else
            write_number(out, value);
    }
    arena_release(&scratch);
    for (const struct json_node *m = old ? old->child : NULL; m && ok; m = m->next) {
        const struct options_row *row = options_find(m->key);
        if (str_equal(m->key, STR("name")) || (row && settings_saves(row))) continue;
        begin_member(out, depth + 1, false, m->key);
        ok = write_node(out, m, depth + 1, e);
    }
    new_line(out, depth);
    sink_char(out, '}');
    return ok;
}

static bool is_called(const struct json_node *config, str name) {
    const struct json_node *n = json_member(config, STR("name"));
    return str_equal(n ? n->text : STR_EMPTY, name);
}

static bool write_list(struct sink *out, const struct json_node *list, str name, const struct options *o,
                       struct err *e) {
    bool found = false, any = false;
    sink_char(out, '[');
    for (const struct json_node *m = list ? list->child : NULL; m; m = m->next) {
        bool meant = !found && is_called(m, name);
        found |= meant;
        if (meant && !o) continue;
        if (any) sink_char(out, ',');
        any = true;
        new_line(out, 2);
        if (!(meant ? write_config(out, name, o, m, 2, e) : write_node(out, m, 2, e))) return false;
    }
    if (!found && !o) return err_set(e, "config %.*s not found", STR_ARG(name));
    if (!found) {
        if (any) sink_char(out, ',');
        any = true;
        new_line(out, 2);
        if (!write_config(out, name, o, NULL, 2, e)) return false;
    }
    if (any) new_line(out, 1);
    sink_char(out, ']');
    return true;
}

static bool write_edited(struct sink *out, const struct json_node *root, str name, const struct options *o,
                         struct err *e) {
    bool written = false, first = true;
    sink_char(out, '{');
    for (const struct json_node *m = root ? root->child : NULL; m; m = m->next) {
        bool list = !written && str_equal(m->key, STR("configs"));
        begin_member(out, 1, first, m->key);
        first = false;
        written |= list;
        if (!(list ? write_list(out, m, name, o, e) : write_node(out, m, 1, e))) return false;
    }
    if (!written) {
        begin_member(out, 1, first, STR("configs"));
        if (!write_list(out, NULL, name, o, e)) return false;
    }
    new_line(out, 0);
    sink_char(out, '}');
    return true;
}

bool settings_edit(struct arena *a, str text, str name, const struct options *o, str *out, struct err *e) {
    struct json_node *root = NULL;
    struct settings all;
    struct options zero = {.divide_by = 1};
    /* a file with a fault is left alone */
    if (text.len && !(parse(a, text, &root, e) && read_configs(a, root, &zero, &all, e))) return false;
    struct sink sink;
    sink_to_memory(&sink);
    bool ok = write_edited(&sink, root, name, o, e);
    *out = str_copy(a, sink_bytes(&sink));
    sink_drop(&sink);
    return ok;
}

static bool cannot_write(struct err *e, const char *doing, int errnum) {
    struct arena scratch = {0};
    err_set(e, "%s: %.*s", doing, STR_ARG(message_errno(&scratch, errnum)));
    arena_release(&scratch);
    return false;
}

/* Makes the folder and those above it that are missing. */
static bool make_folders(struct arena *a, str folder) {
    for (size_t i = 1; i <= folder.len; i++)
        if (i == folder.len || folder.ptr[i] == '/')
            if (mkdir(str_c(a, str_slice(folder, 0, i)), 0700) != 0 && errno != EEXIST && i == folder.len) return false;
    return true;
}

static bool write_file(struct arena *a, str path, str text, struct err *e) {
    struct whole_file f;
    if (!whole_file_open(a, path, &f))
        return err_set(e, "failed to write settings: %.*s cannot be replaced", STR_ARG(path));
    struct stat st;
    if (stat(f.path ? f.path : str_c(a, path), &st) != 0) f.mode = 0644;
    int errnum = file_write(f.fd, text);
    if (!errnum && fsync(f.fd) != 0) errnum = errno;
    if (errnum)
        whole_file_drop(&f);
    else
        whole_file_finish(a, &f, &errnum);
    return !errnum || cannot_write(e, "failed to write settings", errnum);
}

/* The folder is locked while its file is read and written, so that none of two changes at once is lost. */
static bool change_file(str path, str name, const struct options *o, struct err *e) {
    struct arena a = {0};
    str folder = str_slice(path, 0, str_find_last_char(path, '/')), text, edited;
    bool ok = make_folders(&a, folder) || cannot_write(e, "failed to create settings directory", errno);
    int lock = ok ? open(str_c(&a, folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (ok && lock < 0) ok = cannot_write(e, "failed to create settings directory", errno);
    while (ok && flock(lock, LOCK_EX) != 0 && errno == EINTR) continue;
    ok = ok && read_file(&a, path, &text, e) && settings_edit(&a, text, name, o, &edited, e) &&
         write_file(&a, path, edited, e);
    if (lock >= 0) close(lock);
    arena_release(&a);
    return ok;
}

bool settings_save(str path, str name, const struct options *o, struct err *e) {
    if (!name.len) return err_set(e, "invalid config name");
    return change_file(path, name, o, e);
}

bool settings_delete(str path, str name, struct err *e) { return change_file(path, name, NULL, e); }
