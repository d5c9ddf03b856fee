/* system.c: a disk, a pipe and a memory that fail, for the filter.
 *
 * In: the filter's calls of open, read, write and close, which the linker
 * leads here, and the environment: FAULT is a call and what becomes of it, an
 * error's name or "short"; FAULT_FILE is the file it happens to ("0" and "1":
 * the standard ones), FAULT_AFTER the bytes that get through before it.  Out:
 * that fault.  EINTR comes every other time, with few bytes between.
 * FAULT_MEMORY is the number of the allocation that fails, with all behind it
 * if a "+" follows.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook.h"

enum { FEW = 7 };

int __real_open(const char *path, int flags, ...);
ssize_t __real_read(int file, void *to, size_t size);
ssize_t __real_write(int file, const void *from, size_t size);
int __real_close(int file);
int __wrap_open(const char *path, int flags, ...);
ssize_t __wrap_read(int file, void *to, size_t size);
ssize_t __wrap_write(int file, const void *from, size_t size);
int __wrap_close(int file);

static struct {
    size_t done;  /* bytes that got through */
    size_t calls; /* that were interrupted or not */
} fault;

static size_t number_of(const char *variable) {
    const char *text = getenv(variable);
    return text ? strtoul(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void fault_memory(void) {
    const char *text = getenv("FAULT_MEMORY");
    if (text)
        hook_arm(number_of("FAULT_MEMORY"),
                 strchr(text, '+') ? HOOK_ALL : HOOK_ONE);
}

/* The error wanted of a call, 0 for "short"; -1: none. */
static int reason_of(const char *call) {
    static const struct {
        const char *name;
        int reason;
    } reasons[] = {{"short", 0},       {"EINTR", EINTR},  {"EIO", EIO},
                   {"ENOSPC", ENOSPC}, {"EPIPE", EPIPE},  {"EDQUOT", EDQUOT},
                   {"EMFILE", EMFILE}, {"ENOMEM", ENOMEM}};
    const char *wanted = getenv("FAULT");
    size_t length = strlen(call);
    if (!wanted || strncmp(wanted, call, length) || wanted[length] != ' ')
        return -1;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (!strcmp(wanted + length + 1, reasons[i].name))
            return reasons[i].reason;
    abort();
}

static bool is_meant(int file) {
    const char *name = getenv("FAULT_FILE");
    struct stat one, other;
    if (!name || !strcmp(name, "0") || !strcmp(name, "1"))
        return name && file == *name - '0';
    return fstat(file, &one) == 0 && stat(name, &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* How many of `size` bytes the call may have, or -1 with errno. */
static ssize_t allow(int reason, size_t size) {
    size_t rest = number_of("FAULT_AFTER");
    if (reason == 0 || reason == EINTR) {
        if (reason && fault.calls++ % 2 == 0) {
            errno = EINTR;
            return -1;
        }
        return (ssize_t)(size < FEW ? size : FEW);
    }
    if (fault.done >= rest) {
        errno = reason;
        return -1;
    }
    rest -= fault.done;
    return (ssize_t)(size < rest ? size : rest);
}

ssize_t __wrap_read(int file, void *to, size_t size) {
    int reason = reason_of("read");
    if (reason < 0 || !is_meant(file))
        return __real_read(file, to, size);
    ssize_t allowed = allow(reason, size);
    if (allowed < 0)
        return -1;
    ssize_t done = __real_read(file, to, (size_t)allowed);
    fault.done += done > 0 ? (size_t)done : 0;
    return done;
}

ssize_t __wrap_write(int file, const void *from, size_t size) {
    int reason = reason_of("write");
    if (reason < 0 || !is_meant(file))
        return __real_write(file, from, size);
    ssize_t allowed = allow(reason, size);
    if (allowed < 0)
        return -1;
    ssize_t done = __real_write(file, from, (size_t)allowed);
    fault.done += done > 0 ? (size_t)done : 0;
    return done;
}

int __wrap_close(int file) {
    int reason = reason_of("close");
    bool meant = reason > 0 && is_meant(file);
    int result = __real_close(file);
    if (!meant)
        return result;
    errno = reason;
    return -1;
}

int __wrap_open(const char *path, int flags, ...) {
    const char *name = getenv("FAULT_FILE");
    int reason = reason_of("open");
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (reason < 0 || !name || strcmp(name, path) ||
        (reason == EINTR && fault.calls++ % 2))
        return __real_open(path, flags, mode);
    errno = reason;
    return -1;
}
