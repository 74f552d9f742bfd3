# The launcher is a static program: a dynamic one needs most of its time to be loaded. It is linked with musl (Debian:
# musl-tools), whose start is the shortest, else with glibc's archive, else not built; then batchctl is the full client.
# Its modules are those of core and client, compiled again; the linker drops what it does not use of them.
string(REPLACE "-gnu" "-musl" musl_triplet "${CMAKE_LIBRARY_ARCHITECTURE}")
find_file(MUSL_SPECS musl-gcc.specs PATHS /usr/lib/${musl_triplet})
find_library(LIBC_ARCHIVE libc.a)
if(NOT CMAKE_C_COMPILER_ID STREQUAL "GNU" OR BATCHD_SANITIZE OR BATCHD_COVERAGE OR NOT (MUSL_SPECS OR LIBC_ARCHIVE))
  return()
endif()

set(modules
  core/base/buffer core/base/diagnostics core/base/digest core/base/error core/base/memory core/base/path
  core/base/string_map core/base/text core/base/version core/batch/batch core/config/config core/config/config_value core/config/settings
  core/config/socket_path core/disk/files core/disk/git_folder core/disk/listing core/disk/state_dir core/disk/upward_walk
  core/document/names core/format/json_writer core/plan/selection core/plan/workspace_search core/render/style
  core/wire/request_wire core/wire/rpc
  client/cli/root_option client/cli/verb_names client/session/daemon_socket client/session/own_program client/launcher/main client/launcher/text_reply client/session/request_defaults
  client/term/terminal)
list(TRANSFORM modules PREPEND ${PROJECT_SOURCE_DIR}/)
list(TRANSFORM modules APPEND .c)
add_executable(launcher ${modules})
set_target_properties(launcher PROPERTIES OUTPUT_NAME batchctl
  RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/launcher)
set_source_files_properties(${PROJECT_SOURCE_DIR}/core/base/version.c PROPERTIES
  COMPILE_DEFINITIONS "BATCHD_VERSION=\"${PROJECT_VERSION}\"")
target_include_directories(launcher PRIVATE ${PROJECT_SOURCE_DIR}/core ${PROJECT_SOURCE_DIR}/client)
target_compile_options(launcher PRIVATE -ffunction-sections -fdata-sections -fno-pie)
target_link_options(launcher PRIVATE -static -no-pie -Wl,--gc-sections)
if(MUSL_SPECS)
  # musl's folder of headers has neither the kernel's nor those of the libraries
  set(headers ${CMAKE_CURRENT_BINARY_DIR}/launcher/include)
  file(MAKE_DIRECTORY ${headers})
  foreach(header IN ITEMS linux asm asm-generic cjson ini.h sha2.h xxhash.h)
    find_path(place ${header} PATHS /usr/include/${CMAKE_LIBRARY_ARCHITECTURE} /usr/include NO_CACHE REQUIRED)
    file(CREATE_LINK ${place}/${header} ${headers}/${header} SYMBOLIC)
    unset(place)
  endforeach()
  target_compile_options(launcher PRIVATE -specs=${MUSL_SPECS} "SHELL:-idirafter ${headers}"
    "SHELL:-include ${PROJECT_SOURCE_DIR}/core/base/musl.inc" -Wno-overflow) # its ioctl takes an int
  target_link_options(launcher PRIVATE -specs=${MUSL_SPECS})
endif()

file(RELATIVE_PATH full_place ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBEXECDIR}/batchd)
target_compile_definitions(launcher PRIVATE FULL_PLACE="${full_place}")
add_custom_command(TARGET launcher POST_BUILD VERBATIM
  COMMAND ${CMAKE_COMMAND} -E create_symlink $<TARGET_FILE:batchctl> $<TARGET_FILE_DIR:launcher>/batchctl-full)
add_dependencies(launcher batchctl) # which it starts
