#include "daemon.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "config/config.h"
#include "config/socket_path.h"
#include "refusal.h"

enum { DEADLINE_MS = 30000, LIFE_SECONDS = 280, WORDS_MOST = 12, VARIABLES_MOST = 24 };

static void must(bool is_well, const char *what) {
    if (!is_well)
        cr_assert_fail("%s: %s", what, strerror(errno));
}

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* False once the deadline is over. */
static bool wait_for(int descriptor, short events, int64_t deadline_ms) {
    for (;;) {
        int64_t left_ms = deadline_ms - now_ms();
        struct pollfd place = {.fd = descriptor, .events = events};
        int count = poll(&place, 1, left_ms > 0 ? (int)left_ms : 0);
        if (count >= 0 || errno != EINTR)
            return count > 0;
    }
}

/* --- starting --- */

static struct sockaddr_un address_of(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    cr_assert_lt(strlen(path), sizeof address.sun_path, "%s", path);
    memcpy(address.sun_path, path, strlen(path));
    return address;
}

static const char *runtime; /* for find_variable */

static const char *find_variable(const char *name) {
    return strcmp(name, "XDG_RUNTIME_DIR") == 0 ? runtime : NULL;
}

static char *usual_socket(const char *root, const char *runtime_folder) {
    struct arena arena = {0};
    struct stat status;
    const struct config config = {0};
    must(stat(root, &status) == 0, root);
    const struct file_identity identity = {.device = status.st_dev, .inode = status.st_ino};
    runtime = runtime_folder;
    char *socket = strdup(socket_path_of_daemon(&arena, &config, &identity, find_variable));
    arena_release(&arena);
    return socket;
}

static int bind_notices(const char *path) {
    struct sockaddr_un address = address_of(path);
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    unlink(path);
    must(descriptor >= 0 && bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0, path);
    return descriptor;
}

struct starting {
    struct buffer texts[VARIABLES_MOST];
    char *words[WORDS_MOST], *variables[VARIABLES_MOST];
    size_t word_count, variable_count;
};

static void add_word(struct starting *starting, const char *word) {
    cr_assert_lt(starting->word_count, (size_t)WORDS_MOST - 1);
    starting->words[starting->word_count++] = (char *)word;
}

static void add_variable(struct starting *starting, const char *name, const char *value) {
    cr_assert_lt(starting->variable_count, (size_t)VARIABLES_MOST - 2); /* LISTEN_PID is added by the child */
    struct buffer *text = &starting->texts[starting->variable_count];
    buffer_append_format(text, "%s%s%s", name, value ? "=" : "", value ? value : "");
    starting->variables[starting->variable_count++] = text->data;
}

static void fill(struct starting *starting, const struct space *space, const struct daemon_setting *setting,
                 const char *notices) {
    static const char *const passed[] = {"PATH",         "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS",
                                         "TSAN_OPTIONS", "GCOV_PREFIX",  "TMPDIR"};
    char *runtime_folder = space_run(space, ""),
         *home = strndup(space->root, (size_t)(strrchr(space->root, '/') - space->root));
    add_word(starting, BATCHD_PATH);
    add_word(starting, "--root");
    add_word(starting, setting->root ? setting->root : space->root);
    for (size_t i = 0; i < sizeof setting->options / sizeof *setting->options && setting->options[i]; i++)
        add_word(starting, setting->options[i]);
    for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
        if (getenv(passed[i]))
            add_variable(starting, passed[i], getenv(passed[i]));
    add_variable(starting, "HOME", home);
    add_variable(starting, "XDG_RUNTIME_DIR", runtime_folder);
    add_variable(starting, "NOTIFY_SOCKET", notices);
    for (size_t i = 0; i < sizeof setting->variables / sizeof *setting->variables && setting->variables[i]; i++)
        add_variable(starting, setting->variables[i], NULL);
    if (setting->handed_over)
        add_variable(starting, "LISTEN_FDS", "1");
    memory_free(home);
    memory_free(runtime_folder);
}

