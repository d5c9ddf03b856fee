/* sandbox.c: tries from inside the sandbox what the filter must not do.
 *
 * In: `tracer` for a build that lets sanitizers trace.  Out: one line for each
 * attempt that came to something else than it should.  Every attempt is made
 * three times over: without a sandbox, where it must succeed (one that fails
 * anyway would prove nothing), and in a process of its own behind Landlock
 * alone, seccomp alone and both, where it must be refused with the error of
 * that layer.  Which layers this kernel offers is asked here, not there: a
 * sandbox that says less than the kernel offers fails too, and where the
 * kernel offers none, it has to say so.
 */
#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NO_LANDLOCK = 0, ABI_KNOWN = 6, FAILED = 1 };

static int tcp_socket; /* opened before the sandbox */

/* -- Attempts: 0, or what errno says --------------------------------------- */

static int outcome(long result) {
    return result < 0 ? errno : 0;
}

static int open_and_close(const char *path, int flags) {
    int fd = open(path, flags, 0600);
    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

static int try_write(void) {
    return open_and_close("file", O_WRONLY);
}
static int try_append(void) {
    return open_and_close("file", O_WRONLY | O_APPEND);
}
static int try_read_write(void) {
    return open_and_close("file", O_RDWR);
}
static int try_create(void) {
    return open_and_close("created", O_WRONLY | O_CREAT);
}
static int try_create_to_read(void) {
    return open_and_close("created too", O_RDONLY | O_CREAT);
}
static int try_empty(void) {
    return open_and_close("file", O_RDONLY | O_TRUNC);
}
static int try_open_call(void) {
#ifdef SYS_open
    return outcome(syscall(SYS_open, "file", O_WRONLY));
#else
    return try_write();
#endif
}
static int try_creat(void) {
#ifdef SYS_creat
    return outcome(syscall(SYS_creat, "created as well", 0600));
#else
    return try_create();
#endif
}
static int try_openat2(void) {
    const uint64_t how[3] = {O_RDONLY, 0, 0};
    return outcome(syscall(SYS_openat2, AT_FDCWD, "file", how, sizeof how));
}
static int try_unlink(void) {
    return outcome(unlink("unlinked"));
}
static int try_rename(void) {
    return outcome(rename("old", "new"));
}
static int try_link(void) {
    return outcome(link("file", "link"));
}
static int try_symlink(void) {
    return outcome(symlink("file", "symlink"));
}
static int try_mkdir(void) {
    return outcome(mkdir("made", 0700));
}
static int try_rmdir(void) {
    return outcome(rmdir("folder"));
}
static int try_mkfifo(void) {
    return outcome(mkfifo("pipe", 0600));
}
static int try_truncate(void) {
    return outcome(truncate("file", 0));
}
static int try_chmod(void) {
    return outcome(chmod("file", 0600));
}
static int try_chown(void) {
    return outcome(chown("file", getuid(), getgid()));
}
static int try_utimens(void) {
    return outcome(utimensat(AT_FDCWD, "file", NULL, 0));
}
/* The file is there and may be run, but is no program. */
static int try_exec(void) {
    char *const none[] = {NULL};
    int result = outcome(execve("program", none, none));
    return result == ENOEXEC ? 0 : result;
}
static int try_fork(void) {
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    if (child > 0)
        waitpid(child, NULL, 0);
    return outcome(child);
}
/* Of no size it is wrong for a kernel that listens. */
static int try_clone3(void) {
    int result = outcome(syscall(SYS_clone3, NULL, (size_t)0));
    return result == EINVAL ? 0 : result;
}
static int try_kill(void) {
    return outcome(kill(getppid(), 0));
}
static int try_ptrace(void) {
    return outcome(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}
static int try_process_read(void) {
    char from = 'a', to;
    struct iovec here = {&to, 1}, there = {&from, 1};
    return outcome(process_vm_readv(getpid(), &here, 1, &there, 1, 0));
}
static int try_process_write(void) {
    char from = 'a', to;
    struct iovec here = {&from, 1}, there = {&to, 1};
    return outcome(process_vm_writev(getpid(), &here, 1, &there, 1, 0));
}
static int try_socket(int family) {
    int fd = socket(family, SOCK_STREAM, 0);
    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}
static int try_internet(void) {
    return try_socket(AF_INET);
}
static int try_unix(void) {
    return try_socket(AF_UNIX);
}
static int try_bind(void) {
    struct sockaddr_in any = {.sin_family = AF_INET};
    return outcome(bind(tcp_socket, (const struct sockaddr *)&any, sizeof any));
}
/* Nobody need be there to answer. */
static int try_connect(void) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(1)};
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int result = outcome(
        connect(tcp_socket, (const struct sockaddr *)&here, sizeof here));
    return result == EPERM || result == EACCES ? result : 0;
}
static int try_socketpair(void) {
    int pair[2];
    return outcome(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}
static int try_unshare(void) {
    return outcome(unshare(0));
}
static int try_prctl(void) {
    return outcome(prctl(PR_SET_DUMPABLE, 1));
}
static int try_set_limit(void) {
    struct rlimit limit;
    int result = outcome(getrlimit(RLIMIT_CORE, &limit));
    return result ? result : outcome(setrlimit(RLIMIT_CORE, &limit));
}
static int try_ioctl(void) {
    return outcome(ioctl(STDERR_FILENO, FIONCLEX));
}
static int try_memfd(void) {
    return outcome(memfd_create("memory", 0));
}

/* What each layer answers; 0: it lets this through. */
static const struct attempt {
    const char *name;
    int (*make)(void);
    int seccomp;
    int landlock;
    int since; /* version of Landlock */
} attempts[] = {{"open to write", try_write, EPERM, EACCES, 1},
                {"open to append", try_append, EPERM, EACCES, 1},
                {"open to read and write", try_read_write, EPERM, EACCES, 1},
                {"create", try_create, EPERM, EACCES, 1},
                {"create to read", try_create_to_read, EPERM, EACCES, 1},
                {"empty while reading", try_empty, EPERM, EACCES, 3},
                {"open(2)", try_open_call, EPERM, EACCES, 1},
                {"creat(2)", try_creat, EPERM, EACCES, 1},
                {"openat2", try_openat2, ENOSYS, 0, NO_LANDLOCK},
                {"unlink", try_unlink, EPERM, EACCES, 1},
                {"rename", try_rename, EPERM, EACCES, 1},
                {"link", try_link, EPERM, EACCES, 1},
                {"symlink", try_symlink, EPERM, EACCES, 1},
                {"mkdir", try_mkdir, EPERM, EACCES, 1},
                {"rmdir", try_rmdir, EPERM, EACCES, 1},
                {"mkfifo", try_mkfifo, EPERM, EACCES, 1},
                {"truncate", try_truncate, EPERM, EACCES, 3},
                {"chmod", try_chmod, EPERM, 0, NO_LANDLOCK},
                {"chown", try_chown, EPERM, 0, NO_LANDLOCK},
                {"utimensat", try_utimens, EPERM, 0, NO_LANDLOCK},
                {"exec", try_exec, EPERM, EACCES, 1},
                {"clone3", try_clone3, ENOSYS, 0, NO_LANDLOCK},
                {"kill another", try_kill, EPERM, EPERM, 6},
                {"write into memory", try_process_write, EPERM, 0, NO_LANDLOCK},
                {"internet socket", try_internet, EPERM, 0, NO_LANDLOCK},
                {"unix socket", try_unix, EPERM, 0, NO_LANDLOCK},
                {"bind", try_bind, EPERM, EACCES, 4},
                {"connect", try_connect, EPERM, EACCES, 4},
                {"socketpair", try_socketpair, EPERM, 0, NO_LANDLOCK},
                {"unshare", try_unshare, EPERM, 0, NO_LANDLOCK},
                {"set a limit", try_set_limit, EPERM, 0, NO_LANDLOCK},
                {"ioctl", try_ioctl, EPERM, 0, NO_LANDLOCK},
                {"memfd_create", try_memfd, EPERM, 0, NO_LANDLOCK}};

/* Those that a leak check makes too. */
static const struct attempt traced[] = {
    {"fork", try_fork, EPERM, 0, NO_LANDLOCK},
    {"ptrace", try_ptrace, EPERM, 0, NO_LANDLOCK},
    {"read from memory", try_process_read, EPERM, 0, NO_LANDLOCK},
    {"prctl", try_prctl, EPERM, 0, NO_LANDLOCK}};

/* -- What the filter needs ------------------------------------------------- */

static int need_read(void) {
    char byte;
    int fd = open("file", O_RDONLY | O_CLOEXEC);
    int result = outcome(fd < 0 ? -1 : read(fd, &byte, 1));
    if (fd >= 0)
        close(fd);
    return result;
}
static int need_folder(void) {
    return open_and_close(".", O_RDONLY | O_DIRECTORY);
}
static int need_write(void) {
    return outcome(write(STDERR_FILENO, "", 0));
}
static int need_memory(void) {
    size_t size = (size_t)64 << 20;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? errno : outcome(munmap(memory, size));
}
static void *thread_run(void *argument) {
    int *ran = argument;
    *ran = 1;
    return NULL;
}
static int need_thread(void) {
    pthread_t thread;
    int ran = 0;
    int result = pthread_create(&thread, NULL, thread_run, &ran);
    if (!result)
        result = pthread_join(thread, NULL);
    return result ? result : !ran;
}
/* Its module is loaded now. */
static int need_charset(void) {
    iconv_t converter = iconv_open("UTF-8", "EUC-TW");
    if (converter == (iconv_t)-1)
        return errno;
    iconv_close(converter);
    return 0;
}

static const struct attempt needs[] = {
    {"read a file", need_read, 0, 0, NO_LANDLOCK},
    {"read a folder", need_folder, 0, 0, NO_LANDLOCK},
    {"write what is open", need_write, 0, 0, NO_LANDLOCK},
    {"memory", need_memory, 0, 0, NO_LANDLOCK},
    {"a thread", need_thread, 0, 0, NO_LANDLOCK},
    {"a charset", need_charset, 0, 0, NO_LANDLOCK}};

/* -- The rounds ------------------------------------------------------------ */

/* What this kernel offers, whatever the sandbox says. */
struct offer {
    int landlock_abi;
    bool seccomp;
};

static struct offer offer_find(void) {
    long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, 1u);
    /* A kernel with seccomp misses the filter, one without the mode. */
    int failed = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL);
    return (struct offer){abi > 0 ? (int)abi : 0, failed && errno == EFAULT};
}

