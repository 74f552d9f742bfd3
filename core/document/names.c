#include "document/names.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "base/text.h"

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

static size_t digits_at(struct span text) {
    size_t count = 0;
    while (count < text.length && is_digit(text.data[count]))
        count++;
    return count;
}

/* Length of the longest id at the start of @text, 0 if there is none. */
static size_t id_length(struct span text) {
    size_t length = digits_at(text), parts = length > 0;
    while (parts && length < text.length && text.data[length] == '.') {
        size_t more = digits_at(span_skip(text, length + 1));
        if (more == 0)
            break;
        length += 1 + more;
        parts++;
    }
    return parts >= 2 && length <= NAMES_ID_BYTES_MOST ? length : 0;
}

bool names_is_id(struct span text) {
    return text.length > 0 && id_length(text) == text.length;
}

struct span names_leading_id(struct span text) {
    size_t length = id_length(text);
    bool goes_on = length && length < text.length &&
                   ((text.data[length] >= 'a' && text.data[length] <= 'z') ||
                    (text.data[length] >= 'A' && text.data[length] <= 'Z') || text.data[length] == '_');
    return goes_on ? (struct span){0} : (struct span){text.data, length};
}

/* Compares two runs of digits as numbers of any size; advances both. */
static int compare_numbers(const char **a, const char **b) {
    while (**a == '0' && is_digit((*a)[1]))
        (*a)++;
    while (**b == '0' && is_digit((*b)[1]))
        (*b)++;
    size_t a_length = digits_at(span_of(*a)), b_length = digits_at(span_of(*b));
    int order = a_length != b_length ? (a_length > b_length) - (a_length < b_length) : memcmp(*a, *b, a_length);
    *a += a_length;
    *b += b_length;
    return order;
}

int names_compare_ids(const char *a, const char *b) {
    for (const char *left = a, *right = b;;) {
        int order = compare_numbers(&left, &right);
        if (order)
            return order;
        if (*left != '.' || *right != '.')
            return *left || *right ? (*left == '.') - (*right == '.') : strcmp(a, b);
        left++;
        right++;
    }
}

const char *names_base(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void names_digits(const char *id, char digits[NAMES_ID_BYTES_MOST + 1]) {
    size_t used = 0;
    for (; *id && used < NAMES_ID_BYTES_MOST; id++)
        if (*id != '.')
            digits[used++] = *id;
    digits[used] = '\0';
}

static unsigned number_of(struct span digits) {
    unsigned number = 0;
    for (size_t i = 0; i < digits.length; i++) {
        if (number > (UINT_MAX - 9) / 10)
            return UINT_MAX;
        number = number * 10 + (unsigned)(digits.data[i] - '0');
    }
    return number;
}

unsigned names_last_number(const char *id) {
    const char *dot = strrchr(id, '.');
    return number_of(span_of(dot ? dot + 1 : id));
}

/* Takes @prefix off @rest. */
static bool take(struct span *rest, const char *prefix) {
    if (!span_starts_with(*rest, prefix))
        return false;
    *rest = span_skip(*rest, strlen(prefix));
    return true;
}

static bool take_digits(struct span *rest, struct span *digits) {
    *digits = (struct span){rest->data, digits_at(*rest)};
    *rest = span_skip(*rest, digits->length);
    return digits->length > 0 && digits->length <= NAMES_ID_BYTES_MOST;
}

static const struct {
    enum name_kind kind;
    const char *word, *folder;
    bool has_plan;                                                          /* the plan's name behind the word */
    enum numbering { WITHOUT_NUMBER, MAYBE_NUMBER, WITH_NUMBER } numbering; /* behind the digits */
    bool is_reopened;                                                       /* it can become one of the past */
} kinds[] = {
    {NAME_SUBPLAN, "SUBPLAN", "subplans", true, WITHOUT_NUMBER, false},
    {NAME_EXECUTION, "EXECUTION_TASK", "execution", true, WITH_NUMBER, false},
    {NAME_SUBMITTED, "SUBMITTED", "execution/feedbacks", false, WITH_NUMBER, false},
    {NAME_APPROVED, "APPROVED", "execution/feedbacks", false, WITHOUT_NUMBER, true},
    {NAME_FIX, "FIX", "execution/feedbacks", false, MAYBE_NUMBER, false},
    {NAME_SKIPPED, "SKIPPED", "execution", false, WITHOUT_NUMBER, true},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

const char *names_folder(enum name_kind kind) {
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].kind == kind)
            return kinds[i].folder;
    return NULL;
}

/* Takes "_02" off @rest, if it is there. */
static bool take_number(struct span *rest, unsigned *number) {
    struct span after = *rest, digits;
    if (!take(&after, "_") || !take_digits(&after, &digits))
        return false;
    *number = number_of(digits);
    *rest = after;
    return true;
}

