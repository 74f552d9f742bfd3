/*
 * One daemon a workspace, and how it starts, receives signals, and stops.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon.h"

TestSuite(service, .timeout = 280);

#define CALL(method) "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method "\"}"
#define PONG         "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"pong\"}"

static char *path_in(const struct space *space, const char *path) {
    struct buffer text = {0};
    buffer_append_format(&text, "%s%s%s", space->root, path[0] ? "/" : "", path);
    return text.data;
}

static void expect_pong(const char *socket) {
    struct peer peer = peer_connect(socket);
    const char *line = peer_ask(&peer, CALL("ping"));
    cr_expect(line && strcmp(line, PONG) == 0, "%s", line);
    peer_close(&peer);
}

static mode_t mode_of(const char *path) {
    struct stat status;
    cr_assert_eq(lstat(path, &status), 0, "%s", path);
    return status.st_mode & 07777;
}

static ino_t inode_of(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 ? status.st_ino : 0;
}

static void expect_logged(const struct daemon *daemon, const char *part) {
    char *text = daemon_logged(daemon);
    cr_expect(has(text, part), "no \"%s\" in %s", part, text);
    memory_free(text);
}

/* --- one owner --- */

/* The root by a link and, if that can be had, by a bind mount; the caller frees it. */
static char *other_name(const struct space *space, bool is_mount) {
    struct buffer text = {0};
    buffer_append_format(&text, "%s-%s", space->root, is_mount ? "mounted" : "linked");
    if (!is_mount) {
        cr_assert_eq(symlink(space->root, text.data), 0);
        return text.data;
    }
    bool is_mounted = mkdir(text.data, 0755) == 0 && unshare(CLONE_NEWNS) == 0 &&
                      mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
                      mount(space->root, text.data, NULL, MS_BIND, NULL) == 0;
    if (!is_mounted)
        buffer_release(&text);
    return text.data;
}

Test(service, of_many_started_at_once_exactly_one_serves) {
    enum { STARTS = 8, ROUNDS = 100 };
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    char *linked = other_name(&space, false), *mounted = other_name(&space, true);
    for (int round = 0; round < ROUNDS; round++) {
        struct daemon daemons[STARTS];
        int serving = -1, count = 0;
        for (int i = 0; i < STARTS; i++) {
            char *socket = space_run(&space, i % 4 == 3 ? "batchd/other.sock" : "");
            struct buffer variable = {0};
            buffer_append_format(&variable, "BATCHD_SOCKET=%s", socket);
            const struct daemon_setting setting = {
                .root = i % 3 == 1   ? linked
                        : i % 3 == 2 ? mounted
                                     : NULL,
                .variables = {i % 4 == 3 ? variable.data : NULL},
            };
            daemon_begin(&daemons[i], &space, &setting);
            buffer_release(&variable);
            memory_free(socket);
        }
        for (int i = 0; i < STARTS; i++)
            if (daemon_await_ready(&daemons[i])) {
                serving = i;
                count++;
            } else {
                cr_expect_eq(daemons[i].status, 5, "%d", daemons[i].status);
                expect_logged(&daemons[i], "there is a daemon of this root already");
                daemon_end(&daemons[i]);
            }
        cr_assert_eq(count, 1, "round %d: %d serve", round, count);
        if (serving % 4 != 3)
            expect_pong(daemons[serving].socket);
        daemon_stop(&daemons[serving]);
    }
    if (mounted)
        umount2(mounted, MNT_DETACH);
    memory_free(linked);
    memory_free(mounted);
    space_end(&space);
}

Test(service, after_a_kill_the_next_one_serves_at_once) {
    enum { ROUNDS = 100 };
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    struct daemon daemon = daemon_start(&space);
    for (int round = 0; round < ROUNDS; round++) {
        ino_t dead = inode_of(daemon.socket);
        cr_assert_neq(dead, 0);
        char *socket = strdup(daemon.socket);
        daemon_kill(&daemon);
        cr_assert_eq(inode_of(socket), dead, "the dead socket is still there");
        daemon = daemon_start(&space);
        expect_pong(socket);
        memory_free(socket);
    }
    daemon_stop(&daemon);
    space_end(&space);
}

