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
    throw TensorFileError(
      path: path, reason: "cannot be opened: \(String(cString: strerror(errno)))")
  }
  defer { fclose(file) }
  var facts = stat()
  guard fstat(fileno(file), &facts) == 0, facts.st_mode & S_IFMT != S_IFDIR else {
    throw TensorFileError(path: path, reason: "is a folder, not a file")
  }
  guard facts.st_mode & S_IFMT == S_IFREG else {
    throw TensorFileError(path: path, reason: "is not a regular file")
  }
  let size = Int(facts.st_size)
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
    func whole(_ values: [Int], _ type: DType) -> Tensor {
      let body = Body(shape, type)
      body.fill(from: values)
      return Tensor(body)
    }
    func values<Raw, Value>(_ type: Raw.Type, _ number: (Raw) -> Value) -> [Value] {
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
    case "b1":
      if let at = bytes.firstIndex(where: { $0 > 1 }) {
        throw TensorFileError(
          path: path,
          reason:
            "has byte \(bytes[at]) where a mask holds 0 or 1 (element \(at - bytes.startIndex))"
        )
      }
      return Tensor(raw: bytes, shape: shape, dtype: .bool)
    case "i8": return Tensor(raw: bytes, shape: shape, dtype: .int64)
    case "u1": return Tensor(raw: bytes, shape: shape, dtype: .uint8)
    case "f2": return Tensor(raw: bytes, shape: shape, dtype: .float16)
    case "bf2": return Tensor(raw: bytes, shape: shape, dtype: .bfloat16)
    case "i1": return whole(values(Int8.self) { Int($0) }, .int32)
    case "i2": return whole(values(Int16.self) { Int($0) }, .int32)
    case "u2": return whole(values(UInt16.self) { Int($0) }, .int32)
    case "u4": return whole(values(UInt32.self) { Int($0) }, .int64)
    case "u8":
      let wide = values(UInt64.self) { Int(exactly: $0) }
      if wide.contains(nil) {
        throw TensorFileError(
          path: path, reason: "has numbers above 2⁶³, which int64 does not hold")
      }
      return whole(wide.compactMap { $0 }, .int64)
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