static struct name read_feedback(struct span rest) {
    for (size_t i = 0; i < KINDS; i++) {
        struct name name = {.kind = kinds[i].kind};
        struct span after = rest;
        if (kinds[i].has_plan || !take(&after, kinds[i].word) || !take(&after, "_"))
            continue;
        bool is_named = take_digits(&after, &name.digits);
        bool is_reopened = is_named && kinds[i].is_reopened && take(&after, "_REOPENED");
        bool has_number = is_named && take_number(&after, &name.number);
        enum numbering numbering = is_reopened ? WITH_NUMBER : kinds[i].numbering;
        if (!is_named || after.length || (numbering == WITH_NUMBER && !has_number) ||
            (numbering == WITHOUT_NUMBER && has_number))
            return (struct name){0};
        name.kind = is_reopened ? NAME_REOPENED : name.kind;
        return name;
    }
    return (struct name){0};
}

static struct name read_subplan(struct span rest) {
    struct name name = {0};
    if (!take_digits(&rest, &name.digits))
        return (struct name){0};
    name.has_suffix = rest.length > 0 && rest.data[0] == '_';
    if (rest.length == 0)
        name.kind = NAME_SUBPLAN;
    return name.kind || name.has_suffix ? name : (struct name){0};
}

static struct name read_execution(struct span rest) {
    struct name name = {.kind = NAME_EXECUTION};
    if (!take_digits(&rest, &name.digits) || !take_number(&rest, &name.number) || (rest.length && rest.data[0] != '_'))
        return (struct name){0};
    name.has_suffix = rest.length > 0;
    return name;
}

struct name names_read(const char *plan, const char *file) {
    struct span rest = span_of(file);
    if (rest.length < 3 || memcmp(rest.data + rest.length - 3, ".md", 3) != 0)
        return (struct name){0};
    rest.length -= 3;
    bool is_subplan = take(&rest, "SUBPLAN_"), is_execution = !is_subplan && take(&rest, "EXECUTION_TASK_");
    if (!is_subplan && !is_execution)
        return read_feedback(rest);
    if (!take(&rest, plan) || !take(&rest, "_"))
        return (struct name){0};
    return is_subplan ? read_subplan(rest) : read_execution(rest);
}

/* --- names that are nearly right --- */

static bool is_separator(struct span text) {
    return text.length && text_is_one_of(text.data[0], "_-. ");
}

