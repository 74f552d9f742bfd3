/*
 * Diagnostics in the formats of other programs: lines as gcc prints them, for editors; workflow commands, for GitHub
 * Actions; SARIF 2.1.0, for whatever collects reports. Paths open from the working directory, in SARIF as URIs relative
 * to it (%SRCROOT%). What is about a whole file is at its first line. Columns count bytes.
 */
#ifndef BATCHD_DIAGNOSTICS_FORMATS_H
#define BATCHD_DIAGNOSTICS_FORMATS_H

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "render/style.h"

typedef void diagnostics_writer(struct buffer *text, const struct diagnostics *diagnostics, const struct style *style);

/* The writer of a form that consists of the diagnostics alone; NULL if it is another form. */
diagnostics_writer *diagnostics_formats_find(enum form form);

/* "FILE:LINE:COLUMN: error: message [code]", and a line with "note:" and the hint. */
void diagnostics_formats_gcc(struct buffer *text, const struct diagnostics *diagnostics, const struct style *style);
/* "::error file=FILE,line=LINE,col=COLUMN,title=CODE::message", with the hint on its second line. */
void diagnostics_formats_github(struct buffer *text, const struct diagnostics *diagnostics, const struct style *style);
/* One document with one run; a rule for each code. */
void diagnostics_formats_sarif(struct buffer *text, const struct diagnostics *diagnostics, const struct style *style);

#endif
