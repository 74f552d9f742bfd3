/*
 * Daemons of a space: the real batchd, started in a separate runtime folder beside the root, and connections to it.
 * Nothing here sleeps: readiness is what the daemon tells the service manager, and every wait has a deadline that fails
 * the test. No daemon outlives the test's process.
 */
#ifndef DAEMON_H
#define DAEMON_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "space.h"

/* Are the programs built with a sanitizer? */
#ifdef SANITIZED
enum { IS_SANITIZED = true };
#else
enum { IS_SANITIZED = false };
#endif

struct daemon {
    pid_t child;  /* 0 once it has ended */
    int status;   /* then its exit status, 128 + N if signal N ended it */
    int notices;  /* what it sends to the service manager, a datagram each; -1 if nothing listens any more */
    char *socket; /* where it listens by default */
    char *log;    /* the file with what it logs */
};

/* The circumstances; {0} is nothing unusual. */
struct daemon_setting {
    const char *root;         /* instead of the space's, an absolute path */
    const char *options[6];   /* more words on the command line */
    const char *variables[6]; /* more of the environment, "NAME=value" */
    mode_t umask;
    int handed_over;               /* a listening socket, as the service manager hands it over; 0 is none */
    const struct refusal *refusal; /* calls that it cannot have; may be NULL */
};

/* Start one and wait until it is ready. False if it ended before that, see its status; then only daemon_end is left. */
bool daemon_start_under(struct daemon *daemon, const struct space *space, const struct daemon_setting *setting);
/* The same for the usual circumstances, and the test fails if it does not get ready. Its notices are not listened to
 * any more. */
struct daemon daemon_start(const struct space *space);
/* Ask it to stop; the test fails unless it ends with 0. */
void daemon_stop(struct daemon *daemon);
/* kill -9. */
void daemon_kill(struct daemon *daemon);
/* Wait until it ends without a signal; its exit status. daemon_end frees the rest. */
int daemon_wait(struct daemon *daemon);
void daemon_end(struct daemon *daemon);
/* Begin one without waiting; daemon_await_ready is the rest of daemon_start_under. */
void daemon_begin(struct daemon *daemon, const struct space *space, const struct daemon_setting *setting);
bool daemon_await_ready(struct daemon *daemon);

/* The next notice that has @part in it, as text; the test fails if none comes. The caller frees it. */
char *daemon_notice(const struct daemon *daemon, const char *part);
/* The path of batchd. */
const char *daemon_program(void);
/* What it has logged; the caller frees it. */
char *daemon_logged(const struct daemon *daemon);
/* Resident memory at its highest, in KiB. */
unsigned long daemon_peak_kib(const struct daemon *daemon);

/* A daemon that dies in mid-call, see trap.c. @real: the socket of the daemon to which requests are passed on, or NULL.
 */
pid_t trap_start(const char *socket, const char *real);
void trap_end(pid_t trap);

/* Listens as @user and says @reply to whatever it is sent. */
pid_t parrot_start(uid_t user, const char *socket, const char *reply);
/* Another says @beginning to everything, and then @again without an end, with a pause between; or closes, if NULL. */
pid_t babbler_start(const char *socket, const char *beginning, const char *again, int pause_ms);
void parrot_end(pid_t parrot);

/* --- one end of a connection --- */

struct peer {
    int descriptor;
    struct buffer received; /* the first @taken bytes have been handed out */
    size_t taken;
};

/* The test fails if it cannot connect. */
struct peer peer_connect(const char *socket);
/* The same, but says whether it could. */
bool peer_try_connect(struct peer *peer, const char *socket);
void peer_close(struct peer *peer);
/* As many bytes as they are, before a deadline. False if the other side has closed. */
bool peer_send(const struct peer *peer, const char *text);
bool peer_send_bytes(const struct peer *peer, const char *bytes, size_t length);
/* The next line, without its end, valid until the next call; NULL once the other side has closed. The test fails if
 * nothing comes. */
const char *peer_line(struct peer *peer);
/* Has the other side closed, after no more lines? */
bool peer_is_closed(struct peer *peer);
/* Send a line and take the next one. Formatted as by printf; the line's end is added. */
const char *peer_ask(struct peer *peer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The line as JSON; the test fails if it is none. The caller releases it. */
struct json peer_json(const char *line);

#endif
