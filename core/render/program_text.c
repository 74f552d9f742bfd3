#include "render/program_text.h"

#include "view/program_view.h"

void program_text_version(struct buffer *text, const void *view, const struct style *style) {
    const struct version_view *version = view;
    (void)style;
    buffer_append_format(text, "%s %s\n", version->program, version->version);
}

void program_text_verbatim(struct buffer *text, const void *view, const struct style *style) {
    const struct verbatim_view *shown = view;
    (void)style;
    buffer_append_string(text, shown->text);
}
