/*
 * The library md4c, which reads Markdown. To load it takes a part of a command's start, so it is loaded when a text
 * needs it: a plain one does not, see markdown.c.
 */
#ifndef BATCHD_MD4C_LIBRARY_H
#define BATCHD_MD4C_LIBRARY_H

#include <md4c.h>

/* Its md_parse. A library that is missing ends the program with a message, as it would at the start. */
int md4c_library_parse(const MD_CHAR *text, MD_SIZE size, const MD_PARSER *parser, void *data);

#endif
