#include "commands/watch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "api/answer.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/config.h"
#include "document/names.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "plan/selection.h"
#include "render/plan_text.h"
#include "render/style.h"
#include "render/styled_text.h"
#include "session/event_stream.h"
#include "session/session.h"
#include "term/terminal.h"
#include "view/event.h"

/* --- which events --- */

/* "subplan.completed", or "subplan" for all of them. */
static bool want(struct event_stream *stream, const char *word, struct error *error) {
    size_t length = strlen(word);
    bool is_found = false;
    const char *names[EVENT_TYPES];
    for (enum event_type type = 0; type < EVENT_TYPES; type++) {
        const char *name = names[type] = event_type_name(type);
        if (strncmp(name, word, length) != 0 || (name[length] != '\0' && name[length] != '.'))
            continue;
        stream->wants[type] = is_found = true;
    }
    if (is_found)
        return true;
    const char *closest = text_closest(word, names, EVENT_TYPES);
    error_set(error, ERROR_USAGE, "there are no events \"%s\"", word);
    return closest ? error_hint(error, "did you mean --event %s?", closest)
                   : error_hint(error, "\"batchctl help watch\" lists them");
}

/* "17", or "INSTANCE:17" as events name their instance. */
static bool begin_behind(struct event_stream *stream, const char *word, struct error *error) {
    const char *colon = strrchr(word, ':'), *number = colon ? colon + 1 : word;
    char *end;
    stream->seq = strtoull(number, &end, 10);
    stream->has_seq = true;
    bool is_well = number[0] >= '0' && number[0] <= '9' && *end == '\0' &&
                   (!colon || (size_t)(colon - word) < sizeof stream->instance);
    if (colon && is_well)
        snprintf(stream->instance, sizeof stream->instance, "%.*s", (int)(colon - word), word);
    return is_well || error_set(error, ERROR_USAGE, "--since needs the seq of an event, not \"%s\"", word);
}

static bool choose(struct event_stream *stream, const struct options *options, struct error *error) {
    for (size_t i = 0; i < options->event_count; i++)
        if (!want(stream, options->events[i], error))
            return false;
    for (enum event_type type = 0; type < EVENT_TYPES; type++)
        stream->wants[type] |= options->event_count == 0;
    return !options->since || begin_behind(stream, options->since, error);
}

/* --- showing one --- */

static void append_event(struct buffer *text, const cJSON *event, const struct style *style) {
    const char *time = styled_text_string(event, "time"), *clock = strchr(time, 'T');
    const char *plan = json_get_string(event, "plan"), *id = json_get_string(event, "achievement");
    const char *file = json_get_string(event, "file"), *need = json_get_string(event, "what_next");
    const char *reason = json_get_string(event, "reason");
    buffer_append_format(text, "%.8s  %-23s", clock ? clock + 1 : time, styled_text_string(event, "type"));
    for (size_t i = 0; i < 2; i++) {
        const char *part = i ? id : plan;
        if (part)
            buffer_append_string(text, i ? " " : "  ");
        styled_text_append_visible(text, part ? part : "");
    }
    if (cJSON_IsNumber(json_get(event, "level")) && !id)
        buffer_append_format(text, " level %zu", json_get_unsigned(event, "level"));
    if (cJSON_IsNumber(json_get(event, "batch")))
        buffer_append_format(text, " batch %zu", json_get_unsigned(event, "batch"));
    if (need)
        buffer_append_string(text, ": ");
    styled_text_append_visible(text, need);
    if (file || reason)
        buffer_append_string(text, "  ");
    styled_text_append_path(text, style, file);
    styled_text_append_visible(text, file ? NULL : reason);
    buffer_append_byte(text, '\n');
}