/* --- the socket's place --- */

static int listen_on(const char *path, int type) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int descriptor = socket(AF_UNIX, type, 0);
    cr_assert(descriptor >= 0 && bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0, "%s", path);
    if (type == SOCK_STREAM)
        cr_assert_eq(listen(descriptor, 4), 0);
    return descriptor;
}

/* Starts a daemon on @path, which fails with @status, saying @part. */
static void expect_no_start(const struct space *space, const char *path, int status, const char *part) {
    struct daemon daemon;
    cr_assert_not(daemon_start_under(&daemon, space, &(struct daemon_setting){.options = {"--socket", path}}), "%s",
                  path);
    cr_expect_eq(daemon.status, status, "%s: %d", path, daemon.status);
    expect_logged(&daemon, part);
    daemon_end(&daemon);
}

Test(service, what_stands_in_the_sockets_place_is_never_removed_unless_it_is_a_dead_socket) {
    struct space space = space_new_alone();
    char *place = path_in(&space, "place");
    space_write(&space, "place", "mine\n");
    expect_no_start(&space, place, 5, "is not a socket");
    char *text = space_read(&space, "place");
    cr_expect_str_eq(text, "mine\n");
    memory_free(text);
    space_remove(&space, "place");
    space_link(&space, "place", "nowhere");
    expect_no_start(&space, place, 5, "is not a socket");
    space_remove(&space, "place");
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) { /* of another program */
        int descriptor = listen_on(place, types[i]);
        ino_t live = inode_of(place);
        if (types[i] != SOCK_SEQPACKET)
            expect_no_start(&space, place, 5, "another daemon listens");
        cr_expect_eq(inode_of(place), live);
        close(descriptor);
        space_remove(&space, "place");
    }
    close(listen_on(place, SOCK_STREAM)); /* a dead one */
    struct daemon daemon;
    cr_assert(daemon_start_under(&daemon, &space, &(struct daemon_setting){.options = {"--socket", place}}));
    expect_pong(place);
    daemon_stop(&daemon);
    cr_expect_not(space_exists(&space, "place"));
    memory_free(place);
    space_end(&space);
}

/* Another process put a socket in its place meanwhile: that one stays when it stops. */
Test(service, only_its_own_socket_is_removed_when_it_stops) {
    struct space space = space_new_alone();
    char *place = path_in(&space, "place");
    struct daemon daemon;
    cr_assert(daemon_start_under(&daemon, &space, &(struct daemon_setting){.options = {"-s", place}}));
    space_remove(&space, "place");
    int descriptor = listen_on(place, SOCK_STREAM);
    daemon_stop(&daemon);
    cr_expect(space_exists(&space, "place"));
    close(descriptor);
    memory_free(place);
    space_end(&space);
}

Test(service, socket_and_folder_are_private_whatever_the_umask) {
    static const mode_t masks[] = {0001, 0077, 0277, 0777};
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        struct space space = space_new_alone();
        struct daemon daemon;
        cr_assert(daemon_start_under(&daemon, &space, &(struct daemon_setting){.umask = masks[i]}));
        char *folder = space_run(&space, "batchd");
        cr_expect_eq(mode_of(daemon.socket), 0600, "umask %o: %o", masks[i], mode_of(daemon.socket));
        cr_expect_eq(mode_of(folder), 0700, "umask %o: %o", masks[i], mode_of(folder));
        expect_pong(daemon.socket);
        memory_free(folder);
        daemon_stop(&daemon);
        space_end(&space);
    }
}

