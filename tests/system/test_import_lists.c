/*
 * batchctl import: a list of each tool, with the plan that it gives; and all that is refused, with its place.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "format/json.h"
#include "space.h"

TestSuite(import_lists, .timeout = 120);

static void expect_run(const struct space *space, const char *command, int status, const char *part) {
    struct outcome outcome = run(space, command);
    cr_expect_eq(outcome.status, status, "%s: %d\n%s%s", command, outcome.status, outcome.out, outcome.err);
    cr_expect(has(outcome.out, part) || has(outcome.err, part), "%s: no \"%s\" in\n%s%s", command, part, outcome.out,
              outcome.err);
    outcome_end(&outcome);
}

static void expect_part(const struct space *space, const char *path, const char *part) {
    char *text = space_read(space, path);
    cr_expect(has(text, part), "%s: no \"%s\" in\n%s", path, part, text);
    memory_free(text);
}

/* "1.1 T001:; 1.2 T002: 1.1": each achievement with its origin and what it waits for. */
static void expect_graph(const struct space *space, const char *path, const char *wanted) {
    char *text = space_read(space, path);
    struct json json;
    struct buffer found = {0};
    cr_assert(json_read_ours(&json, span_of(text)), "%s", text);
    const cJSON *achievements = json_get(json.root, "achievements");
    for (const cJSON *item = achievements->child; item; item = item->next) {
        const char *origin = json_get_string(item, "origin");
        buffer_append_format(&found, "%s%s %s:", found.length ? "; " : "", json_get_string(item, "achievement_id"),
                             origin ? origin : "several");
        for (const cJSON *id = json_get(item, "dependencies")->child; id; id = id->next)
            buffer_append_format(&found, " %s", id->valuestring);
    }
    cr_expect_str_eq(buffer_text(&found), wanted, "%s", text);
    buffer_release(&found);
    json_release(&json);
    memory_free(text);
}

static const char speckit[] = "# Tasks: Lending Desk\n"
                              "\n"
                              "**Input**: what lies in `specs/004-lending-desk/`\n"
                              "**Prerequisites**: plan.md, spec.md\n"
                              "\n"
                              "## Format: `[ID] [P?] [Story] Description`\n"
                              "\n"
                              "- **[P]**: may go on beside its neighbours\n"
                              "\n"
                              "## Phase 1: Setup (bare shelves)\n"
                              "\n"
                              "**Purpose**: an empty shop that builds\n"
                              "\n"
                              "- [x] T001 Make the folders of the desk\n"
                              "- [X] T002 [P] Add the linter in desk/lint.toml\n"
                              "\n"
                              "---\n"
                              "\n"
                              "## Phase 2: Foundational (the ledger)\n"
                              "\n"
                              "**⚠️ CRITICAL**: the desk stays shut until the ledger holds\n"
                              "\n"
                              "- [ ] T003 Create the ledger schema in desk/ledger.sql\n"
                              "- [ ] T004 [P] Session store in desk/session.py (depends on T003)\n"
                              "\n"
                              "**Checkpoint**: a row can be written and read back\n"
                              "\n"
                              "---\n"
                              "\n"
                              "## Phase 3: User Story 1 - Borrow (Priority: P1) 🎯 MVP\n"
                              "\n"
                              "**Goal**: A reader borrows a book.\n"
                              "\n"
                              "**Independent Test**: one book, one reader, one row in the ledger.\n"
                              "\n"
                              "### Tests for User Story 1\n"
                              "\n"
                              "- [ ] T005 [P] [US1] Borrowing twice is refused: tests/test_borrow.py\n"
                              "\n"
                              "### Implementation for User Story 1\n"
                              "\n"
                              "- [ ] T006 [P] [US1] Model Loan in desk/loan.py\n"
                              "- [ ] T007 [US1] Service in desk/lend.py (depends on T005-T006)\n"
                              "  - rows are never deleted\n"
                              "\n"
                              "## Phase 4: User Story 2 - Return (Priority: P2)\n"
                              "\n"
                              "**Goal**: It comes back.\n"
                              "\n"
                              "- [ ] T008 [US2] Endpoint in desk/back.py\n"
                              "\n"
                              "## Phase N: Polish (loose ends)\n"
                              "\n"
                              "- [ ] T009 [P] Manual in docs/\n"
                              "\n"
                              "## Dependencies & Execution Order\n"
                              "\n"
                              "### Phase Dependencies\n"
                              "\n"
                              "- **Setup (Phase 1)**: can be begun at any time\n"
                              "- **Foundational (Phase 2)**: Depends on Setup, and holds up every story\n"
                              "- **User Stories (Phase 3+)**: want the ledger\n"
                              "\n"
                              "### User Story Dependencies\n"
                              "\n"
                              "- **User Story 2 (P2)**: Depends on US1, whose loans it ends\n"
                              "\n"
                              "## Parallel Example: User Story 1\n"
                              "\n"
                              "```bash\n"
                              "Task: \"Borrowing twice is refused: tests/test_borrow.py\"\n"
                              "```\n";

