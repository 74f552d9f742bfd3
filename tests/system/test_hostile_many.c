/*
 * Nothing outside the root is read or written, in hundreds of hostile cases: links in every place, strings that lead
 * out of the root in every place where a string can stand. Beside the root lies a decoy: plans, records, templates and
 * configuration full of secrets. inotify reports whether anything in it was opened, a fingerprint whether it was
 * changed, and the secret whether it was read by a way that inotify does not see.
 *
 * test_hostile.c looks closely at fewer cases.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"
#include "space.h"

TestSuite(hostile_many, .timeout = 240);

#define DECOY "../elsewhere"

enum { CASES_LEAST = 200, EVENTS = IN_ACCESS | IN_OPEN | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVE };

/* --- the decoy --- */

struct trap {
    struct space space;
    int watch;
    uint64_t before;
    char outside[512]; /* absolute path of the decoy */
};

static void watch_tree(int watch, const char *folder) {
    cr_assert_geq(inotify_add_watch(watch, folder, EVENTS), 0, "%s: %s", folder, strerror(errno));
    DIR *entries = opendir(folder);
    cr_assert_not_null(entries, "%s", folder);
    for (const struct dirent *entry; (entry = readdir(entries));) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            watch_tree(watch, path);
    }
    closedir(entries);
}

/* What happened in the decoy since the last time. */
static size_t drain(int watch) {
    _Alignas(struct inotify_event) char events[8192];
    size_t bytes = 0;
    for (ssize_t got; (got = read(watch, events, sizeof events)) > 0;)
        bytes += (size_t)got;
    return bytes;
}

