/*
 * What the screen of the menu says, at several sizes. Every look checks that each line fits, see onlooker.h.
 */
#include "achievements.h"
#include "onlooker.h"

TestSuite(page, .timeout = 120);

static const char graph[] = "0.1; 1.1: 0.1; 1.2: 0.1; 2.1: 1.1; 2.2: 1.1, 1.2; 3.1: 2.2; 3.2: 2.1, 2.2";

static struct space half_done(void) {
    struct space space = space_new();
    space_plan(&space, "SHOP", graph);
    space_approved(&space, "SHOP", "0.1");
    space_approved(&space, "SHOP", "1.1");
    space_subplan(&space, "SHOP", "2.1");
    space_execution(&space, "SHOP", "1.2");
    return space;
}

Test(page, the_board_at_80x24) {
    struct onlooker onlooker;
    onlooker_begin(&onlooker, half_done(), NULL);
    cr_expect_str_eq(look(&onlooker),
                     " SHOP                                                 2 of 7 complete · 2 ready\n"
                     " ████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  28%\n"
                     "\n"
                     " Level 0    ██████████ 1 of 1  ✓ 0.1\n"
                     " Level 1    █████░░░░░ 1 of 2  ▶ 1.2 ✓ 1.1\n"
                     " Level 2    ░░░░░░░░░░ 0 of 2  ▶ 2.1 ○ 2.2\n"
                     " Level 3    ░░░░░░░░░░ 0 of 2  ○ 3.1 ○ 3.2\n"
                     " Ready now\n"
                     " ▶ 1.2  Title of 1.2  work on it                 blocks 3\n"
                     " ▶ 2.1  Title of 2.1  create its EXECUTION_TASK  blocks 1\n"
                     " Waiting\n"
                     " ○ 2.2  Title of 2.2  write SUBPLAN (blocked by 1.2)\n"
                     " ○ 3.1  Title of 3.1  write SUBPLAN (blocked by 2.2)\n"
                     "\n"
                     " Next: 2, ready for EXECUTION_TASKs: 2.1                              ▾ 1 below\n"
                     " 1  Create SUBPLANs         level 2: 2.2, not ready yet\n"
                     "▸2  Create EXECUTION_TASKs  ready: 2.1\n"
                     " 3  In parallel now         2 ready, 6 h → 3 h\n"
                     " 4  Dependency graph        7 achievements, 4 levels\n"
                     " 5  Prompt for the next     1.2 Title of 1.2\n"
                     " 6  Fill placeholders      (none to fill in)\n"
                     " 7  Validate                valid\n"
                     "\n"
                     " ? help   q quit   1-7 ↑↓ Enter choose   j k scroll\n");
    onlooker_end(&onlooker);
}

Test(page, the_board_at_40x12) {
    struct onlooker onlooker;
    onlooker_begin(&onlooker, half_done(), NULL);
    cr_expect_str_eq(look_at(&onlooker, 40, 12), " SHOP                     2/7 · 2 ready\n"
                                                 " ▶ 1.2  Title of 1…  work       blocks 3\n"
                                                 " ▶ 2.1  Title of 2…  execution  blocks 1\n"
                                                 " Next: 2, ready for EXECUTION_TASK… ▾ 7\n"
                                                 " 1  SUBPLANs         level 2: 2.2, not …\n"
                                                 "▸2  EXECUTION_TASKs  ready: 2.1\n"
                                                 " 3  In parallel      2 ready, 6 h → 3 h\n"
                                                 " 4  Graph            7 achievements, 4 …\n"
                                                 " 5  Prompt           1.2 Title of 1.2\n"
                                                 " 6  Fill            (none to fill in)\n"
                                                 " 7  Validate         valid\n"
                                                 " ? help   q quit   1-7 ↑↓ Enter choose\n");
    menu_press(&onlooker.menu, 'j');
    expect_seen(look_at(&onlooker, 40, 12), "2.2  Title of 2.2  write SUBPLAN (…");
    onlooker_end(&onlooker);
}

/* What is recommended is about what is designed; the key would create the rest as well, and says so. */
Test(page, a_placeholder_is_filled_and_not_offered_for_creation) {
    struct onlooker onlooker;
    struct space space = half_done();
    space_write(&space, "SHOP/subplans/SUBPLAN_SHOP_12.md", "# S\n\n## Objective\n\n[TO BE FILLED: what]\n");
    space_remove(&space, "SHOP/execution/EXECUTION_TASK_SHOP_12_01.md");
    onlooker_begin(&onlooker, space, NULL);
    const char *screen = look(&onlooker);
    expect_seen(screen, "Next: 2, ready for EXECUTION_TASKs: 2.1 ");
    expect_seen(screen, "▸2  Create EXECUTION_TASKs  ready: 2.1\n");
    onlooker_end(&onlooker);
}

Test(page, what_is_said_of_an_achievement_is_what_every_answer_says) {
    struct onlooker onlooker;
    onlooker_begin(&onlooker, achievements_new(), NULL);
    const char *screen = look_at(&onlooker, 200, 60);
    for (size_t row = 0; row < ACHIEVEMENT_ROWS; row++) {
        char words[400], need[200];
        bool is_done = !achievement_rows[row].needs[0];
        achievement_text(achievement_rows[row].what_next, 1, row, need, sizeof need);
        snprintf(words, sizeof words, " Title of 1.%zu ", row + 1);
        const char *line = strstr(screen, words);
        cr_expect_eq(line == NULL, is_done, "%s in %s", words, screen);
        cr_expect(is_done || strncmp(line + strlen(words) + strspn(line + strlen(words), " "), need, strlen(need)) == 0,
                  "%s in %s", need, screen);
        achievement_text(achievement_rows[row].what_next, 2, row, need, sizeof need);
        snprintf(words, sizeof words, "%s (blocked by 1.1)", need);
        cr_expect(is_done || has(screen, words), "%s in %s", words, screen);
    }
    onlooker_end(&onlooker);
}

