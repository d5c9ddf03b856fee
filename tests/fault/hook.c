/* hook.c: malloc and its kin, for the whole process.
 *
 * In: which allocation is to fail.  Out: that failure, wherever it happens.
 * What an executable defines comes before the C library's, for its shared
 * libraries too, so libxml2, uchardet (operator new calls malloc), jansson,
 * zlib and iconv are all hit.  The C library keeps its own functions under
 * other names, and so does the address sanitizer, which goes on watching.
 * Under it operator new, strdup and the like do not come by here: the plain
 * build has to find what fails there.
 */
#include "hook.h"

#include <errno.h>

#if defined(__SANITIZE_ADDRESS__)
#define REAL(name) __interceptor_##name
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define REAL(name) __interceptor_##name
#endif
#endif
#ifndef REAL
#define REAL(name) __libc_##name
#endif

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t count, size_t size);
void *REAL(realloc)(void *old, size_t size);
void REAL(free)(void *memory);
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *old, size_t size);
void free(void *memory);

static struct {
    size_t left; /* allocations to the failing one; 0: not armed */
    enum hook_fault fault;
    bool failed, paused;
    long live;
} hook;

void hook_arm(size_t number, enum hook_fault fault) {
    hook.left = number;
    hook.fault = fault;
    hook.failed = false;
}

void hook_pause(bool paused) {
    hook.paused = paused;
}

bool hook_disarm(void) {
    hook.left = 0;
    return hook.failed;
}

long hook_live(void) {
    return hook.live;
}

static bool fails(void) {
    if (hook.paused || !hook.left || --hook.left)
        return false;
    hook.left = hook.fault == HOOK_ALL;
    hook.failed = true;
    errno = ENOMEM;
    return hook.fault != HOOK_DETOUR;
}

void *malloc(size_t size) {
    void *memory = fails() ? NULL : REAL(malloc)(size);
    hook.live += memory != NULL;
    return memory;
}

void *calloc(size_t count, size_t size) {
    void *memory = fails() ? NULL : REAL(calloc)(count, size);
    hook.live += memory != NULL;
    return memory;
}

void *realloc(void *old, size_t size) {
    if (fails())
        return NULL;
    void *memory = REAL(realloc)(old, size);
    hook.live += !old && memory;
    return memory;
}

void free(void *memory) {
    hook.live -= memory != NULL;
    REAL(free)(memory);
}
