/* json_load.h: JSON of strangers, read by jansson. */
#ifndef DC_JSON_LOAD_H
#define DC_JSON_LOAD_H

#include <jansson.h>

#include "declutter.h"

/* Reads one object or array; with JSON_DISABLE_EOF_CHECK among the flags,
 * what stands behind it is ignored.  Anything else, or broken JSON, is
 * DECLUTTER_ERROR_DAMAGED, and fault->text says why.  The other failure is
 * DECLUTTER_ERROR_MEMORY.  *value is NULL then; else it is to be given back
 * with json_decref. */
enum declutter_status dc_json_load(const char *text, size_t length,
                                   size_t flags, json_t **value,
                                   json_error_t *fault);

#endif
