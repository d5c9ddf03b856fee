/* sandbox_filter.h: the seccomp filter, made by sandbox_embed.c at build
 * time. */
#ifndef DC_SANDBOX_FILTER_H
#define DC_SANDBOX_FILTER_H

#include <linux/filter.h>

extern const struct sock_filter dc_sandbox_filter[];
extern const unsigned short dc_sandbox_filter_length;

#endif
