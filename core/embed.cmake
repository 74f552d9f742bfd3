# Turns the default templates into one C file, so that the programs work before anything is installed. Arrays, because
# a string may have no more than 4095 characters.
set(texts "")
set(rows "")
set(number 0)
foreach(input IN LISTS INPUTS)
  get_filename_component(name ${input} NAME)
  file(READ ${input} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND texts "static const char text_${number}[] = {${bytes}0};\n")
  string(APPEND rows "    {\"${name}\", text_${number}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "#include \"format/template.h\"\n\n${texts}\nconst struct template_default template_defaults[] = {\n${rows}    {0, 0},\n};\n")
