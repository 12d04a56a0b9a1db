import Display

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why a file could not be read or written.
public struct TensorFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file.
  public let path: String

  /// What is wrong with it.
  public let reason: String
  public var description: String { "\(path): \(reason)" }

  /// An error about a file.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}

func readBytes(_ path: String) throws(TensorFileError) -> [UInt8] {
  guard let file = fopen(path, "rb") else {
    throw TensorFileError(path: path, reason: "cannot be opened")
  }
  defer { fclose(file) }
  fseek(file, 0, SEEK_END)
  let size = ftell(file)
  guard size >= 0 else { throw TensorFileError(path: path, reason: "is not a regular file") }
  rewind(file)
  var bytes = [UInt8](repeating: 0, count: size)
  guard fread(&bytes, 1, size, file) == size else {
    throw TensorFileError(path: path, reason: "cannot be read")
  }
  return bytes
}

func writeBytes(_ bytes: [UInt8], _ path: String) throws(TensorFileError) {
  guard let file = fopen(path, "wb") else {
    throw TensorFileError(path: path, reason: "cannot be created")
  }
  let written = fwrite(bytes, 1, bytes.count, file)
  guard fclose(file) == 0, written == bytes.count else {
    throw TensorFileError(path: path, reason: "cannot be written in full")
  }
}

extension Tensor {
  /// The elements' bytes in row-major order.
  var rawBytes: [UInt8] {
    let source = body.contiguous()
    return Array(UnsafeRawBufferPointer(start: source.data, count: size * dtype.byteCount))
  }

  init(raw bytes: ArraySlice<UInt8>, shape: [Int], dtype: DType) {
    let body = Body(shape, dtype)
    bytes.withUnsafeBytes { from in
      if let base = from.baseAddress { body.data.copyMemory(from: base, byteCount: from.count) }
    }
    self.init(body)
  }

  /// Elements of a type that tensors do not have, turned into one that they do.
  static func decode(
    _ bytes: ArraySlice<UInt8>, _ type: String, _ shape: [Int], _ path: String
  ) throws(TensorFileError) -> Tensor {
    func values<Raw>(_ type: Raw.Type, _ number: (Raw) -> Double) -> [Double] {
      bytes.withUnsafeBytes { raw in
        (0..<(raw.count / MemoryLayout<Raw>.size)).map {
          number(raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Raw>.size, as: Raw.self))
        }
      }
    }
    switch type {
    case "f4": return Tensor(raw: bytes, shape: shape, dtype: .float32)
    case "f8": return Tensor(raw: bytes, shape: shape, dtype: .float64)
    case "i4": return Tensor(raw: bytes, shape: shape, dtype: .int32)
    case "b1": return Tensor(raw: bytes, shape: shape, dtype: .bool)
    case "u1": return Tensor(values(UInt8.self) { Double($0) }, shape: shape, dtype: .int32)
    case "i1": return Tensor(values(Int8.self) { Double($0) }, shape: shape, dtype: .int32)
    case "i2": return Tensor(values(Int16.self) { Double($0) }, shape: shape, dtype: .int32)
    case "u2": return Tensor(values(UInt16.self) { Double($0) }, shape: shape, dtype: .int32)
    case "i8":
      let wide = values(Int64.self) { Double($0) }
      guard wide.allSatisfy({ Swift.abs($0) <= 2_147_483_647 }) else {
        throw TensorFileError(path: path, reason: "has 64-bit integers that do not fit into int32")
      }
      return Tensor(wide, shape: shape, dtype: .int32)
    default:
      throw TensorFileError(path: path, reason: "has elements of type \(type), which is not read")
    }
  }
}

func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

func integer(_ bytes: ArraySlice<UInt8>) -> Int {
  bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
}
