#include "PictureCodecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>
#include <zlib.h>

struct jpeg_failure {
  struct jpeg_error_mgr manager;
  jmp_buf escape;
  char *message;
};

static void fail(j_common_ptr info) {
  struct jpeg_failure *failure = (struct jpeg_failure *)info->err;
  char text[JMSG_LENGTH_MAX];
  failure->manager.format_message(info, text);
  snprintf(failure->message, ANSATZ_CODEC_MESSAGE_SIZE, "%s", text);
  longjmp(failure->escape, 1);
}

static void ignore(j_common_ptr info, int level) {
  (void)info;
  (void)level;
}

static int decode_jpeg(const uint8_t *bytes, size_t count, size_t pixel_limit, uint8_t **pixels,
                       int *width, int *height, char *message) {
  struct jpeg_decompress_struct info;
  struct jpeg_failure failure;
  uint8_t *volatile output = NULL;
  uint8_t *volatile row = NULL;
  info.err = jpeg_std_error(&failure.manager);
  failure.manager.error_exit = fail;
  failure.manager.emit_message = ignore;
  failure.message = message;
  if (setjmp(failure.escape)) {
    jpeg_destroy_decompress(&info);
    free(output);
    free(row);
    return -1;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, bytes, count);
  jpeg_read_header(&info, TRUE);
  info.out_color_space = info.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(&info);
  size_t pixel_count = (size_t)info.output_width * info.output_height;
  int channels = info.output_components;
  if (pixel_count > pixel_limit) {
    snprintf(message, ANSATZ_CODEC_MESSAGE_SIZE, "the picture has %u × %u pixels, too many",
             info.output_width, info.output_height);
    jpeg_destroy_decompress(&info);
    return -1;
  }
  output = malloc(pixel_count * 4);
  row = malloc((size_t)info.output_width * channels);
  if (!output || !row) {
    snprintf(message, ANSATZ_CODEC_MESSAGE_SIZE, "there is not enough memory");
    longjmp(failure.escape, 1);
  }
  while (info.output_scanline < info.output_height) {
    uint8_t *target = output + (size_t)info.output_scanline * info.output_width * 4;
    JSAMPROW rows[1] = {row};
    jpeg_read_scanlines(&info, rows, 1);
    for (size_t x = 0; x < info.output_width; x++) {
      const uint8_t *source = row + x * channels;
      target[4 * x] = source[0];
      target[4 * x + 1] = source[channels == 1 ? 0 : 1];
      target[4 * x + 2] = source[channels == 1 ? 0 : 2];
      target[4 * x + 3] = 255;
    }
  }
  *width = (int)info.output_width;
  *height = (int)info.output_height;
  *pixels = output;
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  free(row);
  return 0;
}

static int decode_png(const uint8_t *bytes, size_t count, size_t pixel_limit, uint8_t **pixels,
                      int *width, int *height, char *message) {
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&image, bytes, count)) {
    snprintf(message, ANSATZ_CODEC_MESSAGE_SIZE, "%s", image.message);
    return -1;
  }
  image.format = PNG_FORMAT_RGBA;
  if ((size_t)image.width * image.height > pixel_limit) {
    snprintf(message, ANSATZ_CODEC_MESSAGE_SIZE, "the picture has %u × %u pixels, too many",
             image.width, image.height);
    png_image_free(&image);
    return -1;
  }
  uint8_t *output = malloc(PNG_IMAGE_SIZE(image));
  if (!output || !png_image_finish_read(&image, NULL, output, 0, NULL)) {
    snprintf(message, ANSATZ_CODEC_MESSAGE_SIZE, "%s",
             output ? image.message : "there is not enough memory");
    free(output);
    png_image_free(&image);
    return -1;
  }
  *width = (int)image.width;
  *height = (int)image.height;
  *pixels = output;
  return 0;
}

int ansatz_decode_picture(const uint8_t *bytes, size_t count, size_t pixel_limit,
                          uint8_t **pixels, int *width, int *height, char *message) {
  if (count > 3 && bytes[0] == 0xFF && bytes[1] == 0xD8)
    return decode_jpeg(bytes, count, pixel_limit, pixels, width, height, message);
  if (count > 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
    return decode_png(bytes, count, pixel_limit, pixels, width, height, message);
  snprintf(message, ANSATZ_CODEC_MESSAGE_SIZE, "this is neither a PNG nor a JPEG file");
  return -1;
}

size_t ansatz_deflate_bound(size_t count) { return compressBound(count); }

size_t ansatz_deflate(const uint8_t *bytes, size_t count, int level, uint8_t *output,
                      size_t capacity) {
  uLongf size = capacity;
  return compress2(output, &size, bytes, count, level) == Z_OK ? size : 0;
}

uint32_t ansatz_crc32(uint32_t start, const uint8_t *bytes, size_t count) {
  return (uint32_t)crc32_z(start, bytes, count);
}

int ansatz_encode_jpeg(const uint8_t *pixels, int width, int height, int quality, int dpi,
                       const uint8_t *comment, size_t comment_size, uint8_t **output,
                       size_t *size) {
  struct jpeg_compress_struct info;
  struct jpeg_failure failure;
  char message[ANSATZ_CODEC_MESSAGE_SIZE];
  unsigned char *bytes = NULL;
  unsigned long count = 0;
  info.err = jpeg_std_error(&failure.manager);
  failure.manager.error_exit = fail;
  failure.manager.emit_message = ignore;
  failure.message = message;
  if (setjmp(failure.escape)) {
    jpeg_destroy_compress(&info);
    return -1;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, &bytes, &count);
  info.image_width = (JDIMENSION)width;
  info.image_height = (JDIMENSION)height;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  // Thin coloured lines would lose their colour to halved chrominance.
  info.comp_info[0].h_samp_factor = 1;
  info.comp_info[0].v_samp_factor = 1;
  info.density_unit = 1;
  info.X_density = (UINT16)dpi;
  info.Y_density = (UINT16)dpi;
  jpeg_start_compress(&info, TRUE);
  if (comment_size > 0) {
    jpeg_write_marker(&info, JPEG_COM, comment, (unsigned int)comment_size);
  }
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = (JSAMPROW)(pixels + (size_t)info.next_scanline * (size_t)width * 3);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  *output = bytes;
  *size = count;
  return 0;
}
