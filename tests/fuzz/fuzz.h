/*
 * What all fuzz targets share. A target reads bytes as the program would and checks what must be true of the outcome;
 * libFuzzer finds the bytes. Without it (see replay.c) the same targets read the files of corpus/, which is a test.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must be true. */
#define MUST(is_so)                                                                                                    \
    do {                                                                                                               \
        if (!(is_so)) {                                                                                                \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #is_so);                                        \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* The bytes in separate memory, of exactly their size, so that reading beyond is noticed. */
static inline struct span fuzz_input(const uint8_t *data, size_t size) {
    return (struct span){(const char *)data, size};
}

#endif
