/* alloc.h: what is done while allocations fail. */
#ifndef ALLOC_H
#define ALLOC_H

#include <stdbool.h>
#include <stdint.h>

#include "declutter.h"

/* What came of a run. */
struct outcome {
    enum declutter_status status;
    struct declutter_error error;
    uint64_t hash; /* of all that came out */
    size_t length;
};

struct fault_case {
    const char *name;
    /* Uses `argument` as it likes. */
    void (*run)(const void *argument, struct outcome *outcome);
    const void *argument;
    /* Allocations that a failure may cost for good: what a constructor of
     * uchardet has made when it throws, nobody can free. */
    long lost;
};

/* Once, before any of them. */
bool fault_cases_prepare(void);

/* The case of a number, NULL behind the last. */
const struct fault_case *fault_case(size_t index);

#endif
