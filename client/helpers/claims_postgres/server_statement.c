#include "helpers/claims_postgres/server_statement.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "format/json.h"

enum { PAGE_MOST = 500, PAGE_PARAMETER = 5 };

/* Where the value of a parameter comes from. */
enum source {
    END,
    TEAM,
    EPOCH,
    WORKSPACE,
    HOST,
    TEXT, /* a member of the request, from here on */
    TEXT_OR_NULL,
    NUMBER,
    BOOLEAN,
    ARRAY,
    OBJECT_OR_NULL,
    PAGE_SIZE,  /* a number, or missing */
    PLACE_PLAN, /* [PLAN, ID], or null */
    PLACE_ID,
};

struct parameter {
    enum source source;
    const char *key;
};

struct statement_row {
    const char *op;
    const char *sql;
    bool changes;
    struct parameter parameters[SERVER_STATEMENT_PARAMETERS_MOST + 1];
};

static const struct statement_row rows[] = {
    {"take",
     "select batchd.take($1, $2, $3, $4, $5, $6, $7, $8, $9)::text",
     true,
     {{TEAM, NULL},
      {EPOCH, NULL},
      {WORKSPACE, NULL},
      {ARRAY, "candidates"},
      {TEXT, "by"},
      {HOST, NULL},
      {TEXT, "nonce"},
      {NUMBER, "ttl_ms"},
      {TEXT_OR_NULL, "note"}}},
    {"renew",
     "select batchd.renew($1, $2, $3, $4)::text",
     true,
     {{TEAM, NULL}, {EPOCH, NULL}, {WORKSPACE, NULL}, {ARRAY, "handles"}}},
    {"end",
     "select batchd.finish($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)::text",
     true,
     {{TEAM, NULL},
      {EPOCH, NULL},
      {WORKSPACE, NULL},
      {TEXT, "plan"},
      {TEXT, "id"},
      {NUMBER, "fence"},
      {TEXT, "nonce"},
      {TEXT, "result"},
      {TEXT_OR_NULL, "commit"},
      {TEXT_OR_NULL, "branch"},
      {TEXT_OR_NULL, "note"},
      {OBJECT_OR_NULL, "about"}}},
    {"force",
     "select batchd.force_end($1, $2, $3, $4, $5, $6, $7, $8, $9)::text",
     true,
     {{TEAM, NULL},
      {EPOCH, NULL},
      {WORKSPACE, NULL},
      {TEXT, "plan"},
      {TEXT, "id"},
      {NUMBER, "fence"},
      {BOOLEAN, "forget"},
      {TEXT, "by"},
      {TEXT_OR_NULL, "why"}}},
    {"list",
     "select batchd.list($1, $2, $3, $4, $5, $6)::text",
     false,
     {{TEAM, NULL},
      {WORKSPACE, NULL},
      {TEXT_OR_NULL, "plan"},
      {PLACE_PLAN, "after"},
      {PLACE_ID, "after"},
      {PAGE_SIZE, "most"}}},
};

static const char greeting[] = "with session as materialized (select set_config('synchronous_commit', 'on', false), "
                               "set_config('statement_timeout', '5s', false), set_config('lock_timeout', '2s', false), "
                               "set_config('default_transaction_isolation', 'read committed', false)) "
                               "select batchd.hello($1)::text from session";

void server_statement_release(struct server_statement *statement) {
    arena_release(&statement->arena);
    *statement = (struct server_statement){0};
}

static const struct statement_row *find_row(const char *op) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].op, op) == 0)
            return &rows[i];
    return NULL;
}

bool server_statement_is_known(const char *op) {
    return find_row(op) != NULL;
}

static void add(struct server_statement *statement, const char *value) {
    statement->values[statement->count++] = value ? arena_copy(&statement->arena, value, strlen(value)) : NULL;
}

static void add_number(struct server_statement *statement, uint64_t number) {
    statement->values[statement->count++] = arena_format(&statement->arena, "%" PRIu64, number);
}

static bool add_place(struct server_statement *statement, const cJSON *place, int index) {
    const char *part = cJSON_GetStringValue(cJSON_GetArrayItem(place, index));
    add(statement, part);
    return !place || cJSON_IsNull(place) || (part && cJSON_GetArraySize(place) == 2);
}

