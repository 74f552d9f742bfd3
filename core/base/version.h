/*
 * Which version all of this is: that of the project in CMakeLists.txt, and of the package.
 */
#ifndef BATCHD_VERSION_H
#define BATCHD_VERSION_H

extern const char program_version[];

#endif