static void write_decoy(const struct space *space) {
    static const char plan[] = "# PLAN\n\n**Achievement 1.1**: SECRET\n\n- **Goal**: SECRET\n";
    static const char record[] =
        "{\"batch\":1,\"time\":\"2025-01-01T00:00:00Z\",\"user\":0,\"request\":\"SECRET\",\"plan\":\"SECRET\","
        "\"plan_path\":\"X\",\"kind\":\"execution\",\"selection\":\"SECRET\",\"token\":\"t\",\"elsewhere\":null,"
        "\"folders\":[],\"files\":[],\"failures\":[{\"id\":\"1.1\",\"path\":\"X/SECRET\",\"reason\":\"SECRET\"}]}\n";
    space_plan(space, DECOY "/DECOY", "1.1; 2.1: 1.1");
    space_write(space, DECOY "/DECOY/parallel.json",
                "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": [\n"
                "{\"achievement_id\": \"1.1\", \"title\": \"SECRET\", \"dependencies\": []}]}\n");
    space_write(space, DECOY "/DECOY/PLAN_DECOY.md", "%s", plan);
    space_write(space, DECOY "/DECOY/PLAN_X.md", "%s", plan);
    space_write(space, DECOY "/DECOY/subplans/SUBPLAN_X_11.md",
                "# S\n\n## Objective\n\nSECRET\n\n## Deliverables\n\n- SECRET\n");
    space_write(space, DECOY "/DECOY/execution/EXECUTION_TASK_X_11_01.md", "# SECRET\n");
    space_write(space, DECOY "/DECOY/execution/.batchd-000001-0", "SECRET\n");
    space_write(space, DECOY "/DECOY/execution/feedbacks/APPROVED_11.md", "SECRET\n");
    space_make_folder(space, DECOY "/DECOY/empty");
    space_write(space, DECOY "/state/config", "[create]\nSECRET = SECRET\n");
    space_write(space, DECOY "/state/templates/execution.md", "SECRET\n");
    space_write(space, DECOY "/state/templates/subplan.md", "SECRET\n");
    space_write(space, DECOY "/state/batches/000001.json", "%s", record);
    space_write(space, DECOY "/state/pending/000001.json", "%s", record);
    space_write(space, DECOY "/state/pending/000001-0", "SECRET\n");
}

static struct trap trap_new(void) {
    struct trap trap = {.space = space_new()};
    space_plan(&trap.space, "X", "1.1; 2.1: 1.1");
    space_subplan(&trap.space, "X", "1.1");
    write_decoy(&trap.space);
    char path[1024];
    snprintf(path, sizeof path, "%s/" DECOY, trap.space.root);
    char *outside = realpath(path, NULL);
    cr_assert_not_null(outside);
    snprintf(trap.outside, sizeof trap.outside, "%s", outside);
    free(outside);
    return trap;
}

static void trap_set(struct trap *trap) {
    trap->before = space_fingerprint(&trap->space, DECOY);
    trap->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    cr_assert_geq(trap->watch, 0);
    watch_tree(trap->watch, trap->outside);
    drain(trap->watch);
}

static void run_commands(struct trap *trap, const char *const *commands, const char *what) {
    for (; *commands; commands++) {
        struct outcome outcome = run(&trap->space, *commands);
        cr_expect(outcome.status <= 13 && outcome.status != 1, "%s: %s: %d %s", what, *commands, outcome.status,
                  outcome.err);
        cr_expect_not(has(outcome.out, "SECRET") || has(outcome.err, "SECRET"), "%s: %s reads outside the root:\n%s%s",
                      what, *commands, outcome.out, outcome.err);
        cr_expect_eq(drain(trap->watch), 0, "%s: %s opens what lies outside the root", what, *commands);
        outcome_end(&outcome);
    }
}

/* Ends the case, and proves once more that the trap works: the fingerprint itself is noticed. */
static void trap_end(struct trap *trap, const char *what) {
    cr_expect_eq(space_fingerprint(&trap->space, DECOY), trap->before, "%s: changed outside the root", what);
    cr_expect_gt(drain(trap->watch), 0, "%s: the trap notices nothing", what);
    close(trap->watch);
    space_end(&trap->space);
}

/* --- links --- */

static const char *const usual_commands[] = {"-C . status --json",
                                             "-C . validate --json",
                                             "-C . show X 1.1",
                                             "-C . create X --kind subplan --ids 1.1,2.1 --yes --keep-going",
                                             "-C . create X --ids 1.1 --yes --json",
                                             "-C . history --json",
                                             "-C . retry 1 --yes",
                                             "-C . undo 1 --yes",
                                             "-C . create X --level 0 --yes",
                                             NULL};

/* How a link gets from @place to @object of the decoy. */
static void link_text(const struct trap *trap, size_t way, const char *place, const char *object, char text[1024]) {
    static const char *const ways[] = {"", "/", "/proc/self/root/", "/proc/self/cwd/", NULL};
    char up[64] = "";
    for (const char *at = place; (at = strchr(at, '/')); at++)
        strncat(up, "../", sizeof up - strlen(up) - 1);
    if (way == 0)
        snprintf(text, 1024, "%s" DECOY "/%s", up, object);
    else if (way == 3)
        snprintf(text, 1024, "/proc/self/cwd/" DECOY "/%s", object);
    else
        snprintf(text, 1024, "%s%s/%s", ways[way], trap->outside + 1, object);
}
enum { WAYS = 4, THROUGH_ANOTHER = WAYS, DANGLING, ALL_WAYS };

static void put_link(const struct trap *trap, const char *place, const char *object, size_t way) {
    char text[1024], other[1024] = "LINK-OUT";
    bool is_indirect = way == THROUGH_ANOTHER;
    if (is_indirect) {
        link_text(trap, 1, other, object, text);
        space_link(&trap->space, other, text);
        snprintf(text, sizeof text, "%s/LINK-OUT", trap->space.root);
    } else {
        link_text(trap, way == DANGLING ? 1 : way, place, way == DANGLING ? "made-by-mistake" : object, text);
    }
    space_link(&trap->space, place, text);
}

static size_t try_links(void) {
    static const struct {
        const char *gone[3]; /* removed first */
        const char *place, *object;
    } rows[] = {
        {{NULL}, "LINKED", "DECOY"},
        {{NULL}, "group/LINKED", "DECOY"},
        {{NULL}, "a/b/c/d/LINKED", "DECOY"},
        {{NULL}, "linked-group", ""},
        {{"X/PLAN_X.md"}, "X/PLAN_X.md", "DECOY/PLAN_X.md"},
        {{NULL}, "X/PLAN_Y.md", "DECOY/PLAN_X.md"},
        {{"X/parallel.json"}, "X/parallel.json", "DECOY/parallel.json"},
        {{"X/subplans/SUBPLAN_X_11.md", "X/subplans"}, "X/subplans", "DECOY/subplans"},
        {{"X/execution/feedbacks", "X/execution"}, "X/execution", "DECOY/execution"},
        {{"X/execution/feedbacks"}, "X/execution/feedbacks", "DECOY/execution/feedbacks"},
        {{"X/subplans/SUBPLAN_X_11.md"}, "X/subplans/SUBPLAN_X_11.md", "DECOY/subplans/SUBPLAN_X_11.md"},
        {{NULL}, "X/subplans/SUBPLAN_X_21.md", "DECOY/subplans/SUBPLAN_X_11.md"},
        {{NULL}, "X/execution/EXECUTION_TASK_X_11_01.md", "DECOY/execution/EXECUTION_TASK_X_11_01.md"},
        {{NULL}, "X/execution/feedbacks/APPROVED_11.md", "DECOY/execution/feedbacks/APPROVED_11.md"},
        {{NULL}, "X/execution/feedbacks/FIX_11.md", "DECOY/execution/feedbacks/APPROVED_11.md"},
        {{NULL}, ".batchd", "state"},
        {{NULL}, ".batchd/config", "state/config"},
        {{NULL}, ".batchd/templates", "state/templates"},
        {{NULL}, ".batchd/templates/execution.md", "state/templates/execution.md"},
        {{NULL}, ".batchd/templates/subplan.md", "state/templates/subplan.md"},
        {{NULL}, ".batchd/*/batches", "state/batches"},
        {{NULL}, ".batchd/*/pending", "state/pending"},
        {{NULL}, ".batchd/*/batches/000001.json", "state/batches/000001.json"},
        {{NULL}, ".batchd/*/batches/000001.undone.json", "state/batches/000001.json"},
        {{NULL}, ".batchd/*/pending/000001.json", "state/pending/000001.json"},
        {{NULL}, ".batchd/*/pending/000001.undo.json", "state/pending/000001.json"},
        {{NULL}, ".batchd/*", "state"},
        {{NULL}, ".batchd/*/stage/000001-0", "state/pending/000001-0"},
        {{NULL}, ".batchd/*/stage/000001-0/0", "state/pending/000001-0"},
        {{NULL}, ".batchd/.gitignore", "state/config"},
    };
    size_t cases = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t way = 0; way < ALL_WAYS; way++) {
            struct trap trap = trap_new();
            char what[200];
            snprintf(what, sizeof what, "link %s, way %zu", rows[i].place, way);
            for (size_t k = 0; k < 3 && rows[i].gone[k]; k++)
                space_remove(&trap.space, rows[i].gone[k]);
            put_link(&trap, rows[i].place, rows[i].object, way);
            trap_set(&trap);
            run_commands(&trap, usual_commands, what);
            trap_end(&trap, what);
            cases++;
        }
    return cases;
}

