/*
 * A handle: what proves that a claim is the caller's, "shop%2FBOOKSHOP/2.3@7.<32 hex>". Plan, id and fence name the
 * claim, the secret proves it: records have only its SHA-256.
 */
#ifndef BATCHD_CLAIM_HANDLE_H
#define BATCHD_CLAIM_HANDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"
#include "document/names.h"

enum { CLAIM_SECRET_TEXT = 32 + 1 }; /* 128 bits in hexadecimal, with the NUL */

/* {0} is valid and empty. */
struct claim_handle {
    char *plan; /* its path in the workspace; owned */
    char id[NAMES_ID_BYTES_MOST + 1];
    uint64_t fence;
    char secret[CLAIM_SECRET_TEXT];
};

/* USAGE if @text is no handle. */
bool claim_handle_parse(struct claim_handle *handle, const char *text, struct error *error);
void claim_handle_append(struct buffer *text, const struct claim_handle *handle);
void claim_handle_release(struct claim_handle *handle);

/* Name the claim that it is of; the secret stays. */
void claim_handle_name(struct claim_handle *handle, const char *plan, const char *id, uint64_t fence);

/* What a record keeps of the secret. */
void claim_handle_digest(const struct claim_handle *handle, char digest[DIGEST_SHA_TEXT]);

/* A path as one name: "/" and "%" become "%2F" and "%25", control bytes and "\" "%XX". A longer one than 200 bytes: "%"
 * and 32 digits of its SHA-256. "" is "%". */
void claim_name_append(struct buffer *name, const char *path);
/* The path of such a name. False if it is none, or that of a long path, which it does not contain. */
bool claim_name_read(struct span name, struct buffer *path);

#endif
