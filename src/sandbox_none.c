/* sandbox_none.c: no sandbox.
 *
 * In: the layers wanted.  Out: word that there are none.  For systems that
 * have neither Landlock nor seccomp, and for builds with DECLUTTER_SANDBOX=OFF:
 * CMake takes this file in the place of sandbox_linux.c, so that neither the
 * rest of the program nor that file has to ask which system this is.
 */
#include "sandbox.h"

void dc_sandbox_enter(unsigned layers, struct dc_sandbox *sandbox) {
    (void)layers;
    *sandbox = (struct dc_sandbox){.text = "none (not built in)"};
}
