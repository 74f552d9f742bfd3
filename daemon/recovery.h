/*
 * Recovery: what a batch that died has left is rolled back before any client is served.
 */
#ifndef BATCHD_RECOVERY_H
#define BATCHD_RECOVERY_H

#include "disk/files.h"

/*
 * An obstacle is logged, and left to the next write. A process that holds the batch lock is alive, and has rolled the
 * batch back.
 */
void recovery_run(const struct files *root);

#endif
