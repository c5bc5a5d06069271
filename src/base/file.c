#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int file_open_named(const char *path) {
    struct stat st;
    if (stat(path, &st) != 0) return -1;
    if (!S_ISREG(st.st_mode)) return open(path, O_PATH | O_CLOEXEC);
    /* the file may be another one by now, for which nothing waits */
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

void file_open_standard(void) {
    /* the wrong way round for input and output, as libc does it for programs with more rights than their user */
    static const int way[] = {O_WRONLY, O_RDONLY, O_WRONLY};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0) (void)!open("/dev/null", way[fd]); /* the lowest number that is free: fd */
}
