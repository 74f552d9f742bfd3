/*
 * How large a JSON text of users may be: a dependency file.
 */
#ifndef BATCHD_JSON_SIZE_H
#define BATCHD_JSON_SIZE_H

enum { JSON_SIZE_MOST_BYTES = 64 << 20 }; /* offsets fit in 32 bits */

#endif
