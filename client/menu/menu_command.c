#include "menu/menu_command.h"

#include <unistd.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "cli/command.h"
#include "menu/menu.h"
#include "menu/menu_keys.h"
#include "menu/screen.h"
#include "session/event_stream.h"
#include "session/session.h"
#include "term/terminal.h"
#include "view/event.h"

enum {
    REFRESH_MS = 1000,       /* between two readings where no daemon reports changes */
    REFRESH_COST_SHARE = 20, /* a reading that takes long is made less often: at most a twentieth of the time */
    RECONNECT_MS = 5000,     /* between two attempts to connect to a daemon */
};

struct driver {
    struct session session;
    struct event_stream stream;
    bool has_feed;
    int64_t refresh_at_ms, reconnect_at_ms;
    struct menu menu;
};

/* --- what the menu asks of its host --- */

static void answer_request(void *data, const struct request *request, struct answer *answer) {
    struct driver *driver = data;
    session_forget(&driver->session); /* a plan may have come since */
    session_view(&driver->session, request, answer);
}

static void print_text(void *data, const char *text) {
    (void)data;
    screen_print(text);
}

/* --- the daemon's events --- */

static void reconnect(struct driver *driver, bool wants_daemon) {
    struct error error = {0};
    driver->reconnect_at_ms = clock_now_ms() + RECONNECT_MS;
    if (!wants_daemon || driver->has_feed)
        return;
    driver->stream = (struct event_stream){.channel = {.descriptor = -1}, .is_impatient = true};
    for (enum event_type type = 0; type < EVENT_TYPES; type++)
        driver->stream.wants[type] = true;
    driver->has_feed = event_stream_open(&driver->stream, &driver->session, &error);
    if (driver->has_feed)
        session_trust_daemon(&driver->session); /* it may be another one than before */
    else
        event_stream_close(&driver->stream);
    driver->menu.is_live = driver->has_feed;
    error_release(&error);
}

/* Takes all events that are there; what happened is seen by reading the plan. */
static void take_events(struct driver *driver) {
    struct span event;
    enum event_stream_outcome outcome;
    do
        outcome = event_stream_next(&driver->stream, 0, &event);
    while (outcome == EVENT_STREAM_EVENT);
    driver->refresh_at_ms = clock_now_ms();
    if (outcome == EVENT_STREAM_TIMED_OUT)
        return;
    event_stream_close(&driver->stream);
    driver->has_feed = driver->menu.is_live = false;
}

static void refresh_if_due(struct driver *driver) {
    int64_t begun_ms = clock_now_ms();
    if (begun_ms < driver->refresh_at_ms)
        return;
    menu_refresh(&driver->menu);
    int64_t pause_ms = (clock_now_ms() - begun_ms) * REFRESH_COST_SHARE;
    if (driver->has_feed && !driver->session.team) /* no daemon reports the claims of a team */
        driver->refresh_at_ms = INT64_MAX;
    else
        driver->refresh_at_ms = clock_now_ms() + (pause_ms > REFRESH_MS ? pause_ms : REFRESH_MS);
}

/* --- the loop --- */

static void show(struct driver *driver) {
    size_t width, height;
    screen_size(&width, &height);
    screen_show(menu_show(&driver->menu, width, height));
}

static int wait_ms(const struct driver *driver) {
    int64_t at_ms = driver->refresh_at_ms < driver->reconnect_at_ms ? driver->refresh_at_ms : driver->reconnect_at_ms;
    int64_t left_ms = at_ms - clock_now_ms();
    return left_ms < 0 ? 0 : (int)left_ms;
}

static void run(struct driver *driver, bool wants_daemon) {
    uint32_t key;
    reconnect(driver, wants_daemon);
    driver->refresh_at_ms = driver->has_feed ? clock_now_ms() : clock_now_ms() + REFRESH_MS;
    while (!driver->menu.is_over) {
        show(driver);
        switch (screen_wait(driver->has_feed ? driver->stream.channel.descriptor : -1, wait_ms(driver))) {
        case SCREEN_KEY:
            while (!driver->menu.is_over && screen_key(&key)) {
                menu_press(&driver->menu, key);
                show(driver); /* what scrolls has to know how far it can */
            }
            break;
        case SCREEN_OTHER:
            take_events(driver);
            break;
        case SCREEN_GONE:
            return;
        case SCREEN_CHANGED:
        case SCREEN_NOTHING:
            break;
        }
        if (clock_now_ms() >= driver->reconnect_at_ms)
            reconnect(driver, wants_daemon);
        refresh_if_due(driver);
    }
}

/* --- without a screen --- */

/* What status and next print, and that nothing can be chosen here. */
static int print_state(struct session *session, const struct options *options) {
    struct answer state, advice;
    struct error error = {0};
    const struct request status = {.method = "status", .plan = options->request.plan};
    const struct request next = {.method = "next", .plan = options->request.plan};
    session_view(session, &status, &state);
    if (!state.view)
        return command_finish(&state, options);
    error_set(&error, ERROR_DECLINED, "the menu needs a terminal; this is what it would show");
    error_hint(&error, "\"batchctl next\" shows what to do");
    if (options->is_json) {
        answer_fail(&state, &error);
        return command_finish(&state, options);
    }
    session_view(session, &next, &advice);
    diagnostics_release(&advice.diagnostics); /* they are those of status */
    answer_fail(&advice, &error);
    command_finish(&state, options);
    return command_finish(&advice, options);
}

/* --- the verb --- */

static int show_menu(struct driver *driver, const struct options *options) {
    struct answer answer;
    struct error error = {0};
    driver->session.is_quiet = true; /* nothing may be written over the page */
    driver->menu.host = (struct menu_host){answer_request, print_text, driver};
    driver->menu.style = command_style(options);
    if (!menu_begin(&driver->menu, options->request.plan, &answer))
        return command_finish(&answer, options);
    if (!screen_open(driver->menu.style.has_color, &error)) {
        if (error.code != ERROR_DECLINED)
            return command_fail(&error, NULL, false);
        error_release(&error);
        return print_state(&driver->session, options);
    }
    run(driver, !options->has_no_daemon);
    screen_close();
    if (driver->has_feed)
        event_stream_close(&driver->stream);
    return 0;
}

int menu_command_run(const struct verb *verb, struct options *options) {
    static struct driver driver;
    int status;
    if (!command_start(&driver.session, verb, options, &status))
        return status;
    bool has_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    status = has_terminal && !options->is_json ? show_menu(&driver, options) : print_state(&driver.session, options);
    menu_end(&driver.menu);
    session_release(&driver.session);
    return status;
}
