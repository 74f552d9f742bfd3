#include <stdio.h>
#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/clock.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/change_loop.h"
#include "commands/commands.h"
#include "commands/deadline.h"
#include "render/condition.h"
#include "render/wait_json.h"
#include "render/wait_text.h"
#include "session/session.h"
#include "view/plan_view.h"
#include "view/wait_view.h"

/* What is waited for, and what the last look has found. */
struct waiting {
    struct session *session;
    struct condition condition;
    const char *plan; /* named by the user, or else the one that was found first */
    char *found;      /* owned: the folder of the one that was not named */
    struct answer *answer;
    struct error error; /* what is away, if the answer has no view */
    bool is_quiet;
    bool was_there;
    int64_t away_ms; /* since when it is away; 0 if it is not */
    bool is_noted;
};

/* There is no such achievement: the error is the one that every verb gives. */
static void fail_as_show(struct waiting *waiting) {
    const struct request request = {.method = "show", .plan = waiting->plan, .id = waiting->condition.id};
    AUTO(answer) answer = {0};
    session_view(waiting->session, &request, &answer);
    error_release(&waiting->error);
    answer_take_error(&answer, &waiting->error);
}

/* What the plan says about the achievement that is waited for, or about any if it is a level. */
static void append_about(struct answer *answer, const struct diagnostics *all, const char *id) {
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].achievement && (!id || strcmp(all->items[i].achievement, id) == 0))
            diagnostics_add(&answer->diagnostics, &all->items[i]);
}

static enum condition_verdict judge(struct waiting *waiting, const struct answer *status) {
    static const struct answer_type type = {wait_json_write, wait_text_append};
    const char *id = waiting->condition.id;
    const struct plan_list *list = status->view;
    struct answer *answer = waiting->answer;
    struct wait_view *view = arena_allocate(&answer->arena, 1, sizeof *view);
    enum condition_verdict verdict = condition_judge(&waiting->condition, list, view, &answer->arena, &waiting->error);
    if (id || list->count == 1)
        append_about(answer, &status->diagnostics, id);
    if (verdict != CONDITION_AWAY) {
        answer->type = &type;
        answer->view = view;
        if (!waiting->plan && (id || waiting->condition.kind != CONDITION_SUBMITTED))
            waiting->plan = waiting->found = memory_copy(view->path);
    } else if (waiting->error.code == ERROR_NOT_FOUND && id && !waiting->was_there) {
        fail_as_show(waiting);
    }
    return verdict;
}

/* Asks once. The answer gets the data; the error says what is away. */
static enum condition_verdict look(struct waiting *waiting) {
    const struct request request = {
        .method = "status", .plan = waiting->plan, .style.is_verbose = true /* also of several plans */};
    AUTO(answer) status = {0};
    error_release(&waiting->error);
    answer_release(waiting->answer);
    waiting->answer->kind = "wait";
    session_view(waiting->session, &request, &status);
    if (status.view)
        return judge(waiting, &status);
    answer_take_error(&status, &waiting->error);
    return CONDITION_AWAY;
}

/* After a while of absence this is said, once. */
static void note_absence(struct waiting *waiting) {
    enum { NOTE_MS = 2000 };
    waiting->away_ms = waiting->away_ms ? waiting->away_ms : clock_now_ms();
    if (waiting->is_noted || waiting->is_quiet || clock_now_ms() - waiting->away_ms < NOTE_MS)
        return;
    waiting->is_noted = true;
    fprintf(stderr, "note: %s; waiting for it to come back\n", waiting->error.message);
}

/* What was there once is waited for: git takes files away for a moment. */
static enum change_loop_next step(void *data) {
    struct waiting *waiting = data;
    enum condition_verdict verdict = look(waiting);
    if (verdict == CONDITION_AWAY) {
        if (!waiting->was_there)
            return CHANGE_LOOP_END;
        note_absence(waiting);
        return CHANGE_LOOP_LOOK;
    }
    waiting->was_there = true;
    waiting->away_ms = 0;
    waiting->is_noted = false;
    return verdict == CONDITION_MET ? CHANGE_LOOP_END : CHANGE_LOOP_WAIT;
}

static void fail_late(struct waiting *waiting, const struct options *options) {
    const struct wait_view *view = waiting->answer->view;
    struct error late = {0};
    error_set(&late, ERROR_TIMEOUT, "timed out after %s: %s", options->timeout ? options->timeout : "10m",
              view ? view->reason : waiting->error.message);
    error_release(&waiting->error);
    waiting->error = late;
}

int wait_run(const struct verb *verb, struct options *options) {
    enum { TEN_MINUTES_MS = 600000 };
    struct session session;
    struct answer answer = {.kind = verb->name};
    struct waiting waiting = {
        .session = &session, .plan = options->request.plan, .answer = &answer, .is_quiet = options->is_quiet};
    int status;
    if (!condition_parse(&waiting.condition, options->condition ? options->condition : "",
                         options->request.options.selection.levels, &waiting.error))
        return command_fail(&waiting.error, verb->name, options->is_json);
    if (!command_start(&session, verb, options, &status))
        return status;
    if (!change_loop_run(&session, deadline_of_options(options, TEN_MINUTES_MS), step, &waiting))
        fail_late(&waiting, options);
    session_release(&session);
    memory_free(waiting.found);
    if (waiting.error.code)
        answer_fail(&answer, &waiting.error);
    return command_finish(&answer, options);
}
