/*
 * What a repository, a copy, another user or another version has left in .batchd has no effect: no file is touched but
 * those of the call itself, no write is prevented, and no answer differs. Below the right key as well: a record
 * that was forged there touches nothing either.
 *
 * The cases are made of where a state lies, what stands in it, and what its record says. A sample is tried, another one
 * in each mode, or all with BATCHD_FORGED=all.
 */
#include <criterion/criterion.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"
#include "daemon.h"
#include "space.h"

TestSuite(forged, .timeout = 3600);

enum { RECORDS_SAMPLE = 41, ODDITIES_SAMPLE = 5, CASES_LEAST = 300 };

#define TASK       "X/execution/EXECUTION_TASK_X_11_01.md"
#define THEIRS     "X/execution/EXECUTION_TASK_X_12_01.md"
#define CREATE_ONE "create X --ids 1.1 --yes"

/* Where a state lies. A star is the right key. */
static const char *const places[] = {".batchd", ".batchd/0123456789abcdef0123456789abcdef", ".batchd/v2",
                                     ".batchd/state/0123456789abcdef0123456789abcdef", ".batchd/*"};
enum { PLACES = sizeof places / sizeof *places, RIGHT = PLACES - 1 };

/* What a record names. @is_exact: with the inode of the file, which below the right key would make it a true record. */
static const struct victim {
    const char *path, *plan, *plan_path;
    bool is_exact;
} victims[] = {
    {THEIRS, "X", "X", true},
    {THEIRS, "X", "X", false},
    {"X/subplans/SUBPLAN_X_12.md", "X", "X", false},
    {"X/PLAN_X.md", "X", "X", false},
    {"X/parallel.json", "X", "X", false},
    {"X/notes.md", "X", "X", true},
    {"X/.hidden/SUBPLAN_X_12.md", "X", "X/.hidden", true},
    {"Y/subplans/SUBPLAN_Y_11.md", "X", "X", true},
    {".git/HEAD", "X", "X", true},
    {".git/subplans/SUBPLAN_X_12.md", "X", ".git", true},
    {"notes.txt", "X", "X", true},
    {"../elsewhere/secret", "X", "..", true},
    {"X/subplans/../parallel.json", "X", "X", true},
};
enum { VICTIMS = sizeof victims / sizeof *victims };

/* What a record says of its victim. @inode: how it is written. */
static const struct template_file {
    const char *batch, *inodes, *beside, *folders;
} forms[] = {
    {"1", "[%lu]\n", "[]", "[]"},
    {"1", "[0]\n", "[]", "[]"},
    {"1", "", "[]", "[]"},
    {"1", "[%lu]\n", "[\"X/execution\"]", "[\"X/execution\",\"X/subplans\",\"Y\"]"},
    {"18446744073709551614", "[%lu]\n", "[]", "[]"},
};
enum { FORMS = sizeof forms / sizeof *forms };

/* Which file of the state it is. */
static const char *const spots[] = {"pending/000001.json", "pending/000001.undo.json", "batches/000001.json",
                                    "batches/999999999999.json", "batches/18446744073709551614.json"};
enum { SPOTS = sizeof spots / sizeof *spots };

/* Other things that may stand there: what begins with '>' is a link, "" a folder. */
static const struct oddity {
    const char *path, *text;
} oddities[] = {
    {"stage/000001-0/deeper/still", ""},
    {"stage/000001-0", "x"},
    {"stage/000001-record", ""},
    {"stage/000001-0", ">../../../X"},
    {"pending/000001.json", ""},
    {"pending/000001.json", ">../../../notes.txt"},
    {"pending/000001.json", "{\"cut"},
    {"pending/000001.json", "[]"},
    {"pending/000002.undo.json", ""},
    {"batches/000001.json", ""},
    {"batches/000001.json", "\xFF"},
    {"batches/000001.json", ">/etc/passwd"},
    {"batches/1.json", "{}"},
    {"batches/000000.json", "{}"},
    {"batches/1000000000001.json", "{}"},
    {"batches/1000000000000.json", "{}"},
    {"claims/X.json", "{}"},
    {"lock", ""},
    {"pending", "a file"},
    {"batches", ">../../X"},
    {"stage", ">/tmp"},
    {"config", "[create]\nrequire_complete_subplans = maybe\n"},
};
enum { ODDITIES = sizeof oddities / sizeof *oddities };

/* --- the workspace, and what must stay --- */

static struct space with_decoys(void) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2");
    space_plan(&space, "Y", "1.1");
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    space_subplan(&space, "Y", "1.1");
    space_execution(&space, "X", "1.2");
    space_write(&space, "X/execution/feedbacks/notes", "x");
    space_write(&space, "X/notes.md", "notes\n");
    space_write(&space, "X/.hidden/SUBPLAN_X_12.md", "hidden\n");
    space_write(&space, ".git/HEAD", "ref: refs/heads/main\n");
    space_write(&space, ".git/subplans/SUBPLAN_X_12.md", "hidden\n");
    space_write(&space, "notes.txt", "%s", "");
    space_write(&space, "../elsewhere/secret", "secret\n");
    return space;
}

