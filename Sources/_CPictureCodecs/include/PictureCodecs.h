#ifndef ANSATZ_PICTURE_CODECS_H
#define ANSATZ_PICTURE_CODECS_H

#include <stddef.h>
#include <stdint.h>

/// Decoding and deflating in C: libjpeg and libpng report errors by `longjmp`, which must not
/// cross Swift frames.

#define ANSATZ_CODEC_MESSAGE_SIZE 256

/// Decodes a JPEG or PNG file into RGBA bytes, row by row from the top.
///
/// Returns 0 and sets `*pixels` (to be freed by `free`), or returns -1 and writes the reason to
/// `message`. Pictures of more than `pixel_limit` pixels are refused before allocation.
int ansatz_decode_picture(const uint8_t *bytes, size_t count, size_t pixel_limit,
                          uint8_t **pixels, int *width, int *height,
                          char message[ANSATZ_CODEC_MESSAGE_SIZE]);

/// Encodes RGB bytes, row by row from the top, as a JPEG file without thinned colours.
///
/// Returns 0 and sets `*output` (to be freed by `free`) and `*size`, or returns -1.
int ansatz_encode_jpeg(const uint8_t *pixels, int width, int height, int quality, int dpi,
                       const uint8_t *comment, size_t comment_size, uint8_t **output,
                       size_t *size);

/// Upper bound of the size of a zlib stream of `count` bytes.
size_t ansatz_deflate_bound(size_t count);

/// Writes `bytes` as a zlib stream to `output`; returns its size, 0 on failure.
size_t ansatz_deflate(const uint8_t *bytes, size_t count, int level, uint8_t *output,
                      size_t capacity);

/// Lays premultiplied pixels over a picture, row by row.
///
/// In row r the pixels `starts[r]` and after, eight times `eights[r]` of them; those beyond the stamp's
/// shape are 0 and change nothing, but they must be within both.
void ansatz_stamp(const uint32_t *stamp, ptrdiff_t stamp_stride, uint32_t *target,
                  ptrdiff_t stride, int rows, const uint8_t *starts, const uint8_t *eights);

/// CRC-32 of PNG chunks, continued from `start` (0 at first).
uint32_t ansatz_crc32(uint32_t start, const uint8_t *bytes, size_t count);

#endif
