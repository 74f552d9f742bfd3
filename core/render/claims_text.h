/*
 * Claims as text, for people. For programs see claims_json.h. Times are UTC: "14:02Z", and with the date where that is
 * another day than the answer's.
 */
#ifndef BATCHD_CLAIMS_TEXT_H
#define BATCHD_CLAIMS_TEXT_H

#include "base/buffer.h"
#include "render/style.h"
#include "view/claim_item.h"
#include "view/claim_view.h"

/* The text of claim and release (a struct claim_view), heartbeat (struct claim_renewals), claims (struct claims_view).
 */
void claims_text_taken(struct buffer *text, const void *view, const struct style *style);
void claims_text_released(struct buffer *text, const void *view, const struct style *style);
void claims_text_renewed(struct buffer *text, const void *view, const struct style *style);
void claims_text_list(struct buffer *text, const void *view, const struct style *style);

/* "14:02Z", or "2026-11-26 14:02Z" on another day than @today, which may be NULL; nothing if @time is NULL. */
void claims_text_append_time(struct buffer *text, const char *time, const char *today);
/* "ann works on it (since 14:02Z, until 15:02Z)", or "free again: ann's claim ran out at 15:02Z"; nothing of one that
 * has ended. */
void claims_text_append(struct buffer *text, const struct claim_item *claim);
/* "finished by bob on branch bob/2.1 (a1b2c3d), not merged here" */
void claims_text_append_mark(struct buffer *text, const struct mark_item *mark);

#endif
