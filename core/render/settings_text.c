#include "render/settings_text.h"

#include "config/config.h"
#include "render/styled_text.h"
#include "view/settings_view.h"

void settings_text_append(struct buffer *text, const void *view, const struct style *style) {
    const struct config *config = &((const struct settings_view *)view)->settings->config;
    (void)style;
    for (enum config_key key = 0; key < CONFIG_KEYS; key++) {
        buffer_append_format(text, "%s.%s = ", config_entries[key].section, config_entries[key].key);
        styled_text_append_visible(text, config->values[key]);
        buffer_append_string(text, "  (");
        styled_text_append_visible(text, config->origins[key]);
        buffer_append_string(text, ")\n");
    }
}

void settings_text_value(struct buffer *text, const void *view, const struct style *style) {
    const struct settings_view *shown = view;
    (void)style;
    styled_text_append_visible(text, shown->settings->config.values[shown->only]);
    buffer_append_byte(text, '\n');
}

void settings_text_path(struct buffer *text, const void *view, const struct style *style) {
    const struct settings_view *shown = view;
    (void)style;
    styled_text_append_visible(text, shown->settings->user_file);
    buffer_append_byte(text, '\n');
}
