/*
 * A daemon that dies in mid-call: it takes a request and closes the connection, in turn without an answer and after
 * half of one. Only "ping" is answered in full. Then the client has to do the work itself.
 *
 * usage: trap SOCKET [REAL]
 *
 * With the socket of a real daemon the request is passed on to it and has its effect; the answer is lost all the same.
 * Writes a byte to standard output once it listens.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LINE_BYTES_MOST = 4 << 20, DEADLINE_SECONDS = 60 };

static char line[LINE_BYTES_MOST];

static struct sockaddr_un address_of(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    return address;
}

/* The length of the line that came, with its end; 0 if none did. */
static size_t read_line(int descriptor) {
    size_t length = 0;
    while (length < sizeof line && (length == 0 || line[length - 1] != '\n')) {
        ssize_t got = read(descriptor, line + length, sizeof line - length);
        if (got <= 0)
            return 0;
        length += (size_t)got;
    }
    return length;
}

static bool write_all(int descriptor, const char *text, size_t length) {
    while (length) {
        ssize_t sent = send(descriptor, text, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        text += sent;
        length -= (size_t)sent;
    }
    return true;
}

/* The real daemon's answer to the request takes its place in @line. */
static size_t pass_on(const char *real, size_t length) {
    struct sockaddr_un address = address_of(real);
    int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
    bool is_sent =
        connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0 && write_all(descriptor, line, length);
    length = is_sent ? read_line(descriptor) : 0;
    close(descriptor);
    return length;
}

static size_t pretend(void) {
    return (size_t)snprintf(line, sizeof line,
                            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"schema\":\"batchctl/2\",\"kind\":\"status\","
                            "\"ok\":true,\"code\":0,\"data\":{\"plans\":[]},\"diagnostics\":[],\"meta\":null}}\n");
}

static bool is_ping(void) {
    return strstr(line, "\"method\":\"ping\"");
}

static void serve(int descriptor, unsigned turn, const char *real) {
    static const char pong[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"pong\"}\n";
    size_t length;
    while ((length = read_line(descriptor)) != 0 && is_ping()) {
        memset(line, 0, length);
        if (!write_all(descriptor, pong, strlen(pong)))
            return;
    }
    if (length == 0)
        return;
    length = real ? pass_on(real, length) : pretend();
    if (turn % 2)
        write_all(descriptor, line, length / 2);
}

int main(int count, char **words) {
    if (count < 2)
        return 2;
    struct sockaddr_un address = address_of(words[1]);
    int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_IGN);
    if (bind(listening, (struct sockaddr *)&address, sizeof address) || listen(listening, 64) ||
        write(STDOUT_FILENO, "", 1) != 1)
        return 1;
    for (unsigned turn = 0;; turn++) {
        int descriptor = accept(listening, NULL, NULL);
        if (descriptor >= 0 && fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            alarm(DEADLINE_SECONDS);
            serve(descriptor, turn, count > 2 ? words[2] : NULL);
            _exit(0);
        }
        close(descriptor);
    }
}
