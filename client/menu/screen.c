#include "menu/screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/columns.h"
#include "menu/menu_keys.h"
#include "term/libncursesw.h"
#include "term/terminal.h"

enum { ESCAPE_MS = 25, SEQUENCE_BYTES_MOST = 256 };

static const struct libncursesw *curses;

static struct {
    SCREEN *screen;
    WINDOW *window; /* all of it */
    bool has_color;
    /* What a handler needs, which may call next to nothing (signal-safety(7)). */
    struct termios before;
    char leave[SEQUENCE_BYTES_MOST]; /* what makes the terminal leave the screen */
    size_t leave_length;
    sigset_t allowed; /* signals while screen_wait waits */
} display;

/* Is the terminal ours? */
static volatile sig_atomic_t is_taken;

/* --- signals --- */

/* The terminal as it was, then the signal has its default action. */
static void on_end(int number) {
    if (is_taken) {
        ssize_t written = write(STDOUT_FILENO, display.leave, display.leave_length);
        (void)written;
        tcsetattr(STDIN_FILENO, TCSADRAIN, &display.before);
    }
    is_taken = 0;
    signal(number, SIG_DFL);
    raise(number);
}

/* It ends screen_wait. */
static void on_change(int number) {
    (void)number;
}

static void handle(int number, void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

/* Those that do not end the program come while it waits, and at no other moment. The handler for SIGTSTP is that of
 * curses, which leaves handlers that are there alone. */
static void handle_signals(void) {
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV}, changes[] = {SIGCONT, SIGWINCH};
    sigset_t held;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        handle(ends[i], on_end);
    sigemptyset(&held);
    sigaddset(&held, SIGTSTP);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        handle(changes[i], on_change);
        sigaddset(&held, changes[i]);
    }
    sigprocmask(SIG_BLOCK, &held, &display.allowed);
}

/* --- opening and closing --- */

/*
 * @name: of a capability, see terminfo(5). Not all terminals have all of them. Padding, "$<5>", is left out: it is for
 * terminals that are too slow for what they are sent.
 */
static void add_capability(const char *name) {
    const char *text = curses->tigetstr(name);
    if (!text || (intptr_t)text == -1)
        return;
    for (; *text && display.leave_length < SEQUENCE_BYTES_MOST; text++) {
        const char *end = strncmp(text, "$<", 2) == 0 ? strchr(text, '>') : NULL;
        if (end)
            text = end;
        else
            display.leave[display.leave_length++] = *text;
    }
}

static void choose_colors(bool has_color) {
    display.has_color = has_color && curses->has_colors() && curses->start_color() == OK;
    if (!display.has_color)
        return;
    curses->use_default_colors();
    for (short color = COLOR_RED; color <= COLOR_WHITE; color++)
        curses->init_pair(color, color, -1);
}

/* A terminal whose kind is known, and that can place the cursor. */
static bool prepare_terminal(void) {
    int found = 0;
    if (tcgetattr(STDIN_FILENO, &display.before) || curses->setupterm(NULL, STDOUT_FILENO, &found) != OK)
        return false;
    static const char *const leaving[] = {"sgr0", "rmkx", "cnorm", "rmcup"};
    const char *place = curses->tigetstr("cup");
    for (size_t i = 0; i < sizeof leaving / sizeof *leaving; i++)
        add_capability(leaving[i]);
    curses->del_curterm(curses->set_curterm(NULL)); /* newterm makes its own */
    return place;
}

static bool take_terminal(void) {
    handle_signals();
    is_taken = 1;
    display.screen = curses->newterm(NULL, stdout, stdin);
    is_taken = display.screen != NULL;
    if (!display.screen)
        return false;
    curses->set_escdelay(ESCAPE_MS);
    curses->cbreak();
    curses->noecho();
    curses->nonl();
    curses->curs_set(0);
    display.window = curses->newwin(0, 0, 0, 0);
    curses->keypad(display.window, TRUE);
    curses->nodelay(display.window, TRUE);
    return true;
}

bool screen_open(bool has_color, struct error *error) {
    const char *kind = getenv("TERM");
    curses = libncursesw(error);
    if (!curses)
        return false;
    terminal_choose_locale();
    if (!prepare_terminal() || !take_terminal())
        return error_set(error, ERROR_DECLINED, "the menu cannot be shown on a terminal of the kind \"%s\"",
                         kind ? kind : "");
    choose_colors(has_color);
    return true;
}

void screen_close(void) {
    curses->endwin();
    is_taken = 0;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &display.before);
    curses->delscreen(display.screen);
    sigprocmask(SIG_SETMASK, &display.allowed, NULL);
}