/* The command gets the event on its standard input. What it prints goes where ours goes. */
static void run_command(const struct options *options, struct span event) {
    int pipes[2], status = 0;
    fflush(stdout);
    if (pipe(pipes)) {
        terminal_say("warning: cannot run %s: %s", options->command[0], strerror(errno));
        return;
    }
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[0], STDIN_FILENO);
        close(pipes[0]);
        close(pipes[1]);
        execvp(options->command[0], options->command);
        terminal_say("error: cannot run %s: %s", options->command[0], strerror(errno));
        _exit(127);
    }
    close(pipes[0]);
    signal(SIGPIPE, SIG_IGN); /* it need not read its input */
    bool is_written =
        write(pipes[1], event.data, event.length) == (ssize_t)event.length && write(pipes[1], "\n", 1) == 1;
    (void)is_written;
    signal(SIGPIPE, SIG_DFL);
    close(pipes[1]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (child < 0 || !WIFEXITED(status) || WEXITSTATUS(status))
        terminal_say("warning: %s failed (status %d)", options->command[0],
                     WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static void show(const struct options *options, struct span event, const cJSON *parsed) {
    struct buffer text = {0};
    text_append_escaped(&text, event);
    if (options->command) {
        run_command(options, buffer_span(&text));
    } else {
        buffer_append_byte(&text, '\n');
        if (!options->is_json) {
            const struct style style = {.workspace = options->workspace, .cwd = options->here};
            buffer_clear(&text);
            append_event(&text, parsed, &style);
        }
        terminal_put(stdout, buffer_span(&text));
        fflush(stdout);
    }
    buffer_release(&text);
}

/* Events that are about no plan are for everybody. */
static bool concerns(const cJSON *event, const char *path) {
    const char *where = json_get_string(event, "path");
    return !path || !where || strcmp(where, path) == 0;
}

/* --- watch --- */

static int64_t deadline_of(const struct options *options, int64_t otherwise_ms) {
    int milliseconds;
    if (!options->timeout || !config_parse_duration(options->timeout, &milliseconds))
        return otherwise_ms < 0 ? INT64_MAX : clock_now_ms() + otherwise_ms;
    return clock_now_ms() + milliseconds;
}

static int left_until(int64_t deadline_ms) {
    enum { HOUR_MS = 3600000 };
    int64_t left_ms = deadline_ms - clock_now_ms();
    return left_ms < 0 ? 0 : left_ms > HOUR_MS ? HOUR_MS : (int)left_ms;
}

/* With a time limit, do not wait longer than that for an answer. */
static void hurry(struct session *session, int64_t deadline_ms) {
    enum { LEAST_MS = 200 }; /* for a daemon that is there */
    int left_ms = left_until(deadline_ms), most_ms = left_ms < LEAST_MS ? LEAST_MS : left_ms;
    int *answer_ms = &session->settings.config.answer_timeout_ms;
    *answer_ms = *answer_ms < most_ms ? *answer_ms : most_ms;
}

/* Shows what comes, until enough has come. False with @error when it ends otherwise. */
static bool follow(struct event_stream *stream, const struct options *options, const char *path, struct error *error) {
    int64_t deadline_ms = deadline_of(options, -1);
    for (size_t shown = 0; options->count == 0 || shown < options->count;) {
        struct span event;
        struct json json;
        enum event_stream_outcome outcome = event_stream_next(stream, left_until(deadline_ms), &event);
        if (outcome == EVENT_STREAM_DISCONNECTED)
            return error_set(error, ERROR_UNREACHABLE, "the daemon went away, and has not come back");
        if (outcome == EVENT_STREAM_TIMED_OUT && clock_now_ms() >= deadline_ms)
            return error_set(error, ERROR_TIMEOUT, "the time is over");
        bool is_written = true;
        if (outcome == EVENT_STREAM_EVENT && json_read_ours(&json, event)) {
            json_make_shown(&json);
            if (concerns(json.root, path)) {
                show(options, event, json.root);
                shown++;
                is_written = !ferror(stdout);
            }
            json_release(&json);
        }
        if (!is_written)
            return true; /* no process reads the output; main says so */
    }
    return true;
}

/* The folder of the plan that is named, as a string that the caller frees; NULL for all. */
static bool find_path(struct session *session, const char *plan, char **path, struct error *error) {
    struct answer answer;
    struct json json;
    const struct request request = {.method = "next", .plan = plan};
    *path = NULL;
    if (!plan)
        return true;
    session_request(session, &request, &answer);
    if (json_read_ours(&json, buffer_span(&answer.data))) {
        const cJSON *plans = json_get(json.root, "plans");
        const char *found = plans && plans->child ? json_get_string(plans->child, "path") : NULL;
        *path = found ? memory_copy(found) : NULL;
        json_release(&json);
    }
    if (!*path)
        error_set(error, answer.code ? answer.code : ERROR_NOT_FOUND, "%s",
                  answer.diagnostics.count ? answer.diagnostics.items[answer.diagnostics.count - 1].message
                                           : "there is no such plan");
    answer_release(&answer);
    return *path;
}

int watch_run(const struct verb *verb, struct options *options) {
    struct session session;
    struct event_stream stream = {.channel = {.descriptor = -1}, .says_absence = true};
    struct error error = {0};
    char *path = NULL;
    const char *plan = options->argument_count ? options->arguments[0] : options->plan;
    int status;
    if (options->argument_count > 1)
        return command_fail_usage(verb, options, "only one plan can be named");
    if (options->has_exec != (options->command != NULL))
        return command_fail_usage(verb, options, "--exec goes with a command behind --");
    if (!choose(&stream, options, &error))
        return command_fail(&error, verb->name, options->is_json);
    if (!command_start(&session, verb, options, &status))
        return status;
    hurry(&session, deadline_of(options, -1));
    if (find_path(&session, plan, &path, &error) && event_stream_open(&stream, &session, &error))
        follow(&stream, options, path, &error);
    event_stream_close(&stream);
    session_release(&session);
    memory_free(path);
    return error.code ? command_fail(&error, verb->name, options->is_json) : 0;
}

/* --- wait --- */

enum condition_kind {
    SUBPLANS_COMPLETE,
    LEVEL_COMPLETE,
    ACHIEVEMENT_READY,
    ACHIEVEMENT_COMPLETE,
    ACHIEVEMENT_SUBMITTED, /* the one, or without an id any of the plan */
    CONDITION_KINDS
};

struct condition {
    enum condition_kind kind;
    const char *id;
    uint32_t level;
};

static bool parse_condition(struct condition *condition, const struct options *options, struct error *error) {
    const char *word = options->condition ? options->condition : "", *equals = strchr(word, '=');
    size_t length = equals ? (size_t)(equals - word) : strlen(word);
    static const char *const names[] = {"subplans-complete", "level-complete", "ready", "complete", "submitted"};
    for (size_t i = 0; i < CONDITION_KINDS; i++) {
        if (strlen(names[i]) != length || strncmp(names[i], word, length) != 0)
            continue;
        condition->kind = (enum condition_kind)i;
        condition->id = equals ? equals + 1 : NULL;
        const char *level = options->batch.selection.levels; /* one number */
        condition->level = level ? (uint32_t)strtoul(level, NULL, 10) : 0;
        bool is_of_level = i < 2, has_level = level != NULL;
        if (is_of_level && has_level && !equals)
            return true;
        if (!is_of_level && equals && names_is_id(span_of(condition->id)) && !has_level)
            return true;
        if (condition->kind == ACHIEVEMENT_SUBMITTED && !equals && !has_level)
            return true;
        return is_of_level
                   ? error_set(error, ERROR_USAGE, "--for %s needs --level N", names[i])
                   : error_set(error, ERROR_USAGE, "--for %s needs an achievement: --for %s=3.1", names[i], names[i]);
    }
    error_set(error, ERROR_USAGE, word[0] ? "there is no condition \"%s\"" : "what to wait for is missing%s", word);
    return error_hint(error, "--for subplans-complete or level-complete with --level N, --for ready=ID, complete=ID, "
                             "submitted=ID or submitted");
}

enum verdict { IS_MET, IS_NOT_MET, IS_AWAY /* the plan, or what is asked about */ };

static const cJSON *find_item(const cJSON *array, const char *key, const char *text, uint32_t number) {
    const cJSON *item = array ? array->child : NULL;
    while (item && !(text ? strcmp(styled_text_string(item, key), text) == 0 : json_get_unsigned(item, key) == number))
        item = item->next;
    return item;
}

static enum verdict judge_achievement(const cJSON *plan, const struct condition *condition, struct buffer *reason) {
    const cJSON *achievement = find_item(json_get(plan, "achievements"), "id", condition->id, 0);
    if (!achievement) {
        buffer_append_format(reason, "%s has no achievement %s", styled_text_string(plan, "plan"), condition->id);
        return IS_AWAY;
    }
    bool is_closed = styled_text_is_null(achievement, "needs"); /* what is done has been ready */
    const char *state = styled_text_string(achievement, "state");
    bool is_met = condition->kind == ACHIEVEMENT_COMPLETE    ? strcmp(state, "complete") == 0
                  : condition->kind == ACHIEVEMENT_SUBMITTED ? strcmp(state, "submitted") == 0
                                                             : is_closed || json_get_boolean(achievement, "is_ready");
    buffer_append_format(reason, "%s is ", condition->id);
    if (is_closed)
        buffer_append_string(reason, styled_text_string(achievement, "label"));
    else if (condition->kind == ACHIEVEMENT_COMPLETE)
        buffer_append_string(reason, "not complete: ");
    else if (condition->kind == ACHIEVEMENT_SUBMITTED && !is_met)
        buffer_append_string(reason, "not submitted: ");
    else if (!is_met)
        buffer_append_string(reason, "not ready: ");
    plan_text_need(reason, achievement);
    return is_met ? IS_MET : IS_NOT_MET;
}

/* Is anything of the plan submitted? */
static enum verdict judge_submissions(const cJSON *plan, struct buffer *reason) {
    const cJSON *achievements = json_get(plan, "achievements");
    for (const cJSON *item = achievements ? achievements->child : NULL; item; item = item->next)
        if (strcmp(styled_text_string(item, "state"), "submitted") == 0) {
            buffer_append_format(reason, "%s is ", styled_text_string(item, "id"));
            plan_text_need(reason, item);
            return IS_MET;
        }
    buffer_append_string(reason, "nothing is submitted");
    return IS_NOT_MET;
}

/* How many of the level's achievements that are open have no complete SUBPLAN. */
static size_t count_lacking(const cJSON *plan, uint32_t level) {
    const cJSON *achievements = json_get(plan, "achievements");
    size_t count = 0;
    for (const cJSON *item = achievements ? achievements->child : NULL; item; item = item->next) {
        bool is_closed = styled_text_is_null(item, "needs");
        bool is_here = cJSON_IsNumber(json_get(item, "level")) && json_get_unsigned(item, "level") == level;
        count += is_here && !is_closed && strcmp(styled_text_string(item, "subplan"), "complete") != 0;
    }
    return count;
}

static enum verdict judge_level(const cJSON *plan, const struct condition *condition, struct buffer *reason) {
    const cJSON *level = find_item(json_get(plan, "levels"), "level", NULL, condition->level);
    if (!level) {
        buffer_append_format(reason, "%s has no level %u", styled_text_string(plan, "plan"), condition->level);
        return IS_AWAY;
    }
    size_t total = json_get_unsigned(level, "total");
    size_t done = json_get_unsigned(level, "complete") + json_get_unsigned(level, "skipped");
    size_t lacking = count_lacking(plan, condition->level);
    if (condition->kind == LEVEL_COMPLETE) {
        buffer_append_format(reason, "level %u: %zu of %zu are complete", condition->level, done, total);
        return done == total ? IS_MET : IS_NOT_MET;
    }
    if (lacking)
        buffer_append_format(reason, "level %u: %zu SUBPLAN%s not complete", condition->level, lacking,
                             lacking == 1 ? " is" : "s are");
    else
        buffer_append_format(reason, "level %u: every SUBPLAN that is needed is complete", condition->level);
    return lacking ? IS_NOT_MET : IS_MET;
}

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

static void take_error(const struct answer *answer, struct error *error) {
    const struct diagnostics *said = &answer->diagnostics;
    const struct diagnostic *last = said->count ? &said->items[said->count - 1] : NULL;
    error_set(error, answer->code ? answer->code : ERROR_INTERNAL, "%s",
              last ? last->message : "the status cannot be read");
    if (last && last->hint)
        error_hint(error, "%s", last->hint);
}

/* There is no such achievement: the error is the one that every verb gives. */
static void fail_as_show(struct session *session, const struct awaited *awaited, struct error *error) {
    const struct request request = {.method = "show", .plan = awaited->plan, .id = awaited->condition.id};
    struct answer answer;
    session_request(session, &request, &answer);
    take_error(&answer, error);
    answer_release(&answer);
}

static enum verdict judge_plan(const cJSON *plan, struct awaited *awaited, struct answer *answer) {
    const struct condition *condition = &awaited->condition;
    enum verdict verdict = condition->id ? judge_achievement(plan, condition, &awaited->reason)
                           : condition->kind == ACHIEVEMENT_SUBMITTED ? judge_submissions(plan, &awaited->reason)
                                                                      : judge_level(plan, condition, &awaited->reason);
    struct json_writer writer = {.buffer = &answer->data};
    if (verdict == IS_AWAY && !json_get_boolean(plan, "valid"))
        verdict = IS_NOT_MET; /* what is invalid now can be corrected */
    if (verdict == IS_AWAY)
        return verdict;
    json_writer_open_object(&writer);
    json_writer_key_string(&writer, "plan", json_get_string(plan, "plan"));
    json_writer_key_boolean(&writer, "met", verdict == IS_MET);
    json_writer_key_string(&writer, "reason", buffer_text(&awaited->reason));
    json_writer_close_object(&writer);
    return verdict;
}

/* What the plan says about the achievement that is waited for, or about any if it is a level. */
static void append_about(struct answer *answer, const struct diagnostics *all, const char *id) {
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].achievement && (!id || strcmp(all->items[i].achievement, id) == 0))
            diagnostics_add(&answer->diagnostics, &all->items[i]);
}

