/*
 * core/disk/files and core/disk/listing: nothing outside the root is reached, nothing hangs, nothing is replaced, and a
 * hook can fail every operation.
 */
#include "disk/files.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"
#include "disk/files_lock.h"
#include "disk/files_write.h"
#include "place.h"

TestSuite(files, .timeout = 60);

Test(files, paths_are_relative_and_normal) {
    static const char *const good[] = {"", "a", "a/b", "...", ".a", "a..", "..a/b", "a b/\n", "\xFF"};
    static const char *const bad[] = {"/",   "/a",   ".",    "..",     "a/",    "a//b", "./a",
                                      "a/.", "../a", "a/..", "a/../b", "a/./b", "a/b/", "//"};
    for (size_t i = 0; i < COUNT(good); i++)
        cr_expect(files_is_path(good[i]), "<%s>", good[i]);
    for (size_t i = 0; i < COUNT(bad); i++)
        cr_expect_not(files_is_path(bad[i]), "<%s>", bad[i]);
    struct buffer text = {0};
    for (int i = 0; i < 255; i++)
        buffer_append_byte(&text, 'a');
    cr_expect(files_is_path(text.data));
    buffer_append_byte(&text, 'a');
    cr_expect_not(files_is_path(text.data));
    buffer_clear(&text);
    while (text.length + 2 <= FILES_PATH_BYTES_MOST)
        buffer_append_string(&text, "a/");
    buffer_append_string(&text, "a");
    cr_expect(files_is_path(text.data));
    buffer_append_string(&text, "a");
    cr_expect_not(files_is_path(text.data));
    buffer_release(&text);
}

/* What every operation does with @path; none may succeed. */
static void expect_unreachable(const struct place *place, const char *path) {
    struct error error = {0};
    struct buffer content = {0};
    struct listing listing = {0};
    cr_expect_not(files_read(&place->files, path, 100, &content, NULL, &error), "%s", path);
    cr_expect_neq(error.code, ERROR_NONE);
    cr_expect_not(files_list(&place->files, path, &listing, &error), "%s", path);
    cr_expect_not(files_create(&place->files, path, span_of("x"), 0644, false, NULL, &error), "%s", path);
    cr_expect_not(files_make_folder(&place->files, path, 0755, &error), "%s", path);
    cr_expect_not(files_remove_folder(&place->files, path, &error), "%s", path);
    cr_expect_not(files_publish(&place->files, "inside", path, &error), "%s", path);
    cr_expect_not(files_publish(&place->files, path, "new", &error), "%s", path);
    cr_expect_not(files_sync_folder(&place->files, path, &error), "%s", path);
    cr_expect_eq(files_lock(&place->files, path, 0, &error), -1, "%s", path);
    cr_expect_eq(content.length, 0);
    cr_expect_eq(listing.count, 0);
    error_release(&error);
    buffer_release(&content);
    listing_release(&listing);
}

/* Beneath a parent of the root, so that "outside" is ours too: its fingerprint must not change. */
static void expect_nothing_outside(void) {
    struct place place = begin();
    struct space outside = {.root = strdup(place.space.root)};
    *strrchr(outside.root, '/') = '\0';
    space_write(&outside, "secret", "secret");
    space_make_folder(&outside, "folder");
    space_write(&outside, "folder/secret", "secret");
    space_write(&place.space, "inside", "x");
    space_make_folder(&place.space, "own");
    space_link(&place.space, "link-file", "../secret");
    space_link(&place.space, "link-folder", "../folder");
    space_link(&place.space, "link-up", "..");
    space_link(&place.space, "link-root", "/");
    space_link(&place.space, "link-inside", "own");
    space_link(&place.space, "own/link-up", "../..");
    space_link(&place.space, "loop", "loop");
    char *absolute_secret = absolute(&place, "../secret");
    uint64_t before = space_fingerprint(&outside, "");
    const char *const paths[] = {
        "../secret",
        "..",
        "/etc/passwd",
        "/",
        absolute_secret,
        "own/../../secret",
        "own/../inside",
        "./inside",
        ".",
        "link-file/x",
        "link-folder/secret",
        "link-folder/new",
        "link-up/secret",
        "link-up/new",
        "link-root/etc/passwd",
        "own/link-up/secret",
        "own/link-up/folder/secret",
        "link-inside/new",
        "loop/x",
        "inside/x",
        "own//x",
        "own/",
    };
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct error error = {0};
        expect_unreachable(&place, paths[i]);
        cr_expect_not(files_remove(&place.files, paths[i], &error), "%s", paths[i]);
        error_release(&error);
    }
    static const char *const links[] = {"link-file",   "link-folder", "link-up", "link-root",
                                        "link-inside", "own/link-up", "loop"};
    for (size_t i = 0; i < COUNT(links); i++) {
        struct error error = {0};
        struct buffer content = {0};
        struct listing listing = {0};
        enum file_kind kind;
        cr_expect_not(files_read(&place.files, links[i], 100, &content, NULL, &error), "%s", links[i]);
        cr_expect_not(files_list(&place.files, links[i], &listing, &error), "%s", links[i]);
        cr_expect_eq(files_lock(&place.files, links[i], 0, &error), -1, "%s", links[i]);
        cr_expect_not(files_create(&place.files, links[i], span_of("x"), 0644, false, NULL, &error), "%s", links[i]);
        cr_expect_eq(error.code, ERROR_CONFLICT, "%s", links[i]);
        cr_expect(files_look(&place.files, links[i], &kind, NULL, &error), "%s", links[i]);
        cr_expect_eq(kind, FILE_OTHER, "%s", links[i]);
        listing_release(&listing);
        error_release(&error);
    }
    cr_expect_eq(space_fingerprint(&outside, ""), before);
    memory_free(absolute_secret);
    memory_free(outside.root);
    end(&place);
}

