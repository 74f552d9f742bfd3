#include "base/digest.h"

#include <sha2.h>

#define XXH_INLINE_ALL /* no library to load */
#include <xxhash.h>

static void to_hex(const unsigned char *bytes, size_t count, char *text) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        *text++ = digits[bytes[i] >> 4];
        *text++ = digits[bytes[i] & 15];
    }
    *text = '\0';
}

void digest_sha(struct span data, char text[DIGEST_SHA_TEXT]) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)data.data, data.length);
    SHA256Final(digest, &context);
    to_hex(digest, sizeof digest, text);
}

void digest_fast(struct span data, char text[DIGEST_FAST_TEXT]) {
    XXH128_canonical_t digest;
    XXH128_canonicalFromHash(&digest, XXH3_128bits(data.data, data.length));
    to_hex(digest.digest, sizeof digest.digest, text);
}

uint64_t digest_number(const void *data, size_t length) {
    return XXH3_64bits(data, length);
}