/* In the child: no Criterion, no memory. */
static void become(struct starting *starting, const struct daemon_setting *setting, int log) {
    static char listener[40];
    int nothing = open("/dev/null", O_RDWR);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid(); /* away from a terminal, which it would end with */
    alarm(LIFE_SECONDS);
    dup2(nothing, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    if (setting->umask)
        umask(setting->umask);
    if (setting->handed_over) {
        dup2(setting->handed_over, 3);
        snprintf(listener, sizeof listener, "LISTEN_PID=%d", (int)getpid());
        starting->variables[starting->variable_count] = listener;
    }
    if (setting->refusal)
        refusal_impose(setting->refusal);
    execve(starting->words[0], starting->words, starting->variables);
    _exit(127);
}

void daemon_begin(struct daemon *daemon, const struct space *space, const struct daemon_setting *setting) {
    static unsigned count;
    struct starting starting = {0};
    struct buffer name = {0};
    char *runtime_folder = space_run(space, "");
    must(mkdir(runtime_folder, 0700) == 0 || errno == EEXIST, runtime_folder);
    buffer_append_format(&name, "notices-%u", ++count);
    char *notices = space_run(space, name.data);
    buffer_clear(&name);
    buffer_append_format(&name, "batchd-%u.log", count);
    *daemon = (struct daemon){
        .notices = bind_notices(notices),
        .socket = usual_socket(setting->root ? setting->root : space->root, runtime_folder),
        .log = space_run(space, name.data),
    };
    int log = open(daemon->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(log >= 0, daemon->log);
    fill(&starting, space, setting, notices);
    daemon->child = fork();
    must(daemon->child >= 0, "fork");
    if (daemon->child == 0)
        become(&starting, setting, log);
    close(log);
    for (size_t i = 0; i < VARIABLES_MOST; i++)
        buffer_release(&starting.texts[i]);
    buffer_release(&name);
    memory_free(notices);
    memory_free(runtime_folder);
}

/* The next notice, or NULL if the daemon has ended. */
static char *next_notice(const struct daemon *daemon) {
    char text[4096];
    int process = (int)syscall(SYS_pidfd_open, daemon->child, 0);
    struct pollfd places[] = {{.fd = daemon->notices, .events = POLLIN}, {.fd = process, .events = POLLIN}};
    must(process >= 0, "pidfd_open");
    int64_t deadline_ms = now_ms() + DEADLINE_MS;
    int count;
    do
        count = poll(places, 2, (int)(deadline_ms - now_ms()));
    while (count < 0 && errno == EINTR);
    close(process);
    if (count <= 0)
        cr_assert_fail("the daemon says nothing, see %s", daemon->log);
    ssize_t got = places[0].revents ? recv(daemon->notices, text, sizeof text - 1, 0) : -1;
    if (got < 0)
        return NULL;
    text[got] = '\0';
    return strdup(text);
}

bool daemon_await_ready(struct daemon *daemon) {
    for (;;) {
        char *notice = next_notice(daemon);
        if (!notice) {
            daemon_wait(daemon);
            return false;
        }
        bool is_ready = has(notice, "READY=1");
        memory_free(notice);
        if (is_ready)
            return true;
    }
}

bool daemon_start_under(struct daemon *daemon, const struct space *space, const struct daemon_setting *setting) {
    daemon_begin(daemon, space, setting);
    return daemon_await_ready(daemon);
}

struct daemon daemon_start(const struct space *space) {
    struct daemon daemon;
    if (!daemon_start_under(&daemon, space, &(struct daemon_setting){0})) {
        char *logged = daemon_logged(&daemon);
        cr_assert_fail("batchd ended with %d: %s", daemon.status, logged);
    }
    close(daemon.notices);
    daemon.notices = -1;
    return daemon;
}

/* --- stopping --- */

static void release(struct daemon *daemon) {
    if (daemon->notices >= 0)
        close(daemon->notices);
    memory_free(daemon->socket);
    memory_free(daemon->log);
    daemon->notices = -1;
    daemon->socket = daemon->log = NULL;
}

int daemon_wait(struct daemon *daemon) {
    int status, process = (int)syscall(SYS_pidfd_open, daemon->child, 0);
    must(process >= 0, "pidfd_open");
    if (!wait_for(process, POLLIN, now_ms() + DEADLINE_MS))
        cr_assert_fail("the daemon does not end, see %s", daemon->log);
    close(process);
    must(waitpid(daemon->child, &status, 0) == daemon->child, "waitpid");
    daemon->child = 0;
    daemon->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return daemon->status;
}

void daemon_stop(struct daemon *daemon) {
    kill(daemon->child, SIGTERM);
    if (daemon_wait(daemon) != 0) {
        char *logged = daemon_logged(daemon);
        cr_assert_fail("batchd ended with %d: %s", daemon->status, logged);
    }
    release(daemon);
}

void daemon_kill(struct daemon *daemon) {
    kill(daemon->child, SIGKILL);
    cr_assert_eq(daemon_wait(daemon), 128 + SIGKILL, "ended with %d", daemon->status);
    release(daemon);
}

void daemon_end(struct daemon *daemon) {
    cr_assert_eq(daemon->child, 0);
    release(daemon);
}

/* --- what it tells --- */

char *daemon_notice(const struct daemon *daemon, const char *part) {
    for (;;) {
        char *notice = next_notice(daemon);
        if (!notice)
            cr_assert_fail("the daemon has ended without \"%s\"", part);
        if (has(notice, part))
            return notice;
        memory_free(notice);
    }
}

static char *read_file(const char *path) {
    struct buffer text = {0};
    char part[4096];
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    must(descriptor >= 0, path);
    for (ssize_t got; (got = read(descriptor, part, sizeof part)) > 0;)
        buffer_append(&text, part, (size_t)got);
    close(descriptor);
    buffer_append_string(&text, "");
    return text.data;
}

const char *daemon_program(void) {
    return BATCHD_PATH;
}

char *daemon_logged(const struct daemon *daemon) {
    return read_file(daemon->log);
}

unsigned long daemon_peak_kib(const struct daemon *daemon) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/status", (int)daemon->child);
    char *text = read_file(path), *line = strstr(text, "VmHWM:");
    unsigned long kib = line ? strtoul(line + strlen("VmHWM:"), NULL, 10) : 0;
    memory_free(text);
    cr_assert_gt(kib, 0);
    return kib;
}

/* --- a parrot, and a babbler --- */

/* Listens as @user; a child, without Criterion, serves each connection with @serve. */
static pid_t start_peer(uid_t user, const char *path, void (*serve)(int descriptor, const void *data),
                        const void *data) {
    struct sockaddr_un address = address_of(path);
    unlink(path);
    int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    uid_t self = geteuid();
    bool is_bound = bind(listening, (struct sockaddr *)&address, sizeof address) == 0 && chmod(path, 0600) == 0;
    must(is_bound && seteuid(user) == 0 && listen(listening, 16) == 0 && seteuid(self) == 0, path);
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        alarm(LIFE_SECONDS);
        for (int descriptor; (descriptor = accept(listening, NULL, NULL)) >= 0; close(descriptor))
            serve(descriptor, data);
        _exit(0);
    }
    close(listening);
    return child;
}

