// Variables of types that may grow (`Mirror`, `Regex.Match`): three words, which hold the value or, where
// it does not fit, its address. Cells allocate them here, so that the buffer can be marked, and other
// cells, which do not know the type, find the value.

#include "Internal.h"

#include <stdint.h>

extern void *swift_slowAlloc(size_t size, size_t alignment_mask);

static const uintptr_t mark = 0x43656C6C56616C75;

// The layout of metadata and of value witness tables is that of Swift's stable ABI: eight functions,
// then size, stride and flags.
void *cell_allocate_value_buffer(const void *metadata, uintptr_t *buffer) {
  const char *witnesses = ((const char *const *)metadata)[-1];
  uint32_t flags = *(const uint32_t *)(witnesses + 80);
  const uint32_t is_not_inline = 0x20000, alignment_mask = 0xFF;
  if (!(flags & is_not_inline)) return buffer;
  void *value = swift_slowAlloc(*(const size_t *)(witnesses + 64), flags & alignment_mask);
  buffer[0] = (uintptr_t)value;
  // The other two words are free.
  buffer[1] = mark;
  buffer[2] = (uintptr_t)value ^ mark;
  return value;
}

void *cell_project_value_buffer(uintptr_t *buffer) {
  return buffer[1] == mark && buffer[2] == (buffer[0] ^ mark) ? (void *)buffer[0] : buffer;
}
