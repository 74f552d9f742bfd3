#include "names.h"

#include <limits.h>
#include <string.h>

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

static struct name read_feedback(struct span rest) {
    static const struct {
        const char *prefix;
        enum name_kind kind;
    } kinds[] = {{"APPROVED_", NAME_APPROVED}, {"FIX_", NAME_FIX}, {"SKIPPED_", NAME_SKIPPED}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct span digits;
        if (take(&rest, kinds[i].prefix))
            return take_digits(&rest, &digits) && rest.length == 0
                       ? (struct name){.kind = kinds[i].kind, .digits = digits}
                       : (struct name){0};
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
    struct span number;
    if (!take_digits(&rest, &name.digits) || !take(&rest, "_") || !take_digits(&rest, &number) ||
        (rest.length && rest.data[0] != '_'))
        return (struct name){0};
    name.number = number_of(number);
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

enum numbering { WITHOUT_NUMBER, MAYBE_NUMBER, WITH_NUMBER };

/* Takes "11", or "11_02". */
static bool take_place(struct span *rest, enum numbering numbering) {
    struct span digits, number;
    if (!take_digits(rest, &digits))
        return false;
    number = *rest;
    bool has_number = take(&number, "_") && take_digits(&number, &digits);
    if (has_number)
        *rest = number;
    return numbering == MAYBE_NUMBER || has_number == (numbering == WITH_NUMBER);
}

bool names_is_made(const char *plan, const char *path) {
    static const struct {
        const char *prefix;
        bool has_plan;
        enum numbering numbering;
    } rows[] = {
        {"subplans/SUBPLAN_", true, WITHOUT_NUMBER},       {"execution/EXECUTION_TASK_", true, WITH_NUMBER},
        {"execution/SKIPPED_", false, WITHOUT_NUMBER},     {"execution/feedbacks/APPROVED_", false, WITHOUT_NUMBER},
        {"execution/feedbacks/FIX_", false, MAYBE_NUMBER}, {"execution/feedbacks/SUBMITTED_", false, WITH_NUMBER},
    };
    if (span_equals(names_plan(path), plan) || strcmp(path, "parallel.json") == 0)
        return true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span rest = span_of(path);
        if (take(&rest, rows[i].prefix) && (!rows[i].has_plan || (take(&rest, plan) && take(&rest, "_"))) &&
            take_place(&rest, rows[i].numbering) && span_equals(rest, ".md"))
            return true;
    }
    return false;
}
