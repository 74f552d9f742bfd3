/*
 * Memory. Every allocation of the programs is made here and either succeeds or ends the process with abort(): the
 * size of every input is capped before it is read, so running out means that the machine is in trouble, and nothing
 * the programs hold cannot be rebuilt from files.
 *
 * An arena owns many small objects of one lifetime (a parsed file, one plan's snapshot) and frees them together.
 */
#ifndef BATCHD_MEMORY_H
#define BATCHD_MEMORY_H

#include <stddef.h>

/* Zeroed memory for @count elements. The caller owns it (memory_free). Overflow of the product aborts. */
void *memory_allocate(size_t count, size_t element_size);

/* Resize to @count elements, keeping content; what is added is not zeroed. Takes @pointer, which may be NULL. */
void *memory_resize(void *pointer, size_t count, size_t element_size);

/* A copy of the string, or of its first @length bytes; it has at least as many. The caller owns it. */
char *memory_copy(const char *text);
char *memory_copy_part(const char *text, size_t length);

/* NULL is allowed. */
void memory_free(void *pointer);

/* Grow an array owned by memory_resize so that it has room for @needed elements; doubles, so appending is cheap. */
void *memory_grow(void *pointer, size_t *capacity, size_t needed, size_t element_size);

/*
 * The address of one more element at the end of such an array, which is not zeroed:
 *     *LIST_ADD(list->names, list->count, list->capacity) = name;
 */
#define LIST_ADD(items, count, capacity)                                                                               \
    ((items) = memory_grow((items), &(capacity), (count) + 1, sizeof *(items)), &(items)[(count)++])

/* Give what is free back to the system, after much has been taken for a while. */
void memory_trim(void);

struct arena_chunk;

/* {0} is a valid empty arena. */
struct arena {
    struct arena_chunk *chunks;
    size_t used;      /* bytes taken from the newest chunk */
    size_t available; /* bytes the newest chunk has in all */
    size_t reserved;  /* bytes of all chunks */
};

/* Zeroed, aligned for numbers and pointers of 8 bytes, valid until arena_release. */
void *arena_allocate(struct arena *arena, size_t count, size_t element_size);

/* A NUL-terminated copy of @length bytes. */
char *arena_copy(struct arena *arena, const char *data, size_t length);

/* Formatted text, NUL-terminated. */
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Frees everything the arena gave out and leaves it empty. */
void arena_release(struct arena *arena);

#endif