static bool add_json(struct server_statement *statement, struct json *json, const cJSON *member) {
    struct span text = helper_request_text(json, member);
    statement->values[statement->count++] = arena_copy(&statement->arena, text.data, text.length);
    return true;
}

static bool add_text(struct server_statement *statement, const cJSON *member, bool can_be_null) {
    const char *text = cJSON_GetStringValue(member);
    add(statement, text);
    return text || (can_be_null && (!member || cJSON_IsNull(member)));
}

/* False if the member has another type. */
static bool add_member(struct server_statement *statement, struct json *json, const struct parameter *parameter) {
    const cJSON *member = json_get(json->root, parameter->key);
    bool is_null = !member || cJSON_IsNull(member);
    switch (parameter->source) {
    case TEXT:
    case TEXT_OR_NULL:
        return add_text(statement, member, parameter->source == TEXT_OR_NULL);
    case NUMBER:
        add_number(statement, json_get_unsigned(json->root, parameter->key));
        return helper_request_is_whole(member);
    case PAGE_SIZE:
        add_number(statement, is_null ? PAGE_MOST : json_get_unsigned(json->root, parameter->key));
        return is_null || helper_request_is_whole(member);
    case BOOLEAN:
        add(statement, cJSON_IsTrue(member) ? "true" : "false");
        return is_null || cJSON_IsBool(member);
    case ARRAY:
        return cJSON_IsArray(member) && add_json(statement, json, member);
    case OBJECT_OR_NULL:
        if (cJSON_IsObject(member))
            return add_json(statement, json, member);
        add(statement, NULL);
        return is_null;
    case PLACE_PLAN:
    case PLACE_ID:
        return add_place(statement, member, parameter->source == PLACE_ID);
    default:
        return false;
    }
}

bool server_statement_make(struct server_statement *statement, struct helper_request *request,
                           const struct server_settings *settings, const char *epoch, struct server_refusal *refusal) {
    const struct statement_row *row = find_row(request->op);
    statement->sql = row->sql;
    statement->changes = row->changes;
    for (const struct parameter *parameter = row->parameters; parameter->source != END; parameter++) {
        const char *const own[] = {
            [TEAM] = settings->team, [EPOCH] = epoch, [WORKSPACE] = settings->workspace, [HOST] = settings->host};
        if (!parameter->key)
            add(statement, own[parameter->source]);
        else if (!add_member(statement, &request->json, parameter))
            return server_refusal_set(refusal, REFUSAL_BAD, "\"%s\" of \"%s\" is missing or of another type",
                                      parameter->key, row->op);
    }
    return true;
}

bool server_statement_halve(struct server_statement *statement) {
    if (statement->count != PAGE_PARAMETER + 1 || statement->changes)
        return false;
    unsigned long most = strtoul(statement->values[PAGE_PARAMETER], NULL, 10);
    if (most <= 1)
        return false;
    most = most > PAGE_MOST ? PAGE_MOST : most / 2;
    statement->values[PAGE_PARAMETER] = arena_format(&statement->arena, "%lu", most);
    return true;
}

void server_statement_greet(struct server_statement *statement, const struct server_settings *settings) {
    statement->sql = greeting;
    add(statement, settings->team);
}

/* A name cannot be a parameter here. That of a team has only letters, digits, _ and - (server_settings_read). */
void server_statement_listen(struct server_statement *statement, const struct server_settings *settings) {
    statement->sql = arena_format(&statement->arena, "listen \"batchd_%s\"", settings->team);
}

void server_statement_events(struct server_statement *statement, const struct server_settings *settings, uint64_t after,
                             const char *mark, unsigned most) {
    statement->sql = "select batchd.events($1, $2, $3, $4)::text";
    add(statement, settings->team);
    add_number(statement, after);
    add(statement, mark);
    add_number(statement, most);
}

void server_statement_sweep(struct server_statement *statement, const struct server_settings *settings,
                            const char *epoch) {
    statement->sql = "select batchd.sweep($1, $2)::text";
    add(statement, settings->team);
    add(statement, epoch);
}