Test(page, what_holds_up_most_comes_first) {
    struct onlooker onlooker;
    struct space space = space_new();
    space_plan(&space, "SHOP", "1.1; 1.2; 1.3; 1.4; 2.1: 1.2; 2.2: 1.4; 2.3: 1.4");
    onlooker_begin(&onlooker, space, NULL);
    const char *board = look_at(&onlooker, 40, 12);
    const char *most = strstr(board, "1.4"), *some = strstr(board, "1.2");
    cr_assert(most && some, "%s", board);
    cr_expect(most < some, "%s", board);
    onlooker_end(&onlooker);
}

Test(page, every_screen_fits_every_size) {
    static const size_t widths[] = {20, 21, 30, 40, 59, 60, 80, 100, 200},
                        heights[] = {4, 5, 11, 12, 15, 16, 20, 22, 24, 60};
    struct onlooker onlooker;
    struct space space = half_done();
    space_write(
        &space, "SHOP/subplans/SUBPLAN_SHOP_12.md",
        "# \033[31m漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字\n\n## Objective\n\n[TO BE FILLED: x]\n");
    space_plan(&space, "OTHER-PLAN-WITH-A-LONG-NAME-THAT-GOES-ON-AND-ON-AND-ON", NULL);
    onlooker_begin(&onlooker, space, "SHOP");
    for (const char *key = "1234567?"; *key; key++) {
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
            for (size_t h = 0; h < sizeof heights / sizeof *heights; h++)
                look_at(&onlooker, widths[w], heights[h]);
        menu_press(&onlooker.menu, MENU_KEY_BACK);
        menu_press(&onlooker.menu, (uint32_t)*key);
    }
    press(&onlooker, "qb");
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (size_t h = 0; h < sizeof heights / sizeof *heights; h++)
            expect_seen(look_at(&onlooker, widths[w], heights[h]), "Which pla");
    onlooker_end(&onlooker);
}

Test(page, a_large_plan_is_folded_and_scrolls) {
    struct onlooker onlooker;
    struct space space = space_new();
    struct buffer text = {0};
    for (unsigned i = 0; i < 200; i++) {
        buffer_append_format(&text, "%s%u.%u", i ? "; " : "", i / 10 + 1, i % 10 + 1);
        if (i >= 10)
            buffer_append_format(&text, ": %u.%u", i / 10, i % 10 + 1);
    }
    space_plan(&space, "BIG", text.data);
    buffer_release(&text);
    for (unsigned i = 1; i <= 10; i++) {
        char id[8];
        snprintf(id, sizeof id, "1.%u", i);
        space_approved(&space, "BIG", id);
    }
    onlooker_begin(&onlooker, space, NULL);
    expect_seen(look(&onlooker), "Level 0      ██████████ 10 of 10");
    expect_seen(look(&onlooker), "Level 1      ░░░░░░░░░░ 0 of 10     ▶ 2.1 ▶ 2.2 ▶ 2.3 ▶ 2.4 ▶ 2.5 ▶ 2.6 +4");
    expect_seen(look(&onlooker), "Levels 2–19  ░░░░░░░░░░ 0 of 180    later");
    expect_seen(look(&onlooker), "2.1   Title of 2.1   write SUBPLAN  blocks 18");
    expect_seen(press(&onlooker, "G"), "20.10  Title of 20.10");
    expect_seen(look(&onlooker), "▴");
    expect_seen(press(&onlooker, "g"), "Ready now");
    onlooker_end(&onlooker);
}

Test(page, what_files_say_cannot_steer_the_screen) {
    struct onlooker onlooker;
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2: 1.1");
    space_write(
        &space, "X/parallel.json",
        "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": [\n"
        "{\"achievement_id\": \"1.1\", \"title\": \"\\u001b[2J\\u0007\\u202egpj\\u0002\", \"dependencies\": []}]}\n");
    onlooker_begin(&onlooker, space, NULL);
    expect_seen(look(&onlooker), "\\x1b[2J\\x07\\u{202e}gpj\\x02");
    for (const char *key = "1234567"; *key; key++) {
        menu_press(&onlooker.menu, (uint32_t)*key);
        expect_not_seen(look(&onlooker), "\033");
        menu_press(&onlooker.menu, MENU_KEY_BACK);
    }
    onlooker_end(&onlooker);
}

Test(page, what_blocks_most_comes_first_and_the_rest_is_counted) {
    struct onlooker onlooker;
    struct space space = space_new();
    space_plan(&space, "SHOP", "1.1; 1.2; 1.3; 1.4; 1.5; 1.6; 1.7; 1.8; 1.9; 2.1: 1.9; 2.2: 1.9; 2.3: 1.8");
    onlooker_begin(&onlooker, space, NULL);
    const char *page = look_at(&onlooker, 40, 12);
    expect_seen(page, " ▶ 1.9  Title of 1.9  subplan  blocks 2\n ▶ 1.8  Title of 1.8  subplan  blocks 1\n Next: 1");
    expect_seen(page, "▾ 12\n");
    expect_seen(look_at(&onlooker, 40, 30), "▶ 1.7");
    cr_expect_null(strstr(look_at(&onlooker, 40, 30), "▾"));
    onlooker_end(&onlooker);
}
