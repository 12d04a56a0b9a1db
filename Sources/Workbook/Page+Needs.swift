import Glibc

extension Page {
  /// The version of the runtime that this page runs on.
  public static let runtimeVersion = "0.1.0"

  /// Something without which a page cannot run; a text is the path of a file.
  public enum Need: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// A file that is there and not empty; relative paths begin at the page's folder.
    case file(String)
    /// The oldest version of the runtime that will do, such as `"0.1"`.
    case version(String)

    public init(stringLiteral path: String) { self = .file(path) }

    public var description: String {
      switch self {
      case .file(let path): path
      case .version(let version): "runtime \(version)"
      }
    }

    /// What to tell the reader when the need is not met.
    var complaint: String? {
      switch self {
      case .file(let path):
        var status = stat()
        if stat(path, &status) != 0 {
          return "\(path) is not there (looked in \(currentFolder)). Start the page from its own "
            + "folder, or copy the file beside it."
        }
        return status.st_size == 0 ? "\(path) is empty. Copy it anew from the workbook." : nil
      case .version(let version):
        guard isOlder(Page.runtimeVersion, than: version) else { return nil }
        return "runtime \(version) or newer is needed, this is \(Page.runtimeVersion). Build the "
          + "kernel anew: make kernel."
      }
    }
  }
}

/// The first cell found that the page cannot run here.
public struct PageNeedsMore: Error, CustomStringConvertible, Sendable {
  /// One sentence or two for each thing that is missing.
  public let missing: [String]

  public var description: String {
    "this page cannot run here: " + missing.joined(separator: " ")
  }
}

private var currentFolder: String {
  guard let path = getcwd(nil, 0) else { return "." }
  defer { free(path) }
  return String(cString: path)
}

private func isOlder(_ version: String, than other: String) -> Bool {
  func numbers(_ text: String) -> [Int] { text.split(separator: ".").map { Int($0) ?? 0 } }
  let (mine, theirs) = (numbers(version), numbers(other))
  for i in 0..<max(mine.count, theirs.count) {
    let (a, b) = (i < mine.count ? mine[i] : 0, i < theirs.count ? theirs[i] : 0)
    if a != b { return a < b }
  }
  return false
}
