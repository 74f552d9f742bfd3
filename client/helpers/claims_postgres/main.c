/*
 * The program batchd-claims-postgres: claims of a team, kept by PostgreSQL. A client starts it, writes requests to its
 * standard input and reads the answers from its standard output, both in lines of JSON
 * (docs/claims-helper-protocol.md). It ends when its input ends.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/version.h"
#include "helpers/claims_postgres/claim_service.h"
#include "helpers/claims_postgres/client_pipe.h"
#include "helpers/claims_postgres/helper_answer.h"
#include "helpers/claims_postgres/helper_request.h"
#include "helpers/claims_postgres/server_link.h"
#include "helpers/claims_postgres/server_refusal.h"

/* --- the loop --- */

static void refuse_line(struct client_pipe *pipe) {
    struct helper_request none = {0};
    AUTO(server_refusal) refusal = {0};
    server_refusal_set(&refusal, REFUSAL_BAD, "a line is longer than %d bytes", CLIENT_PIPE_LINE_BYTES_MOST);
    helper_answer_refusal(pipe, &none, &refusal);
    pipe->is_too_long = false;
}

/* Requests first: a client waits for them. A client that does not read its answers gets no more of them. */
static void serve(struct claim_service *service, struct client_pipe *pipe) {
    AUTO(buffer) line = {0};
    while (!client_pipe_is_over(pipe)) {
        if (client_pipe_is_full(pipe)) {
            client_pipe_wait(pipe, -1, INT64_MAX);
        } else if (client_pipe_take_line(pipe, &line)) {
            claim_service_answer(service, buffer_span(&line));
        } else if (pipe->has_input_ended) {
            return;
        } else {
            client_pipe_wait(pipe, server_link_socket(&service->link), claim_service_due_ms(service));
            claim_service_work(service);
        }
    }
}

static int run(void) {
    AUTO(client_pipe) pipe = {.input = STDIN_FILENO, .output = STDOUT_FILENO};
    AUTO(claim_service) service = {.link.pipe = &pipe};
    serve(&service, &pipe);
    bool is_too_long = pipe.is_too_long;
    if (is_too_long)
        refuse_line(&pipe);
    client_pipe_finish(&pipe);
    return is_too_long ? EXIT_FAILURE : EXIT_SUCCESS;
}

static void print_help(void) {
    puts(
        "usage: batchd-claims-postgres [--help | --version]\n"
        "\n"
        "Keeps the claims of a team in PostgreSQL. batchctl starts it where [team] of .batchd/config has claims = postgres.\n"
        "Requests on standard input, answers on standard output, each a line of JSON. See batchd-claims-postgres(8).");
}

int main(int count, char **words) {
    if (count > 1 && strcmp(words[1], "--version") == 0)
        return printf("batchd-claims-postgres %s\n", program_version) < 0;
    if (count > 1) {
        bool is_help = strcmp(words[1], "--help") == 0;
        print_help();
        return is_help ? EXIT_SUCCESS : 2;
    }
    signal(SIGPIPE, SIG_IGN);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* libpq has passwords in its memory */
    srand((unsigned)time(NULL) ^ (unsigned)getpid());
    return run();
}