Test(service, a_socket_name_that_is_too_long_is_refused_and_the_longest_works) {
    struct space space = space_new_alone();
    char name[200], *place;
    for (size_t length = 107; length <= 108; length++) {
        size_t used = strlen(space.root) + 1;
        memset(name, 'x', sizeof name);
        name[length - used] = '\0';
        place = path_in(&space, name);
        cr_assert_eq(strlen(place), length);
        if (length == 107) {
            struct daemon daemon;
            cr_assert(daemon_start_under(&daemon, &space, &(struct daemon_setting){.options = {"-s", place}}));
            expect_pong(place);
            daemon_stop(&daemon);
        } else {
            expect_no_start(&space, place, 6, "more than 107 bytes");
        }
        memory_free(place);
    }
    expect_no_start(&space, "relative.sock", 6, "absolute");
    expect_no_start(&space, "/nowhere/at/all.sock", 3, "/nowhere/at");
    space_end(&space);
}

/* --- the service manager --- */

Test(service, a_socket_that_is_handed_over_is_served_and_left) {
    struct space space = space_new_alone();
    char *place = path_in(&space, "place");
    int descriptor = listen_on(place, SOCK_STREAM);
    for (int i = 0; i < 2; i++) { /* a connection that came before it started is served, also by the next one */
        struct peer early = peer_connect(place);
        cr_assert(peer_send(&early, CALL("ping") "\n"));
        struct daemon daemon;
        cr_assert(daemon_start_under(&daemon, &space, &(struct daemon_setting){.handed_over = descriptor}));
        cr_expect_str_eq(peer_line(&early), PONG);
        cr_expect_eq(inode_of(daemon.socket), 0); /* no other one is made */
        peer_close(&early);
        i ? daemon_kill(&daemon) : daemon_stop(&daemon);
        cr_expect(space_exists(&space, "place"));
    }
    close(descriptor);
    space_remove(&space, "place");
    int datagrams = listen_on(place, SOCK_DGRAM);
    struct daemon daemon;
    cr_assert_not(daemon_start_under(&daemon, &space, &(struct daemon_setting){.handed_over = datagrams}));
    cr_expect_eq(daemon.status, 6);
    expect_logged(&daemon, "no listening Unix stream socket");
    daemon_end(&daemon);
    close(datagrams);
    memory_free(place);
    space_end(&space);
}

Test(service, it_tells_the_service_manager_what_it_does) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2");
    struct daemon daemon;
    cr_assert(daemon_start_under(&daemon, &space, &(struct daemon_setting){.variables = {"WATCHDOG_USEC=100000"}}));
    char *notice = daemon_notice(&daemon, "STATUS=1 plan, 2 achievements");
    memory_free(notice);
    for (int i = 0; i < 3; i++)
        memory_free(daemon_notice(&daemon, "WATCHDOG=1"));
    space_plan(&space, "Y", "1.1");
    memory_free(daemon_notice(&daemon, "STATUS=2 plans, 3 achievements"));
    kill(daemon.child, SIGHUP);
    notice = daemon_notice(&daemon, "RELOADING=1");
    cr_expect(has(notice, "MONOTONIC_USEC="), "%s", notice);
    memory_free(notice);
    memory_free(daemon_notice(&daemon, "READY=1"));
    kill(daemon.child, SIGTERM);
    memory_free(daemon_notice(&daemon, "STOPPING=1"));
    cr_expect_eq(daemon_wait(&daemon), 0);
    daemon_end(&daemon);
    space_end(&space);
}

/* As the service manager has it while it is stopped or busy, and other services send it messages, too. */
static void fill_notices(const struct daemon *daemon) {
    struct sockaddr_un address;
    socklen_t size = sizeof address;
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(getsockname(daemon->notices, (struct sockaddr *)&address, &size), 0);
    while (sendto(descriptor, "FULL=1", 6, MSG_DONTWAIT, (struct sockaddr *)&address, size) > 0)
        continue;
    cr_assert_eq(errno, EAGAIN);
    close(descriptor);
}