/* --- strings --- */

/* Where a string may lead: %s is the absolute path of the decoy. */
static const char *const escapes[] = {
    DECOY "/DECOY",      "%s/DECOY", "/%s/DECOY", "X/../" DECOY "/DECOY", "X/execution/../../" DECOY "/DECOY",
    "./" DECOY "/DECOY", ".",        "..",        "X//" DECOY "/DECOY",   "link-out/DECOY"};
enum { ESCAPES = sizeof escapes / sizeof *escapes };

static void escape_text(const struct trap *trap, size_t i, char text[1024]) {
    const char *place = strstr(escapes[i], "%s");
    if (place)
        snprintf(text, 1024, "%.*s%s%s", (int)(place - escapes[i]), escapes[i], trap->outside, place + 2);
    else
        snprintf(text, 1024, "%s", escapes[i]);
}

/* A record that names a file of the decoy with its true size, digest and inode: a program that follows it removes that.
 */
static void forge_record(const struct trap *trap, const char *path, const char *field, const char *escape) {
    char file[1200] = "X/execution/EXECUTION_TASK_X_11_01.md", sha[DIGEST_SHA_TEXT] = "0", whole[1300];
    char *content = space_read(&trap->space, DECOY "/DECOY/PLAN_X.md");
    struct stat status;
    bool is_file = strcmp(field, "file") == 0;
    snprintf(whole, sizeof whole, "%s/DECOY/PLAN_X.md", trap->outside);
    cr_assert(content && stat(whole, &status) == 0);
    digest_sha(span_of(content), sha);
    if (is_file)
        snprintf(file, sizeof file, "%s/PLAN_X.md", escape);
#define FIELD(name, usual) (strcmp(field, name) == 0 ? escape : (usual))
    char folder[1100];
    snprintf(folder, sizeof folder, "%s/empty", escape);
    space_write(&trap->space, path,
                "{\"batch\":1,\"time\":\"2025-01-01T00:00:00Z\",\"user\":%u,\"request\":\"%s\",\"plan\":\"%s\","
                "\"plan_path\":\"%s\",\"kind\":\"execution\",\"selection\":\"%s\",\"token\":\"t\",\"beside\":[\"%s\"],"
                "\"folders\":[\"%s\"],\"files\":[{\"id\":%s,\"path\":\"%s\",\"size\":%zu,\"sha\":\"%s\"}],"
                "\"failures\":[{\"id\":\"%s\",\"path\":\"%s\",\"reason\":\"because\"}]}\n[%lu]\n",
                (unsigned)geteuid(), FIELD("request", "me"), FIELD("plan", "X"), FIELD("plan_path", "X"),
                FIELD("selection", "ready"), FIELD("beside", "X/execution"),
                strcmp(field, "folder") == 0 ? folder : "X/execution", "\"1.1\"", file, strlen(content), sha,
                FIELD("failure id", "1.1"), FIELD("failure path", "X/execution/EXECUTION_TASK_X_21_01.md"),
                status.st_ino);
#undef FIELD
    memory_free(content);
}

