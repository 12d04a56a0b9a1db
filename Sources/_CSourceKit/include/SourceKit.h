// The toolchain's compiler as a library (libsourcekitdInProc), opened at run time: only the
// compiler process needs it, and its place depends on the toolchain. C, because its values are
// structures passed by value through functions looked up by name.

#ifndef SOURCE_KIT_H
#define SOURCE_KIT_H

#include <stdbool.h>

// Opens the library; returns NULL, or why it failed.
const char *source_kit_open(const char *path);

// Sends a request in the library's YAML notation and waits. Returns the answer as JSON, or the
// description of the error with *failed set; free() it.
char *source_kit_send(const char *request, bool *failed);

#endif
