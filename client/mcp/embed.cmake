# Turns tools.json into a C file. An array, because a string may have no more than 4095 characters.
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
file(WRITE ${OUTPUT} "extern const char mcp_tools_text[];\nconst char mcp_tools_text[] = {${bytes}0};\n")
