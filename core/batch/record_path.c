#include "batch/record_path.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void name_it(char *name, size_t size, uint64_t number, const char *suffix) {
    snprintf(name, size, "%06" PRIu64 "%s.json", number, suffix);
}

struct state_path record_path(const struct state_dir *state, enum state_part part, uint64_t number,
                              const char *suffix) {
    char name[64];
    name_it(name, sizeof name, number, suffix);
    return state_dir_path(state, part, name);
}

static void name_undone(char *suffix, size_t size, unsigned part) {
    snprintf(suffix, size, part ? ".undone-%u" : ".undone", part);
}

struct state_path record_undone_path(const struct state_dir *state, uint64_t number, unsigned part) {
    char suffix[32];
    name_undone(suffix, sizeof suffix, part);
    return record_path(state, STATE_BATCHES, number, suffix);
}

/* The number at the start of a name; 0 if it is out of bounds. */
static uint64_t leading_number(const char *name) {
    errno = 0;
    uint64_t number = strtoull(name, NULL, 10);
    return errno || number > RECORD_NUMBER_MOST ? 0 : number;
}

struct state_path record_staged_path(const struct state_dir *state, uint64_t number, size_t position) {
    char name[64];
    snprintf(name, sizeof name, "%06" PRIu64 "-%zu", number, position);
    return state_dir_path(state, STATE_STAGE, name);
}

uint64_t record_staged_number(const char *name) {
    char start[32];
    uint64_t number = leading_number(name);
    int length = snprintf(start, sizeof start, "%06" PRIu64 "-", number);
    return strncmp(name, start, (size_t)length) == 0 ? number : 0;
}

uint64_t record_number(const char *name, const char *suffix) {
    char written[64];
    uint64_t number = leading_number(name);
    name_it(written, sizeof written, number, suffix);
    return strcmp(written, name) == 0 ? number : 0; /* only what record_path writes */
}

uint64_t record_undone_number(const char *name) {
    char suffix[32];
    const char *part = strstr(name, ".undone-");
    name_undone(suffix, sizeof suffix, part ? (unsigned)strtoul(part + strlen(".undone-"), NULL, 10) : 0);
    return record_number(name, suffix);
}

uint64_t record_any_number(const char *name) {
    uint64_t number = leading_number(name);
    size_t digits = strspn(name, "0123456789");
    return digits && (name[digits] == '.' || name[digits] == '-') ? number : 0;
}
