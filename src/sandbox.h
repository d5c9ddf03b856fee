/* sandbox.h: the program gives up what a filter of pages does not need.
 *
 * Who finds a hole in one of the parsers is then left with a process that can
 * read files and write to what is open already, and nothing else: no file
 * written, created or removed, no program run, no socket, no other process
 * reached.  Two layers of the kernel say the same in different words, so that
 * a mistake in one of them is not the end. */
#ifndef DC_SANDBOX_H
#define DC_SANDBOX_H

#include <stdbool.h>

enum dc_sandbox_layer {
    DC_SANDBOX_LANDLOCK = 1, /* by what is reached: files, ports, processes */
    DC_SANDBOX_SECCOMP = 2,  /* by the system call */
    DC_SANDBOX_ALL = DC_SANDBOX_LANDLOCK | DC_SANDBOX_SECCOMP
};

struct dc_sandbox {
    int landlock_abi; /* whose rights are given up; 0: none */
    bool seccomp;
    char text[80]; /* the same in words: what is in force, what is not */
};

/* Enters for good, for this thread and those it will start.  `layers` are the
 * wanted ones.  A kernel that lacks them is no failure: *sandbox says how far
 * it went. */
void dc_sandbox_enter(unsigned layers, struct dc_sandbox *sandbox);

#endif
