#include "commands/wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/deadline.h"
#include "format/json_writer.h"
#include "render/condition.h"
#include "render/style.h"
#include "render/styled_text.h"
#include "session/change_feed.h"
#include "session/session.h"
#include "view/achievement_item.h"
#include "view/plan_view.h"

/* One that is named by the user, or else the one that was found first. */
struct awaited {
    const char *plan;
    char *found; /* owned: the folder of the one that was not named */
    struct condition condition;
    struct buffer reason; /* why it is met, or not yet */
    bool was_there;
    int64_t away_ms; /* since when it is away; 0 if it is not */
    bool is_noted;
};

/* There is no such achievement: the error is the one that every verb gives. */
static void fail_as_show(struct session *session, const struct awaited *awaited, struct error *error) {
    const struct request request = {.method = "show", .plan = awaited->plan, .id = awaited->condition.id};
    struct answer answer;
    session_view(session, &request, &answer);
    answer_take_error(&answer, error);
    answer_release(&answer);
}

/* The view of wait. */
struct wait_view {
    const char *plan, *reason;
    bool is_met;
};

static void write_json(struct json_writer *writer, const void *view) {
    const struct wait_view *wait = view;
    json_writer_open_object(writer);
    json_writer_key_string(writer, "plan", wait->plan);
    json_writer_key_boolean(writer, "met", wait->is_met);
    json_writer_key_string(writer, "reason", wait->reason);
    json_writer_close_object(writer);
}

static void append_text(struct buffer *text, const void *view, const struct style *style) {
    const struct wait_view *wait = view;
    (void)style;
    styled_text_append_visible(text, wait->plan);
    buffer_append_string(text, wait->plan ? ": " : "");
    styled_text_append_visible(text, wait->reason);
    buffer_append_byte(text, '\n');
}

/* @plan: NULL if it is about all. */
static void answer_wait(struct answer *answer, const struct plan_view *plan, const char *reason, bool is_met) {
    static const struct answer_type type = {write_json, append_text};
    struct wait_view *view = arena_allocate(&answer->arena, 1, sizeof *view);
    *view = (struct wait_view){plan ? item_text(&answer->arena, plan->name) : NULL, item_text(&answer->arena, reason),
                               is_met};
    answer->type = &type;
    answer->view = view;
}

static enum condition_verdict judge_plan(const struct plan_view *plan, struct awaited *awaited, struct answer *answer) {
    const struct condition *condition = &awaited->condition;
    enum condition_verdict verdict = condition_judge(condition, plan, &awaited->reason);
    if (verdict == CONDITION_AWAY && !plan->is_valid)
        verdict = CONDITION_NOT_MET; /* what is invalid now can be corrected */
    if (verdict != CONDITION_AWAY)
        answer_wait(answer, plan, buffer_text(&awaited->reason), verdict == CONDITION_MET);
    return verdict;
}

/* What the plan says about the achievement that is waited for, or about any if it is a level. */
static void append_about(struct answer *answer, const struct diagnostics *all, const char *id) {
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].achievement && (!id || strcmp(all->items[i].achievement, id) == 0))
            diagnostics_add(&answer->diagnostics, &all->items[i]);
}

/* Is anything submitted, of the plan that is named or of all? */
static enum condition_verdict judge_any(const struct plan_list *list, struct awaited *awaited, struct answer *answer) {
    for (size_t i = 0; i < list->count; i++)
        if (condition_judge_submissions(&list->plans[i], &awaited->reason)) {
            answer_wait(answer, &list->plans[i], buffer_text(&awaited->reason), true);
            return CONDITION_MET;
        }
    buffer_append_string(&awaited->reason, "nothing is submitted");
    answer_wait(answer, list->count == 1 ? list->plans : NULL, buffer_text(&awaited->reason), false);
    return CONDITION_NOT_MET;
}

/* The plan that is meant: the only one, or the only one that has the achievement. NULL, and USAGE, if it is unclear. */
static const struct plan_view *choose(const struct plan_list *list, const char *id, struct error *error) {
    const struct plan_view *found = NULL;
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->count == 1 || (id && condition_find_item(&list->plans[i], id))) {
            found = &list->plans[i];
            count++;
        }
    if (count == 1)
        return found;
    if (count)
        error_set(error, ERROR_USAGE, "which plan? %zu plans have an achievement %s", count, id);
    else
        error_set(error, ERROR_USAGE, "which plan? name one");
    error_hint(error, "batchctl wait PLAN --for ...; \"batchctl status\" lists the plans");
    return NULL;
}