static const char beads[] =
    "{\"id\":\"mill-q3x\",\"title\":\"Grind flour\",\"description\":\"From the sack to the bag.\",\"design\":\"Two passes.\",\"status\":\"open\",\"priority\":1,\"issue_type\":\"epic\",\"owner\":\"owner@example.org\",\"created_at\":\"2026-02-01T09:00:00.1+01:00\",\"created_by\":\"keeper\",\"updated_at\":\"2026-02-01T09:00:00.1+01:00\"}\n"
    "{\"id\":\"mill-q3x.1\",\"title\":\"Sharpen the stones\",\"description\":\"Dress both stones.\\n\\nFiles:\\n- stones/upper.md\",\"acceptance_criteria\":\"- Furrows are 4 mm deep\",\"status\":\"closed\",\"priority\":0,\"issue_type\":\"task\",\"estimated_minutes\":90,\"created_at\":\"2026-02-01T09:01:00Z\",\"updated_at\":\"2026-02-02T09:00:00Z\",\"closed_at\":\"2026-02-02T09:00:00Z\",\"close_reason\":\"Closed\",\"dependencies\":[{\"issue_id\":\"mill-q3x.1\",\"depends_on_id\":\"mill-q3x\",\"type\":\"parent-child\",\"created_at\":\"2026-02-01T09:01:00Z\",\"created_by\":\"keeper\"}]}\n"
    "{\"id\":\"mill-q3x.2\",\"title\":\"First pass\",\"status\":\"in_progress\",\"priority\":1,\"issue_type\":\"task\",\"assignee\":\"worker\",\"created_at\":\"2026-02-01T09:02:00Z\",\"updated_at\":\"2026-02-03T09:00:00Z\",\"dependencies\":[{\"issue_id\":\"mill-q3x.2\",\"depends_on_id\":\"mill-q3x\",\"type\":\"parent-child\",\"created_at\":\"2026-02-01T09:02:00Z\"},{\"issue_id\":\"mill-q3x.2\",\"depends_on_id\":\"mill-q3x.1\",\"type\":\"blocks\",\"created_at\":\"2026-02-01T09:02:00Z\",\"metadata\":\"{}\",\"thread_id\":\"\"}],\"comments\":[{\"id\":1,\"issue_id\":\"mill-q3x.2\",\"author\":\"keeper\",\"text\":\"Slowly.\",\"created_at\":\"2026-02-03T09:00:00Z\"}]}\n"
    "{\"id\":\"mill-7ab\",\"title\":\"Dust in the hopper\",\"description\":\"Seen while at the first pass.\",\"status\":\"open\",\"priority\":2,\"issue_type\":\"bug\",\"labels\":[\"cleaning\"],\"created_at\":\"2026-02-03T10:00:00Z\",\"updated_at\":\"2026-02-03T10:00:00Z\",\"dependencies\":[{\"issue_id\":\"mill-7ab\",\"depends_on_id\":\"mill-q3x.2\",\"type\":\"discovered-from\",\"created_at\":\"2026-02-03T10:00:00Z\"}]}\n";