/* Names, kinds and contents of everything but .batchd; folders change their times when something comes and goes. */
static void describe(const struct space *space, struct buffer *text) {
    struct buffer command = {0};
    char part[4096];
    buffer_append_format(&command,
                         "cd '%s/..' && find . -path ./plans/.batchd -prune -o -printf '%%y %%m %%p\\n' | sort && "
                         "find . -path ./plans/.batchd -prune -o -type f -print | sort | xargs sha256sum",
                         space->root);
    FILE *pipe = popen(command.data, "r");
    cr_assert(pipe);
    for (size_t got; (got = fread(part, 1, sizeof part, pipe)) > 0;)
        buffer_append(text, part, got);
    cr_assert_eq(pclose(pipe), 0);
    buffer_release(&command);
}

static void expect_same(const struct space *space, const struct buffer *before, const char *what, const char *after) {
    struct buffer now = {0};
    describe(space, &now);
    cr_expect_str_eq(now.data, before->data, "%s: %s has changed something", what, after);
    buffer_release(&now);
}

/* --- forging --- */

static void put_record(const struct space *space, const char *path, const struct victim *victim,
                       const struct template_file *form) {
    char *content = space_read(space, victim->path), whole[600], sha[DIGEST_SHA_TEXT], inodes[64];
    struct stat status;
    snprintf(whole, sizeof whole, "%s/%s", space->root, victim->path);
    cr_assert(content && stat(whole, &status) == 0, "%s", whole);
    digest_sha(span_of(content), sha);
    snprintf(inodes, sizeof inodes, "%s%lu]\n", form->inodes[0] ? "[" : "",
             strchr(form->inodes, '%') ? (unsigned long)status.st_ino + !victim->is_exact : 0);
    space_write(space, path,
                "{\"batch\":%s,\"time\":\"forged\",\"user\":%u,\"request\":null,\"plan\":\"%s\",\"plan_path\":\"%s\","
                "\"kind\":\"execution\",\"selection\":\"forged\",\"token\":\"t\",\"beside\":%s,\"elsewhere\":null,"
                "\"folders\":%s,\"files\":[{\"id\":\"1.2\",\"path\":\"%s\",\"size\":%zu,\"sha\":\"%s\"}],"
                "\"failures\":[]}\n%s",
                form->batch, (unsigned)geteuid(), victim->plan, victim->plan_path, form->beside, form->folders,
                victim->path, strlen(content), sha, form->inodes[0] ? inodes : "");
    memory_free(content);
}

static void put_oddity(const struct space *space, const char *path, const struct oddity *oddity) {
    if (oddity->text[0] == '>')
        space_link(space, path, oddity->text + 1);
    else if (oddity->text[0])
        space_write(space, path, "%s", oddity->text);
    else
        space_make_folder(space, path);
}

/* --- trying --- */

static char *answer_of(const struct space *space, const char *command) {
    struct outcome outcome = run(space, command);
    char *text = memory_copy(outcome.out);
    outcome_end(&outcome);
    return text;
}

static const char *const readers[] = {"-C . status",
                                      "-C . next X",
                                      "-C . show X 1.2",
                                      "-C . why X 1.1",
                                      "-C . graph X",
                                      "-C . prompt fill",
                                      "-C . what-if X --complete 1.1",
                                      "-C . history"};
enum { READERS = sizeof readers / sizeof *readers, HISTORY = READERS - 1 };

static void start_daemon(const struct space *space) {
    if (space_mode() != SPACE_DAEMON)
        return;
    struct daemon daemon = daemon_start(space); /* which recovers what is dead */
    daemon_stop(&daemon);
    daemon_end(&daemon);
}

static void expect_done(const struct space *space, const char *command, bool is_there, const char *what) {
    struct outcome outcome = run(space, command);
    cr_expect_eq(outcome.status, 0, "%s: %s: %d %s", what, command, outcome.status, outcome.err);
    cr_expect_eq(space_exists(space, TASK), is_there, "%s: %s", what, command);
    outcome_end(&outcome);
}