static int wanted_of(const struct attempt *attempt,
                     const struct dc_sandbox *sandbox) {
    /* seccomp looks first. */
    if (sandbox->seccomp && attempt->seccomp)
        return attempt->seccomp;
    bool refused = attempt->since && sandbox->landlock_abi >= attempt->since;
    return refused ? attempt->landlock : 0;
}

/* A container may refuse some calls before any sandbox of ours does; but files,
 * programs and ports, which Landlock knows, have to be there to be tried. */
static bool is_refused_anyway(const struct attempt *attempt, int wanted,
                              int result) {
    return wanted == 0 && attempt->seccomp && !attempt->landlock &&
           (result == EPERM || result == ENOSYS);
}

static int attempts_make(const struct attempt *list, size_t count,
                         const struct dc_sandbox *sandbox) {
    int failures = 0;
    for (size_t i = 0; i < count; i++) {
        int wanted = wanted_of(&list[i], sandbox), result = list[i].make();
        if (result == wanted || is_refused_anyway(&list[i], wanted, result))
            continue;
        fprintf(stderr, "%s: %s: %d (%s) instead of %d\n", sandbox->text,
                list[i].name, result, strerror(result), wanted);
        failures++;
    }
    return failures;
}

/* Does the sandbox go as far as wanted and offered, and say so? */
static int state_check(unsigned layers, const struct offer *offer,
                       const struct dc_sandbox *sandbox) {
    int abi = layers & DC_SANDBOX_LANDLOCK ? offer->landlock_abi : 0;
    bool seccomp = (layers & DC_SANDBOX_SECCOMP) && offer->seccomp;
    char wanted[40] = "none (";
    if (abi > ABI_KNOWN)
        abi = ABI_KNOWN;
    if (abi)
        snprintf(wanted, sizeof wanted, "Landlock ABI %d%s", abi,
                 seccomp ? ", seccomp" : " (");
    else if (seccomp)
        snprintf(wanted, sizeof wanted, "seccomp (");
    if (sandbox->landlock_abi == abi && sandbox->seccomp == seccomp &&
        strncmp(sandbox->text, wanted, strlen(wanted)) == 0)
        return 0;
    fprintf(stderr, "says \"%s\" instead of \"%s\"\n", sandbox->text, wanted);
    return 1;
}