Test(service, a_service_manager_that_does_not_read_holds_up_nobody) {
    struct space space = space_new_alone();
    struct daemon daemon;
    space_plan(&space, "X", "1.1; 1.2");
    cr_assert(daemon_start_under(&daemon, &space, &(struct daemon_setting){.variables = {"WATCHDOG_USEC=100000"}}));
    struct peer peer = peer_connect(daemon.socket);
    peer_ask(&peer, CALL("subscribe"));
    fill_notices(&daemon);
    space_plan(&space, "Y", "1.1"); /* the status counts it */
    while (!has(peer_line(&peer), "plan.added"))
        continue;
    peer_send(&peer, CALL("ping") "\n");
    while (!has(peer_line(&peer), "pong"))
        continue;
    memory_free(daemon_notice(&daemon, "STATUS=2 plans, 3 achievements")); /* once there is room again */
    peer_close(&peer);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

/* --- a request to read its configuration again, or to stop --- */

Test(service, a_broken_configuration_leaves_the_old_one_in_force) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    struct daemon daemon;
    cr_assert(daemon_start_under(&daemon, &space, &(struct daemon_setting){0}));
    struct peer peer = peer_connect(daemon.socket);
    static const struct {
        const char *text;
        int code;
        const char *part;
    } rows[] = {
        {"[daemon]\nlog_level = debug\n", 0, NULL},
        {"[daemon]\nlog_level = loud\nsettle = 5ms\n", 6, "batchd.conf:2"},
        {"[daemon]\nnonsense = 1\n", 6, "batchd.conf:2"},
        {"[daemon\n", 6, "batchd.conf:1"},
        {"", 0, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        space_write(&space, "../.config/batchd/batchd.conf", "%s", rows[i].text);
        struct json json = peer_json(peer_ask(&peer, CALL("reload")));
        cr_expect_eq((int)json_get_unsigned(node_at(&json, "/result"), "code"), rows[i].code, "%s", rows[i].text);
        if (rows[i].part)
            cr_expect(has(text_at(&json, "/result/diagnostics/0/hint"), rows[i].part), "%s: %s", rows[i].text,
                      text_at(&json, "/result/diagnostics/0/hint"));
        json_release(&json);
        for (int by_signal = 0; by_signal < 2; by_signal++) {
            if (by_signal)
                kill(daemon.child, SIGHUP);
            memory_free(daemon_notice(&daemon, "RELOADING=1"));
            memory_free(daemon_notice(&daemon, "READY=1"));
        }
        cr_expect_str_eq(peer_ask(&peer, CALL("ping")), PONG); /* and clients stay */
    }
    expect_logged(&daemon, "the configuration stays as it was");
    peer_close(&peer);
    daemon_stop(&daemon);
    space_write(&space, "../.config/batchd/batchd.conf", "%s", rows[1].text);
    cr_expect_not(daemon_start_under(&daemon, &space, &(struct daemon_setting){0})); /* at a start it is an error */
    cr_expect_eq(daemon.status, 6);
    expect_logged(&daemon, "batchd.conf:2");
    daemon_end(&daemon);
    space_end(&space);
}

Test(service, shutdown_and_the_signals_end_it_with_0) {
    static const int signals[] = {SIGTERM, SIGINT, 0};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct space space = space_new_alone();
        struct daemon daemon = daemon_start(&space);
        struct peer peer = peer_connect(daemon.socket);
        if (signals[i])
            kill(daemon.child, signals[i]);
        else
            cr_expect_str_eq(peer_ask(&peer, CALL("shutdown")), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        cr_expect(peer_is_closed(&peer));
        cr_expect_eq(daemon_wait(&daemon), 0);
        cr_expect_eq(inode_of(daemon.socket), 0);
        peer_close(&peer);
        daemon_end(&daemon);
        space_end(&space);
    }
}

#define CREATE                                                                                                         \
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"create\",\"params\":{\"kind\":\"subplan\",\"request\":\"ours\","       \
    "\"lock_timeout_ms\":86400000}}\n"

/* The batch has the lock once its pending record is there: then it is finished and answered. */
Test(service, a_batch_in_hand_is_finished_and_answered) {
    enum { ROUNDS = 5, ACHIEVEMENTS = 400 };
    struct buffer graph = {0};
    for (int i = 0; i < ACHIEVEMENTS; i++)
        buffer_append_format(&graph, "%d.1;", i + 1);
    for (int round = 0; round < ROUNDS; round++) {
        struct space space = space_new_alone();
        space_plan(&space, "X", graph.data);
        struct daemon daemon = daemon_start(&space);
        struct peer peer = peer_connect(daemon.socket);
        cr_assert(peer_send(&peer, CREATE));
        while (!space_exists(&space, ".batchd/*/pending/000001.json") &&
               !space_exists(&space, ".batchd/*/batches/000001.json"))
            sched_yield();
        kill(daemon.child, SIGTERM);
        const char *line = peer_line(&peer);
        cr_expect(has(line, "\"ok\":true"), "%.200s", line);
        cr_expect(peer_is_closed(&peer));
        cr_expect_eq(daemon_wait(&daemon), 0);
        cr_expect(space_exists(&space, ".batchd/*/batches/000001.json"));
        daemon_end(&daemon);
        peer_close(&peer);
        space_end(&space);
    }
    buffer_release(&graph);
}

/* One that waits for the lock has not begun: it is given up, and the client receives that nothing was done. */
Test(service, a_batch_that_waits_for_the_lock_does_not_hold_up_the_end) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    space_make_folder(&space, ".batchd");
    char *state = path_in(&space, ".batchd");
    int lock = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(flock(lock, LOCK_EX), 0);
    struct daemon daemon = daemon_start(&space);
    struct peer peer = peer_connect(daemon.socket), other = peer_connect(daemon.socket);
    cr_assert(peer_send(&peer, CREATE));
    while (!space_exists(&space, ".batchd/*/pending"))          /* made just before the lock is asked for */
        cr_expect_str_eq(peer_ask(&other, CALL("ping")), PONG); /* no other client waits */
    kill(daemon.child, SIGTERM);
    const char *line = peer_line(&peer);
    cr_expect(has(line, "\"code\":-32003"), "%s", line);
    cr_expect_eq(daemon_wait(&daemon), 0);
    cr_expect_not(space_exists(&space, "X/subplans/SUBPLAN_X_11.md"));
    close(lock);
    daemon_end(&daemon);
    peer_close(&peer);
    peer_close(&other);
    memory_free(state);
    space_end(&space);
}