static const char oddities[] =
    "{\"id\":\"mill-aaa\",\"title\":\"Old wheel\",\"status\":\"tombstone\",\"priority\":2,\"issue_type\":\"task\",\"created_at\":\"2025-12-01T00:00:00Z\",\"updated_at\":\"2025-12-02T00:00:00Z\",\"deleted_at\":\"2025-12-02T00:00:00Z\",\"deleted_by\":\"keeper\",\"delete_reason\":\"doubled\",\"original_type\":\"task\"}\n"
    "{\"id\":\"mill-bbb\",\"title\":\"Patrol\",\"status\":\"open\",\"priority\":2,\"issue_type\":\"epic\",\"ephemeral\":true,\"created_at\":\"2026-01-01T00:00:00Z\",\"updated_at\":\"2026-01-01T00:00:00Z\",\"dependency_count\":1,\"dependent_count\":0,\"comment_count\":0,\"parent\":\"mill-ccc\",\"dependencies\":[{\"issue_id\":\"mill-bbb\",\"depends_on_id\":\"mill-ccc\",\"type\":\"parent-child\",\"created_at\":\"2026-01-01T00:00:00Z\",\"metadata\":\"{}\"},{\"issue_id\":\"mill-bbb\",\"depends_on_id\":\"mill-eee\",\"type\":\"blocks\",\"created_at\":\"2026-01-01T00:00:00Z\",\"metadata\":\"{}\"}]}\n"
    "{\"id\":\"mill-ccc\",\"title\":\"Rounds\",\"status\":\"closed\",\"priority\":2,\"issue_type\":\"epic\",\"created_at\":\"2026-01-01T00:00:00Z\",\"updated_at\":\"2026-01-01T00:00:00Z\",\"closed_at\":\"2026-01-05T00:00:00Z\",\"close_reason\":\"Closed\"}\n"
    "{\"id\":\"mill-090-b6-long-name-ixrn\",\"title\":\"Rye later\",\"status\":\"deferred\",\"priority\":4,\"issue_type\":\"feature\",\"source_repo\":\".\",\"compaction_level\":0,\"original_size\":0,\"created_at\":\"2026-01-01T00:00:00Z\",\"updated_at\":\"2026-01-01T00:00:00Z\"}\n"
    "{\"id\":\"mill-ddd\",\"title\":\"Held by a worker\",\"status\":\"hooked\",\"priority\":2,\"issue_type\":\"task\",\"created_at\":\"2026-01-01T00:00:00Z\",\"updated_at\":\"2026-01-01T00:00:00Z\"}\n"
    "{\"id\":\"mill-eee\",\"title\":\"Round of the night\",\"status\":\"open\",\"priority\":3,\"issue_type\":\"task\",\"ephemeral\":true,\"created_at\":\"2026-01-01T00:00:00Z\",\"updated_at\":\"2026-01-01T00:00:00Z\"}\n";

static const char openspec[] = "## 1. Store\n"
                               "\n"
                               "- [x] 1.1 Create the table of jars\n"
                               "- [ ] 1.2 Count the jars (depends on 1.1)\n"
                               "  - [ ] 1.2.1 By size\n"
                               "\n"
                               "## 2. Documentation\n"
                               "\n"
                               "- [ ] 2.1 Label the shelf\n"
                               "- [ ] Wipe the shelf\n";

