/* detect.h: what uchardet takes a text for. */
#ifndef DC_DETECT_H
#define DC_DETECT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { DC_DETECTED_ROOM = 40 };

/* Fills `name`, with "" when uchardet does not know.  0: out of memory. */
int dc_detect(const char *sample, size_t length, char name[DC_DETECTED_ROOM]);

#ifdef __cplusplus
}
#endif

#endif
