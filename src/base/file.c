/* Opens files with untrusted names, and standard descriptors; writes all of some bytes. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int file_open_named(const char *path) {
    struct stat st;
    if (stat(path, &st) != 0) return -1;
    if (!S_ISREG(st.st_mode)) return open(path, O_PATH | O_CLOEXEC);
    /* another process may have replaced the file; O_NONBLOCK does not wait for that one */
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

bool file_is_below(int fd, str folders) {
    char link[64], text[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, text, sizeof text);
    if (n <= 0 || (size_t)n == sizeof text) return false;
    str path = {text, (size_t)n};
    for (str folder; folders.len && str_cut(&folders, ':', &folder);) {
        if (str_equal(folder, STR("/"))) return true;
        if (folder.len && str_has_prefix(path, folder) && path.len > folder.len && path.ptr[folder.len] == '/')
            return true;
    }
    return false;
}

bool file_named_is_below(const char *path, str folders) {
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0) return false;
    bool below = file_is_below(fd, folders);
    close(fd);
    return below;
}

uint32_t file_id(struct intern *known, uint64_t device, uint64_t inode) {
    uint64_t key[] = {device, inode};
    return intern_id(known, (str){(const char *)key, sizeof key});
}

bool file_make_folders(str path) {
    char text[PATH_MAX];
    struct stat st;
    if (!path.len || path.len >= sizeof text) return false;
    for (size_t i = 1; i <= path.len; i++) {
        if (i < path.len && path.ptr[i] != '/') continue;
        snprintf(text, sizeof text, "%.*s", (int)i, path.ptr);
        if (mkdir(text, 0700) != 0 && i == path.len) return stat(text, &st) == 0 && S_ISDIR(st.st_mode);
    }
    return true;
}

int file_write(int fd, str bytes) {
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno != EINTR) return errno;
        if (n > 0) bytes = str_from_offset(bytes, (size_t)n);
    }
    return 0;
}

void file_open_standard(void) {
    /* an input for writing, an output for reading, as libc does for set-user-ID programs */
    static const int way[] = {O_WRONLY, O_RDONLY, O_WRONLY};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0) (void)!open("/dev/null", way[fd]); /* opens fd, the lowest free number */
}