Test(files, nothing_outside_the_root_is_reached) {
    expect_nothing_outside();
}

/* From here on openat2(2) fails with ENOSYS, as on kernels before 5.6 and under valgrind. */
static void forbid_openat2(void) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {.len = COUNT(filter), .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        cr_skip_test("no seccomp");
    cr_assert_eq(syscall(SYS_openat2, -1, ".", NULL, 0), -1);
    cr_assert_eq(errno, ENOSYS);
}

Test(files, nor_without_openat2) {
    forbid_openat2();
    expect_nothing_outside();
}

Test(files, all_that_is_inside_is_reached_without_openat2) {
    forbid_openat2();
    struct place place = begin();
    struct error error = {0};
    struct buffer content = {0};
    struct listing listing = {0};
    space_write(&place.space, "a/b/c/file", "x");
    cr_expect(files_read(&place.files, "a/b/c/file", 10, &content, NULL, &error));
    cr_expect(files_list(&place.files, "a/b/c", &listing, &error));
    cr_expect_eq(listing.count, 1);
    cr_expect(files_create(&place.files, "a/b/new", span_of("y"), 0600, false, NULL, &error));
    cr_expect_not(files_read(&place.files, "a/none/file", 10, &content, NULL, &error));
    cr_expect_eq(error.code, ERROR_NOT_FOUND);
    listing_release(&listing);
    error_release(&error);
    buffer_release(&content);
    end(&place);
}

Test(files, the_root_itself_may_be_a_link_and_must_be_a_folder) {
    struct place place = begin();
    struct files files;
    struct error error = {0};
    space_make_folder(&place.space, "real");
    space_write(&place.space, "real/a", "x");
    space_link(&place.space, "link", "real");
    char *link = absolute(&place, "link"), *file = absolute(&place, "real/a"), *none = absolute(&place, "none");
    struct buffer content = {0};
    cr_assert(files_open(&files, link, &error));
    cr_expect(files_read(&files, "a", 10, &content, NULL, &error));
    files_close(&files);
    cr_expect_not(files_open(&files, file, &error));
    cr_expect_eq(error.code, ERROR_IO);
    cr_expect_eq(files.root, -1);
    cr_expect_not(files_open(&files, none, &error));
    cr_expect_eq(error.code, ERROR_NOT_FOUND);
    files_close(&files);
    error_release(&error);
    buffer_release(&content);
    memory_free(link);
    memory_free(file);
    memory_free(none);
    end(&place);
}

