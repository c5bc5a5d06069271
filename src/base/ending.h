/* What must not be left behind when a signal, or the end of memory, ends the program: files that are not finished, and
 * the mode of the terminal. SIGKILL leaves them. */
#ifndef CPROF_BASE_ENDING_H
#define CPROF_BASE_ENDING_H

#include <stdbool.h>
#include <stddef.h>

/* Removes the file if the program is ended, until ending_forget is called with the same path. Only the process that
 * called it removes the file, not its forked children. A file may be named twice. Beyond 64 files at a time, further
 * ones are not removed. */
void ending_unlink(const char *path);
void ending_forget(const char *path);
/* Restores the present settings of the terminal `fd` if the program is ended. */
void ending_restore_terminal(int fd);
/* Before that writes n bytes to the terminal, 256 at most: those that leave its other screen. 0: none, or none any
 * more.
 */
void ending_write_terminal(const char *bytes, size_t n);
/* Removes and restores all of that; it may be called in a signal handler. */
void ending_clean(void);

#endif