static const char kiro[] = "# Implementation Plan\n"
                           "\n"
                           "## Overview\n"
                           "\n"
                           "A kiln for the yard, and one firing to prove it.\n"
                           "\n"
                           "## Tasks\n"
                           "\n"
                           "- [x] 1. Build the kiln\n"
                           "  - [x] 1.1 Lay the bricks\n"
                           "    - Two rows, offset\n"
                           "    - _Requirements: 1.1, 1.3_\n"
                           "\n"
                           "  - [ ]* 1.2 Write a test for the draught\n"
                           "    - **Property 1: Draught rises**\n"
                           "    - **Validates: Requirements 1.2**\n"
                           "\n"
                           "- [-] 2. Fire it once\n"
                           "  - _Requirements: 2.1_\n"
                           "\n"
                           "- [ ] 2.1 Stack the pots\n"
                           "  - _Dependencies: 1.1_\n"
                           "\n"
                           "- [ ] 3. Checkpoint: everything holds\n"
                           "\n"
                           "## Notes\n"
                           "\n"
                           "- Tasks with `*` may be left out.\n";

static const struct {
    const char *path, *text;
} backlog[] = {
    {"backlog/config.yml", "project_name: \"farm\"\n"
                           "default_status: \"To Do\"\n"
                           "statuses: [\"To Do\", \"In Progress\", \"Done\"]\n"
                           "task_prefix: \"task\"\n"},
    {"backlog/tasks/task-4 - Water.md", "---\n"
                                        "id: task-4\n"
                                        "title: Water\n"
                                        "status: To Do\n"
                                        "assignee: []\n"
                                        "created_date: '2026-03-01'\n"
                                        "labels: []\n"
                                        "dependencies: []\n"
                                        "---\n"
                                        "\n"
                                        "## Description\n"
                                        "\n"
                                        "All about water. No markers, as old versions wrote it.\n"
                                        "\n"
                                        "## Acceptance Criteria\n"
                                        "- [ ] Water runs\n"},
    {"backlog/tasks/task-5 - Drain-the-pipe.md", "---\n"
                                                 "id: task-5\n"
                                                 "title: Drain the pipe\n"
                                                 "status: Done\n"
                                                 "assignee: []\n"
                                                 "created_date: '2026-03-01'\n"
                                                 "labels: []\n"
                                                 "dependencies: []\n"
                                                 "---\n"
                                                 "\n"
                                                 "## Description\n"
                                                 "\n"
                                                 "The water has to be out before the pump is touched.\n"
                                                 "\n"
                                                 "## Final Summary\n"
                                                 "\n"
                                                 "<!-- SECTION:FINAL_SUMMARY:BEGIN -->\n"
                                                 "Drained on a dry day; the tap below the bend is open.\n"
                                                 "<!-- SECTION:FINAL_SUMMARY:END -->\n"},
    {"backlog/tasks/task-6 - Tools.md", "---\n"
                                        "id: TASK-6\n"
                                        "title: Tools\n"
                                        "status: To Do\n"
                                        "created_date: '2026-03-01'\n"
                                        "labels: []\n"
                                        "dependencies: []\n"
                                        "---\n"
                                        "\n"
                                        "## Description\n"
                                        "\n"
                                        "What is needed at the well.\n"},
    {"backlog/tasks/task-6.01 - Grease.md", "---\n"
                                            "id: TASK-6.01\n"
                                            "title: >-\n"
                                            "  Grease, the sort that\n"
                                            "  bears water\n"
                                            "status: Won't Do\n"
                                            "created_date: '2026-03-01'\n"
                                            "labels: [water, shop]\n"
                                            "dependencies: []\n"
                                            "parent_task_id: TASK-6\n"
                                            "---\n"
                                            "\n"
                                            "## Acceptance Criteria\n"
                                            "<!-- AC:BEGIN -->\n"
                                            "- [ ] #1 A tin of it stands on the shelf\n"},
    {"backlog/tasks/task-7 - Fix-the-pump.md", "---\n"
                                               "id: TASK-7\n"
                                               "title: 'Pump: fix the valve'\n"
                                               "status: In Progress\n"
                                               "assignee:\n"
                                               "  - '@keeper'\n"
                                               "created_date: '2026-03-01 08:00'\n"
                                               "updated_date: '2026-03-02 08:00'\n"
                                               "labels:\n"
                                               "  - water\n"
                                               "dependencies:\n"
                                               "  - TASK-5\n"
                                               "  - task-6.01\n"
                                               "parent_task_id: TASK-4\n"
                                               "priority: high\n"
                                               "ordinal: 2000\n"
                                               "---\n"
                                               "\n"
                                               "## Description\n"
                                               "\n"
                                               "<!-- SECTION:DESCRIPTION:BEGIN -->\n"
                                               "The valve sticks below zero degrees.\n"
                                               "<!-- SECTION:DESCRIPTION:END -->\n"
                                               "\n"
                                               "## Acceptance Criteria\n"
                                               "<!-- AC:BEGIN -->\n"
                                               "- [x] #1 It opens at minus ten\n"
                                               "- [ ] #2 It closes within a second\n"
                                               "<!-- AC:END -->\n"
                                               "\n"
                                               "## Definition of Done\n"
                                               "<!-- DOD:BEGIN -->\n"
                                               "- [ ] #1 Log book written\n"
                                               "<!-- DOD:END -->\n"
                                               "\n"
                                               "## Implementation Plan\n"
                                               "\n"
                                               "<!-- SECTION:PLAN:BEGIN -->\n"
                                               "1. Take it out\n"
                                               "2. Grease it\n"
                                               "<!-- SECTION:PLAN:END -->\n"
                                               "\n"
                                               "## Implementation Notes\n"
                                               "\n"
                                               "<!-- SECTION:NOTES:BEGIN -->\n"
                                               "Grease bought.\n"
                                               "<!-- SECTION:NOTES:END -->\n"},
};

