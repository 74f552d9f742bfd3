#include "plan/hours.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static bool parse_number(struct span *text, double *number) {
    *text = span_trim(*text);
    size_t length = 0;
    while (length < text->length && text_is_one_of(text->data[length], "0123456789."))
        length++;
    char digits[16];
    if (length == 0 || length >= sizeof digits)
        return false;
    memcpy(digits, text->data, length);
    digits[length] = '\0';
    char *end;
    *number = strtod(digits, &end);
    *text = span_trim(span_skip(*text, length));
    return *end == '\0';
}

/* The unit at the start of @text, taken off it, in hours; 0 if there is none. */
static double take_unit(struct span *text) {
    static const struct {
        const char *word;
        double hours;
    } units[] = {{"hours", 1},        {"hour", 1},       {"hrs", 1},       {"h", 1},      {"minutes", 1 / 60.},
                 {"minute", 1 / 60.}, {"mins", 1 / 60.}, {"min", 1 / 60.}, {"m", 1 / 60.}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (text_starts_with_word(*text, units[i].word)) {
            *text = span_trim(span_skip(*text, strlen(units[i].word)));
            return units[i].hours;
        }
    return 0;
}

struct amount {
    double number, unit; /* @unit: 0 if there is none */
};

/* "4", "4 hours", "30 min", "1 h 30 min"; takes it off @text. */
static bool take_amount(struct span *text, struct amount *amount) {
    struct amount minutes;
    if (!parse_number(text, &amount->number))
        return false;
    amount->unit = take_unit(text);
    struct span rest = *text;
    if (amount->unit == 1 && parse_number(&rest, &minutes.number) && (minutes.unit = take_unit(&rest)) > 0) {
        amount->number += minutes.number * minutes.unit;
        *text = rest;
    }
    return true;
}

static bool take_dash(struct span *text) {
    static const char *const dashes[] = {"-", "\xE2\x80\x93", "to "};
    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++)
        if (span_starts_with(*text, dashes[i])) {
            *text = span_skip(*text, strlen(dashes[i]));
            return true;
        }
    return false;
}

bool hours_parse(struct span text, double *hours) {
    struct amount low, high;
    if (!take_amount(&text, &low))
        return false;
    high = low;
    if (take_dash(&text) && !take_amount(&text, &high))
        return false;
    if (high.unit == 0 && text.length)
        return false;
    high.unit = high.unit > 0 ? high.unit : 1;
    low.unit = low.unit > 0 ? low.unit : high.unit;
    *hours = (low.number * low.unit + high.number * high.unit) / 2;
    return true;
}
