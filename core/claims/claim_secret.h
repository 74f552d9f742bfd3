/*
 * The secret of a claim: 128 bits that only its handle has. The same for the same request of a user on this machine.
 */
#ifndef BATCHD_CLAIM_SECRET_H
#define BATCHD_CLAIM_SECRET_H

#include <stdbool.h>

#include "base/error.h"
#include "claims/claim_handle.h"
#include "disk/files.h"

/*
 * Set the secret of @handle: random, or with @request made of it and of the file "secret" in @folder, which is made if
 * it is missing. Only under the lock of the folder. IO.
 */
bool claim_secret_make(struct claim_handle *handle, const struct files *folder, const char *request,
                       struct error *error);

#endif
