/* detect.cc: uchardet, called so that it may run out of memory.
 *
 * In: bytes of an unknown charset.  Out: the name uchardet has for it.  It is
 * the one file in C++: uchardet has an interface in C, but out of memory it
 * throws an exception through it, which C can neither catch nor survive.  What
 * it takes from malloc it checks, and then goes on without; errno tells.  That
 * may also speak of memory which was then found elsewhere, so it is believed
 * only when it says so each time.
 */
#include "detect.h"

#include <cerrno>
#include <cstring>
#include <exception>
#include <uchardet/uchardet.h>

static void run(uchardet_t detector, const char *sample, size_t length,
                char name[DC_DETECTED_ROOM]) {
    if (uchardet_handle_data(detector, sample, length) != 0)
        return;
    uchardet_data_end(detector);
    const char *answer = uchardet_get_charset(detector);
    if (std::strlen(answer) < DC_DETECTED_ROOM)
        std::strcpy(name, answer);
}

static bool run_once(const char *sample, size_t length,
                     char name[DC_DETECTED_ROOM]) {
    uchardet_t detector = nullptr;
    bool thrown = false;
    name[0] = '\0';
    errno = 0;
    try {
        detector = uchardet_new();
        if (detector)
            run(detector, sample, length, name);
    } catch (const std::exception &) {
        thrown = true;
    }
    bool done = detector && !thrown && errno != ENOMEM;
    if (detector)
        uchardet_delete(detector);
    return done;
}

int dc_detect(const char *sample, size_t length, char name[DC_DETECTED_ROOM]) {
    enum { ATTEMPTS = 3 };
    for (int i = 0; i < ATTEMPTS; i++)
        if (run_once(sample, length, name))
            return true;
    return false;
}