/* Asks once. @answer gets the data, and awaited->reason the reason; @error says what is away. */
static enum verdict judge(struct session *session, struct awaited *awaited, struct answer *answer,
                          struct error *error) {
    const struct request request = {.method = "status", .plan = awaited->plan};
    struct answer status;
    struct json json;
    enum verdict verdict = IS_AWAY;
    buffer_clear(&awaited->reason);
    session_forget(session); /* the same look at the workspace, from the daemon or not */
    session_request(session, &request, &status);
    answer_release(answer);
    answer->kind = "wait";
    if (json_read_ours(&json, buffer_span(&status.data))) {
        const cJSON *plans = json_get(json.root, "plans"), *first = plans ? plans->child : NULL;
        if (!first || first->next)
            error_set(error, ERROR_USAGE, "which plan? name one");
        else
            verdict = judge_plan(first, awaited, answer);
        append_about(answer, &status.diagnostics, awaited->condition.id);
        if (verdict != IS_AWAY && !awaited->plan)
            awaited->plan = awaited->found = memory_copy(styled_text_string(first, "path"));
        json_release(&json);
        if (verdict == IS_AWAY && !error->code && awaited->condition.id && !awaited->was_there)
            fail_as_show(session, awaited, error);
        else if (verdict == IS_AWAY && !error->code)
            error_set(error, ERROR_NOT_FOUND, "%s", buffer_text(&awaited->reason));
    } else {
        take_error(&status, error);
    }
    answer_release(&status);
    return verdict;
}

