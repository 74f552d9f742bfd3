#include "render/wait_text.h"

#include "render/styled_text.h"
#include "view/wait_view.h"

void wait_text_append(struct buffer *text, const void *view, const struct style *style) {
    const struct wait_view *wait = view;
    (void)style;
    styled_text_append_visible(text, wait->plan);
    buffer_append_string(text, wait->plan ? ": " : "");
    styled_text_append_visible(text, wait->reason);
    buffer_append_byte(text, '\n');
}
