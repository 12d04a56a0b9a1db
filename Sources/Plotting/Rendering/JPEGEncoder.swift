internal import _CPictureCodecs

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writes JPEG files.
enum JPEGEncoder {
  /// - Parameters:
  ///   - quality: from 1 to 100.
  static func encode(_ pixels: Pixels, quality: Int, dpi: Double, comment: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(3 * pixels.words.count)
    for word in pixels.words {
      // What is not opaque stands on white.
      let rest = 255 - word >> 24
      bytes.append(UInt8(min(255, (word >> 16 & 255) + rest)))
      bytes.append(UInt8(min(255, (word >> 8 & 255) + rest)))
      bytes.append(UInt8(min(255, (word & 255) + rest)))
    }
    var output: UnsafeMutablePointer<UInt8>?
    var count = 0
    let text = Array(comment.utf8.prefix(60_000))
    let status = ansatz_encode_jpeg(
      bytes, Int32(pixels.width), Int32(pixels.height), Int32(quality),
      Int32(dpi.rounded().clamped(to: 1...60_000)), text, text.count, &output, &count)
    guard status == 0, let output else { return [] }
    defer { free(output) }
    return Array(UnsafeBufferPointer(start: output, count: count))
  }
}