static void repeat(int descriptor, const void *data) {
    const char *reply = data;
    char part[65536];
    while (read(descriptor, part, sizeof part) > 0)
        if (send(descriptor, reply, strlen(reply), MSG_NOSIGNAL) < 0)
            break;
}

pid_t parrot_start(uid_t user, const char *path, const char *reply) {
    return start_peer(user, path, repeat, reply);
}

struct babble {
    const char *beginning, *again;
    int pause_ms;
};

static void babble(int descriptor, const void *data) {
    const struct babble *said = data;
    char part[65536];
    size_t length = said->again ? strlen(said->again) : 0, filled = 0;
    if (read(descriptor, part, sizeof part) <= 0 ||
        send(descriptor, said->beginning, strlen(said->beginning), MSG_NOSIGNAL) < 0 || length == 0)
        return;
    while (filled + length <= (said->pause_ms ? length : sizeof part)) {
        memcpy(part + filled, said->again, length);
        filled += length;
    }
    while (send(descriptor, part, filled, MSG_NOSIGNAL) >= 0)
        poll(NULL, 0, said->pause_ms);
}

pid_t babbler_start(const char *path, const char *beginning, const char *again, int pause_ms) {
    const struct babble said = {beginning, again, pause_ms};
    return start_peer(geteuid(), path, babble, &said);
}

