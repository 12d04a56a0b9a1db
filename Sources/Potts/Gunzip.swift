import Tensors
internal import _CZlib

/// Reads a file, unpacked if it is gzipped (several members in one file, too).
func readUnpacked(_ path: String) throws(AlignmentError) -> [UInt8] {
  // gzread hands files that are not packed through unchanged.
  guard let file = gzopen(path, "rb") else {
    throw AlignmentError(path: path, reason: "cannot be opened")
  }
  defer { gzclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 18)
  while true {
    let count = gzread(file, &chunk, UInt32(chunk.count))
    guard count >= 0 else {
      throw AlignmentError(path: path, reason: "is a folder, or is packed by gzip and broken")
    }
    if count == 0 { break }
    bytes += chunk[..<Int(count)]
  }
  var state: Int32 = 0
  _ = gzerror(file, &state)
  guard state == Z_OK || state == Z_STREAM_END else {
    throw AlignmentError(path: path, reason: "is packed by gzip and ends too early")
  }
  return bytes
}
