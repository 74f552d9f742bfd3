/*
 * Claims as JSON, for programs. For people see claims_text.h.
 */
#ifndef BATCHD_CLAIMS_JSON_H
#define BATCHD_CLAIMS_JSON_H

#include "format/json_writer.h"
#include "view/claim_item.h"
#include "view/claim_view.h"

/* The data of claim and release (a struct claim_view), heartbeat (struct claim_renewals), claims (struct claims_view).
 */
void claims_json_taken(struct json_writer *writer, const void *view);
void claims_json_released(struct json_writer *writer, const void *view);
void claims_json_renewed(struct json_writer *writer, const void *view);
void claims_json_list(struct json_writer *writer, const void *view);

/* The member "claims": what is known of them at all. */
void claims_json_note(struct json_writer *writer, const struct claims_note *note);

/* The members "claim" and "finished"; NULL is null. */
void claims_json_claim(struct json_writer *writer, const struct claim_item *claim);
void claims_json_mark(struct json_writer *writer, const struct mark_item *mark);

#endif
