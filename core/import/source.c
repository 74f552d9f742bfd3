#include "import/source.h"

#include <ctype.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "disk/files.h"
#include "disk/listing.h"
#include "document/conflict.h"
#include "document/names.h"
#include "format/json.h"
#include "format/json_size.h"
#include "import/recognise.h"

enum { CANDIDATES_MOST = 200, DEPTH_MOST = 8, SIZE_MOST_BYTES = JSON_SIZE_MOST_BYTES };

static const struct {
    const char *word, *name;
} formats[IMPORT_FORMATS] = {
    [IMPORT_ANY] = {"", ""},
    [IMPORT_TASKMASTER] = {"taskmaster", "Task Master"},
    [IMPORT_SPECKIT] = {"speckit", "spec-kit"},
    [IMPORT_BEADS] = {"beads", "beads"},
    [IMPORT_BACKLOG] = {"backlog", "Backlog.md"},
    [IMPORT_OPENSPEC] = {"openspec", "OpenSpec"},
    [IMPORT_KIRO] = {"kiro", "Kiro"},
};
const char source_format_words[] = "taskmaster, speckit, beads, backlog, openspec, kiro";

const char *source_format_word(enum import_format format) {
    return formats[format].word;
}

const char *source_format_name(enum import_format format) {
    return formats[format].name;
}

bool source_format_find(const char *word, enum import_format *format) {
    for (int i = IMPORT_ANY + 1; i < IMPORT_FORMATS; i++)
        if (strcmp(word, formats[i].word) == 0) {
            *format = (enum import_format)i;
            return true;
        }
    return false;
}

void source_release(struct source *source) {
    memory_free(source->files);
    arena_release(&source->arena);
    *source = (struct source){0};
}

/* --- reading --- */

/* What the search works on. */
struct search {
    struct source *source;
    const struct import_options *options;
    struct files files; /* the folder that is searched, or that of the file */
    const char *label;  /* what its paths begin with in messages: "x/", or "" for a file */
    struct diagnostics *diagnostics;
    struct candidate {
        enum import_format format;
        const char *path;
    } * candidates;
    size_t count, capacity;
};

static const char *join(struct search *search, const char *folder, const char *name) {
    return arena_format(&search->source->arena, "%s%s%s", folder, *folder ? "/" : "", name);
}

/* The first line that is no text; 0 if there is none. */
static unsigned line_of_fault(struct span text) {
    const char *nul = memchr(text.data, '\0', text.length);
    size_t valid = text_valid_length(text), end = nul ? (size_t)(nul - text.data) : text.length;
    unsigned line = 1;
    end = valid < end ? valid : end;
    for (size_t i = 0; i < end; i++)
        line += text.data[i] == '\n';
    return end < text.length ? line : 0;
}

/* JSON is checked by its parser. */
static bool check_text(struct search *search, const struct source_file *file, enum import_format format) {
    bool is_json = format == IMPORT_TASKMASTER || format == IMPORT_BEADS;
    unsigned conflict = conflict_line(file->text), line = is_json ? 0 : line_of_fault(file->text);
    if (conflict)
        conflict_report(search->diagnostics, SEVERITY_ERROR, file->name, conflict);
    else if (line)
        diagnostics_add(search->diagnostics, &(struct diagnostic){.code = "import.encoding",
                                                                  .message = "this line is not text in UTF-8",
                                                                  .file = file->name,
                                                                  .line = line,
                                                                  .hint = "save the file as UTF-8"});
    return !conflict && !line;
}

static void add_file(struct search *search, enum source_role role, const char *name, struct span text) {
    struct source *source = search->source;
    if (span_starts_with(text, "\xEF\xBB\xBF"))
        text = span_skip(text, 3);
    *LIST_ADD(source->files, source->count, source->capacity) = (struct source_file){
        role, name, {arena_copy(&source->arena, text.length ? text.data : "", text.length), text.length}};
}

static bool read_text(struct search *search, const char *path, struct buffer *text, struct error *error) {
    size_t left = SIZE_MOST_BYTES - search->source->size_bytes;
    if (!files_read(&search->files, path, left, text, NULL, error))
        return false;
    search->source->size_bytes += text->length;
    return true;
}

static bool read_file(struct search *search, enum source_role role, const char *path, struct error *error) {
    AUTO(buffer) text = {0};
    if (!read_text(search, path, &text, error))
        return false;
    add_file(search, role, arena_format(&search->source->arena, "%s%s", search->label, path), buffer_span(&text));
    return true;
}

