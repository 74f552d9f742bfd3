#include <criterion/criterion.h>

#include "base/path.h"

TestSuite(path, .timeout = 60);

Test(path, a_path_opens_from_where_it_is_printed) {
    static const struct {
        const char *here, *to, *path;
    } rows[] = {
        {"/w", "/w/X/a.md", "X/a.md"},
        {"/w/X", "/w/X/a.md", "a.md"},
        {"/w/X/s", "/w/X/a.md", "../a.md"},
        {"/w/X/s", "/w/Y/t/a.md", "../../Y/t/a.md"},
        {"/w/X", "/w/XY/a.md", "../XY/a.md"},
        {"/w/XY", "/w/X/a.md", "../X/a.md"},
        {"/w", "/w", "."},
        {"/w/X", "/w", ".."},
        {"/w/X/s", "/w", "../.."},
        {"/home/a", "/srv/X/a.md", "/srv/X/a.md"},
        {"/", "/w/X/a.md", "w/X/a.md"},
        {"/w", "/w/X", "X"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer text = {0};
        buffer_append_string(&text, "> ");
        path_between(&text, rows[i].here, rows[i].to);
        cr_expect_str_eq(buffer_text(&text) + 2, rows[i].path, "%s to %s: %s", rows[i].here, rows[i].to, text.data);
        buffer_release(&text);
    }
}
