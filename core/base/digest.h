/*
 * Digests. SHA-256 identifies the bytes of a file in answers and in the journal, so that they can be checked with
 * sha256sum; a fast 128-bit hash (XXH3) shows whether a source has changed.
 */
#ifndef BATCHD_DIGEST_H
#define BATCHD_DIGEST_H

#include <stdint.h>

#include "base/buffer.h"

enum { DIGEST_SHA_TEXT = 64 + 1, DIGEST_FAST_TEXT = 32 + 1 }; /* hexadecimal, with the NUL */

/* The SHA-256 of @data: for what is written down. */
void digest_sha(struct span data, char text[DIGEST_SHA_TEXT]);
/* 128 bits that are quick to make: to see a change, not to prove that there is none. */
void digest_fast(struct span data, char text[DIGEST_FAST_TEXT]);
/* 64 bits of it, for comparing within one process. */
uint64_t digest_number(const void *data, size_t length);

#endif
