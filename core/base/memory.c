#include "base/memory.h"

#include <malloc.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What is left of the last chunk of an arena is lost, and the daemon keeps several arenas for each plan: so the first
 * is small, and each is an eighth larger than the one before.
 */
enum { ARENA_FIRST_CHUNK_BYTES = 256, ARENA_LARGEST_CHUNK_BYTES = 8192 };

struct arena_chunk {
    struct arena_chunk *next;
    alignas(uint64_t) char data[];
};

static size_t product(size_t count, size_t element_size) {
    size_t size;
    if (__builtin_mul_overflow(count, element_size, &size) || size > PTRDIFF_MAX)
        abort();
    return size;
}

void *memory_allocate(size_t count, size_t element_size) {
    size_t size = product(count, element_size);
    void *pointer = calloc(1, size ? size : 1);
    if (!pointer)
        abort();
    return pointer;
}

void *memory_resize(void *pointer, size_t count, size_t element_size) {
    size_t size = product(count, element_size);
    void *resized = realloc(pointer, size ? size : 1);
    if (!resized)
        abort();
    return resized;
}

void memory_trim(void) {
    malloc_trim(0);
}

char *memory_copy(const char *text) {
    return memory_copy_part(text, strlen(text));
}

char *memory_copy_part(const char *text, size_t length) {
    char *copy = memory_resize(NULL, length + 1, 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

void memory_free(void *pointer) {
    free(pointer);
}

void *memory_grow(void *pointer, size_t *capacity, size_t needed, size_t element_size) {
    if (needed <= *capacity)
        return pointer;
    size_t larger = *capacity ? *capacity : 8;
    while (larger < needed)
        larger = product(larger, 2);
    *capacity = larger;
    return memory_resize(pointer, larger, element_size);
}

static struct arena_chunk *new_chunk(struct arena *arena, size_t size, struct arena_chunk *next) {
    struct arena_chunk *chunk = memory_resize(NULL, sizeof *chunk + size, 1);
    chunk->next = next;
    arena->reserved += size;
    return chunk;
}

static void add_chunk(struct arena *arena) {
    size_t size = arena->available / 8 * 9;
    if (size < ARENA_FIRST_CHUNK_BYTES)
        size = ARENA_FIRST_CHUNK_BYTES;
    if (size > ARENA_LARGEST_CHUNK_BYTES)
        size = ARENA_LARGEST_CHUNK_BYTES;
    arena->chunks = new_chunk(arena, size, arena->chunks);
    arena->used = 0;
    arena->available = size;
}

/* A chunk for one large object, behind the newest, which stays in use. */
static char *take_large(struct arena *arena, size_t size) {
    if (!arena->chunks)
        add_chunk(arena);
    arena->chunks->next = new_chunk(arena, size, arena->chunks->next);
    return arena->chunks->next->data;
}

static char *take(struct arena *arena, size_t size, size_t alignment) {
    static alignas(uint64_t) char nothing[1]; /* the caller may use no byte of it */
    if (size == 0)
        return nothing;
    size_t start = (arena->used + alignment - 1) & ~(alignment - 1);
    if (!arena->chunks || start > arena->available || size > arena->available - start) {
        if (size > ARENA_FIRST_CHUNK_BYTES)
            return take_large(arena, size);
        add_chunk(arena);
        start = 0;
    }
    arena->used = start + size;
    return arena->chunks->data + start;
}

void *arena_allocate(struct arena *arena, size_t count, size_t element_size) {
    size_t size = product(count, element_size);
    return memset(take(arena, size, alignof(uint64_t)), 0, size);
}

char *arena_copy(struct arena *arena, const char *data, size_t length) {
    char *copy = take(arena, length + 1, 1);
    if (length)
        memcpy(copy, data, length);
    copy[length] = '\0';
    return copy;
}

char *arena_format(struct arena *arena, const char *format, ...) {
    va_list arguments;
    size_t room = arena->chunks ? arena->available - arena->used : 0; /* nearly always enough */
    char *rest = room ? arena->chunks->data + arena->used : NULL;
    va_start(arguments, format);
    int length = vsnprintf(rest, room, format, arguments);
    va_end(arguments);
    if ((size_t)length < room)
        return take(arena, (size_t)length + 1, 1);
    char *text = take(arena, (size_t)length + 1, 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

void arena_release(struct arena *arena) {
    for (struct arena_chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
        next = chunk->next;
        memory_free(chunk);
    }
    *arena = (struct arena){0};
}
