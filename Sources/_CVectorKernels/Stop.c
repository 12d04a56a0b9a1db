// The end of a cell, from C.
#include "Clones.h"
#include <stdarg.h>
#include <stdio.h>

void vk_stop(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("Fatal error: ", stderr);
  vfprintf(stderr, format, arguments);
  fputs("\n", stderr);
  fflush(stderr);
  va_end(arguments);
  __builtin_trap();
}

void *vk_scratch(size_t bytes) {
  void *memory = vk_allocate(bytes);
  if (!memory) vk_stop("no memory: an operation needs %zu more MiB", bytes >> 20);
  return memory;
}