static size_t try_records(void) {
    static const char *const fields[] = {"file",      "folder",     "beside",       "plan",   "plan_path",
                                         "selection", "failure id", "failure path", "request"};
    static const char *const places[] = {".batchd/*/batches/000001.json", ".batchd/*/pending/000001.json",
                                         ".batchd/*/pending/000001.undo.json"};
    static const char *const commands[] = {"-C . status --json",
                                           "-C . history --request me",
                                           "-C . undo 1 --yes",
                                           "-C . retry 1 --yes --json",
                                           "-C . create X --yes",
                                           "-C . undo --yes",
                                           NULL};
    size_t cases = 0;
    for (size_t field = 0; field < sizeof fields / sizeof *fields; field++)
        for (size_t place = 0; place < sizeof places / sizeof *places; place++)
            for (size_t i = 0; i < ESCAPES; i++) {
                struct trap trap = trap_new();
                char what[200], escape[1024];
                escape_text(&trap, i, escape);
                snprintf(what, sizeof what, "%s in %s: %.100s", fields[field], places[place], escapes[i]);
                space_link(&trap.space, "link-out", trap.outside);
                forge_record(&trap, places[place], fields[field], escape);
                if (place == 1 && i % 2) /* and as a batch that was staged, but not published */
                    space_write(&trap.space, ".batchd/*/stage/000001-0/0", "staged");
                trap_set(&trap);
                run_commands(&trap, commands, what);
                trap_end(&trap, what);
                cases++;
            }
    return cases;
}

