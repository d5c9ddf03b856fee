/* render.c: the sink every format writes through.
 *
 * In: small writes of a renderer.  Out: bytes for the caller's sink, gathered
 * to pieces of some size because a call a word would cost more than the words.
 * The first failure is kept, and what follows it goes nowhere: renderers need
 * not look before they have written everything.
 */
#include "render.h"

#include <math.h>
#include <string.h>

enum { NUMBER_DIGITS = 6, NUMBER_UNIT = 100000, PLAIN_MAX = 15 };

const char dc_warning_flattened[] =
    "lists, quotations or tables nested deeper than 20 were flattened";

/* -- The sink -------------------------------------------------------------- */

void dc_output_flush(struct dc_output *output) {
    if (dc_deadline_check(output->deadline))
        output->failed = true;
    if (output->used && !output->failed &&
        output->sink(output->context, output->buffer, output->used) != 0)
        output->failed = output->refused = true;
    output->used = 0;
}

void dc_output_write(struct dc_output *output, const char *bytes,
                     size_t length) {
    while (length && !output->failed) {
        size_t room = sizeof output->buffer - output->used;
        size_t part = length < room ? length : room;
        memcpy(output->buffer + output->used, bytes, part);
        output->used += part;
        bytes += part;
        length -= part;
        if (output->used == sizeof output->buffer)
            dc_output_flush(output);
    }
}

void dc_output_string(struct dc_output *output, const char *string) {
    dc_output_write(output, string, strlen(string));
}

/* -- Numbers --------------------------------------------------------------- */

/* Decimal digits of a positive number, the first one not zero: number =
 * 0.DIGITS * 10^result.  printf would do, were its decimal point not the
 * locale's. */
static int number_digits(double number, char digits[NUMBER_DIGITS]) {
    int exponent = 1;
    for (; number >= 10; exponent++)
        number /= 10;
    for (; number < 1; exponent--)
        number *= 10;
    long scaled = lround(number * NUMBER_UNIT);
    if (scaled >= 10L * NUMBER_UNIT) {
        scaled /= 10;
        exponent++;
    }
    for (int i = NUMBER_DIGITS; i-- > 0; scaled /= 10)
        digits[i] = (char)('0' + scaled % 10);
    return exponent;
}

static void write_zeros(struct dc_output *output, int count) {
    while (count-- > 0)
        dc_output_write(output, "0", 1);
}

/* `point` digits stand before the decimal point; it may be none of them
 * (.00123) or more than there are (12300). */
static void write_plain(struct dc_output *output, const char *digits, int count,
                        int point) {
    if (point <= 0) {
        dc_output_string(output, "0.");
        write_zeros(output, -point);
        dc_output_write(output, digits, (size_t)count);
    } else if (point >= count) {
        dc_output_write(output, digits, (size_t)count);
        write_zeros(output, point - count);
    } else {
        dc_output_write(output, digits, (size_t)point);
        dc_output_write(output, ".", 1);
        dc_output_write(output, digits + point, (size_t)(count - point));
    }
}

static void write_exponent(struct dc_output *output, int exponent) {
    unsigned rest = (unsigned)(exponent < 0 ? -exponent : exponent);
    char digits[4];
    size_t start = sizeof digits;
    do {
        digits[--start] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest && start);
    dc_output_string(output, exponent < 0 ? "e-" : "e+");
    dc_output_write(output, digits + start, sizeof digits - start);
}

void dc_output_number(struct dc_output *output, double number) {
    char digits[NUMBER_DIGITS];
    if (!isfinite(number)) {
        dc_output_string(output, "null"); /* JSON knows no other */
        return;
    }
    if (number == 0) {
        dc_output_write(output, "0", 1);
        return;
    }
    if (number < 0)
        dc_output_write(output, "-", 1);
    int point = number_digits(fabs(number), digits);
    int count = NUMBER_DIGITS;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    if (point > -NUMBER_DIGITS && point <= PLAIN_MAX) {
        write_plain(output, digits, count, point);
    } else {
        write_plain(output, digits, count, 1);
        write_exponent(output, point - 1);
    }
}
