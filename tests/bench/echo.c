/*
 * echo SOCKET: a server on libuv that sends back what it gets, and nothing else: the least that a daemon on that
 * library could do. Ends with its parent.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <uv.h>

static void free_handle(uv_handle_t *handle) {
    free(handle);
}

static void on_room_wanted(uv_handle_t *handle, size_t suggested, uv_buf_t *room) {
    static char part[65536];
    (void)handle;
    (void)suggested;
    *room = uv_buf_init(part, sizeof part);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *part) {
    uv_buf_t text = uv_buf_init(part->base, got > 0 ? (unsigned)got : 0);
    if (got < 0 || (got > 0 && uv_try_write(stream, &text, 1) != got))
        uv_close((uv_handle_t *)stream, free_handle);
}

static void on_connection(uv_stream_t *server, int status) {
    uv_pipe_t *peer = malloc(sizeof *peer);
    uv_pipe_init(server->loop, peer, 0);
    if (status == 0 && uv_accept(server, (uv_stream_t *)peer) == 0)
        uv_read_start((uv_stream_t *)peer, on_room_wanted, on_read);
    else
        uv_close((uv_handle_t *)peer, free_handle);
}

int main(int count, char **words) {
    uv_loop_t *loop = uv_default_loop();
    uv_pipe_t server;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    uv_pipe_init(loop, &server, 0);
    if (count < 2 || uv_pipe_bind(&server, words[1]) || uv_listen((uv_stream_t *)&server, 128, on_connection))
        return 2;
    return uv_run(loop, UV_RUN_DEFAULT);
}