Test(files, what_stands_at_a_path) {
    struct place place = begin();
    char *fifo = absolute(&place, "fifo");
    cr_assert_eq(mkfifo(fifo, 0600), 0);
    memory_free(fifo);
    space_write(&place.space, "file", "12345");
    space_make_folder(&place.space, "folder");
    space_link(&place.space, "link", "file");
    static const struct {
        const char *path;
        enum file_kind kind;
    } cases[] = {{"", FILE_FOLDER},          {"file", FILE_REGULAR},  {"folder", FILE_FOLDER},
                 {"link", FILE_OTHER},       {"fifo", FILE_OTHER},    {"none", FILE_ABSENT},
                 {"none/none", FILE_ABSENT}, {"file/x", FILE_ABSENT}, {"link/x", FILE_ABSENT}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error error = {0};
        enum file_kind kind;
        struct file_identity identity = {0};
        cr_expect(files_look(&place.files, cases[i].path, &kind, &identity, &error), "%s", cases[i].path);
        cr_expect_eq(kind, cases[i].kind, "%s", cases[i].path);
        if (kind == FILE_REGULAR)
            cr_expect_eq(identity.size_bytes, 5);
        cr_expect_eq(identity.inode != 0, kind != FILE_ABSENT, "%s", cases[i].path);
    }
    struct error error = {0};
    enum file_kind kind;
    cr_expect_not(files_look(&place.files, "../x", &kind, NULL, &error));
    error_release(&error);
    end(&place);
}

/* A fifo without a writer would block a process that opens it for reading. */
Test(files, only_regular_files_are_read_and_nothing_hangs) {
    struct place place = begin();
    char *fifo = absolute(&place, "fifo"), *socket_path = absolute(&place, "socket");
    cr_assert_eq(mkfifo(fifo, 0600), 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    cr_assert_lt(strlen(socket_path), sizeof address.sun_path);
    memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
    space_make_folder(&place.space, "folder");
    space_link(&place.space, "device", "/dev/zero");
    static const char *const paths[] = {"fifo", "socket", "folder", "device", ""};
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct error error = {0};
        struct buffer content = {0};
        struct listing listing = {0};
        cr_expect_not(files_read(&place.files, paths[i], 100, &content, NULL, &error), "%s", paths[i]);
        cr_expect_eq(error.code, ERROR_IO, "%s: %d", paths[i], error.code);
        cr_expect_eq(content.length, 0);
        cr_expect_eq(files_list(&place.files, paths[i], &listing, &error), i == 2 || i == 4, "%s", paths[i]);
        listing_release(&listing);
        error_release(&error);
        buffer_release(&content);
    }
    close(listener);
    memory_free(fifo);
    memory_free(socket_path);
    end(&place);
}

Test(files, reading_appends_and_keeps_to_the_cap) {
    struct place place = begin();
    struct error error = {0};
    struct buffer content = {0};
    struct file_identity identity;
    space_write_bytes(&place.space, "file", "a\0b\xFF", 4);
    space_write(&place.space, "empty", "%s", "");
    cr_expect(files_read(&place.files, "file", 4, &content, &identity, &error));
    cr_expect(files_read(&place.files, "empty", 0, &content, NULL, &error));
    cr_expect(files_read(&place.files, "file", 100, &content, NULL, &error));
    cr_expect_eq(content.length, 8);
    cr_expect_arr_eq(content.data,
                     "a\0b\xFF"
                     "a\0b\xFF",
                     9);
    cr_expect_eq(identity.size_bytes, 4);
    cr_expect_not(files_read(&place.files, "file", 3, &content, NULL, &error));
    cr_expect_eq(error.code, ERROR_IO);
    cr_expect_eq(error.system_errno, EFBIG);
    cr_expect_eq(content.length, 8);
    cr_expect_not(files_read(&place.files, "none", 3, &content, NULL, &error));
    cr_expect_eq(error.code, ERROR_NOT_FOUND);
    cr_expect(has(error.message, "none"));
    error_release(&error);
    buffer_release(&content);
    end(&place);
}

/* A file that says it is empty and is not: the size that fstat reports is no promise. */
Test(files, a_file_that_grows_while_it_is_read_keeps_to_the_cap) {
    struct files files;
    struct error error = {0};
    struct buffer content = {0};
    if (!files_open(&files, "/proc/self", &error))
        cr_skip_test("no /proc");
    cr_expect(files_read(&files, "status", 1 << 20, &content, NULL, &error));
    size_t length = content.length;
    cr_expect_gt(length, 100);
    cr_expect_not(files_read(&files, "status", 10, &content, NULL, &error));
    cr_expect_eq(error.system_errno, EFBIG);
    cr_expect_eq(content.length, length, "part of what was not read stays behind");
    files_close(&files);
    error_release(&error);
    buffer_release(&content);
}
