/// A slider over frames that were made when the cell ran: it needs neither a kernel nor a network,
/// so that it works in a saved notebook and on a static page as it does in JupyterLab.
///
/// ```swift
/// try scrub(over: [0.1, 0.03, 0.01], label: "ε") { epsilon in
///   heatmap(plan(epsilon), title: "ε = \(epsilon)")
/// }
/// ```
///
/// Arrow keys move the slider, the button plays all frames. Where scripts may not run (a notebook
/// that is not trusted, a terminal) the first frame stands still, and says so.
public struct Scrub: Sendable, Displayable {
  /// What one position of the slider shows.
  public struct Frame: Sendable {
    /// The position as text: the slider reads it out.
    public let name: String
    /// What is seen, as HTML.
    let html: String
    /// What is seen, in words.
    public let description: String
  }

  /// What the slider is called.
  public let label: String
  /// What is seen at each position, in order.
  public let frames: [Frame]

  /// The most frames that a slider may have.
  public static let frameLimit = 200
  /// The most bytes that all frames together may take.
  public static let sizeLimit = 3_000_000

  init(label: String, frames: [Frame]) throws {
    guard !frames.isEmpty else { throw ScrubError.noFrames }
    guard frames.count <= Scrub.frameLimit else { throw ScrubError.tooMany(frames.count) }
    let size = frames.reduce(0) { $0 + $1.html.utf8.count }
    guard size <= Scrub.sizeLimit else { throw ScrubError.tooLarge(size, frames.count) }
    self.label = label
    self.frames = frames
  }

  public var mimeBundle: MimeBundle {
    let lines = frames.map { "\(label) = \($0.name): \($0.description)" }
    let shown = lines.count <= 6 ? lines : lines.prefix(3) + ["…"] + lines.suffix(2)
    return MimeBundle(
      text: "A slider over \(frames.count) frames.\n" + shown.joined(separator: "\n"),
      html: ScrubPage(self).html)
  }
}

/// Why a slider was refused.
public enum ScrubError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There are no positions.
  case noFrames
  /// More positions than ``Scrub/frameLimit``.
  case tooMany(Int)
  /// More bytes than ``Scrub/sizeLimit``, and in how many frames.
  case tooLarge(Int, Int)

  public var description: String {
    switch self {
    case .noFrames:
      "scrub: there is nothing to slide over; give it at least one value"
    case .tooMany(let count):
      "scrub: \(count) frames are more than \(Scrub.frameLimit); take every "
        + "\((count + Scrub.frameLimit - 1) / Scrub.frameLimit)th value, as "
        + "stride(from:to:by:) does"
    case .tooLarge(let size, let count):
      "scrub: \(count) frames take \(size / 100_000 / 10).\(size / 100_000 % 10) MB, "
        + "more than \(Scrub.sizeLimit / 1_000_000); draw smaller figures or fewer of them"
    }
  }
}

/// Makes a slider whose frames are computed now, one for each of `values`.
///
/// A frame is whatever a cell could show: a figure, a table, a number.
///
/// - Parameters:
///   - values: The slider's positions, in order.
///   - label: What the values are; it stands before the slider.
///   - frame: Makes the frame of a value.
/// - Throws: ``ScrubError`` for no values, more than 200, or frames of more than 3 MB together; and
///   what `frame` throws.
/// - Complexity: One call of `frame` a value.
public func scrub<Values: Sequence, Shown>(
  over values: Values, label: String = "frame", _ frame: (Values.Element) throws -> Shown
) throws -> Scrub {
  var frames: [Scrub.Frame] = []
  for value in values {
    // Nobody should wait for a thousand frames to be told that they are too many.
    if frames.count > Scrub.frameLimit {
      throw ScrubError.tooMany(max(frames.count, values.underestimatedCount))
    }
    let name = (value as? any CustomStringConvertible)?.description ?? plainText(of: value)
    frames.append(Scrub.Frame(name: name, bundle: mimeBundle(of: try frame(value))))
  }
  return try Scrub(label: label, frames: frames)
}
