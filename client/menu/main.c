/*
 * batchctl-menu: the interactive menu, a separate program so that nothing else has to load what it needs. "batchctl
 * menu" starts it; its options are those of that verb.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/version.h"
#include "cli/command.h"
#include "cli/option_reader.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/menu_command.h"
#include "menu/menu.h"
#include "menu/menu_keys.h"
#include "menu/menu_show.h"
#include "menu/screen.h"
#include "session/event_stream.h"
#include "session/session.h"
#include "term/terminal.h"
#include "verbs.h"
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

static int run_menu(const struct verb *verb, struct options *options) {
    static struct driver driver;
    struct answer answer;
    struct error error = {0};
    int status;
    const char *plan = options->argument_count ? options->arguments[0] : options->plan;
    if (!command_start(&driver.session, verb, options, &status))
        return status;
    driver.session.is_quiet = true; /* nothing may be written over the page */
    driver.menu.host = (struct menu_host){answer_request, print_text, &driver};
    driver.menu.root = options->workspace;
    driver.menu.here = options->here;
    driver.menu.has_color = terminal_has_color(options->color, STDOUT_FILENO);
    driver.menu.is_ascii = terminal_is_ascii(options->ascii);
    if (!menu_begin(&driver.menu, plan, &answer)) {
        status = command_finish(&answer, options);
    } else if (!screen_open(driver.menu.has_color, &error)) {
        status = menu_command_print(verb, options);
        error_release(&error);
    } else {
        run(&driver, !options->has_no_daemon);
        screen_close();
        status = 0;
    }
    menu_end(&driver.menu);
    if (driver.has_feed)
        event_stream_close(&driver.stream);
    session_release(&driver.session);
    return status;
}

int main(int count, char **words) {
    const struct verb *verb = command_find_verb(verbs, "menu");
    struct options options;
    struct error error = {0};
    int status;
    if (count == 2 && strcmp(words[1], MENU_COMMAND_VERSION_OPTION) == 0)
        return printf("batchctl-menu %s\n", program_version) < 0;
    terminal_choose_locale();
    bool is_parsed = option_reader_parse(&options, count - 1, words + 1, verb->scopes, &error);
    if (!is_parsed)
        status = command_fail(&error, verb->name, false);
    else if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        status = command_run(verb, &options); /* which says so */
    else
        status = run_menu(verb, &options);
    options_release(&options);
    return status;
}