Test(import_lists, spec_kit) {
    struct space space = space_new();
    space_write(&space, "specs/004-lending-desk/tasks.md", "%s", speckit);
    space_write(&space, "specs/004-lending-desk/plan.md", "x");
    expect_run(&space, "import . --yes --with-status", 0, "lines 60-62 speak of order and are not read as edges");
    expect_graph(&space, "LENDING-DESK/parallel.json",
                 "1.1 T001:; 1.2 T002: 1.1; 2.1 T003: 1.2; 2.2 T004: 2.1; 3.1 T005: 2.2; 3.2 T006: 3.1; "
                 "3.3 T007: 3.1 3.2; 4.1 T008: 3.3 2.2; 5.1 T009: 4.1");
    expect_part(&space, "LENDING-DESK/PLAN_LENDING-DESK.md",
                "- **Part of**: Phase 3: User Story 1 - Borrow (Priority: P1) 🎯 MVP; Tests for User Story 1; A reader "
                "borrows a book.\n- **Origin**: `T005` in tasks.md, line 38, spec-kit; [P], [US1]\n");
    expect_run(&space, "status LENDING-DESK", 0, "2 of 9 complete");
    expect_run(&space, "validate LENDING-DESK", 0, "9 achievements, valid");
    expect_run(&space, "import specs/004-lending-desk --name F --flat --yes", 0,
               "beside it, and not imported: plan.md");
    expect_graph(&space, "F/parallel.json",
                 "1.1 T001:; 1.2 T002:; 2.1 T003:; 2.2 T004: 2.1; 3.1 T005:; 3.2 T006:; 3.3 T007: 3.1 3.2; "
                 "4.1 T008: 3.1 3.2 3.3; 5.1 T009:");
    expect_run(&space, "import specs/004-lending-desk/ --name P --by phase --yes", 0, "Created");
    expect_graph(&space, "P/parallel.json",
                 "1.0 several:; 2.0 several: 1.0; 3.0 several: 2.0; 4.0 several: 3.0 2.0; 5.0 several: 4.0");
    expect_part(&space, "P/parallel.json", "\"origin\": [\"T005\",\"T006\",\"T007\"]");
    expect_run(&space, "import specs --name Y --epic T001", 6, "no task list is recognised in specs");
    expect_run(&space, "import specs/004-lending-desk --epic T001 --yes", 2, "it is for taskmaster, beads and backlog");
    space_end(&space);
}