/* Until something may have changed: the daemon tells; without one it is looked again after a while. */
static void wait_for_change(struct session *session, struct event_stream *stream, bool *has_feed, int look_ms,
                            int64_t deadline_ms) {
    enum { LOOK_MS = 500 };
    struct span event;
    int left_ms = left_until(deadline_ms);
    if (*has_feed) {
        enum event_stream_outcome outcome = event_stream_next(stream, left_ms < look_ms ? left_ms : look_ms, &event);
        *has_feed = outcome != EVENT_STREAM_DISCONNECTED;
        if (outcome == EVENT_STREAM_EVENT)
            session_trust_daemon(session); /* it may be another one than before */
        return;
    }
    int pause_ms = left_ms < LOOK_MS ? left_ms : LOOK_MS;
    nanosleep(&(struct timespec){.tv_sec = pause_ms / 1000, .tv_nsec = pause_ms % 1000 * 1000000L}, NULL);
}

/* What was there once is waited for: git takes files away for a moment. After a while this is said, once. */
static bool goes_on(struct awaited *awaited, enum verdict verdict, bool is_quiet, struct error *error) {
    enum { NOTE_MS = 2000 };
    awaited->was_there |= verdict != IS_AWAY;
    if (verdict != IS_AWAY) {
        awaited->away_ms = 0;
        awaited->is_noted = false;
        return verdict == IS_NOT_MET;
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
    enum { TEN_MINUTES_MS = 600000, LOOK_WITH_FEED_MS = 5000, LOOK_AWAY_MS = 500 };
    int64_t deadline_ms = deadline_of(options, TEN_MINUTES_MS);
    struct event_stream stream = {.channel = {.descriptor = -1}};
    struct error none = {0};
    for (size_t type = 0; type < EVENT_TYPES; type++)
        stream.wants[type] = true;
    hurry(session, deadline_ms);
    bool has_feed = session->has_daemon && event_stream_open(&stream, session, &none);
    error_release(&none);
    for (;;) {
        enum verdict verdict = judge(session, awaited, answer, error);
        if (!goes_on(awaited, verdict, options->is_quiet, error))
            break;
        if (clock_now_ms() >= deadline_ms) {
            error_set(error, ERROR_TIMEOUT, "timed out after %s: %s", options->timeout ? options->timeout : "10m",
                      error->code ? error->message : buffer_text(&awaited->reason));
            break;
        }
        error_release(error);
        wait_for_change(session, &stream, &has_feed, verdict == IS_AWAY ? LOOK_AWAY_MS : LOOK_WITH_FEED_MS,
                        deadline_ms);
        hurry(session, deadline_ms);
    }
    event_stream_close(&stream);
}

static void render_wait(struct buffer *text, const cJSON *data, const struct style *style) {
    (void)style;
    styled_text_append_visible(text, styled_text_string(data, "plan"));
    buffer_append_string(text, ": ");
    styled_text_append_visible(text, styled_text_string(data, "reason"));
    buffer_append_byte(text, '\n');
}

int wait_run(const struct verb *verb, struct options *options) {
    struct session session;
    struct awaited awaited = {.plan = options->argument_count ? options->arguments[0] : options->plan};
    struct answer answer = {.kind = verb->name};
    struct error error = {0};
    int status;
    if (options->argument_count > 1)
        return command_fail_usage(verb, options, "only one plan can be named");
    if (!parse_condition(&awaited.condition, options, &error))
        return command_fail(&error, verb->name, options->is_json);
    if (!command_start(&session, verb, options, &status))
        return status;
    wait_until(&session, options, &awaited, &answer, &error);
    session_release(&session);
    memory_free(awaited.found);
    buffer_release(&awaited.reason);
    if (error.code)
        answer_fail(&answer, &error);
    return command_finish(&answer, options, render_wait);
}

/* --- an answer that stays current --- */

/* A new picture takes the place of the last one on a terminal, and follows it elsewhere. */
static void paint(const struct reply *reply, const struct options *options, bool is_first) {
    if (isatty(STDOUT_FILENO))
        fputs("\033[H\033[2J", stdout);
    else if (!is_first)
        putchar('\n');
    command_print(reply, options);
}

/* Returns false if it ends with this. The first failure does; later ones may be a branch that is being switched. */
static bool paint_reply(struct session *session, const struct options *options, struct request *request,
                        struct buffer *shown, enum error_code *code) {
    AUTO(reply) reply = {0};
    bool is_first = shown->length == 0;
    request->style = command_style(options);
    session_forget(session);
    session_reply(session, request, &reply);
    *code = reply.code;
    bool is_new = is_first || reply.output.length != shown->length ||
                  memcmp(buffer_text(&reply.output), buffer_text(shown), shown->length) != 0;
    if (is_new) {
        paint(&reply, options, is_first);
        buffer_clear(shown);
        buffer_append_span(shown, buffer_span(&reply.output));
    }
    return !ferror(stdout) && (!is_first || reply.code == ERROR_NONE || reply.code == ERROR_INVALID);
}

int watch_request(const struct verb *verb, struct options *options, struct request *request) {
    enum { LOOK_WITH_FEED_MS = 5000 };
    struct session session;
    struct event_stream stream = {.channel = {.descriptor = -1}};
    struct error error = {0};
    AUTO(buffer) shown = {0};
    enum error_code code;
    int status;
    if (!command_start(&session, verb, options, &status))
        return status;
    int64_t deadline_ms = deadline_of(options, -1);
    for (size_t type = 0; type < EVENT_TYPES; type++)
        stream.wants[type] = true;
    bool has_feed = session.has_daemon && event_stream_open(&stream, &session, &error);
    error_release(&error);
    while (paint_reply(&session, options, request, &shown, &code)) {
        if (clock_now_ms() >= deadline_ms) {
            error_set(&error, ERROR_TIMEOUT, "the time is over");
            break;
        }
        wait_for_change(&session, &stream, &has_feed, LOOK_WITH_FEED_MS, deadline_ms);
    }
    event_stream_close(&stream);
    session_release(&session);
    return error.code ? command_fail(&error, verb->name, false) : (int)code;
}
