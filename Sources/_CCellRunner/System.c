// Calls of Linux that the Glibc module does not show to Swift.

#include "Internal.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

bool cell_pipe(int32_t ends[2]) { return pipe2(ends, O_CLOEXEC) == 0; }

bool cell_locate(uint64_t address, struct cell_location *location) {
  Dl_info information;
  if (!dladdr((void *)(uintptr_t)address, &information) || !information.dli_fname) return false;
  location->image = information.dli_fname;
  location->symbol = information.dli_sname ? information.dli_sname : "";
  location->offset = address - (uint64_t)(uintptr_t)information.dli_fbase;
  return true;
}