/* Files as every round finds them. */
static void files_prepare(void) {
    static const char *const made[] = {"file", "unlinked", "old", "program"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        int fd = open(made[i], O_WRONLY | O_CREAT | O_TRUNC, 0700);
        if (fd < 0 || write(fd, "text", 4) != 4)
            exit(FAILED);
        close(fd);
    }
    if (mkdir("folder", 0700) != 0 && errno != EEXIST)
        exit(FAILED);
}

static void files_remove(void) {
    static const char *const names[] = {
        "file",           "unlinked", "old",  "program", "created",
        "created too",    "new",      "link", "symlink", "pipe",
        "created as well"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(names[i]);
    rmdir("made");
    rmdir("folder");
}

/* Behind the layers, or without a sandbox for 0. */
static int round_make(unsigned layers, const struct offer *offer, bool tracer) {
    struct dc_sandbox sandbox = {.text = "no sandbox"};
    int failures = 0;
    if (layers) {
        dc_sandbox_enter(layers, &sandbox);
        failures += state_check(layers, offer, &sandbox);
    }
    failures += attempts_make(needs, sizeof needs / sizeof *needs, &sandbox);
    failures +=
        attempts_make(attempts, sizeof attempts / sizeof *attempts, &sandbox);
    if (!tracer)
        failures +=
            attempts_make(traced, sizeof traced / sizeof *traced, &sandbox);
    return failures;
}

static int round_run(unsigned layers, const struct offer *offer, bool tracer) {
    files_prepare();
    tcp_socket = socket(AF_INET, SOCK_STREAM, 0);
    pid_t child = fork();
    if (child == 0)
        _exit(round_make(layers, offer, tracer) ? FAILED : 0);
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        fprintf(stderr, "layers %u: failed (%d)\n", layers, status);
    close(tcp_socket);
    files_remove();
    return status != 0;
}

int main(int argc, char **argv) {
    char folder[] = "/tmp/declutter-sandbox-XXXXXX";
    bool tracer = argc == 2 && strcmp(argv[1], "tracer") == 0;
    struct offer offer = offer_find();
    int failures = 0;
    if (!mkdtemp(folder) || chdir(folder) != 0) {
        perror(folder);
        return FAILED;
    }
    printf("this kernel offers Landlock ABI %d and %s\n", offer.landlock_abi,
           offer.seccomp ? "seccomp" : "no seccomp");
    fflush(stdout);
    for (unsigned layers = 0; layers <= DC_SANDBOX_ALL; layers++)
        failures += round_run(layers, &offer, tracer);
    if (chdir("/") != 0 || rmdir(folder) != 0)
        perror(folder);
    return failures ? FAILED : 0;
}
