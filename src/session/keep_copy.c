/* Keeps copies of fetched profiles. */
#include "session/keep_copy.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sink.h"
#include "formats/load.h"
#include "formats/pprof/encode.h"
#include "out/message.h"
#include "session/output.h"
#include "session/session.h"
#include "stacks/size.h"

enum { NAME_MOST = 200 }; /* bytes of the first part of a file name, which has at most 255 */

static bool is_directory(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool fail_mkdir(struct arena *a, str path, int errnum, struct err *e) {
    return err_set(e, "mkdir %.*s: %.*s", STR_ARG(path), STR_ARG(message_errno(a, errnum)));
}

/* Creates a folder, and its parents that do not exist. */
static bool make_directories(struct arena *a, str path, struct err *e) {
    struct stat st;
    for (size_t end = 1; end <= path.len; end++) {
        if (end < path.len && path.ptr[end] != '/') continue;
        str upper = str_slice(path, 0, end);
        const char *name = str_c(a, upper);
        if (is_directory(name)) continue;
        if (stat(name, &st) == 0) return fail_mkdir(a, upper, ENOTDIR, e);
        if (mkdir(name, 0755) != 0 && !is_directory(name)) return fail_mkdir(a, upper, errno, e);
    }
    return true;
}

static bool find_directory(struct arena *a, str *out, struct err *e) {
    const char *own = getenv("PPROF_TMPDIR"), *home = getenv("HOME"), *tmp = getenv("TMPDIR");
    str candidate[] = {str_from(own), home && *home ? str_format(a, "%s/pprof", home) : STR_EMPTY,
                       tmp && *tmp ? str_from(tmp) : STR("/tmp")};
    for (size_t i = 0; i < sizeof candidate / sizeof candidate[0]; i++) {
        if (!candidate[i].len) continue;
        struct err why = {0};
        *out = candidate[i];
        bool ok = make_directories(a, candidate[i], &why);
        if (!ok) message_warnf("Could not use temp dir %.*s: %s", STR_ARG(candidate[i]), err_text(&why));
        err_clear(&why);
        if (ok) return true;
    }
    return err_set(e, "failed to identify temp dir");
}

static bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
}

/* "pprof.BINARY.TYPE.TYPE." The words come from a server: of their bytes only those that no shell, terminal or path
 * takes for more than a letter stay, and of their length what leaves room for a number in a file name. */
static str name_prefix(struct arena *a, const struct profile *p) {
    str file = p->n_mappings ? profile_str(p, p->mapping[0].file) : STR_EMPTY;
    str name = file.len ? str_format(a, "pprof.%.*s.", STR_ARG(str_base_name(file))) : STR("pprof.");
    for (uint32_t i = 0; i < p->n_types; i++)
        name = str_format(a, "%.*s%.*s.", STR_ARG(name), STR_ARG(profile_str(p, p->type[i].type)));
    name = str_slice(name, 0, NAME_MOST);
    char *safe = arena_alloc(a, name.len);
    for (size_t i = 0; i < name.len; i++) safe[i] = is_plain(name.ptr[i]) ? name.ptr[i] : '_';
    return (str){safe, name.len};
}

static bool write_copy(struct arena *scratch, const struct profile *p, int fd, struct err *e) {
    struct sink out;
    sink_to_fd(&out, fd);
    bool ok = stacks_check_size(scratch, p, p, (struct stacks_text){.ids = true}, e) && encode_profile_gzip(p, &out, e);
    bool closed = sink_close(&out, ok ? e : NULL);
    return ok && closed;
}

bool keep_copy(const struct profile *p, struct err *e) {
    struct arena scratch = {0};
    struct err why = {0};
    str directory;
    struct whole_file f;
    bool found = find_directory(&scratch, &directory, e);
    if (found) {
        bool ok = output_open_numbered(&scratch, directory, name_prefix(&scratch, p), STR(".pb.gz"), &f, &why);
        if (ok && !write_copy(&scratch, p, f.fd, &why)) {
            whole_file_drop(&f);
            ok = false;
        }
        ok = ok && output_finish_numbered(&scratch, &f, 0, &why);
        if (ok)
            message_warnf("Saved profile in %s", f.path);
        else
            message_warnf("Could not save profile: %s", err_text(&why));
        err_clear(&why);
    }
    arena_release(&scratch);
    return found;
}
