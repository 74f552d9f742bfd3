#include "claims/claim_secret.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "claims/claim_files.h"

static void set_hexadecimal(struct claim_handle *handle, const unsigned char *bytes) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < CLAIM_SECRET_TEXT - 1; i++)
        handle->secret[i] = digits[i % 2 ? bytes[i / 2] & 15 : bytes[i / 2] >> 4];
}

static bool make_random(struct claim_handle *handle, struct error *error) {
    unsigned char random[CLAIM_SECRET_TEXT / 2];
    if (getrandom(random, sizeof random, 0) != sizeof random)
        return error_set_system(error, errno, "cannot make the secret of a claim");
    set_hexadecimal(handle, random);
    return true;
}

bool claim_secret_make(struct claim_handle *handle, const struct files *folder, const char *request,
                       struct error *error) {
    AUTO(buffer) source = {0};
    char sha[DIGEST_SHA_TEXT];
    if (!request)
        return make_random(handle, error);
    if (!claim_files_secret(folder, &source, error))
        return false;
    buffer_append_byte(&source, '\0');
    buffer_append_string(&source, request);
    digest_sha(buffer_span(&source), sha);
    memcpy(handle->secret, sha, CLAIM_SECRET_TEXT - 1);
    return true;
}
