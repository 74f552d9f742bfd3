/*
 * oneshot SOCKET: the least that a command could be that asks a daemon: connect, send 200 bytes, read as many, write a
 * line. What a real one costs beyond it is its own.
 */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { MESSAGE_BYTES = 200 };

int main(int count, char **words) {
    static const char answer[] = "oneshot: done\n";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char message[MESSAGE_BYTES] = {0};
    if (count < 2 || strlen(words[1]) >= sizeof address.sun_path)
        return 2;
    memcpy(address.sun_path, words[1], strlen(words[1]));
    int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(peer, (const struct sockaddr *)&address, sizeof address) ||
        write(peer, message, sizeof message) != sizeof message)
        return 2;
    for (size_t have = 0; have < sizeof message;) {
        ssize_t got = read(peer, message + have, sizeof message - have);
        if (got <= 0)
            return 2;
        have += (size_t)got;
    }
    return write(STDOUT_FILENO, answer, sizeof answer - 1) == sizeof answer - 1 ? 0 : 1;
}