void parrot_end(pid_t parrot) {
    kill(parrot, SIGKILL);
    must(waitpid(parrot, NULL, 0) == parrot, "waitpid");
}

/* --- one end of a connection --- */

bool peer_try_connect(struct peer *peer, const char *path) {
    struct sockaddr_un address = address_of(path);
    *peer = (struct peer){.descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    must(peer->descriptor >= 0, "socket");
    if (connect(peer->descriptor, (struct sockaddr *)&address, sizeof address) == 0)
        return true;
    int why = errno;
    close(peer->descriptor);
    peer->descriptor = -1;
    errno = why;
    return false;
}

struct peer peer_connect(const char *path) {
    struct peer peer;
    must(peer_try_connect(&peer, path), path);
    return peer;
}

void peer_close(struct peer *peer) {
    if (peer->descriptor >= 0)
        close(peer->descriptor);
    buffer_release(&peer->received);
    *peer = (struct peer){.descriptor = -1};
}

bool peer_send_bytes(const struct peer *peer, const char *bytes, size_t length) {
    int64_t deadline_ms = now_ms() + DEADLINE_MS;
    while (length) {
        ssize_t sent = send(peer->descriptor, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EAGAIN) {
            if (!wait_for(peer->descriptor, POLLOUT, deadline_ms))
                cr_assert_fail("the daemon does not read");
            continue;
        }
        if (sent < 0)
            return false;
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

bool peer_send(const struct peer *peer, const char *text) {
    return peer_send_bytes(peer, text, strlen(text));
}

const char *peer_line(struct peer *peer) {
    enum { PART_BYTES = 65536 };
    struct buffer *received = &peer->received;
    int64_t deadline_ms = now_ms() + DEADLINE_MS;
    size_t searched = peer->taken;
    for (;;) {
        char *end =
            received->length > searched ? memchr(received->data + searched, '\n', received->length - searched) : NULL;
        if (end) {
            char *line = received->data + peer->taken;
            *end = '\0';
            peer->taken = (size_t)(end - received->data) + 1;
            return line;
        }
        if (peer->taken) {
            memmove(received->data, received->data + peer->taken, received->length - peer->taken);
            received->length -= peer->taken;
            peer->taken = 0;
        }
        searched = received->length;
        buffer_reserve(received, PART_BYTES);
        if (!wait_for(peer->descriptor, POLLIN, deadline_ms))
            cr_assert_fail("the daemon does not answer");
        ssize_t got = recv(peer->descriptor, received->data + received->length, PART_BYTES, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return NULL;
        received->length += got > 0 ? (size_t)got : 0;
    }
}

bool peer_is_closed(struct peer *peer) {
    return peer_line(peer) == NULL;
}

const char *peer_ask(struct peer *peer, const char *format, ...) {
    struct buffer text = {0};
    va_list arguments;
    va_start(arguments, format);
    buffer_append_arguments(&text, format, arguments);
    va_end(arguments);
    buffer_append_byte(&text, '\n');
    peer_send_bytes(peer, text.data,
                    text.length); /* a rejected client may be unable to send, but receives the reason */
    buffer_release(&text);
    return peer_line(peer);
}

struct json peer_json(const char *line) {
    struct json json;
    struct diagnostics faults = {0};
    if (!line || !json_parse(&json, span_of(line), "answer", &faults))
        cr_assert_fail("no JSON document: \"%.200s\"", line ? line : "(closed)");
    diagnostics_release(&faults);
    return json;
}
