#include "PictureCodecs.h"

// Markers are stamped by the million: the compiler makes one loop for each kind of processor.
#if defined(__x86_64__) && defined(__linux__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

/// All four bytes of a pixel times `factor` of 255, rounded.
static inline uint32_t scaled(uint32_t word, uint32_t factor) {
  uint32_t low = (word & 0x00FF00FFu) * factor + 0x00800080u;
  uint32_t high = (word >> 8 & 0x00FF00FFu) * factor + 0x00800080u;
  low = ((low + (low >> 8 & 0x00FF00FFu)) >> 8) & 0x00FF00FFu;
  high = ((high + (high >> 8 & 0x00FF00FFu)) >> 8) & 0x00FF00FFu;
  return low | high << 8;
}

CLONES void ansatz_stamp(const uint32_t *stamp, ptrdiff_t stamp_stride, uint32_t *target,
                         ptrdiff_t stride, int rows, const uint8_t *starts,
                         const uint8_t *eights) {
  for (int row = 0; row < rows; row++) {
    const uint32_t *source = stamp + row * stamp_stride + starts[row];
    uint32_t *line = target + row * stride + starts[row];
    for (int part = 0; part < eights[row]; part++, source += 8, line += 8)
      for (int i = 0; i < 8; i++) line[i] = source[i] + scaled(line[i], 255 - (source[i] >> 24));
  }
}
