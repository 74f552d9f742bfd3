/*
 * An own program: where another program of this project is, relative to the one that runs.
 */
#ifndef BATCHCTL_OWN_PROGRAM_H
#define BATCHCTL_OWN_PROGRAM_H

/*
 * Beside this program, where both were built or installed; or in @place, relative to this one's folder. The caller owns
 * the path; NULL if it is in neither, or cannot be executed.
 */
char *own_program_find(const char *name, const char *place);

#endif