Test(import_lists, beads) {
    struct space space = space_new();
    space_write(&space, ".beads/issues.jsonl", "%s", beads);
    expect_run(&space, "import . --name M --yes --with-status", 0,
               "\"in_progress\" there, and open here: mill-q3x.2 (1.2)");
    expect_graph(&space, "M/parallel.json",
                 "0.1 mill-7ab:; 1.0 mill-q3x: 1.1 1.2; 1.1 mill-q3x.1:; 1.2 mill-q3x.2: 1.1");
    expect_part(&space, "M/PLAN_M.md", "- dependency: discovered-from mill-q3x.2\n");
    expect_part(&space, "M/PLAN_M.md", "- **Effort**: 1.5 hours\n");
    expect_part(&space, "M/execution/feedbacks/APPROVED_11.md", "Reason: Closed\n");
    expect_run(&space, "import .beads --name N --epic mill-q3x --yes", 0, "3 achievements of issues.jsonl, beads");
    expect_run(&space, "import .beads --name O --open --yes", 0,
               "1 dependency on what is closed there and was left out");
    expect_graph(&space, "O/parallel.json", "0.1 mill-7ab:; 1.0 mill-q3x: 1.2; 1.2 mill-q3x.2:");
    expect_run(&space, "import .beads --name Q --epic mill-x --yes", 3, "has no item mill-x");
    space_write(&space, "odd.jsonl", "%s", oddities);
    expect_run(&space, "import odd.jsonl --name R --yes", 0,
               "left out because it is no work: 1 tombstone, 2 ephemeral");
    expect_graph(&space, "R/parallel.json", "0.1 mill-ccc:; 0.2 mill-090-b6-long-name-ixrn:; 0.3 mill-ddd:");
    space_end(&space);
}

Test(import_lists, backlog) {
    struct space space = space_new();
    for (size_t i = 0; i < sizeof backlog / sizeof *backlog; i++)
        space_write(&space, backlog[i].path, "%s", backlog[i].text);
    expect_run(&space, "import . --name FARM --yes --with-status", 0,
               "\"In Progress\" there, and open here: TASK-7 (4.1)");
    expect_graph(&space, "FARM/parallel.json",
                 "4.0 task-4: 4.1; 4.1 TASK-7: 5.0 6.1; 5.0 task-5:; 6.0 TASK-6: 6.1; 6.1 TASK-6.01:");
    expect_part(&space, "FARM/PLAN_FARM.md",
                "  - It opens at minus ten (ticked there)\n  - It closes within a second\n");
    expect_part(&space, "FARM/execution/feedbacks/APPROVED_50.md", "Drained on a dry day");
    expect_part(&space, "FARM/execution/SKIPPED_61.md", "status \"Won't Do\"");
    expect_run(&space, "import backlog --name B --epic TASK-6 --yes", 0, "2 achievements of backlog");
    space_write(&space, "backlog/completed/task-1 - Old.md", "---\nid: task-1\ntitle: Old\n---\n");
    space_write(&space, "backlog/drafts/d.md", "---\nid: draft-2\ntitle: Draft\n---\n");
    space_write(
        &space, "backlog/tasks/x.md",
        "---\nid: task-9\ntitle: \"New\"\ndependencies: [TASK-01, draft-2, '4']\nodd:\n  a: b\n---\n## Description\n");
    expect_run(&space, "import backlog --name C --yes", 0, "backlog/tasks/x.md:4: warning: task-9: dependency draft-2");
    expect_part(&space, "C/PLAN_C.md", "- dependency: TASK-01, which is completed\n");
    expect_part(&space, "C/parallel.json", "\"dependencies\": [\"4.0\"]");
    expect_run(&space, "import backlog/tasks/x.md --name D --yes", 6, "is one task of Backlog.md, and no plan");
    space_end(&space);
}

