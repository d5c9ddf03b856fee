/* still_time.c: a clock of the library that stands still.
 *
 * libxml2 seeds the hash of its names with time(), anew for every parser, so
 * that two runs over one page differ by some thousandths in the instructions
 * they take.  A program that is there to be counted stands in for the C
 * library here, and comes out the same every time.  Nothing else in
 * declutter-stages asks for the date; its clocks are those of clock_gettime.
 */
#include <time.h>

time_t time(time_t *now) {
    if (now)
        *now = 1;
    return 1;
}
