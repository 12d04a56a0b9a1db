#include "PictureCodecs.h"

// Markers are stamped by the million: the compiler makes one loop for each kind of processor.
#if defined(__x86_64__) && defined(__linux__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

/// Eight pixels.
typedef uint32_t eight __attribute__((vector_size(32), aligned(4)));

CLONES void ansatz_stamp(const uint32_t *stamp, ptrdiff_t stamp_stride, uint32_t *target,
                         ptrdiff_t stride, int rows, const uint8_t *starts,
                         const uint8_t *eights) {
  for (int row = 0; row < rows; row++) {
    const uint32_t *source = stamp + row * stamp_stride + starts[row];
    uint32_t *line = target + row * stride + starts[row];
    for (int part = 0; part < eights[row]; part++, source += 8, line += 8) {
      eight above = *(const eight *)source, below = *(const eight *)line;
      // All four bytes times what the pixel above lets through of 255, rounded.
      eight factor = 255 - (above >> 24);
      eight low = (below & 0x00FF00FFu) * factor + 0x00800080u;
      eight high = (below >> 8 & 0x00FF00FFu) * factor + 0x00800080u;
      low = ((low + (low >> 8 & 0x00FF00FFu)) >> 8) & 0x00FF00FFu;
      high = (high + (high >> 8 & 0x00FF00FFu)) & 0xFF00FF00u;
      *(eight *)line = above + (low | high);
    }
  }
}