/* @is_right: below the right key, where a record may be listed, and a folder's place may be taken. */
static void try(struct space *space, char *const answers[READERS], const char *what, bool is_right) {
    static const char *const others[] = {"-C . undo 1 --yes", "-C . retry 1 --yes", "-C . undo 999999999999 --yes"};
    struct buffer before = {0};
    describe(space, &before);
    start_daemon(space);
    expect_same(space, &before, what, "the daemon's start");
    for (size_t i = 0; i < (size_t)(is_right ? HISTORY : READERS); i++) {
        char *answer = answer_of(space, readers[i]);
        cr_expect_str_eq(answer, answers[i], "%s: %s", what, readers[i]);
        memory_free(answer);
    }
    struct outcome outcome = run(space, "-C . doctor");
    cr_expect(has(outcome.out, "not used") || is_right, "%s: %s", what, outcome.out);
    outcome_end(&outcome);
    expect_same(space, &before, what, "reading");
    expect_done(space, "-C . " CREATE_ONE, true, what);
    expect_done(space, "-C . undo X --yes", false, what);
    expect_same(space, &before, what, "create and undo");
    for (size_t i = 0; is_right && i < sizeof others / sizeof *others; i++) {
        outcome = run(space, others[i]);
        outcome_end(&outcome);
        expect_same(space, &before, what, others[i]);
    }
    buffer_release(&before);
}

/* A link or a file where the program keeps its own folders: named with the remedy, which works in the working
 * directory. */
static void try_taken_place(struct space *space, const char *what) {
    struct buffer before = {0};
    describe(space, &before);
    struct outcome outcome = run_under(space, &(struct setting){.folder = "X"}, "-C .. " CREATE_ONE);
    char *remedy = strstr(outcome.err, "mkdir -p .batchd-old && mv -n ");
    cr_expect_eq(outcome.status, 5, "%s: %d %s", what, outcome.status, outcome.err);
    cr_assert(remedy, "%s: %s", what, outcome.err);
    remedy[strcspn(remedy, "\n")] = '\0';
    struct buffer command = {0};
    buffer_append_format(&command, "cd '%s/X' && %s && mv .batchd-old ../.batchd/old", space->root, remedy);
    expect_same(space, &before, what, "a refusal");
    cr_assert_eq(system(command.data), 0, "%s", command.data);
    expect_done(space, "-C . " CREATE_ONE, true, what);
    buffer_release(&command);
    buffer_release(&before);
    outcome_end(&outcome);
}

/* --- the cases --- */

static bool is_to_be_tried(size_t number, size_t sample) {
    const char *wanted = getenv("BATCHD_FORGED");
    return number % sample == (size_t)space_mode() || (wanted && strcmp(wanted, "all") == 0);
}

static void begin(struct space *space, char *answers[READERS]) {
    *space = with_decoys();
    for (size_t i = 0; i < READERS; i++)
        answers[i] = answer_of(space, readers[i]);
}

static void end(struct space *space, char *answers[READERS]) {
    for (size_t i = 0; i < READERS; i++)
        memory_free(answers[i]);
    space_end(space);
}

static void try_record(size_t place, const struct victim *victim, const struct template_file *form, const char *spot) {
    struct space space;
    char *answers[READERS], what[400], path[200];
    begin(&space, answers);
    snprintf(path, sizeof path, "%s/%s", places[place], spot);
    snprintf(what, sizeof what, "%s: %s, inodes %.4s, batch %.4s", path, victim->path, form->inodes, form->batch);
    put_record(&space, path, victim, form);
    try(&space, answers, what, place == RIGHT);
    end(&space, answers);
}

/* A true record below the right key is no forgery. */
static bool is_true(size_t place, const struct victim *victim, const struct template_file *form) {
    return place == RIGHT && victim->is_exact && strchr(form->inodes, '%') && strcmp(victim->path, THEIRS) == 0;
}

Test(forged, records_touch_nothing) {
    size_t count = 0;
    for (size_t place = 0; place < PLACES; place++)
        for (size_t victim = 0; victim < VICTIMS; victim++)
            for (size_t form = 0; form < FORMS; form++)
                for (size_t spot = 0; spot < SPOTS; spot++)
                    if (!is_true(place, &victims[victim], &forms[form]) && is_to_be_tried(count++, RECORDS_SAMPLE))
                        try_record(place, &victims[victim], &forms[form], spots[spot]);
    cr_expect_geq(count, (size_t)CASES_LEAST);
}

Test(forged, whatever_else_stands_there_blocks_nobody) {
    size_t count = 0;
    for (size_t place = 0; place < PLACES; place++)
        for (size_t i = 0; i < ODDITIES; i++) {
            bool is_config = strcmp(oddities[i].path, "config") == 0 && place == 0;
            bool is_taken = place == RIGHT && strcspn(oddities[i].path, "/.") == strlen(oddities[i].path) &&
                            strcmp(oddities[i].path, "config") != 0 && strcmp(oddities[i].path, "lock") != 0;
            if (is_config || !is_to_be_tried(count++, ODDITIES_SAMPLE))
                continue;
            struct space space;
            char *answers[READERS], what[400], path[200];
            begin(&space, answers);
            snprintf(path, sizeof path, "%s/%s", places[place], oddities[i].path);
            snprintf(what, sizeof what, "%s: %.20s", path, oddities[i].text);
            put_oddity(&space, path, &oddities[i]);
            if (is_taken)
                try_taken_place(&space, what);
            else
                try(&space, answers, what, place == RIGHT || strcmp(path, ".batchd/lock") == 0);
            end(&space, answers);
        }
}