Test(import_lists, checklists) {
    struct space space = space_new();
    space_write(&space, "a/openspec/changes/jars/tasks.md", "%s", openspec);
    space_write(&space, "a/openspec/changes/archive/old/tasks.md", "%s", openspec);
    space_write(&space, "b/.kiro/specs/kiln/tasks.md", "%s", kiro);
    expect_run(&space, "import a --yes", 0, "Created the plan JARS (5 achievements of tasks.md, OpenSpec)");
    expect_graph(&space, "JARS/parallel.json",
                 "1.1 1.1:; 1.2 1.2: 1.1 1.3; 1.3 1.2.1: 1.1; 2.1 2.1: 1.2; 2.2 tasks.md:10: 2.1");
    expect_run(&space, "import b --yes --with-status", 0, "\"[-]\" there, and open here: 2 (2.0)");
    expect_graph(&space, "KILN/parallel.json",
                 "1.0 1: 1.1; 1.1 1.1:; 1.2 1.2: 1.1; 2.0 2: 1.0 2.1; 2.1 2.1: 1.1 1.0; 3.0 3: 2.0");
    expect_run(&space, "status KILN", 0, "2 of 6 complete, 1 skipped");
    expect_run(&space, "import a/openspec/changes/jars --name J --by phase --yes", 0, "2 achievements");
    expect_part(&space, "J/PLAN_J.md", "  - 1.1 Create the table of jars (ticked there)\n");
    expect_run(&space, "import a --name Z --flat --yes", 0, "5 achievements");
    expect_graph(&space, "Z/parallel.json", "1.1 1.1:; 1.2 1.2: 1.1 1.3; 1.3 1.2.1: 1.1; 2.1 2.1:; 2.2 tasks.md:10:");
    space_end(&space);
}

/* Each with its place; --lenient takes those that have a remedy, and says so. */
Test(import_lists, faults) {
    static const struct {
        const char *file, *text, *part;
        int lenient; /* exit status with --lenient */
    } rows[] = {
        {"tasks.md", "- [ ] T001 a\n- [ ] T001 b\n", "tasks.md:2: error: T001 occurs twice; first in line 1", 0},
        {"tasks.md", "- [ ] T001 a (depends on T009)\n", "tasks.md:1: error: there is no task T009", 0},
        {"tasks.md", "- [ ] T001 a (depends on T001)\n", "tasks.md:1: error: T001 (0.1) depends on itself", 0},
        {"tasks.md", "- [ ] T001 a (needs T002)\n- [ ] T002 b (needs T001)\n", "error: dependency cycle: ", 6},
        {"tasks.md", "- [x] T001 a (needs T002)\n- [x] T002 b (needs T001)\n", "error: dependency cycle: ", 0},
        {"tasks.md", "- [ ] T001 a\n\xff\n", "tasks.md:2: error: this line is not text in UTF-8", 6},
        {"tasks.md", "- [ ] T001 a\n<<<<<<< ours\n", "tasks.md:2: error: ", 6},
        {"tasks.md", "- [ ] 1. a (depends on 7)\n", "tasks.md:1: error: there is no item 7", 0},
        {"tasks.md", "- [ ] 1. a\n- [ ] 1. b\n", "tasks.md:2: error: the number 1 occurs twice", 0},
        {"tasks.md", "# Notes\n\n- [ ] 1 Lamp\n", "no task list is recognised in tasks.md", 6},
        {"i.jsonl", "{\"id\":\"a\",\"title\":\"A\"}\n{\"id\":", "i.jsonl:2:", 6},
        {"i.jsonl", "{\"id\":\"a\",\"title\":\"A\"}\n7\n", "i.jsonl:2:1: error: an object is expected here", 6},
        {"i.jsonl", "{\"id\":\"a\",\"title\":\"A\"}\n{\"title\":\"B\"}\n",
         "i.jsonl:2:1: error: this issue has no \"id\"", 6},
        {"i.jsonl", "{\"id\":\"a\",\"title\":\"A\"}\n\n{\"id\":\"a\",\"title\":\"B\"}\n",
         "i.jsonl:3:7: error: a occurs twice; first in line 1", 0},
        {"i.jsonl", "{\"id\":\"a\",\"title\":\"A\",\"dependencies\":[{\"depends_on_id\":\"x\",\"type\":\"blocks\"}]}",
         "i.jsonl:1:39: error: a: blocks x: there is no such issue", 0},
        {"i.jsonl", "{\"id\":\"a\",\"title\":\"A\",\"parent\":\"b\"}\n{\"id\":\"b\",\"title\":\"B\",\"parent\":\"a\"}",
         "i.jsonl:1:1: error: a is a part of a part", 6},
        {"b/tasks/a.md", "---\nid: task-1\ntitle: a\ndependencies: [task-9]\n---\n",
         "b/tasks/a.md:4: error: task-1: dependency task-9", 0},
        {"b/tasks/a.md", "---\nid: task-1\ntitle: a\nparent_task_id: task-9\n---\n",
         "b/tasks/a.md:4: error: task-1: parent task-9", 0},
        {"b/tasks/a.md", "---\nid: task-1\ntitle: a\n", "b/tasks/a.md:1: error: the front matter does not end", 6},
    };
    struct space space = space_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is_folder = strchr(rows[i].file, '/');
        struct buffer command = {0};
        space_write(&space, rows[i].file, "%s", rows[i].text);
        buffer_append_format(&command, "import %s --name X --yes", is_folder ? "b" : rows[i].file);
        expect_run(&space, command.data, 6, rows[i].part);
        cr_expect_not(space_exists(&space, "X"), "%s", rows[i].text);
        buffer_append_string(&command, " --lenient");
        expect_run(&space, command.data, rows[i].lenient, rows[i].lenient ? "error" : "warning");
        if (!rows[i].lenient)
            expect_run(&space, "undo --yes", 0, "Removed");
        buffer_release(&command);
    }
    space_end(&space);
}

