#include "base/version.h"

/* Only here, so that another version is one file to compile. */
const char program_version[] = BATCHD_VERSION;
