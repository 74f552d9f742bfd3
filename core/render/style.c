#include "render/style.h"

#include <stddef.h>
#include <string.h>

static const char *const names[] = {
    [FORM_JSON] = "json",       [FORM_TEXT] = "text",   [FORM_TREE] = "tree", [FORM_DOT] = "dot",
    [FORM_MERMAID] = "mermaid", [FORM_SVG] = "svg",     [FORM_HTML] = "html", [FORM_GCC] = "gcc",
    [FORM_GITHUB] = "github",   [FORM_SARIF] = "sarif",
};

bool form_find(const char *name, enum form *form) {
    for (size_t i = FORM_JSON; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) {
            *form = (enum form)i;
            return true;
        }
    return false;
}

const char *form_name(enum form form) {
    return names[form];
}