/* Nothing is taken where there are several, and a link leads nowhere. */
Test(import_lists, which_list) {
    struct space space = space_new();
    space_write(&space, "specs/1-a/tasks.md", "- [ ] T001 a\n");
    space_write(&space, "specs/2-b/tasks.md", "- [ ] T001 b\n");
    expect_run(&space, "import . --yes", 2,
               "batchctl import ./specs/1-a/tasks.md; batchctl import ./specs/2-b/tasks.md");
    expect_run(&space, "import ./specs/2-b/tasks.md --yes", 0, "Created the plan B ");
    expect_run(&space, "import specs/2-b --from beads --yes", 6, "no task list is recognised");
    expect_run(&space, "import specs/2-b --from nonsense --yes", 2, "taskmaster");
    expect_run(&space, "import specs/2-b --name T --tag x --yes", 2, "spec-kit has no --tag; it is for taskmaster");
    space_make_folder(&space, "empty");
    space_make_folder(&space, ".beads");
    expect_run(&space, "import empty --name E --yes", 6, "looked for: a tasks.json of Task Master");
    expect_run(&space, "import .beads --name E --yes", 6, "bd export | batchctl import - --from beads");
    space_end(&space);
}

/* A title that looks like one with marks, an effort or a listing is the same in both files, and a marker is none. */
Test(import_lists, titles) {
    struct space space = space_new();
    space_write(&space, "tasks.md",
                "- [ ] T001 Deploy ✅ DONE\n- [ ] T002 Fix it (2h)\n- [ ] T003 Achievement 1.1: forged\n"
                "- [ ] T004 [TO BE FILLED: x]\n- [ ] T005 # head\n");
    expect_run(&space, "import tasks.md --name T --yes", 0, "5 achievements");
    expect_run(&space, "validate T", 0, "T: 5 achievements, valid");
    expect_run(&space, "create T --kind subplan --ids 0.4 --dry-run --show", 0, "[TO BE  FILLED: x]");
    space_end(&space);
}
