#include "cli/option_reader.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"

static const struct option_row *find_letter(const char *word, option_scopes scopes, const char **value) {
    for (const struct option_row *row = option_rows; row->name; row++) {
        if (!(row->scope & scopes) || !row->letter || word[1] != row->letter || (word[2] && !row->value))
            continue;
        *value = word[2] ? word + 2 : NULL;
        return row;
    }
    return NULL;
}

/* The names that @name begins, in @names, which has room for all; an exact one alone. */
static size_t find_names(struct span name, option_scopes scopes, const struct option_row **rows, const char **names) {
    size_t count = 0;
    for (const struct option_row *row = option_rows; row->name; row++) {
        if (!(row->scope & scopes) || strncmp(row->name, name.data, name.length) != 0)
            continue;
        bool is_exact = row->name[name.length] == '\0';
        if (is_exact || count == 0 || strcmp(names[count - 1], row->name) != 0) {
            *rows = row;
            names[is_exact ? 0 : count] = row->name;
            count++;
        }
        if (is_exact)
            return 1;
    }
    return count;
}

const struct option_row *option_reader_find(const char *word, option_scopes scopes, const char **value) {
    const struct option_row *row = NULL;
    const char *names[OPTION_ROWS_MOST];
    *value = NULL;
    if (strncmp(word, "--", 2) != 0)
        return word[0] == '-' ? find_letter(word, scopes, value) : NULL;
    struct span name = {word + 2, strcspn(word + 2, "=")};
    if (name.length == 0 || find_names(name, scopes, &row, names) != 1)
        return NULL;
    *value = name.data[name.length] ? name.data + name.length + 1 : NULL;
    return row;
}

bool option_reader_next(struct option_reader *reader, struct option_item *item) {
    if (reader->position >= reader->count)
        return false;
    *item = (struct option_item){.word = reader->words[reader->position++]};
    if (reader->has_ended || item->word[0] != '-' || item->word[1] == '\0')
        return true;
    if (strcmp(item->word, "--") == 0) {
        reader->has_ended = true;
        item->kind = OPTION_ITEM_SEPARATOR;
        return true;
    }
    item->row = option_reader_find(item->word, reader->scopes, &item->value);
    item->kind = item->row ? OPTION_ITEM_KNOWN : OPTION_ITEM_UNKNOWN;
    if (item->row && option_rows_need_value(item->row) && !item->value && reader->position < reader->count)
        item->value = reader->words[reader->position++];
    return true;
}

static bool fail_unknown(const char *word, option_scopes scopes, struct error *error) {
    const struct option_row *row;
    const char *names[OPTION_ROWS_MOST];
    const char *name = word + strspn(word, "-");
    AUTO_FREE char *bare = memory_copy_part(name, strcspn(name, "="));
    size_t count = find_names(span_of(bare), scopes, &row, names);
    if (bare[0] && count > 1 && strncmp(word, "--", 2) == 0) {
        error_set(error, ERROR_USAGE, "--%s is the beginning of several options", bare);
        return error_hint(error, "--%s or --%s?", names[0], names[1]);
    }
    count = find_names(span_of(""), scopes, &row, names);
    error_set(error, ERROR_USAGE, "unknown option %s", word);
    const char *closest = text_closest(bare, names, count);
    return closest ? error_hint(error, "did you mean --%s?", closest) : false;
}

static bool enter_group(struct options *options, enum option_group group, struct error *error) {
    static const char *const rules[] = {
        [GROUP_SELECTOR] = "--level, --ready, --all and ids exclude each other",
        [GROUP_KIND] = "--kind and --rework exclude each other, and are given once",
        [GROUP_MESSAGE] = "-m and -F exclude each other, and are given once",
    };
    if (group && (options->groups & 1U << group))
        return error_set(error, ERROR_USAGE, "%s", rules[group]);
    options->groups |= 1U << group;
    return true;
}

static bool take_argument(struct options *options, const char *word, option_scopes scopes, struct error *error) {
    if (!word[0]) { /* as "$PLAN" of a script that has not set it */
        error_set(error, ERROR_USAGE, "an argument is empty");
        return error_hint(error, "leave it out, or give it a value");
    }
    if ((scopes & SCOPE_IDS) && options_are_ids(word)) {
        bool is_first = (scopes & (SCOPE_SELECT | SCOPE_FILTER)) && !options->has_id_arguments;
        options->has_id_arguments = true;
        return enter_group(options, is_first ? GROUP_SELECTOR : GROUP_NONE, error) &&
               options_add_ids(options, "ids", word, error);
    }
    options->arguments[options->argument_count++] = word;
    return true;
}

static bool take_option(struct options *options, const struct option_item *item, struct error *error) {
    const struct option_row *row = item->row;
    const struct option_given given = {options, row, item->value ? item->value : "", error};
    options->given[options->given_count++] = row;
    if (!row->value && item->value)
        return error_set(error, ERROR_USAGE, "--%s takes no value", row->name);
    if (option_rows_need_value(row) && !item->value)
        return error_set(error, ERROR_USAGE, "--%s needs a value: --%s %s", row->name, row->name, row->value);
    if (!enter_group(options, row->group, error))
        return false;
    if (row->parse(&given))
        return true;
    if (!error->code)
        error_set(error, ERROR_USAGE, given.value[0] ? "--%s needs %s, not \"%s\"" : "--%s needs %s", row->name,
                  row->needs, given.value);
    return false;
}

static bool take_item(struct options *options, const struct option_item *item, option_scopes scopes,
                      struct error *error) {
    switch (item->kind) {
    case OPTION_ITEM_ARGUMENT:
        return take_argument(options, item->word, scopes, error);
    case OPTION_ITEM_KNOWN:
        return take_option(options, item, error);
    case OPTION_ITEM_UNKNOWN:
        return fail_unknown(item->word, scopes, error);
    case OPTION_ITEM_SEPARATOR:
        break;
    }
    return true;
}

bool option_reader_parse(struct options *options, int count, char **words, option_scopes scopes, struct error *error) {
    const size_t most = (size_t)count + 1; /* a word each, and the end */
    *options = (struct options){.words = words, .word_count = count};
    options->arguments = arena_allocate(&options->arena, most, sizeof *options->arguments);
    options->given = arena_allocate(&options->arena, most, sizeof *options->given);
    options->events.items = arena_allocate(&options->arena, most, sizeof *options->events.items);
    options->epics.items = arena_allocate(&options->arena, most, sizeof *options->epics.items);
    struct option_reader reader = {.words = words, .count = count, .scopes = scopes};
    struct option_item item;
    while (option_reader_next(&reader, &item)) {
        bool is_command = options->has_exec || (scopes & (SCOPE_WORDS | SCOPE_TAKE));
        if (item.kind == OPTION_ITEM_SEPARATOR && is_command && reader.position < count) {
            options->command = words + reader.position; /* main's words end with NULL */
            return true;
        }
        if (item.kind == OPTION_ITEM_SEPARATOR && (scopes & SCOPE_TAKE))
            return error_set(error, ERROR_USAGE, "a command is missing behind --");
        if (!take_item(options, &item, scopes, error))
            return false;
    }
    return true;
}
