#include "pane.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

enum { DEADLINE_SECONDS = 20, WORDS_MOST = 16 };

static char *beside_root(const struct space *space, const char *name) {
    struct buffer text = {0};
    buffer_append_format(&text, "%.*s/%s", (int)(strrchr(space->root, '/') - space->root), space->root, name);
    return text.data;
}

static void become_tmux(const struct pane *pane, const char *const *words) {
    char *line[WORDS_MOST] = {(char *)"tmux", (char *)"-u", (char *)"-S",
                              pane->socket,   (char *)"-f", (char *)"/dev/null"};
    size_t count = 6;
    for (; *words && count < WORDS_MOST - 1; words++)
        line[count++] = (char *)*words;
    unsetenv("TMUX");
    unsetenv("NO_COLOR");
    setenv("LC_ALL", "C.UTF-8", true);
    execvp(line[0], line);
    _exit(127);
}

/* What tmux prints goes to @text, if it is not NULL. */
static void tmux(const struct pane *pane, const char *const *words, struct buffer *text) {
    int pipes[2], status = -1;
    char part[4096];
    cr_assert_eq(pipe2(pipes, O_CLOEXEC), 0);
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        dup2(text ? pipes[1] : open("/dev/null", O_WRONLY), STDOUT_FILENO);
        become_tmux(pane, words);
    }
    close(pipes[1]);
    for (ssize_t got; text && (got = read(pipes[0], part, sizeof part)) > 0;)
        buffer_append(text, part, (size_t)got);
    close(pipes[0]);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "tmux %s: status %d", words[0], status);
}

struct pane pane_new(const struct space *space, unsigned width, unsigned height) {
    struct pane pane = {.space = space, .socket = beside_root(space, "pane")};
    char columns[16], rows[16], *home = beside_root(space, "");
    struct buffer shell = {0};
    const char *program = space_program(), *slash = strrchr(program, '/');
    snprintf(columns, sizeof columns, "%u", width);
    snprintf(rows, sizeof rows, "%u", height);
    buffer_append_format(
        &shell,
        "exec env -u NO_COLOR -u BATCHD_ROOT HISTFILE= HOME='%s' PATH='%.*s':\"$PATH\" PS1='$ ' bash --norc "
        "--noprofile -i",
        home, (int)(slash - program), program);
    tmux(&pane,
         (const char *const[]){"new-session", "-d", "-x", columns, "-y", rows, "-c", space->root, shell.data, NULL},
         NULL);
    tmux(&pane, (const char *const[]){"set", "-g", "status", "off", NULL}, NULL);
    pane_resize(&pane, width, height);
    buffer_release(&shell);
    memory_free(home);
    pane_await(&pane, "$");
    return pane;
}

void pane_end(struct pane *pane) {
    tmux(pane, (const char *const[]){"kill-server", NULL}, NULL);
    unlink(pane->socket);
    memory_free(pane->socket);
    memory_free(pane->text);
    *pane = (struct pane){0};
}

void pane_run(struct pane *pane, const char *line) {
    tmux(pane, (const char *const[]){"send-keys", "-l", line, NULL}, NULL);
    pane_press(pane, "Enter");
}

void pane_press(struct pane *pane, const char *key) {
    tmux(pane, (const char *const[]){"send-keys", key, NULL}, NULL);
}

void pane_resize(struct pane *pane, unsigned width, unsigned height) {
    char columns[16], rows[16];
    snprintf(columns, sizeof columns, "%u", width);
    snprintf(rows, sizeof rows, "%u", height);
    tmux(pane, (const char *const[]){"resize-window", "-x", columns, "-y", rows, NULL}, NULL);
}

const char *pane_look(struct pane *pane) {
    struct buffer text = {0};
    tmux(pane, (const char *const[]){"capture-pane", "-p", NULL}, &text);
    memory_free(pane->text);
    pane->text = text.data;
    return pane->text ? pane->text : "";
}

static void await(struct pane *pane, const char *text, bool is_wanted) {
    time_t end = time(NULL) + DEADLINE_SECONDS;
    while (has(pane_look(pane), text) != is_wanted)
        cr_assert_lt(time(NULL), end, "\"%s\" is %s:\n%s", text, is_wanted ? "not there" : "still there", pane->text);
}

void pane_await(struct pane *pane, const char *text) {
    await(pane, text, true);
}

void pane_await_gone(struct pane *pane, const char *text) {
    await(pane, text, false);
}
