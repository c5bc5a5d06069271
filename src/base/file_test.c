/* Unit tests of file.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "testing/test.h"

static void reads_of(const char *path, int errnum) {
    char c;
    int fd = file_open_named(path);
    assert_true(fd >= 0);
    errno = 0;
    assert_int_equal(read(fd, &c, 1), errnum ? -1 : 1);
    assert_int_equal(errno, errnum);
    close(fd);
}

static void only_regular_files_are_opened(void **state) {
    (void)state;
    struct arena a = {0};
    char directory[TEST_PATH_MAX], before[TEST_PATH_MAX];
    assert_true(test_folder(directory));
    const char *file = str_format(&a, "%s/file", directory).ptr, *link = str_format(&a, "%s/link", directory).ptr;
    const char *fifo = str_format(&a, "%s/fifo", directory).ptr, *sock = str_format(&a, "%s/socket", directory).ptr;
    int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0 && write(fd, "x", 1) == 1);
    close(fd);
    assert_int_equal(symlink("file", link), 0);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, "socket"); /* because the whole path may be too long */
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(getcwd(before, sizeof before) && chdir(directory) == 0);
    assert_int_equal(bind(s, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(chdir(before), 0);
    reads_of(file, 0);
    reads_of(link, 0);
    reads_of(fifo, EBADF);
    reads_of(sock, EBADF);
    reads_of(directory, EBADF);
    reads_of("/dev/zero", EBADF);
    reads_of("/dev/tty", EBADF);
    assert_int_equal(file_open_named("/nonexistent/x"), -1);
    close(s);
    unlink(file);
    unlink(link);
    unlink(fifo);
    unlink(sock);
    rmdir(directory);
    arena_release(&a);
}

static void files_have_numbers(void **state) {
    (void)state;
    struct arena a = {0};
    struct intern known = {.arena = &a, .copy = true};
    assert_int_equal(file_id(&known, 1, 2), 0);
    assert_int_equal(file_id(&known, 2, 1), 1);
    assert_int_equal(file_id(&known, 1, 3), 2);
    assert_int_equal(file_id(&known, 1, 2), 0);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_regular_files_are_opened),
                                       cmocka_unit_test(files_have_numbers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
