/*
 * What people read: text from an answer. It uses nothing but the answer, so an answer from anywhere looks the same.
 */
#ifndef BATCHCTL_RENDER_H
#define BATCHCTL_RENDER_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "buffer.h"
#include "diagnostics.h"

struct style {
    bool has_color;   /* on standard output */
    bool is_verbose;  /* leave nothing out */
    bool has_content; /* create: with the text of the files */
    bool has_failed;  /* what the data says was not done, and will not be */
};

/* Each appends the text for the data of one kind of answer. */
void render_status(struct buffer *text, const cJSON *data, const struct style *style);
void render_next(struct buffer *text, const cJSON *data, const struct style *style);
void render_show(struct buffer *text, const cJSON *data, const struct style *style);
void render_why(struct buffer *text, const cJSON *data, const struct style *style);
void render_create(struct buffer *text, const cJSON *data, const struct style *style);
void render_undo(struct buffer *text, const cJSON *data, const struct style *style);
void render_batch(struct buffer *text, const cJSON *data, const struct style *style);
void render_history(struct buffer *text, const cJSON *data, const struct style *style);
void render_validate(struct buffer *text, const cJSON *data, const struct style *style);

/* "error: FILE:LINE:COLUMN: message" and a line with the hint; in colour if @has_color. */
void render_diagnostic(struct buffer *text, const struct diagnostic *diagnostic, bool has_color, bool has_hint);

/* Append untrusted text so that it cannot steer a terminal. NULL appends nothing. */
void render_visible(struct buffer *text, const char *untrusted);

#endif
