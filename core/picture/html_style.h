/*
 * Style of an HTML page: how it looks, light or dark as the viewer prefers, on a screen and on paper; and the script of
 * a page that follows its plans. Both are constants, so that the page can name the script's digest and forbid any
 * other.
 */
#ifndef BATCHD_HTML_STYLE_H
#define BATCHD_HTML_STYLE_H

extern const char html_style[];

/*
 * Reads the page again every few seconds while it can be seen, unless the box "Refresh" is unchecked, and restores what
 * is scrolled, opened and focused.
 */
extern const char html_script[];

/* "sha256-...", of the script (Content Security Policy). */
extern const char html_script_digest[];

#endif
