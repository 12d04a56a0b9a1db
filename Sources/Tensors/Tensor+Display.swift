import Display

extension Tensor: CustomStringConvertible, Displayable {
  /// Elements with aligned columns, in full up to 1000 of them, then the shape where it does not
  /// show, and the type where it is not `float32`.
  public var description: String {
    let text = rows(Format(self), 0, "")
    let large = size > Format.mostElements || size == 0
    let notes =
      (large ? ["shape \(shape)"] : []) + (dtype == .float32 && !large ? [] : ["\(dtype)"])
    return notes.isEmpty ? text : text + "  (" + notes.joined(separator: ", ") + ")"
  }

  public var mimeBundle: MimeBundle {
    let head = "\(dtype) \(shape)"
    let body = rows(Format(self), 0, "")
    return MimeBundle(
      text: description,
      html:
        "<div><small>\(head)</small><pre style=\"margin:0;font-family:var(--jp-code-font-family,monospace),monospace\">\(body)</pre></div>"
    )
  }

  private func rows(_ format: Format, _ axis: Int, _ indent: String) -> String {
    if ndim == 0 { return format.single(element(at: [])) }
    var lines: [String] = []
    var index: [Int] = []
    func block(_ depth: Int, _ indent: String) -> String {
      let n = shape[depth]
      let shown = format.positions(n)
      var parts: [String] = []
      for i in shown {
        guard let i else {
          parts.append("…")
          continue
        }
        index.append(i)
        if depth == ndim - 1 {
          parts.append(format.padded(element(at: index)))
        } else {
          parts.append(block(depth + 1, indent + " "))
        }
        index.removeLast()
      }
      if depth == ndim - 1 { return "[" + parts.joined(separator: ", ") + "]" }
      return "[" + parts.joined(separator: ",\n" + indent + " ") + "]"
    }
    lines.append(block(0, ""))
    return lines.joined(separator: "\n")
  }

  fileprivate func element(at index: [Int]) -> ShownNumber {
    let strides = body.fullStrides
    var offset = 0
    for (i, step) in zip(index, strides) { offset += i * step }
    let single = Body(viewing: body, offset: offset, shape: [], strides: [])
    return dtype.isFloating ? .real(single.double(at: 0)) : .whole(single.integer(at: 0))
  }
}

/// An element: `int64` holds numbers that doubles do not.
private enum ShownNumber {
  case real(Double)
  case whole(Int)
}

/// How the elements of one tensor are written: with as few digits as tell them apart, at most 4
/// behind the point, or in powers of ten where they differ too much in size.
private struct Format {
  static let mostElements = 1000
  static let edge = 3
  let isLarge: Bool
  let dtype: DType
  var usesPowers = false
  var digits = 0
  var width = 0

  init(_ x: Tensor) {
    isLarge = x.size > Format.mostElements
    dtype = x.dtype
    var elements: [ShownNumber] = []
    var index: [Int] = []
    func collect(_ depth: Int) {
      if depth == x.ndim {
        elements.append(x.element(at: index))
        return
      }
      for i in positions(x.shape[depth]) {
        guard let i else { continue }
        index.append(i)
        collect(depth + 1)
        index.removeLast()
      }
    }
    if x.size > 0 { collect(0) }
    let values = elements.compactMap { if case .real(let value) = $0 { value } else { nil } }
    let sizes = values.filter { $0.isFinite && $0 != 0 }.map { Swift.abs($0) }
    if dtype.isFloating, let small = sizes.min(), let big = sizes.max() {
      usesPowers = big >= 1e6 || small < 1e-4 && big < 1e-2 || big / small > 1e8
      if !usesPowers {
        digits = 4
        while digits > 0 {
          let scale = [1.0, 10, 100, 1000][digits - 1]
          guard
            values.allSatisfy({
              !$0.isFinite || Swift.abs($0 * scale - ($0 * scale).rounded()) < 1e-5 * scale * 1e-1
            })
          else { break }
          digits -= 1
        }
      }
    }
    for element in elements { width = Swift.max(width, text(element).count) }
  }

  /// Positions along an axis of extent `n`; `nil` stands for those left out.
  func positions(_ n: Int) -> [Int?] {
    if !isLarge || n <= 2 * Format.edge { return Array(0..<n) }
    return Array(0..<Format.edge) + [nil] + Array((n - Format.edge)..<n)
  }

  func padded(_ element: ShownNumber) -> String {
    let written = text(element)
    return String(repeating: " ", count: Swift.max(0, width - written.count)) + written
  }

  /// The one element of a tensor without axes.
  func single(_ element: ShownNumber) -> String {
    guard case .real(let value) = element, value.isFinite else { return text(element) }
    let short = shortNumber(value)
    return short.allSatisfy { $0.isNumber || $0 == "-" } ? short + ".0" : short
  }

  func text(_ element: ShownNumber) -> String {
    switch element {
    case .whole(let value): dtype == .bool ? (value != 0 ? "true" : "false") : "\(value)"
    case .real(let value): text(value)
    }
  }

  private func text(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if usesPowers { return powers(value) }
    let scale = [1.0, 10, 100, 1000, 10000][digits]
    let rounded = (Swift.abs(value) * scale).rounded()
    let whole = Int(rounded / scale)
    let sign = value < 0 && rounded > 0 ? "-" : ""
    if digits == 0 { return "\(sign)\(whole).0" }
    let fraction = "\(Int(rounded - Double(whole) * scale))"
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(sign)\(whole).\(zeros)\(fraction)"
  }

  private func powers(_ value: Double) -> String {
    if value == 0 { return "0.000e+00" }
    var (exponent, mantissa) = (0, Swift.abs(value))
    while mantissa >= 10 { mantissa /= 10; exponent += 1 }
    while mantissa < 1 { mantissa *= 10; exponent -= 1 }
    var digits = Int((mantissa * 1000).rounded())
    if digits == 10_000 { digits = 1000; exponent += 1 }
    let fraction = "\(digits % 1000)"
    let padded = String(repeating: "0", count: 3 - fraction.count) + fraction
    let size = Swift.abs(exponent)
    return (value < 0 ? "-" : "") + "\(digits / 1000).\(padded)e"
      + (exponent < 0 ? "-" : "+") + (size < 10 ? "0\(size)" : "\(size)")
  }
}

extension Model {
  /// A table of the model's parameters.
  public func summary() -> ModelSummary {
    ModelSummary(
      title: String(describing: Self.self),
      rows: namedParameters.map { ($0.name, $0.value.shape, "\($0.value.dtype)", $0.value.size) })
  }
}

/// A model's parameters by name, with shapes, types and counts.
public struct ModelSummary: CustomStringConvertible, Displayable, Sendable {
  let title: String
  let rows: [(name: String, shape: [Int], dtype: String, count: Int)]

  /// Number of trainable numbers.
  public var total: Int { rows.reduce(0) { $0 + $1.count } }

  private var table: Table {
    var table = Table(
      [.left("parameter"), .left("shape"), .left("type"), .right("count")], caption: title)
    for row in rows {
      table.add(
        [.init(row.name), "\(row.shape)", .init(row.dtype), "\(row.count)"])
    }
    table.add([.init("total", emphasis: .heading), "", "", .init("\(total)", emphasis: .heading)])
    return table
  }

  public var description: String { table.description }

  public var mimeBundle: MimeBundle { table.mimeBundle }
}
