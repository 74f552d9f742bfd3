#include "menu/menu_command.h"

#include <unistd.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/clock.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "cli/command.h"
#include "menu/menu.h"
#include "menu/menu_keys.h"
#include "menu/screen.h"
#include "session/event_source.h"
#include "session/session.h"
#include "term/terminal.h"

enum {
    REFRESH_MS = 1000,       /* between two readings where no daemon reports changes */
    REFRESH_COST_SHARE = 20, /* a reading that takes long is made less often: at most a twentieth of the time */
};

struct driver {
    struct session session;
    struct event_source source;
    int64_t refresh_at_ms;
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

static void open_source(struct driver *driver) {
    AUTO(error) ignored = {0};
    driver->source = (struct event_source){.channel.descriptor = -1, .avoids_team = true};
    event_source_want_all(&driver->source);
    driver->menu.is_live = event_source_open(&driver->source, &driver->session, &ignored);
}

/* Takes all events that are there; what happened is seen by reading the plan. */
static void take_events(struct driver *driver) {
    while (event_source_wait(&driver->source, 0))
        driver->refresh_at_ms = clock_now_ms();
    driver->menu.is_live = driver->source.is_connected;
}

static void refresh_if_due(struct driver *driver) {
    int64_t begun_ms = clock_now_ms();
    if (begun_ms < driver->refresh_at_ms)
        return;
    menu_refresh(&driver->menu);
    int64_t pause_ms = (clock_now_ms() - begun_ms) * REFRESH_COST_SHARE;
    if (driver->source.is_connected && !driver->session.team) /* no daemon reports the claims of a team */
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
    const struct event_source *source = &driver->source;
    int64_t at_ms = driver->refresh_at_ms;
    if (!source->is_connected && source->retry_at_ms < at_ms)
        at_ms = source->retry_at_ms;
    return clock_left_ms(at_ms);
}

static void run(struct driver *driver) {
    uint32_t key;
    open_source(driver);
    driver->refresh_at_ms = clock_now_ms() + (driver->source.is_connected ? 0 : REFRESH_MS);
    while (!driver->menu.is_over) {
        show(driver);
        switch (screen_wait(driver->source.channel.descriptor, wait_ms(driver))) {
        case SCREEN_KEY:
            while (!driver->menu.is_over && screen_key(&key)) {
                menu_press(&driver->menu, key);
                show(driver); /* what scrolls has to know how far it can */
            }
            break;
        case SCREEN_GONE:
            return;
        case SCREEN_OTHER:
        case SCREEN_CHANGED:
        case SCREEN_NOTHING:
            break;
        }
        take_events(driver);
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
    run(driver);
    screen_close();
    event_source_close(&driver->source);
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