static bool is_same_letter(char a, char b) {
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* The word, whatever its case, with at most one letter more, less or different; short words must be right. */
static bool is_near_word(struct span text, const char *word) {
    enum { SHORT_LETTERS = 4 };
    size_t length = strlen(word), least = text.length < length ? text.length : length, same = 0, tail = 0;
    while (same < least && is_same_letter(text.data[same], word[same]))
        same++;
    while (tail < least - same && is_same_letter(text.data[text.length - 1 - tail], word[length - 1 - tail]))
        tail++;
    size_t most = text.length > length ? text.length : length;
    return most - same - tail <= (length < SHORT_LETTERS ? 0 : 1);
}

/* Takes a near word off @rest, which must not go on with a letter. */
static bool take_near(struct span *rest, const char *word) {
    for (size_t length = strlen(word) + 2; length-- > 1;) {
        bool ends = length <= rest->length && (length == rest->length || !isalpha((unsigned char)rest->data[length]));
        bool is_word = ends && isalpha((unsigned char)rest->data[length - 1]);
        if (!is_word || !is_near_word((struct span){rest->data, length}, word))
            continue;
        *rest = span_skip(*rest, length);
        *rest = is_separator(*rest) ? span_skip(*rest, 1) : *rest;
        return true;
    }
    return false;
}

static bool ends_with(struct span text, const char *ending) {
    size_t length = strlen(ending);
    if (text.length < length)
        return false;
    for (size_t i = 0; i < length; i++)
        if (!is_same_letter(text.data[text.length - length + i], ending[i]))
            return false;
    return true;
}

static struct span without_ending(struct span text) {
    static const char *const endings[] = {".md", ".markdown", ".txt"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(text, endings[i])) /* perhaps not the only one: ".md.txt" */
            return without_ending((struct span){text.data, text.length - strlen(endings[i])});
    return text;
}

static bool starts_with_plan(struct span text, const char *plan) {
    size_t length = strlen(plan);
    return text.length > length && ends_with((struct span){text.data, length}, plan) &&
           !isalnum((unsigned char)text.data[length]);
}

/* Takes groups of digits, "2.1_01", off @rest; how many there are. */
static size_t take_groups(struct span *rest, struct span *groups, size_t most) {
    size_t count = 0;
    for (struct span at = *rest; count < most; at = span_skip(*rest, 1)) {
        size_t length = digits_at(at);
        if (length == 0)
            break;
        groups[count++] = (struct span){at.data, length};
        *rest = span_skip(at, length);
        if (!is_separator(*rest))
            break;
    }
    return count;
}

/* "_v2", "-copy", " (1)": what versions and copies are called. */
static bool is_version(struct span rest) {
    rest = is_separator(rest) ? span_skip(rest, 1) : rest;
    if (rest.length == 0 || ends_with(rest, "copy") || ends_with(rest, "final"))
        return rest.length <= strlen("final");
    bool is_letter = is_same_letter(rest.data[0], 'v'), is_bracket = rest.data[0] == '(';
    size_t count = digits_at(span_skip(rest, 1));
    return count && ((is_letter && rest.length == count + 1) ||
                     (is_bracket && rest.length == count + 2 && rest.data[count + 1] == ')'));
}

/* Do the groups name an achievement: as they are, with a zero before them, or without the zeros they begin with? */
static bool is_known(const struct span *groups, size_t count, const struct string_map *known, struct near_name *near) {
    for (int attempt = 0; attempt < 3; attempt++) {
        size_t used = attempt == 1;
        near->digits[0] = '0';
        for (size_t i = 0; i < count; i++) {
            struct span group = groups[i];
            while (attempt == 2 && group.length > 1 && group.data[0] == '0')
                group = span_skip(group, 1);
            if (used + group.length > NAMES_ID_BYTES_MOST)
                return false;
            memcpy(near->digits + used, group.data, group.length);
            used += group.length;
        }
        near->digits[used] = '\0';
        if (used && string_map_find(known, span_of(near->digits), &near->position))
            return true;
    }
    return false;
}

bool names_read_near(const char *plan, const char *file, const struct string_map *known, struct near_name *near) {
    enum { GROUPS_MOST = 8 };
    struct span whole = without_ending(span_of(file)), groups[GROUPS_MOST];
    for (size_t i = 0; i < KINDS; i++) {
        struct span rest = whole;
        if (!take_near(&rest, kinds[i].word))
            continue;
        bool may_have_plan = kinds[i].has_plan || !digits_at(rest); /* a review is named by an id alone */
        if (may_have_plan && starts_with_plan(rest, plan))
            rest = span_skip(rest, strlen(plan));
        rest = is_separator(rest) ? span_skip(rest, 1) : rest;
        size_t count = take_groups(&rest, groups, GROUPS_MOST);
        if (count == 0 || !is_version(rest))
            continue;
        *near = (struct near_name){.kind = kinds[i].kind, .number = 1};
        bool has_number = kinds[i].numbering == WITH_NUMBER && count > 1;
        if (has_number && is_known(groups, count - 1, known, near)) {
            near->number = number_of(groups[count - 1]);
            return true;
        }
        return is_known(groups, count, known, near);
    }
    return false;
}

char *names_regular(struct arena *arena, const char *plan, const struct near_name *near) {
    size_t i = 0;
    while (kinds[i].kind != near->kind)
        i++;
    if (near->kind == NAME_EXECUTION)
        return arena_format(arena, "%s_%s_%s_%02u.md", kinds[i].word, plan, near->digits, near->number);
    if (near->kind == NAME_SUBMITTED)
        return arena_format(arena, "%s_%s_%02u.md", kinds[i].word, near->digits, near->number);
    return kinds[i].has_plan ? arena_format(arena, "%s_%s_%s.md", kinds[i].word, plan, near->digits)
                             : arena_format(arena, "%s_%s.md", kinds[i].word, near->digits);
}

bool names_is_near_folder(const char *name) {
    static const char *const folders[] = {"subplans", "execution", "feedbacks", "reviews"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (is_near_word(span_of(name), folders[i]))
            return true;
    return false;
}

struct span names_plan(const char *file) {
    struct span rest = span_of(file);
    if (!take(&rest, "PLAN_") || rest.length <= 3 || memcmp(rest.data + rest.length - 3, ".md", 3) != 0)
        return (struct span){0};
    rest.length -= 3;
    return rest;
}

/* --- what batches make --- */

static const char *const folders[] = {"subplans", "execution", "execution/feedbacks"};

bool names_is_folder(const char *path) {
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (strcmp(path, folders[i]) == 0)
            return true;
    return false;
}

const char *const names_of_dependency_file[] = {"parallel.json", "PARALLEL-EXECUTION-ANALYSIS.json",
                                                "parallel-execution.json", "parallel_analysis.json", NULL};

bool names_is_dependency_file(const char *name) {
    for (size_t i = 0; names_of_dependency_file[i]; i++)
        if (strcmp(name, names_of_dependency_file[i]) == 0)
            return true;
    return false;
}

bool names_is_made(const char *plan, const char *path) {
    const char *file = names_base(path);
    struct name name = names_read(plan, file);
    if (span_equals(names_plan(path), plan) || strcmp(path, names_of_dependency_file[0]) == 0)
        return true;
    enum name_kind kind = name.kind == NAME_REOPENED ? file[0] == 'A' ? NAME_APPROVED : NAME_SKIPPED : name.kind;
    const char *folder = names_folder(kind);
    return folder && !name.has_suffix && strlen(folder) + 1 == (size_t)(file - path) &&
           strncmp(path, folder, strlen(folder)) == 0;
}