/* --- the command line --- */

Test(service, what_it_is_told_wrongly_is_said) {
    struct space space = space_new_alone();
    static const struct {
        const char *option;
        int status;
        const char *part;
    } rows[] = {{"--nonsense", 2, "batchd --help"},
                {"word", 2, "no arguments"},
                {"--help", 0, "usage: batchd"},
                {"--version", 0, "batchd " BATCHD_VERSION}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct daemon daemon;
        cr_assert_not(daemon_start_under(&daemon, &space, &(struct daemon_setting){.options = {rows[i].option}}));
        cr_expect_eq(daemon.status, rows[i].status, "%s: %d", rows[i].option, daemon.status);
        expect_logged(&daemon, rows[i].part);
        daemon_end(&daemon);
    }
    struct daemon daemon;
    cr_assert_not(
        daemon_start_under(&daemon, &space, &(struct daemon_setting){.root = NULL, .options = {"-C", "/nowhere"}}));
    cr_expect_eq(daemon.status, 3, "%d", daemon.status);
    expect_logged(&daemon, "/nowhere");
    daemon_end(&daemon);
    space_end(&space);
}

/* Moved away and back: it waits, and serves again; one that is gone for good does not keep it from ending. */
Test(service, a_root_that_is_moved_away_and_back_is_served_again) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    struct buffer away = {0};
    buffer_append_format(&away, "%s-away", space.root);
    struct daemon daemon;
    cr_assert(daemon_start_under(&daemon, &space, &(struct daemon_setting){.variables = {"WATCHDOG_USEC=200000"}}));
    cr_assert_eq(rename(space.root, away.data), 0);
    memory_free(daemon_notice(&daemon, "waiting for the workspace"));
    cr_assert_eq(rename(away.data, space.root), 0);
    memory_free(daemon_notice(&daemon, "READY=1"));
    expect_pong(daemon.socket);
    daemon_stop(&daemon);
    buffer_release(&away);
    space_end(&space);
}
