#include "render/doctor_text.h"

#include "base/auto.h"
#include "base/buffer.h"
#include "base/columns.h"
#include "base/text.h"
#include "base/version.h"
#include "doctor/check_claims.h"
#include "doctor/doctor.h"
#include "doctor/findings.h"
#include "render/repeats.h"
#include "render/styled_text.h"
#include "render/symbol.h"

/* By severity. */
static const struct {
    const char *name, *sequence, *mark;
} looks[] = {{"error", "31", "✗ error   "}, {"warning", "33", "! warning "}, {"note", "2", "· note    "}};

static void append_heading(struct buffer *text, const struct doctor_view *doctor, const struct style *style) {
    buffer_append_format(text, "batchctl %s, ", program_version);
    styled_text_append_bold(text, style, doctor->root);
    if (doctor->file_system)
        buffer_append_format(text, " (%s)", doctor->file_system);
    buffer_append_format(text, ": %zu plan%s, %zu folder%s\n", doctor->plan_count, text_plural(doctor->plan_count),
                         doctor->folder_count, text_plural(doctor->folder_count));
}

/* Where claims are kept, once there is one, and who shares them; not in the workspace, which has them alone. */
static void append_claims(struct buffer *text, const struct claims_place *claims, const struct style *style) {
    enum { NAMED_MOST = 4 };
    size_t count = claims->worktree_count, named = style->is_verbose || count < NAMED_MOST ? count : NAMED_MOST;
    if (!claims->folder || !count)
        return;
    buffer_append_string(text, "claims in ");
    styled_text_append_visible(text, claims->folder);
    for (size_t i = 0; count > 1 && i < named; i++) {
        buffer_append_string(text, i ? ", " : ", shared by ");
        styled_text_append_visible(text, claims->worktrees[i]);
    }
    if (named < count)
        buffer_append_format(text, " and %zu more", count - named);
    buffer_append_byte(text, '\n');
}

static void append_severity(struct buffer *text, enum finding_severity severity, const struct style *style) {
    AUTO(buffer) mark = {0};
    symbol_append_words(&mark, style, looks[severity].mark);
    styled_text_append_styled(text, style, looks[severity].sequence, mark.data);
}

/* A hint is never broken into lines: it is there to be pasted. */
static void append_hint(struct buffer *text, const struct finding *finding, const struct style *style) {
    if (!finding->hint)
        return;
    symbol_append_words(text, style, "            → ");
    styled_text_append_about(text, style, finding->hint, finding->file);
    buffer_append_byte(text, '\n');
}

static void append_finding(struct buffer *text, const struct finding *finding, const struct style *style) {
    enum { SEVERITY_COLUMNS = 10, INDENT = 12 };
    AUTO(buffer) words = {0};
    append_severity(text, finding->severity, style);
    if (finding->file) {
        styled_text_append_path(&words, style, finding->file);
        if (finding->line)
            buffer_append_format(&words, ":%u", finding->line);
        buffer_append_string(&words, ": ");
    }
    styled_text_append_about(&words, style, finding->message, finding->file);
    if (style->columns)
        columns_append_wrapped(text, buffer_span(&words), SEVERITY_COLUMNS, INDENT, style->columns);
    else
        buffer_append_span(text, buffer_span(&words));
    buffer_append_byte(text, '\n');
    append_hint(text, finding, style);
}

/* What is printed so far. */
struct listing_count {
    size_t shown, left_out;
};

/* About the whole of a file, so that others can have the same. */
static bool is_repeatable(const struct finding *finding, const struct style *style) {
    return !style->is_verbose && finding->file && !finding->line;
}

/* @repeats: of the findings of this severity. */
static void append_once(struct buffer *text, const struct finding *finding, struct repeats *repeats,
                        struct listing_count *count, const struct style *style) {
    bool can_repeat = is_repeatable(finding, style);
    const struct repeat *repeat = can_repeat ? repeats_take(repeats, finding->message) : NULL;
    if (can_repeat && !repeat)
        return;
    if (count->shown == STYLED_TEXT_ROWS_MOST && !style->is_verbose) {
        count->left_out += repeat ? repeat->count : 1;
        return;
    }
    count->shown++;
    append_finding(text, finding, style);
    if (repeat)
        repeats_append(text, repeat, "            ", style);
}

static void append_findings(struct buffer *text, const struct doctor_view *doctor, enum finding_severity severity,
                            struct listing_count *count, const struct style *style) {
    AUTO(repeats) repeats = {0};
    for (size_t i = 0; i < doctor->finding_count; i++)
        if (doctor->findings[i].severity == severity && is_repeatable(&doctor->findings[i], style))
            repeats_add(&repeats, doctor->findings[i].message, doctor->findings[i].file);
    for (size_t i = 0; i < doctor->finding_count; i++)
        if (doctor->findings[i].severity == severity)
            append_once(text, &doctor->findings[i], &repeats, count, style);
}

/* The worst first. */
void doctor_text_append(struct buffer *text, const void *view, const struct style *style) {
    const struct doctor_view *doctor = view;
    struct listing_count count = {0};
    size_t total = 0;
    append_heading(text, doctor, style);
    append_claims(text, &doctor->claims, style);
    for (enum finding_severity severity = 0; severity < FINDING_SEVERITIES; severity++) {
        append_findings(text, doctor, severity, &count, style);
        total += doctor->counts[severity];
    }
    if (count.left_out)
        buffer_append_format(text, "and %zu more; -v lists them\n", count.left_out);
    if (total == 0) {
        buffer_append_string(text, "Nothing wrong was found.\n");
        return;
    }
    for (enum finding_severity severity = 0; severity < FINDING_SEVERITIES; severity++)
        buffer_append_format(text, "%s%zu %s%s", severity ? ", " : "", doctor->counts[severity], looks[severity].name,
                             text_plural(doctor->counts[severity]));
    buffer_append_string(text, ".\n");
}