/* --- pages --- */

void screen_size(size_t *width, size_t *height) {
    *width = (size_t)curses->getmaxx(display.window);
    *height = (size_t)curses->getmaxy(display.window);
}

/* From here on, text looks as @color, "\033[1;31m", says. Bright black is dim: on some terminals it is not seen. */
static void set_color(struct span color) {
    attr_t attributes = A_NORMAL;
    short pair = 0;
    for (const char *at = color.data + 1; *at != 'm';) {
        char *end;
        long number = strtol(at + 1, &end, 10);
        at = end;
        if (number == 1)
            attributes |= A_BOLD;
        else if (number == 2 || number == 90)
            attributes |= A_DIM;
        else if (number == 7)
            attributes |= A_REVERSE;
        else if (number == 30)
            attributes = A_DIM;
        else if (number > 30 && number <= 37)
            pair = (short)(number - 30);
    }
    curses->wattr_set(display.window, attributes, display.has_color ? pair : 0, NULL);
}

static void show_line(int row, struct span line) {
    curses->wmove(display.window, row, 0);
    curses->wattr_set(display.window, A_NORMAL, 0, NULL);
    for (size_t length; line.length; line = span_skip(line, length)) {
        length = columns_color_length(line);
        if (length) {
            set_color((struct span){line.data, length});
            continue;
        }
        const char *escape = memchr(line.data + 1, '\033', line.length - 1);
        length = escape ? (size_t)(escape - line.data) : line.length;
        curses->waddnstr(display.window, line.data, (int)length);
    }
}

void screen_show(const struct menu_view *view) {
    size_t width, height;
    struct span page = buffer_span(&view->page), line;
    screen_size(&width, &height);
    curses->werase(display.window);
    for (size_t row = 0; row < height && span_next_line(&page, &line); row++)
        show_line((int)row, line);
    curses->wrefresh(display.window);
}

/* --- keys --- */

bool screen_key(uint32_t *key) {
    static const struct {
        wint_t code;
        uint32_t key;
    } codes[] = {{KEY_UP, MENU_KEY_UP},         {KEY_DOWN, MENU_KEY_DOWN},     {KEY_LEFT, MENU_KEY_LEFT},
                 {KEY_RIGHT, MENU_KEY_RIGHT},   {KEY_PPAGE, MENU_KEY_PAGE_UP}, {KEY_NPAGE, MENU_KEY_PAGE_DOWN},
                 {KEY_HOME, MENU_KEY_HOME},     {KEY_END, MENU_KEY_END},       {KEY_ENTER, MENU_KEY_ENTER},
                 {KEY_BACKSPACE, MENU_KEY_BACK}};
    wint_t code;
    int kind = curses->wget_wch(display.window, &code);
    if (kind == ERR)
        return false;
    *key = kind == KEY_CODE_YES               ? 0
           : code == '\r' || code == '\n'     ? (uint32_t)MENU_KEY_ENTER
           : code == '\033' || code == '\177' ? (uint32_t)MENU_KEY_BACK
                                              : (uint32_t)code;
    for (size_t i = 0; kind == KEY_CODE_YES && i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == code)
            *key = codes[i].key;
    return true;
}

/* The size may have changed, or another program has used the terminal since. */
static void take_again(void) {
    struct winsize size;
    curses->reset_prog_mode();
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
        curses->resizeterm(size.ws_row, size.ws_col);
    curses->clearok(display.window, TRUE);
}

enum screen_event screen_wait(int descriptor, int timeout_ms) {
    struct pollfd places[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = descriptor, .events = POLLIN}};
    const struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
    int count = ppoll(places, 2, &timeout, &display.allowed);
    if (count < 0) {
        take_again();
        return SCREEN_CHANGED;
    }
    if (count == 0)
        return SCREEN_NOTHING;
    if (places[0].revents & (POLLHUP | POLLERR | POLLNVAL))
        return SCREEN_GONE;
    return places[0].revents ? SCREEN_KEY : SCREEN_OTHER;
}

static void wait_for_key(void) {
    struct termios single = display.before;
    char byte;
    single.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &single);
    while (read(STDIN_FILENO, &byte, 1) < 0 && errno == EINTR)
        continue;
}

/* Curses takes the terminal again when the page is shown. */
void screen_print(const char *text) {
    curses->endwin();
    is_taken = 0;
    terminal_put(stdout, span_of(text));
    fputs("\n-- any key: back to the menu --", stdout);
    fflush(stdout);
    wait_for_key();
    fputs("\r                               \r", stdout);
    fflush(stdout);
    is_taken = 1;
}
