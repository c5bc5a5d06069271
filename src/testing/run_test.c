/* The program of all unit tests: runs those of one file, of a folder, or all.
 *
 *    unit [NAME...]    report/tree for the tests of src/report/tree_test.c, report for all below src/report
 *    unit --list       prints the names, one a line
 *
 * The exit status is 0 if all passed, 1 if one failed, 2 if a name is unknown. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing/test.h"

static struct test_file *files;

/* Keeps the list sorted by path, whatever the order of linking. */
void test_register(struct test_file *file) {
    struct test_file **at = &files;
    while (*at && strcmp((*at)->path, file->path) < 0) at = &(*at)->next;
    file->next = *at;
    *at = file;
}

static void new_path(char path[static TEST_PATH_MAX]) {
    const char *folder = getenv("TMPDIR");
    snprintf(path, TEST_PATH_MAX, "%s/cprof-test-XXXXXX", folder && *folder ? folder : "/tmp");
}

bool test_folder(char path[static TEST_PATH_MAX]) {
    new_path(path);
    return mkdtemp(path) != NULL;
}

int test_file(char path[static TEST_PATH_MAX]) {
    new_path(path);
    return mkstemp(path);
}

/* The name of a test file: "report/tree" for "src/report/tree_test.c". Returns its start and sets *len. */
static const char *name_of(const struct test_file *file, size_t *len) {
    static const char root[] = "src/", suffix[] = "_test.c";
    const char *name = strstr(file->path, root);
    name = name ? name + strlen(root) : file->path;
    *len = strlen(name) - strlen(suffix);
    return name;
}

static bool is_wanted(const struct test_file *file, const char *wanted) {
    size_t len, n = strlen(wanted);
    const char *name = name_of(file, &len);
    return n <= len && strncmp(name, wanted, n) == 0 && (n == len || name[n] == '/');
}

static void list(void) {
    for (const struct test_file *f = files; f; f = f->next) {
        size_t len;
        const char *name = name_of(f, &len);
        printf("%.*s\n", (int)len, name);
    }
}

/* Runs the tests of a file in a process of their own: they change limits, signals and what lives as long as one. */
static bool run_apart(const struct test_file *f) {
    int status = -1;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) exit(f->run() ? 1 : 0);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (status == 0) return true;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 1)
        fprintf(stderr, "%s: status %d of waitpid [  FAILED  ]\n", f->path, status);
    return false;
}

static int run(const char *wanted, int *failed) {
    int found = 0, done = 0;
    for (const struct test_file *f = files; f; f = f->next) found += !wanted || is_wanted(f, wanted);
    for (const struct test_file *f = files; f && done < found; f = f->next) {
        if (wanted && !is_wanted(f, wanted)) continue;
        done++;
        /* a debugger follows the tests of one file */
        *failed += found == 1 ? f->run() : !run_apart(f);
    }
    return found;
}

int main(int argc, char **argv) {
    int failed = 0;
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        list();
        return 0;
    }
    if (argc == 1) run(NULL, &failed);
    for (int i = 1; i < argc; i++) {
        if (run(argv[i], &failed)) continue;
        fprintf(stderr, "%s: there are no tests called %s; --list names them\n", argv[0], argv[i]);
        return 2;
    }
    return failed ? 1 : 0;
}
