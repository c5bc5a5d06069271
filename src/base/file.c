/* Opens files with untrusted names, and standard descriptors. */
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int file_open_named(const char *path) {
    struct stat st;
    if (stat(path, &st) != 0) return -1;
    if (!S_ISREG(st.st_mode)) return open(path, O_PATH | O_CLOEXEC);
    /* another process may have replaced the file; O_NONBLOCK does not wait for that one */
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

void file_open_standard(void) {
    /* an input for writing, an output for reading, as libc does for set-user-ID programs */
    static const int way[] = {O_WRONLY, O_RDONLY, O_WRONLY};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0) (void)!open("/dev/null", way[fd]); /* opens fd, the lowest free number */
}
