import Foundation

/// The folders in which Jupyter looks for kernels.
///
/// Source: "Common Directories and File Locations" in Jupyter's documentation.
enum JupyterPaths {
  /// Folders that may hold a `kernels` folder, the one that wins first.
  static func data(prefix: String? = nil) -> [String] {
    let listed = Program.variable("JUPYTER_PATH") ?? ""
    var folders = listed.split(separator: ":").map(String.init)
    let inPython = (prefix ?? (try? pythonPrefix())).map { ["\($0)/share/jupyter"] } ?? []
    folders += prefersPython ? inPython + [userData] : [userData] + inPython
    folders += ["/usr/local/share/jupyter", "/usr/share/jupyter"]
    return folders.reduce(into: []) { unique, folder in
      if !unique.contains(folder) { unique.append(folder) }
    }
  }

  static var userData: String {
    if let folder = Program.variable("JUPYTER_DATA_DIR") { return folder }
    let data = Program.variable("XDG_DATA_HOME") ?? "\(Program.home)/.local/share"
    return "\(data)/jupyter"
  }

  static func kernels(underPrefix prefix: String) -> URL {
    URL(fileURLWithPath: prefix).appendingPathComponent("share/jupyter/kernels")
  }

  /// The prefix of the active Python environment.
  static func pythonPrefix() throws -> String {
    let active = Program.variable("VIRTUAL_ENV") ?? Program.variable("CONDA_PREFIX")
    if let active { return active }
    let query = ["python3", "-c", "import sys; print(sys.prefix)"]
    guard let output = try? Program.output(of: query), !output.isEmpty else {
      throw CommandFailure(
        "--sys-prefix needs an active Python environment or a python3 on PATH; "
          + "activate one, or use --prefix FOLDER")
    }
    return output
  }

  private static var prefersPython: Bool {
    Program.variable("VIRTUAL_ENV") != nil || Program.variable("CONDA_PREFIX") != nil
      || Program.variable("JUPYTER_PREFER_ENV_PATH") != nil
  }
}
