/*
 * batchd: the daemon. Reads the command line and the settings, then serves one root; everything else is in the modules.
 */
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <uv.h>

#include "away.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "config/config.h"
#include "config/settings.h"
#include "os/hangup.h"
#include "os/log.h"
#include "os/systemd.h"
#include "server.h"
#include "server_options.h"

enum {
    LARGE_BYTES = 256 << 10,
    ARENAS_MOST = 4, /* of memory, for the threads */
};

static const char usage[] =
    "batchd: keeps the plans of one workspace in memory, answers batchctl, and publishes events\n\n"
    "usage: batchd [options]\n\n"
    "  -C, --root DIR     the workspace (default: BATCHD_ROOT, or the configured one)\n"
    "  -s, --socket PATH  where to listen (default: in $XDG_RUNTIME_DIR/batchd, where batchctl looks)\n"
    "  -v, --verbose      say more\n"
    "  -h, --help         this help\n"
    "  -V, --version      the version\n\n"
    "It stays in the foreground; systemd or \"batchctl daemon run\" start it. SIGTERM finishes the batch in hand and\n"
    "ends. SIGHUP reads the configuration again; at a terminal, which it ends with, it ends. Once its workspace has been\n"
    "gone for five minutes it ends, unless a service manager started it. Settings: \"batchctl config show\".\n";

static void *allocate(size_t size) {
    return memory_allocate(1, size);
}

static void *resize(void *pointer, size_t size) {
    return memory_resize(pointer, size, 1);
}

/* Descriptors are for 512 connections and what jobs open. */
static void raise_limits(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void prepare_process(void) {
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES); /* what is large goes back when it is freed; glibc would raise this */
    mallopt(M_ARENA_MAX, ARENAS_MOST);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that is too large for the user's limit is an error, and is rolled back */
    signal(SIGHUP, SIG_IGN);  /* until the server can read the configuration again */
    signal(SIGIO, SIG_IGN);   /* a process writes while we hold a lease: see files_is_being_written */
    raise_limits();
    setenv("UV_THREADPOOL_SIZE", "8", 0); /* writers that wait for the lock must not hold up the others */
    uv_replace_allocator(allocate, resize, memory_allocate, memory_free);
}

static int refuse(const char *reason, const char *word) {
    AUTO(buffer) text = {0};
    buffer_append_format(&text, "batchd: %s: ", reason);
    text_append_visible(&text, span_of(word));
    fprintf(stderr, "%s\nhint: \"batchd --help\" lists the options\n", buffer_text(&text));
    return ERROR_USAGE;
}

/* Returns -1 to go on, else the exit status. */
static int parse(int count, char **words, struct settings_overrides *overrides) {
    static const struct option options[] = {
        {"root", required_argument, NULL, 'C'}, {"socket", required_argument, NULL, 's'},
        {"verbose", no_argument, NULL, 'v'},    {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},    {0},
    };
    for (int option; (option = getopt_long(count, words, ":C:s:vhV", options, NULL)) != -1;) {
        switch (option) {
        case 'C':
            overrides->root = optarg;
            break;
        case 's':
            overrides->values[CONFIG_SOCKET] = optarg;
            overrides->origins[CONFIG_SOCKET] = "--socket";
            break;
        case 'v':
            overrides->values[CONFIG_LOG_LEVEL] = "debug";
            overrides->origins[CONFIG_LOG_LEVEL] = "--verbose";
            break;
        case 'h':
            fputs(usage, stdout);
            return 0;
        case 'V':
            printf("batchd %s\n", program_version);
            return 0;
        default:
            return refuse(option == ':' ? "an option needs a value" : "there is no such option",
                          optopt ? (const char[]){'-', (char)optopt, '\0'} : words[optind - 1]);
        }
    }
    if (optind == count)
        return -1;
    return refuse("it takes no arguments", words[optind]);
}

/* Reports what is wrong, also to waiting clients; returns the exit status. Releases everything. */
static int fail(const struct server_options *options, struct error *error, struct diagnostics *diagnostics) {
    int status = (int)error->code;
    log_diagnostics(diagnostics);
    log_say(LOG_LEVEL_ERROR, "%s%s%s", error->message, error->hint ? "; " : "", error->hint ? error->hint : "");
    AUTO(buffer) reason = {0}; /* with the hint: only this daemon reports it to its clients */
    buffer_append_format(&reason, "%s%s%s", error->message, error->hint ? "; " : "", error->hint ? error->hint : "");
    systemd_turn_away(options->sockets, options->socket_count, reason.data);
    error_release(error);
    diagnostics_release(diagnostics);
    settings_release(options->settings);
    return status;
}

int main(int count, char **words) {
    struct settings_overrides overrides = {.variable = getenv};
    struct settings settings = {0};
    struct diagnostics diagnostics = {0};
    struct error error = {0};
    int sockets[SYSTEMD_SOCKETS_MOST], socket_count;
    int status = parse(count, words, &overrides);
    if (status >= 0)
        return status;
    bool is_tied = hangup_is_tied();
    prepare_process();
    log_open(LOG_LEVEL_INFO);
    bool has_sockets = systemd_take_sockets(sockets, &socket_count, &error);
    bool is_supervised = systemd_is_supervised(socket_count);
    const struct server_options options = {&settings,    &overrides,    sockets,
                                           socket_count, is_supervised, is_tied && !is_supervised};
    if (!has_sockets || !settings_read(&settings, &overrides, &diagnostics, &error))
        return fail(&options, &error, &diagnostics);
    log_set_level(settings.config.log_level);
    log_diagnostics(&diagnostics);
    diagnostics_release(&diagnostics);
    enum server_outcome outcome;
    char *root = NULL; /* the same one, wherever we stand, once it has been lost */
    while ((outcome = server_run(&options, &error)) == SERVER_ROOT_MOVED) {
        root = root ? root : memory_copy(settings.named);
        overrides.root = root;
        bool has_returned = away_wait(&options, root) == AWAY_RETURNED;
        settings_release(&settings);
        if (!has_returned) {
            memory_free(root);
            return 0;
        }
        if (!settings_read(&settings, &overrides, &diagnostics, &error))
            return fail(&options, &error, &diagnostics);
    }
    memory_free(root);
    settings_release(&settings);
    return outcome == SERVER_FAILED ? fail(&options, &error, &diagnostics) : 0;
}
