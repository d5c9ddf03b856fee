/* sandbox_embed.c: writes the seccomp filter of the sandbox as C.
 *
 * In: the file to write; `tracer` behind it for sanitized builds, whose leak
 * check stops the threads of the program with ptrace when it ends.  Out: an
 * array of BPF instructions that allows the calls below and answers EPERM to
 * all others.  A program of the build, like model-embed: libseccomp knows the
 * numbers of calls on every machine, but needs a third of a millisecond for
 * what never changes.  It allows rather than denies, because kernels get new
 * calls every year.  What a library uses in another version (mmap2, stat...)
 * is listed beside what it uses here; a name that libseccomp does not know is
 * one this machine has not, and stays refused.
 */
#define _GNU_SOURCE /* CLONE_* */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

static const char *const allowed[] = {
    /* what is open already, and what there is to be read */
    "read", "readv", "pread64", "write", "writev", "lseek", "_llseek", "close",
    "fstat", "fstat64", "fstatat64", "newfstatat", "stat", "stat64", "lstat",
    "lstat64", "statx", "access", "faccessat", "faccessat2", "readlink",
    "readlinkat", "getcwd", "getdents", "getdents64", "fadvise64",
    /* memory */
    "brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise",
    /* threads, but for starting one */
    "futex", "futex_time64", "sched_yield", "sched_getaffinity", "getcpu",
    "set_robust_list", "get_robust_list", "rseq", "membarrier",
    "set_tid_address", "set_thread_area", "arch_prctl", "gettid",
    /* signals to itself, but for sending one */
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigreturn",
    "sigaltstack", "restart_syscall",
    /* the end */
    "exit", "exit_group",
    /* harmless questions */
    "clock_gettime", "clock_gettime64", "clock_getres", "gettimeofday", "time",
    "getrandom", "getpid", "getuid", "getuid32", "geteuid", "geteuid32",
    "getgid", "getgid32", "getegid", "getegid32", "getrlimit", "ugetrlimit",
    "sysinfo", "uname", "nanosleep", "clock_nanosleep",
    "clock_nanosleep_time64"};

/* Libraries that get this answer use the older call instead, whose flags a
 * filter can see: they are not behind a pointer. */
static const char *const missing[] = {"clone3", "openat2"};

/* What the leak check of a sanitizer needs. */
static const char *const tracing[] = {"clone", "ptrace",  "wait4",
                                      "prctl", "getppid", "process_vm_readv",
                                      "pipe",  "pipe2",   "tgkill"};

/* Allowed where an argument, under a mask, has a value. */
static const struct {
    const char *name;
    unsigned argument;
    scmp_datum_t mask, value;
} conditions[] = {
    {"open", 1, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY},
    {"openat", 2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY},
    /* a thread of this process, in the same namespaces */
    {"clone", 0,
     CLONE_THREAD | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
         CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET,
     CLONE_THREAD},
    {"ioctl", 1, 0xFFFFFFFF, TCGETS}, /* is this a terminal? */
    {"fcntl", 1, 0xFFFFFFFF, F_GETFD},
    {"fcntl", 1, 0xFFFFFFFF, F_GETFL},
    {"fcntl64", 1, 0xFFFFFFFF, F_GETFD},
    {"fcntl64", 1, 0xFFFFFFFF, F_GETFL},
    {"prlimit64", 2, ~(scmp_datum_t)0, 0}, /* limits asked for, not set */
};

/* A call that this machine has not needs no rule. */
static bool rule_add(scmp_filter_ctx filter, const char *name, uint32_t action,
                     unsigned count, const struct scmp_arg_cmp *comparison) {
    int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR)
        return true;
    int failed =
        seccomp_rule_add_array(filter, action, number, count, comparison);
    if (failed)
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
        fprintf(stderr, "sandbox-embed: %s: %s\n", name, strerror(-failed));
    return !failed;
}

static bool rules_add(scmp_filter_ctx filter, const char *const *names,
                      size_t count, uint32_t action) {
    for (size_t i = 0; i < count; i++)
        if (!rule_add(filter, names[i], action, 0, NULL))
            return false;
    return true;
}

static bool conditions_add(scmp_filter_ctx filter) {
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        struct scmp_arg_cmp comparison = {
            conditions[i].argument, SCMP_CMP_MASKED_EQ, conditions[i].mask,
            conditions[i].value};
        if (!rule_add(filter, conditions[i].name, SCMP_ACT_ALLOW, 1,
                      &comparison))
            return false;
    }
    return true;
}

/* Calls of another machine's numbering (32-bit ones) are refused the same
 * way.  As a tree the filter is installed in half the time: the kernel runs it
 * once for every call there is. */
static bool filter_fill(scmp_filter_ctx filter, bool tracer) {
    return seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 &&
           seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
                            SCMP_ACT_ERRNO(EPERM)) == 0 &&
           rules_add(filter, allowed, sizeof allowed / sizeof *allowed,
                     SCMP_ACT_ALLOW) &&
           rules_add(filter, missing, sizeof missing / sizeof *missing,
                     SCMP_ACT_ERRNO(ENOSYS)) &&
           (!tracer ||
            rules_add(filter, tracing, sizeof tracing / sizeof *tracing,
                      SCMP_ACT_ALLOW)) &&
           conditions_add(filter);
}

/* Writes the instructions that `binary` holds. */
static bool write_source(FILE *binary, FILE *source) {
    struct sock_filter step;
    unsigned count = 0;
    fputs("/* Made by sandbox-embed. */\n#include \"sandbox_filter.h\"\n\n"
          "const struct sock_filter dc_sandbox_filter[] = {\n",
          source);
    for (; fread(&step, sizeof step, 1, binary) == 1; count++)
        fprintf(source, "    {0x%x, %u, %u, 0x%x},\n", step.code, step.jt,
                step.jf, step.k);
    fprintf(source, "};\nconst unsigned short dc_sandbox_filter_length = %u;\n",
            count);
    return count > 0 && count <= BPF_MAXINSNS && !ferror(binary) &&
           !ferror(source);
}

static bool filter_write(scmp_filter_ctx filter, const char *path) {
    FILE *binary = tmpfile();
    FILE *source = binary ? fopen(path, "w") : NULL;
    bool ok = source && seccomp_export_bpf(filter, fileno(binary)) == 0;
    if (ok) {
        rewind(binary);
        ok = write_source(binary, source);
    }
    if (binary)
        fclose(binary);
    if (source && fclose(source) != 0)
        ok = false;
    return ok;
}

int main(int argc, char **argv) {
    bool tracer = argc == 3 && strcmp(argv[2], "tracer") == 0;
    if (argc != 2 && !tracer) {
        fputs("usage: sandbox-embed FILE [tracer]\n", stderr);
        return 2;
    }
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    bool ok =
        filter && filter_fill(filter, tracer) && filter_write(filter, argv[1]);
    if (filter)
        seccomp_release(filter);
    if (!ok)
        fprintf(stderr, "sandbox-embed: cannot make %s\n", argv[1]);
    return ok ? 0 : 1;
}
