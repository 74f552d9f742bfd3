#include "render/doctor_json.h"

#include "base/version.h"
#include "doctor/check_claims.h"
#include "doctor/doctor.h"
#include "doctor/findings.h"

static const char *const severity_names[] = {"error", "warning", "note"};
static const char *const count_names[] = {"errors", "warnings", "notes"};

static void write_finding(struct json_writer *writer, const struct finding *finding) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "severity", severity_names[finding->severity]);
    json_writer_key_string(writer, "code", finding->code);
    json_writer_key_string(writer, "message", finding->message);
    json_writer_key_string(writer, "file", finding->file);
    if (finding->line)
        json_writer_key_unsigned(writer, "line", finding->line);
    else
        json_writer_key_null(writer, "line");
    json_writer_key_string(writer, "hint", finding->hint);
    json_writer_close_object(writer);
}

static void write_claims(struct json_writer *writer, const struct claims_place *claims) {
    if (!claims->kept) {
        json_writer_key_null(writer, "claims");
        return;
    }
    json_writer_key_object(writer, "claims");
    json_writer_key_string(writer, "kept", claims->kept);
    json_writer_key_string(writer, "folder", claims->folder);
    json_writer_key_array(writer, "worktrees");
    for (size_t i = 0; i < claims->worktree_count; i++)
        json_writer_string(writer, claims->worktrees[i]);
    json_writer_close_array(writer);
    json_writer_close_object(writer);
}

void doctor_json_write(struct json_writer *writer, const void *view) {
    const struct doctor_view *doctor = view;
    json_writer_open_object(writer);
    json_writer_key_string(writer, "version", program_version);
    json_writer_key_string(writer, "root", doctor->root);
    json_writer_key_unsigned(writer, "plans", doctor->plan_count);
    json_writer_key_unsigned(writer, "folders", doctor->folder_count);
    json_writer_key_string(writer, "file_system", doctor->file_system);
    if (doctor->watch_limit)
        json_writer_key_unsigned(writer, "watch_limit", doctor->watch_limit);
    else
        json_writer_key_null(writer, "watch_limit");
    write_claims(writer, &doctor->claims);
    json_writer_key_array(writer, "findings");
    for (size_t i = 0; i < doctor->finding_count; i++)
        write_finding(writer, &doctor->findings[i]);
    json_writer_close_array(writer);
    for (size_t i = 0; i < FINDING_SEVERITIES; i++)
        json_writer_key_unsigned(writer, count_names[i], doctor->counts[i]);
    json_writer_close_object(writer);
}
