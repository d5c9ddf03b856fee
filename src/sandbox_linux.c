/* sandbox_linux.c: the sandbox, by Landlock and seccomp.
 *
 * In: the layers wanted.  Out: a process without the rights it does not need,
 * and word of what the kernel agreed to.  Landlock gets a ruleset that handles
 * every right of the kernel's version but those of reading, and no rule that
 * grants one: all of them are gone, everywhere.  Reading stays, because
 * inputs are opened one after another and iconv loads its modules when a page
 * needs them.  seccomp gets the filter that was built into the program:
 * building it here, with libseccomp, would take longer than filtering a small
 * page does.  What is refused fails with an error, so that no library that
 * tries a call it can do without ends the run.
 */
#define _DEFAULT_SOURCE /* syscall() */
#include "sandbox.h"

#include <errno.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_filter.h"

/* What struct landlock_ruleset_attr has become.  Kernel headers may be older
 * than the kernel, and lack its end and the rights that came later. */
struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scope;
};

enum {
    ABI_REFER = 2,
    ABI_TRUNCATE = 3,
    ABI_NETWORK = 4,
    ABI_DEVICES = 5,
    ABI_SCOPE = 6,
    ABI_NEWEST = ABI_SCOPE /* whose rights are known here */
};

#define FILES_TRUNCATE (UINT64_C(1) << 14)
#define FILES_DEVICES (UINT64_C(1) << 15) /* ioctl on a device */
#define NETWORK_ALL UINT64_C(3)           /* to bind, to connect */
#define SCOPE_ALL UINT64_C(3)             /* abstract sockets, signals */

static const uint64_t files_first =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
    LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
    LANDLOCK_ACCESS_FS_MAKE_SYM;

/* How a layer was refused; NULL: it was not. */
typedef const char *refusal;

/* All rights of this version but those of reading; returns the bytes of the
 * ruleset that it knows. */
static size_t ruleset_fill(struct ruleset *ruleset, int abi) {
    *ruleset = (struct ruleset){.files = files_first};
    if (abi >= ABI_REFER)
        ruleset->files |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= ABI_TRUNCATE)
        ruleset->files |= FILES_TRUNCATE;
    if (abi >= ABI_DEVICES)
        ruleset->files |= FILES_DEVICES;
    if (abi >= ABI_NETWORK)
        ruleset->network = NETWORK_ALL;
    if (abi >= ABI_SCOPE)
        ruleset->scope = SCOPE_ALL;
    if (abi >= ABI_SCOPE)
        return sizeof *ruleset;
    return abi >= ABI_NETWORK ? offsetof(struct ruleset, scope)
                              : offsetof(struct ruleset, network);
}

static refusal landlock_enter(struct dc_sandbox *sandbox) {
    struct ruleset ruleset;
    long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0,
                       LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1)
        return errno == ENOSYS || errno == EOPNOTSUPP
                   ? "kernel without Landlock"
                   : "Landlock refused";
    if (abi > ABI_NEWEST)
        abi = ABI_NEWEST;
    size_t size = ruleset_fill(&ruleset, (int)abi);
    long fd = syscall(SYS_landlock_create_ruleset, &ruleset, size, 0u);
    if (fd < 0)
        return "Landlock refused";
    long failed = syscall(SYS_landlock_restrict_self, (int)fd, 0u);
    close((int)fd);
    if (failed)
        return "Landlock refused";
    sandbox->landlock_abi = (int)abi;
    return NULL;
}

static refusal seccomp_enter(struct dc_sandbox *sandbox) {
    struct sock_fprog program = {
        .len = dc_sandbox_filter_length,
        .filter = (struct sock_filter *)(uintptr_t)dc_sandbox_filter};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        return errno == EINVAL ? "kernel without seccomp" : "seccomp refused";
    sandbox->seccomp = true;
    return NULL;
}

static void describe(struct dc_sandbox *sandbox, refusal landlock,
                     refusal seccomp) {
    char *text = sandbox->text;
    size_t room = sizeof sandbox->text;
    int abi = sandbox->landlock_abi;
    if (abi && sandbox->seccomp)
        snprintf(text, room, "Landlock ABI %d, seccomp", abi);
    else if (abi)
        snprintf(text, room, "Landlock ABI %d (%s)", abi, seccomp);
    else if (sandbox->seccomp)
        snprintf(text, room, "seccomp (%s)", landlock);
    else
        snprintf(text, room, "none (%s; %s)", landlock, seccomp);
}

/* Landlock first: the filter does not allow its calls.  Without the promise
 * to gain no rights by running programs, neither is open to every user. */
void dc_sandbox_enter(unsigned layers, struct dc_sandbox *sandbox) {
    refusal landlock = "Landlock not wanted", seccomp = "seccomp not wanted";
    *sandbox = (struct dc_sandbox){.landlock_abi = 0};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (layers & DC_SANDBOX_LANDLOCK)
        landlock = landlock_enter(sandbox);
    if (layers & DC_SANDBOX_SECCOMP)
        seccomp = seccomp_enter(sandbox);
    describe(sandbox, landlock, seccomp);
}
