/* hook.h: allocations that fail on demand. */
#ifndef HOOK_H
#define HOOK_H

#include <stdbool.h>
#include <stddef.h>

enum hook_fault {
    HOOK_ONE,   /* the allocation fails */
    HOOK_ALL,   /* so do all behind it */
    HOOK_DETOUR /* it succeeds, but errno says ENOMEM: as when the heap could
                   not grow, and the memory came from elsewhere */
};

/* What befalls the number-th allocation from now on; 0: nothing does. */
void hook_arm(size_t number, enum hook_fault fault);
/* What is allocated between a pause and its end is not counted and does not
 * fail. */
void hook_pause(bool paused);
/* Allocations succeed again.  Whether the fault has come since hook_arm. */
bool hook_disarm(void);
/* Allocations that were not freed so far. */
long hook_live(void);

#endif
