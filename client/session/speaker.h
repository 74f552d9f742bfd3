/*
 * The speaker: who says what a request says, and on which machine.
 */
#ifndef BATCHCTL_SPEAKER_H
#define BATCHCTL_SPEAKER_H

/* @as, which may be NULL, else BATCHCTL_AS, else USER@HOST. The caller frees it. */
char *speaker_name(const char *as);
/* The name of this machine. */
const char *speaker_host(void);

#endif
