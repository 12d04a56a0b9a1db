import Foundation
import Tensors
import Testing

/// Whether all numbers agree to a relative tolerance; NaN agrees with NaN, ∞ with ∞.
func agree(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-12) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy { x, y in
      x == y || x.isNaN && y.isNaN || Swift.abs(x - y) <= tolerance * (1 + Swift.abs(y))
    }
}

func agree(_ a: Tensor, _ b: [Double], _ tolerance: Double = 1e-12) -> Bool {
  agree(a.doubles, b, tolerance)
}

/// What a program that ended wrote last.
func lastWords(_ result: ExitTest.Result?) -> String {
  String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
}

/// A file of this test that is removed with the process's folder of temporary files.
func scratchFile(_ name: String, _ bytes: [UInt8] = []) throws -> String {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "ansatz-tensors-\(ProcessInfo.processInfo.processIdentifier)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let path = folder.appendingPathComponent(name).path
  if !bytes.isEmpty { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
  return path
}