static size_t try_graphs(void) {
    static const char *const forms[] = {
        "{\"plan_name\": \"%s\", \"parallelization_level\": \"level_1\", \"achievements\": [\n"
        "{\"achievement_id\": \"1.1\", \"dependencies\": []}]}\n",
        "{\"plan_name\": \"X\", \"parallelization_level\": \"%s\", \"achievements\": [\n"
        "{\"achievement_id\": \"1.1\", \"dependencies\": []}]}\n",
        "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": [\n"
        "{\"achievement_id\": \"%s\", \"dependencies\": []}]}\n",
        "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": [\n"
        "{\"achievement_id\": \"1.1/%s\", \"dependencies\": []}]}\n",
        "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": [\n"
        "{\"achievement_id\": \"1.1\", \"title\": \"%s\", \"dependencies\": [\"%s\"]}]}\n",
        "{\"plan_name\": \"X\", \"parallelization_level\": \"level_3\", \"achievements\": [\n"
        "{\"achievement_id\": \"1.1\", \"dependencies\": [], \"sub_executions\": [{\"execution_id\": \"1.1.%s\"}]}]}\n"};
    size_t cases = 0;
    for (size_t form = 0; form < sizeof forms / sizeof *forms; form++)
        for (size_t i = 0; i < ESCAPES; i++) {
            struct trap trap = trap_new();
            struct buffer text = {0};
            char what[200], escape[1024];
            escape_text(&trap, i, escape);
            snprintf(what, sizeof what, "graph %zu: %.100s", form, escapes[i]);
            for (const char *at = forms[form], *next; at; at = next ? next + 2 : NULL) {
                next = strstr(at, "%s");
                buffer_append(&text, at, next ? (size_t)(next - at) : strlen(at));
                buffer_append_string(&text, next ? escape : "");
            }
            space_link(&trap.space, "link-out", trap.outside);
            space_write_bytes(&trap.space, "X/parallel.json", text.data, text.length);
            trap_set(&trap);
            run_commands(&trap, usual_commands, what);
            trap_end(&trap, what);
            buffer_release(&text);
            cases++;
        }
    return cases;
}

/* What is typed, and what stands in files of the user's own: a template, the configuration. */
static size_t try_words(void) {
    static const char *const forms[] = {"-C . status '%s'",
                                        "-C . create '%s' --kind subplan --yes",
                                        "-C . create '%s' --yes",
                                        "-C . create X --ids '%s' --yes",
                                        "-C . show X '%s'",
                                        "-C . why X '%s' --json",
                                        "-C . graph '%s'",
                                        "-C . undo '%s' --yes",
                                        "-C . retry '%s' --yes",
                                        "-C . create X --ids 1.1 --yes --request '%s'",
                                        "-C . history --request '%s'",
                                        "-C . create X --yes --expect '%s'"};
    size_t cases = 0;
    struct trap trap = trap_new();
    space_link(&trap.space, "link-out", trap.outside);
    trap_set(&trap);
    for (size_t form = 0; form < sizeof forms / sizeof *forms; form++)
        for (size_t i = 0; i < ESCAPES; i++, cases++) {
            char command[1400], escape[1024];
            const char *place = strstr(forms[form], "%s");
            escape_text(&trap, i, escape);
            snprintf(command, sizeof command, "%.*s%s%s", (int)(place - forms[form]), forms[form], escape, place + 2);
            run_commands(&trap, (const char *const[]){command, NULL}, escapes[i]);
        }
    trap_end(&trap, "words");
    return cases;
}

static size_t try_own_files(void) {
    static const struct {
        const char *path, *form;
    } rows[] = {{".batchd/config", "[workspace]\nroot = %s\n"},
                {".batchd/templates/execution.md", "{{%s}}\n"},
                {".batchd/templates/execution.md", "{{include %s/PLAN_X.md}}\n{{objective}}\n"},
                {".batchd/templates/subplan.md", "{{> %s/PLAN_X.md}}\n"},
                {"X/subplans/SUBPLAN_X_11.md", "# S\n\n## Objective\n\n![](%s/PLAN_X.md) {{include %s}}\n"},
                {"X/PLAN_X.md", "# PLAN\n\n**Achievement 1.1**: {{%s}}\n\n- **Goal**: [see](%s/PLAN_X.md)\n"}};
    size_t cases = 0;
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)
        for (size_t i = 0; i < ESCAPES; i++, cases++) {
            struct trap trap = trap_new();
            struct buffer text = {0};
            char escape[1024];
            escape_text(&trap, i, escape);
            for (const char *at = rows[row].form, *next; at; at = next ? next + 2 : NULL) {
                next = strstr(at, "%s");
                buffer_append(&text, at, next ? (size_t)(next - at) : strlen(at));
                buffer_append_string(&text, next ? escape : "");
            }
            space_link(&trap.space, "link-out", trap.outside);
            space_write_bytes(&trap.space, rows[row].path, text.data, text.length);
            trap_set(&trap);
            run_commands(&trap, usual_commands, rows[row].path);
            trap_end(&trap, rows[row].path);
            buffer_release(&text);
        }
    return cases;
}

/* --- all of them --- */

Test(hostile_many, links_in_every_place_lead_nowhere) {
    cr_expect_gt(try_links(), CASES_LEAST / 2);
}

Test(hostile_many, no_string_in_a_record_leads_out_of_the_root) {
    cr_expect_gt(try_records(), CASES_LEAST / 2);
}

Test(hostile_many, no_string_in_a_graph_leads_out_of_the_root) {
    cr_expect_geq(try_graphs(), 60);
}

Test(hostile_many, no_word_typed_and_no_file_of_the_user_leads_out_of_the_root) {
    cr_expect_geq(try_words() + try_own_files(), 180);
}

/* What would be missed if nothing could be noticed: a SUBPLAN inside the root with the same secret is shown. */
Test(hostile_many, a_secret_inside_the_root_is_read) {
    struct trap trap = trap_new();
    space_write(&trap.space, "X/subplans/SUBPLAN_X_11.md", "# S\n\n## Objective\n\nSECRET\n\n## Deliverables\n\n- S\n");
    struct outcome outcome = run(&trap.space, "-C . create X --ids 1.1 --dry-run --show");
    cr_expect(has(outcome.out, "SECRET"), "%d %s", outcome.status, outcome.out);
    outcome_end(&outcome);
    space_end(&trap.space);
}
