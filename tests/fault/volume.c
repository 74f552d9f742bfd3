#include "volume.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IMAGE_BYTES = 16 << 20, ATTEMPTS = 50 };

const char *volume_prepare(void) {
    static char reason[128];
    if (unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
        return NULL;
    snprintf(reason, sizeof reason, "no mount namespace: %s", strerror(errno));
    return reason;
}

/* Runs a program without its output. Returns its exit status. */
static int run(const char *const *words) {
    pid_t child = fork();
    if (child == 0) {
        int nothing = open("/dev/null", O_RDWR);
        dup2(nothing, STDOUT_FILENO);
        dup2(nothing, STDERR_FILENO);
        setenv("PATH", "/usr/sbin:/sbin:/usr/bin:/bin", 1);
        execvp(words[0], (char *const *)words);
        _exit(127);
    }
    int status;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool volume_format(const char *image) {
    int descriptor = open(image, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool is_made = descriptor >= 0 && ftruncate(descriptor, IMAGE_BYTES) == 0;
    close(descriptor);
    return is_made &&
           run((const char *[]){"mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,nodiscard", image, NULL}) == 0;
}

bool volume_is_clean(const char *image) {
    return run((const char *[]){"e2fsck", "-fn", image, NULL}) == 0;
}

/* A free loop device with the image, which is removed after its last use. Another process may take the same: then
 * again. */
static int attach(const char *image, char device[32]) {
    int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC), file = open(image, O_RDWR | O_CLOEXEC), loop = -1;
    for (int attempt = 0; control >= 0 && file >= 0 && loop < 0 && attempt < ATTEMPTS; attempt++) {
        int number = ioctl(control, LOOP_CTL_GET_FREE);
        struct loop_config config = {.fd = (__u32)file, .info = {.lo_flags = LO_FLAGS_AUTOCLEAR}};
        snprintf(device, 32, "/dev/loop%d", number);
        loop = number < 0 ? -1 : open(device, O_RDWR | O_CLOEXEC);
        if (loop >= 0 && ioctl(loop, LOOP_CONFIGURE, &config) != 0) {
            int failure = errno;
            close(loop);
            loop = -1;
            errno = failure;
        }
        if (loop < 0)
            usleep(2000);
    }
    int failure = errno;
    close(control);
    close(file);
    errno = failure;
    return loop;
}

bool volume_mount(const char *image, const char *folder) {
    char device[32];
    int loop = attach(image, device);
    bool is_mounted = loop >= 0 && mount(device, folder, "ext4", 0, NULL) == 0;
    int failure = errno;
    close(loop);
    errno = failure;
    return is_mounted;
}

bool volume_mount_memory(const char *folder, const char *options) {
    return mount("batchd-fault", folder, "tmpfs", 0, options) == 0;
}

bool volume_remount(const char *folder, bool is_read_only, const char *options) {
    return mount(NULL, folder, NULL, MS_REMOUNT | (is_read_only ? MS_RDONLY : 0), options) == 0;
}

bool volume_unmount(const char *folder) {
    return umount2(folder, 0) == 0;
}
