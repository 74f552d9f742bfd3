/*
 * News: what has changed on the disk, from the watches to the subscribers, the service manager and auto_create. And
 * whether the root is still where it was.
 */
#ifndef BATCHD_NEWS_H
#define BATCHD_NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "api/answer.h"
#include "base/error.h"
#include "server_state.h"

/* Make the handles, on the server's loop. */
void news_init(struct server *server);
/* Begin to watch and to publish, once the server listens. */
void news_start(struct server *server);

/* What has been noted is published once it is quiet for the settle time, @least_ms or more, or has waited for long. */
void news_settle(struct server *server, uint64_t least_ms);
/* Create what auto_create owes, with the settings as they are now. */
void news_automate(struct server *server);
/* What became of such a batch. @data: the server. See struct dispatch. */
void news_note_created(void *data, const char *plan_path, uint32_t level, bool is_settled, const struct answer *answer);
/* Watch the root's path anew: it may lead over other folders and links than before. If it leads elsewhere, shut down.
 */
void news_look_after_root(struct server *server);
/*
 * Report to the service manager, but only what is new, so that it need not read what it knows. What it had no room for
 * is reported again with the next ping of the watchdog.
 */
void news_report_status(struct server *server);

#endif
