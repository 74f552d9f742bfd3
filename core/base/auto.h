/*
 * Automatic release: variables release what they own when their scope ends, by whichever way: return, break, or the
 * last line. What every exit would release by hand is said once, where the variable is declared:
 *
 *     AUTO(buffer) text = {0};              struct buffer, released by buffer_release
 *     AUTO_FREE char *name = NULL;          memory of memory_allocate and its kind
 *     AUTO_CLOSE int folder = -1;           a descriptor; nothing is closed if it is negative
 *     AUTO_FCLOSE FILE *stream = NULL;      a stream of stdio
 *     AUTO_CALL(files_close) struct files files = FILES_CLOSED;      any function that takes its address
 *
 * The variable is initialized where it is declared, with its content or with an empty object: the release runs in any
 * case. To hand the content over, copy it on the last lines and empty the variable (text = (struct buffer){0}, or
 * return auto_take(&folder)). The value of a return is computed before the release, so it must not borrow from the
 * variable. Objects are released in the reverse order of their declarations. exit() and longjmp() release nothing.
 */
#ifndef BATCHD_AUTO_H
#define BATCHD_AUTO_H

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

/* @function receives the address of the variable. */
#define AUTO_CALL(function) __attribute__((cleanup(function)))

/* struct TYPE, released by TYPE_release(struct TYPE *), which leaves {0} and accepts it. */
#define AUTO(type) AUTO_CALL(type##_release) struct type

#define AUTO_FREE   AUTO_CALL(auto_free)
#define AUTO_CLOSE  AUTO_CALL(auto_close)
#define AUTO_FCLOSE AUTO_CALL(auto_fclose)

/* @variable: the address of a pointer of any type. */
static inline void auto_free(void *variable) {
    void *pointer;
    memcpy(&pointer, variable, sizeof pointer);
    memory_free(pointer);
}

/* Keeps errno: it is often the result of the function that ends. */
static inline void auto_close(const int *descriptor) {
    int kept = errno;
    if (*descriptor >= 0)
        close(*descriptor);
    errno = kept;
}

/* For the owner of the descriptor that is handed over: returns it, and the variable closes nothing. */
static inline int auto_take(int *descriptor) {
    int taken = *descriptor;
    *descriptor = -1;
    return taken;
}

/* Without a check, so it is for reading: a writer must call fclose() and look at its result. */
static inline void auto_fclose(FILE *const *stream) {
    int kept = errno;
    if (*stream)
        fclose(*stream);
    errno = kept;
}

#endif
