/* hook.h: allocations that fail on demand. */
#ifndef HOOK_H
#define HOOK_H

#include <stdbool.h>
#include <stddef.h>

/* Lets the number-th allocation from now on fail, and all behind it when
 * `all_after`; 0: none. */
void hook_arm(size_t number, bool all_after);
/* What is allocated between a pause and its end is not counted and does not
 * fail. */
void hook_pause(bool paused);
/* Allocations succeed again.  Whether one has failed since hook_arm. */
bool hook_disarm(void);
/* Allocations that were not freed so far. */
long hook_live(void);

#endif