/* --- Backlog.md: a folder of files --- */

static bool is_markdown(const char *name) {
    size_t length = strlen(name);
    return length > 3 && strcmp(name + length - 3, ".md") == 0;
}

static bool read_folder(struct search *search, enum source_role role, const char *path, int depth,
                        struct error *error) {
    AUTO(listing) listing = {0};
    if (files_kind(&search->files, path) != FILE_FOLDER || depth > DEPTH_MOST)
        return true;
    if (!files_list(&search->files, path, &listing, error))
        return false;
    for (size_t i = 0; i < listing.count; i++) {
        const struct listing_entry *entry = &listing.entries[i];
        const char *inner = join(search, path, entry->name);
        if (entry->is_folder && entry->name[0] != '.' && !read_folder(search, role, inner, depth + 1, error))
            return false;
        if (entry->is_regular && is_markdown(entry->name) && !read_file(search, role, inner, error))
            return false;
    }
    return true;
}

static bool read_backlog(struct search *search, const char *path, struct error *error) {
    static const struct {
        enum source_role role;
        const char *folder;
    } rows[] = {{SOURCE_LIST, "tasks"},          {SOURCE_DONE, "completed"},       {SOURCE_DONE, "archive/completed"},
                {SOURCE_ASIDE, "archive/tasks"}, {SOURCE_ASIDE, "archive/drafts"}, {SOURCE_ASIDE, "drafts"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!read_folder(search, rows[i].role, join(search, path, rows[i].folder), 0, error))
            return false;
    const char *config = join(search, path, "config.yml");
    return files_kind(&search->files, config) != FILE_REGULAR || read_file(search, SOURCE_SETTING, config, error);
}

/* Has the folder @path a "tasks" with a task file of Backlog.md in it? */
static bool is_backlog(struct search *search, const char *path) {
    AUTO(error) error = {0};
    AUTO(listing) listing = {0};
    const char *tasks = join(search, path, "tasks");
    if (files_kind(&search->files, tasks) != FILE_FOLDER || !files_list(&search->files, tasks, &listing, &error))
        return false;
    for (size_t i = 0; i < listing.count; i++) {
        AUTO(buffer) text = {0};
        AUTO(error) ignored = {0};
        if (listing.entries[i].is_regular && is_markdown(listing.entries[i].name) &&
            files_read(&search->files, join(search, tasks, listing.entries[i].name), SIZE_MOST_BYTES, &text, NULL,
                       &ignored) &&
            recognise_front_matter(buffer_span(&text)))
            return true;
    }
    return false;
}

/* --- searching a folder --- */

static void add_candidate(struct search *search, enum import_format format, const char *path) {
    bool is_wanted = search->options->format == IMPORT_ANY || search->options->format == format;
    if (format != IMPORT_ANY && is_wanted && search->count < CANDIDATES_MOST)
        *LIST_ADD(search->candidates, search->count, search->capacity) = (struct candidate){format, path};
}

static void look_at(struct search *search, enum import_format format, const char *path) {
    if (files_kind(&search->files, path) == FILE_REGULAR)
        add_candidate(search, format, path);
}

/* The content decides, unless --from does. */
static void look_at_markdown(struct search *search, const char *path) {
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    if (files_kind(&search->files, path) != FILE_REGULAR ||
        !files_read(&search->files, path, SIZE_MOST_BYTES, &text, NULL, &error))
        return;
    const char *whole = arena_format(&search->source->arena, "%s/%s", search->options->source, path);
    enum import_format format = recognise(buffer_span(&text), whole);
    bool is_forced = search->options->format == IMPORT_SPECKIT || search->options->format == IMPORT_OPENSPEC ||
                     search->options->format == IMPORT_KIRO;
    add_candidate(search, is_forced ? search->options->format : format, path);
}

/* "specs" -> each specs/X/tasks.md */
static void look_into(struct search *search, const char *folder) {
    AUTO(listing) listing = {0};
    AUTO(error) error = {0};
    if (files_kind(&search->files, folder) != FILE_FOLDER || !files_list(&search->files, folder, &listing, &error))
        return;
    for (size_t i = 0; i < listing.count; i++)
        if (listing.entries[i].is_folder && strcmp(listing.entries[i].name, "archive") != 0)
            look_at_markdown(search, join(search, join(search, folder, listing.entries[i].name), "tasks.md"));
}

static void search_folder(struct search *search) {
    look_at(search, IMPORT_TASKMASTER, "tasks.json");
    look_at(search, IMPORT_BEADS, "issues.jsonl");
    look_at_markdown(search, "tasks.md");
    if (is_backlog(search, ""))
        add_candidate(search, IMPORT_BACKLOG, "");
    if (search->count)
        return;
    look_at(search, IMPORT_TASKMASTER, ".taskmaster/tasks/tasks.json");
    look_at(search, IMPORT_TASKMASTER, "tasks/tasks.json");
    look_at(search, IMPORT_BEADS, ".beads/issues.jsonl");
    for (int i = 0; i < 2; i++)
        if (is_backlog(search, i ? ".backlog" : "backlog"))
            add_candidate(search, IMPORT_BACKLOG, i ? ".backlog" : "backlog");
    static const char *const places[] = {"specs", "openspec/changes", "changes", ".kiro/specs"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        look_into(search, places[i]);
}

static bool fail_unknown(struct search *search, struct error *error) {
    const char *name = search->options->name;
    bool has_beads = search->files.root >= 0 && search->options->source &&
                     (files_kind(&search->files, ".beads") == FILE_FOLDER ||
                      strcmp(names_base(search->options->source), ".beads") == 0);
    error_set(error, ERROR_INVALID, "no task list is recognised in %s", name);
    if (has_beads)
        return error_hint(error, "bd export | batchctl import - --from beads --name NAME");
    return error_hint(
        error,
        "looked for: a tasks.json of Task Master, tasks.md of spec-kit, OpenSpec or Kiro, issues.jsonl of "
        "beads, a backlog/ of Backlog.md; --from names the format (%s)",
        source_format_words);
}

static bool is_feature(enum import_format format) {
    return format == IMPORT_SPECKIT || format == IMPORT_OPENSPEC || format == IMPORT_KIRO;
}

static bool fail_several(struct search *search, struct error *error) {
    AUTO(buffer) commands = {0};
    error_set(error, ERROR_USAGE, "%s has several task lists", search->options->name);
    for (size_t i = 0; i < search->count; i++) {
        AUTO(buffer) path = {0};
        buffer_append_format(&path, "%s%s", search->label, search->candidates[i].path);
        buffer_append_format(&commands, "%sbatchctl import ", i ? "; " : "");
        text_append_shell_word(&commands, path.data);
        if (!is_feature(search->candidates[i].format))
            buffer_append_format(&commands, " --from %s --name NAME", formats[search->candidates[i].format].word);
    }
    return error_hint(error, "choose one: %s", commands.data);
}

/* --- a folder that is one feature --- */

/* "004-lending-desk" -> "LENDING-DESK"; NULL if nothing is left. */
static const char *plan_name_of(struct search *search, const char *folder) {
    struct span rest = span_of(folder);
    AUTO(buffer) name = {0};
    while (rest.length && isdigit((unsigned char)rest.data[0]))
        rest = span_skip(rest, 1);
    while (rest.length && text_is_one_of(rest.data[0], "-_ ."))
        rest = span_skip(rest, 1);
    for (size_t i = 0; i < rest.length; i++) {
        unsigned char byte = (unsigned char)rest.data[i];
        buffer_append_byte(&name, isalnum(byte) ? (char)toupper(byte) : byte >= 0x80 || byte == '_' ? (char)byte : '-');
    }
    return name.length ? arena_copy(&search->source->arena, name.data, name.length) : NULL;
}

static void list_beside(struct search *search, const char *folder) {
    static const char *const names[] = {"checklists",  "contracts",   "data-model.md", "design.md",
                                        "plan.md",     "proposal.md", "quickstart.md", "requirements.md",
                                        "research.md", "spec.md",     "specs"};
    AUTO(buffer) text = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        enum file_kind kind = files_kind(&search->files, join(search, folder, names[i]));
        if (kind == FILE_REGULAR || kind == FILE_FOLDER)
            buffer_append_format(&text, "%s%s%s", text.length ? ", " : "", names[i], kind == FILE_FOLDER ? "/" : "");
    }
    search->source->beside = text.length ? arena_copy(&search->source->arena, text.data, text.length) : NULL;
}

/* @path: of tasks.md in the folder that is searched. */
static void name_feature(struct search *search, const char *root, const char *path) {
    const char *slash = strrchr(path, '/');
    const char *folder = slash ? arena_copy(&search->source->arena, path, (size_t)(slash - path)) : "";
    if (strcmp(names_base(path), "tasks.md") == 0)
        search->source->plan = plan_name_of(search, names_base(*folder ? folder : root));
    list_beside(search, folder);
}

/* --- the whole --- */

static bool take(struct search *search, const char *root, enum import_format format, const char *path,
                 struct error *error) {
    struct source *source = search->source;
    source->format = format;
    source->name = *path ? names_base(path) : names_base(root);
    bool is_read =
        format == IMPORT_BACKLOG ? read_backlog(search, path, error) : read_file(search, SOURCE_LIST, path, error);
    if (is_feature(format))
        name_feature(search, root, path);
    return is_read;
}

static bool open_folder(struct search *search, struct error *error) {
    const char *name = search->options->name;
    bool has_slash = *name && name[strlen(name) - 1] == '/';
    search->label = arena_format(&search->source->arena, "%s%s", name, has_slash ? "" : "/");
    search_folder(search);
    if (search->count > 1)
        return fail_several(search, error);
    if (search->count == 0)
        return fail_unknown(search, error);
    return take(search, search->options->source, search->candidates[0].format, search->candidates[0].path, error);
}

/* What a text is: as the user says, or as it looks. False if it can be none. */
static bool recognise_text(struct search *search, struct span text, struct error *error) {
    const struct import_options *options = search->options;
    enum import_format format = options->format;
    if (format == IMPORT_ANY)
        format = span_trim(text).length || options->source ? recognise(text, options->source) : IMPORT_TASKMASTER;
    if (format == IMPORT_ANY)
        return fail_unknown(search, error);
    search->source->format = format;
    if (format != IMPORT_BACKLOG)
        return true;
    error_set(error, ERROR_INVALID, "%s is one task of Backlog.md, and no plan", options->name);
    return error_hint(error, "import the folder that has the tasks, such as backlog/");
}

static bool open_file(struct search *search, const char *root, struct error *error) {
    AUTO(buffer) text = {0};
    const char *path = names_base(search->options->source);
    if (!files_read(&search->files, path, SIZE_MOST_BYTES, &text, NULL, error) ||
        !recognise_text(search, buffer_span(&text), error))
        return false;
    search->source->name = path;
    add_file(search, SOURCE_LIST, search->options->name, buffer_span(&text));
    if (is_feature(search->source->format))
        name_feature(search, root, path);
    return true;
}

static bool open_standard_input(struct search *search, struct error *error) {
    search->source->name = search->options->name;
    if (!recognise_text(search, search->options->text, error))
        return false;
    add_file(search, SOURCE_LIST, search->options->name, search->options->text);
    return true;
}

/* A file is read by its folder: the last part of its path is no link, as the caller has resolved them. */
static bool open_path(struct search *search, struct error *error) {
    const char *path = search->options->source, *slash = strrchr(path, '/');
    const char *folder = slash == path ? "/" : arena_copy(&search->source->arena, path, (size_t)(slash - path));
    enum file_kind kind = FILE_FOLDER;
    if (path[1]) {
        if (!files_open(&search->files, folder, error))
            return false;
        search->files.label = folder;
        if (!files_look(&search->files, names_base(path), &kind, NULL, error))
            return false;
    }
    if (kind != FILE_FOLDER)
        return open_file(search, folder, error);
    files_close(&search->files);
    if (!files_open(&search->files, path, error))
        return false;
    search->files.label = path;
    return open_folder(search, error);
}

static bool check_texts(struct search *search, struct error *error) {
    bool is_good = true;
    for (size_t i = 0; i < search->source->count; i++)
        is_good &= check_text(search, &search->source->files[i], search->source->format);
    return is_good || error_set(error, ERROR_INVALID, "%s cannot be imported", search->options->name);
}

bool source_open(struct source *source, const struct import_options *options, struct diagnostics *diagnostics,
                 struct error *error) {
    struct search search = {source, options, FILES_CLOSED, "", diagnostics, NULL, 0, 0};
    *source = (struct source){0};
    bool is_open = options->source ? open_path(&search, error) : open_standard_input(&search, error);
    files_close(&search.files);
    memory_free(search.candidates);
    return is_open && check_texts(&search, error);
}
