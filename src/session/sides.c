/* Finds the runs of a gate on the command line. */
#include "session/sides.h"

#include <strings.h>
#include <sys/stat.h>

#include "session/history.h"
#include "session/sources.h"

/* The folder of a path with its slash; empty for the current one. */
static str folder_of(str path) {
    size_t slash = str_find_last_char(path, '/');
    return slash < path.len ? str_slice(path, 0, slash + 1) : STR_EMPTY;
}

static size_t common_prefix(str x, str y) {
    size_t n = 0;
    while (n < x.len && n < y.len && x.ptr[n] == y.ptr[n]) n++;
    while (n > 0 && x.ptr[n - 1] >= '0' && x.ptr[n - 1] <= '9') n--; /* run-1, run-10 and run-2 are of the same kind */
    return n;
}

static size_t common_suffix(str x, str y) {
    size_t n = 0;
    while (n < x.len && n < y.len && x.ptr[x.len - 1 - n] == y.ptr[y.len - 1 - n]) n++;
    return n;
}

/* Returns true if both are equal except for digits. */
static bool alike(str x, str y) {
    for (size_t i = 0, j = 0;; i++, j++) {
        while (i < x.len && x.ptr[i] >= '0' && x.ptr[i] <= '9') i++;
        while (j < y.len && y.ptr[j] >= '0' && y.ptr[j] <= '9') j++;
        if (i == x.len || j == y.len) return i == x.len && j == y.len;
        if (x.ptr[i] != y.ptr[j]) return false;
    }
}

/* The shell's order depends on the locale: by bytes or by letters. */
static bool sorts_before(struct arena *a, str x, str y) {
    return str_compare(x, y) < 0 || strcasecmp(str_c(a, x), str_c(a, y)) < 0;
}

/* Detects an unquoted pattern after -base, which a shell turns into one base and further sources. Its signs: the base
 * is an argument of its own right before the sources; the first sources are in its folder, in the order of a shell; and
 * either the other sources are in another folder, or the names are of two kinds, or all of one kind. */
static bool refuse_expanded(struct arena *a, const struct argv_call *call, str base, uint32_t n_bases, struct err *e) {
    if (!str_equal(call->before_sources, STR("base")) || call->executable.len || call->n_sources < 2) return true;
    str folder = folder_of(base), first = call->source[0], last = call->source[call->n_sources - 1];
    if (!str_equal(folder_of(first), folder) || !sorts_before(a, base, first)) return true;
    uint32_t n = 1;
    while (n < call->n_sources && str_equal(folder_of(call->source[n]), folder)) n++;
    size_t prefix = common_prefix(base, first), suffix = common_suffix(base, first);
    struct stat st;
    bool is_directory = stat(str_c(a, base), &st) == 0 && S_ISDIR(st.st_mode);
    bool others_elsewhere = n < call->n_sources && !is_directory;
    bool two_kinds = prefix >= folder.len + 3 && prefix > common_prefix(base, last);
    bool one_kind = alike(base, first) && alike(base, last);
    if (!others_elsewhere && (n_bases > 1 || !(two_kinds || one_kind))) return true;
    if (!others_elsewhere && two_kinds)
        for (n = 1; common_prefix(base, call->source[n]) >= prefix;) n++;
    for (uint32_t i = 1; i < n; i++) {
        size_t p = common_prefix(base, call->source[i]), s = common_suffix(base, call->source[i]);
        prefix = p < prefix ? p : prefix;
        suffix = s < suffix ? s : suffix;
        if (suffix > call->source[i].len - prefix) suffix = call->source[i].len - prefix;
    }
    if (suffix > base.len - prefix) suffix = base.len - prefix;
    str beside = n == 1 ? first
                        : str_format(a, "%.*s%s%.*s (%u files)", STR_ARG(first), n == 2 ? " and " : " to ",
                                     STR_ARG(call->source[n - 1]), (unsigned)n);
    return err_set(e,
                   "-base takes %.*s alone, and %.*s beside it would be new: quote the pattern, as in "
                   "-base='%.*s*%.*s'; if this is meant, write -base=%.*s",
                   STR_ARG(base), STR_ARG(beside), (int)prefix, base.ptr, (int)suffix, base.ptr + base.len - suffix,
                   STR_ARG(base));
}

/* Rejects a file that occurs twice: it would be compared with itself, or make different runs look equal. */
static bool refuse_doubles(struct arena *a, const struct sides *s, struct err *e) {
    struct stat *st = ARENA_ZERO(a, struct stat, s->n);
    for (uint32_t i = 0; i < s->n; i++) {
        bool is_stdin = str_equal(s->name[i], STR("-"));
        if (!is_stdin && (stat(str_c(a, s->name[i]), &st[i]) != 0 || !S_ISREG(st[i].st_mode))) continue;
        for (uint32_t k = 0; k < i; k++) {
            bool same = is_stdin
                            ? str_equal(s->name[k], s->name[i])
                            : S_ISREG(st[k].st_mode) && st[k].st_dev == st[i].st_dev && st[k].st_ino == st[i].st_ino;
            if (!same) continue;
            str also = str_equal(s->name[k], s->name[i]) ? STR_EMPTY : str_format(a, " (as %.*s)", STR_ARG(s->name[k]));
            if (k < s->n_base && i >= s->n_base)
                return err_set(e, "%.*s is on both sides%.*s: a profile cannot be compared with itself",
                               STR_ARG(s->name[i]), STR_ARG(also));
            return err_set(e, "%.*s is there twice%.*s on the %s side: a profile is one run", STR_ARG(s->name[i]),
                           STR_ARG(also), i < s->n_base ? "base's" : "new");
        }
    }
    return true;
}

bool sides_read(struct arena *a, const struct argv_call *call, struct sides *out, struct err *e) {
    uint32_t n_given;
    const str *base = argv_values(a, call, STR("base"), &n_given);
    struct sources all = {0}, fresh = {0};
    if (n_given && !refuse_expanded(a, call, base[n_given - 1], n_given, e)) return false;
    if (!sources_expand(a, call, base, n_given, &all, e) ||
        !sources_expand(a, call, call->source, call->n_sources, &fresh, e) ||
        (call->call.history.len && !history_runs(a, call, &fresh, &all, e)))
        return false;
    out->n_base = (uint32_t)all.name.n;
    for (size_t i = 0; i < fresh.name.n; i++) *VEC_PUSH(a, &all.name) = fresh.name.at[i];
    out->name = all.name.at;
    out->n = (uint32_t)all.name.n;
    return refuse_doubles(a, out, e);
}