/* --- whose state it is, when folders move and users differ --- */

static void shell(const struct space *space, const char *command) {
    struct buffer text = {0};
    buffer_append_format(&text, "cd '%s' && %s", space->root, command);
    cr_assert_eq(system(text.data), 0, "%s", text.data);
    buffer_release(&text);
}

Test(forged, a_copy_begins_afresh_and_a_move_keeps) {
    struct space space = with_decoys();
    expect_status(&space, "-C . " CREATE_ONE, 0, "Batch 1.");
    shell(&space, "cp -a . ../copy");
    expect_status(&space, "-C ../copy history", 0, "No batches");
    expect_status(&space, "-C ../copy doctor", 0, "not used");
    expect_status(&space, "-C ../copy undo --yes", 3, "no batch");
    cr_expect(space_exists(&space, "../copy/" TASK));
    shell(&space, "mkdir ../deeper && mv X Y .batchd ../deeper/");
    expect_status(&space, "-C ../deeper history", 0, "created");
    expect_status(&space, "-C ../deeper undo X --yes", 0, "Removed 1 file");
    cr_expect_not(space_exists(&space, "../deeper/" TASK));
    space_end(&space);
}

/* A disk that is mounted anew has another device number, and the same history. */
Test(forged, a_disk_that_is_mounted_anew_keeps) {
    static const char begin[] =
        "cd '%s' && truncate -s 16M ../image && mkfs.ext4 -q ../image && mkdir ../disk && "
        "losetup -f --show ../image >../first && mount $(cat ../first) ../disk && cp -r X ../disk";
    static const char anew[] = "cd '%s' && stat -c %%d ../disk >../before && umount ../disk && "
                               "losetup -f --show ../image >../second; losetup -d $(cat ../first); "
                               "mount $(cat ../second) ../disk && test $(stat -c %%d ../disk) != $(cat ../before)";
    static const char end[] = "cd '%s' && umount ../disk; losetup -d $(cat ../second)";
    struct space space = with_decoys();
    char command[800];
    if (geteuid() != 0 || unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
        cr_skip_test("no mounts without privileges");
    snprintf(command, sizeof command, begin, space.root);
    if (system(command) != 0)
        cr_skip_test("no loop devices");
    expect_status(&space, "-C ../disk " CREATE_ONE, 0, "Batch 1.");
    snprintf(command, sizeof command, anew, space.root);
    cr_assert_eq(system(command), 0);
    expect_status(&space, "-C ../disk history", 0, "created");
    expect_status(&space, "-C ../disk undo X --yes", 0, "Removed 1 file");
    snprintf(command, sizeof command, end, space.root);
    cr_expect_eq(system(command), 0);
    space_end(&space);
}

Test(forged, each_user_of_a_group_has_a_history) {
    if (geteuid() != 0)
        cr_skip_test("only root can become another user");
    struct space space = with_decoys();
    struct setting other = {.user = 12345};
    shell(&space, "chmod 711 .. && chmod -R go+rX . && chmod -R a+w X Y && chmod a+w .");
    expect_status(&space, "-C . " CREATE_ONE, 0, "Batch 1.");
    struct outcome outcome = run_under(&space, &other, "-C . history");
    cr_expect(has(outcome.out, "No batches of yours"), "%s%s", outcome.out, outcome.err);
    cr_expect(has(outcome.err, "state of another user (uid 0)"), "%s%s", outcome.out, outcome.err);
    outcome_end(&outcome);
    outcome = run_under(&space, &other, "-C . undo 1 --yes");
    cr_expect_eq(outcome.status, 3, "%s", outcome.err);
    cr_expect(has(outcome.err, "state of another user (uid 0)"), "%s", outcome.err);
    outcome_end(&outcome);
    outcome = run_under(&space, &other, "-C . create X --kind subplan --ids 1.1 --yes");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    space_remove(&space, "X/subplans/SUBPLAN_X_12.md");
    outcome = run_under(&space, &other, "-C . create X --kind subplan --ids 1.2 --yes");
    cr_expect(has(outcome.out, "Batch 1."), "%s%s", outcome.out, outcome.err);
    outcome_end(&outcome);
    expect_status(&space, "-C . doctor", 0, "state of another user (uid 12345)");
    outcome = run_under(&space, &other, "-C . undo X --yes");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect(space_exists(&space, TASK), "the batch of another user");
    outcome_end(&outcome);
    space_end(&space);
}