static enum condition_verdict judge_chosen(const struct plan_list *list, struct awaited *awaited, struct answer *answer,
                                           struct error *error) {
    const struct plan_view *plan = choose(list, awaited->condition.id, error);
    enum condition_verdict verdict = plan ? judge_plan(plan, awaited, answer) : CONDITION_AWAY;
    if (verdict != CONDITION_AWAY && !awaited->plan)
        awaited->plan = awaited->found = memory_copy(plan->path);
    return verdict;
}

/* Asks once. @answer gets the data, and awaited->reason the reason; @error says what is away. */
static enum condition_verdict judge(struct session *session, struct awaited *awaited, struct answer *answer,
                                    struct error *error) {
    const struct condition *condition = &awaited->condition;
    const struct request request = {
        .method = "status", .plan = awaited->plan, .style.is_verbose = true /* also of several plans */};
    AUTO(answer) status = {0};
    enum condition_verdict verdict = CONDITION_AWAY;
    buffer_clear(&awaited->reason);
    session_forget(session); /* the same look at the workspace, from the daemon or not */
    session_view(session, &request, &status);
    answer_release(answer);
    answer->kind = "wait";
    const struct plan_list *list = status.view;
    if (!list) {
        answer_take_error(&status, error);
        return verdict;
    }
    verdict = condition->kind == CONDITION_SUBMITTED && !condition->id ? judge_any(list, awaited, answer)
                                                                       : judge_chosen(list, awaited, answer, error);
    if (condition->id || list->count == 1)
        append_about(answer, &status.diagnostics, condition->id);
    if (verdict == CONDITION_AWAY && !error->code && awaited->condition.id && !awaited->was_there)
        fail_as_show(session, awaited, error);
    else if (verdict == CONDITION_AWAY && !error->code)
        error_set(error, ERROR_NOT_FOUND, "%s", buffer_text(&awaited->reason));
    return verdict;
}

/* What was there once is waited for: git takes files away for a moment. After a while this is said, once. */
static bool goes_on(struct awaited *awaited, enum condition_verdict verdict, bool is_quiet, struct error *error) {
    enum { NOTE_MS = 2000 };
    awaited->was_there |= verdict != CONDITION_AWAY;
    if (verdict != CONDITION_AWAY) {
        awaited->away_ms = 0;
        awaited->is_noted = false;
        return verdict == CONDITION_NOT_MET;
    }
    if (!awaited->was_there)
        return false;
    awaited->away_ms = awaited->away_ms ? awaited->away_ms : clock_now_ms();
    if (!awaited->is_noted && !is_quiet && clock_now_ms() - awaited->away_ms >= NOTE_MS) {
        awaited->is_noted = true;
        fprintf(stderr, "note: %s; waiting for it to come back\n", error->message);
    }
    return true;
}

static void wait_until(struct session *session, const struct options *options, struct awaited *awaited,
                       struct answer *answer, struct error *error) {
    enum { TEN_MINUTES_MS = 600000 };
    int64_t deadline_ms = deadline_of_options(options, TEN_MINUTES_MS);
    struct change_feed feed;
    deadline_limit_answers(session, deadline_ms);
    change_feed_open(&feed, session);
    for (;;) {
        enum condition_verdict verdict = judge(session, awaited, answer, error);
        if (!goes_on(awaited, verdict, options->is_quiet, error))
            break;
        if (clock_now_ms() >= deadline_ms) {
            error_set(error, ERROR_TIMEOUT, "timed out after %s: %s", options->timeout ? options->timeout : "10m",
                      error->code ? error->message : buffer_text(&awaited->reason));
            break;
        }
        error_release(error);
        change_feed_wait(&feed, verdict == CONDITION_AWAY ? CHANGE_FEED_LOOK_MS : CHANGE_FEED_LOOK_SELDOM_MS,
                         deadline_left_ms(deadline_ms));
        deadline_limit_answers(session, deadline_ms);
    }
    change_feed_close(&feed);
}

int wait_run(const struct verb *verb, struct options *options) {
    struct session session;
    struct awaited awaited = {.plan = options->request.plan};
    struct answer answer = {.kind = verb->name};
    struct error error = {0};
    int status;
    if (!condition_parse(&awaited.condition, options->condition ? options->condition : "",
                         options->request.options.selection.levels, &error))
        return command_fail(&error, verb->name, options->is_json);
    if (!command_start(&session, verb, options, &status))
        return status;
    wait_until(&session, options, &awaited, &answer, &error);
    session_release(&session);
    memory_free(awaited.found);
    buffer_release(&awaited.reason);
    if (error.code)
        answer_fail(&answer, &error);
    return command_finish(&answer, options);
}
