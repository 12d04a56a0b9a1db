import CellEngine
import Foundation

/// The checks of `ansatz doctor`.
enum Checkup {
  static func program() -> Finding {
    Finding(part: "ansatz", verdict: .well, text: "\(ansatzVersion) at \(Program.path)")
  }

  /// Cells must be compiled by the toolchain whose standard library this program runs on.
  static func toolchain() -> Finding {
    func finding(_ verdict: Finding.Verdict, _ text: String, mend: String? = nil) -> Finding {
      Finding(part: "toolchain", verdict: verdict, text: text, mend: mend)
    }
    if let origin = KeptLibraries.origin {
      let lost =
        "\(origin.root) (Swift \(origin.version)), with which this program was built, is gone; "
        + "it runs on the libraries that it kept"
      guard let found = try? Toolchain.onPath() else {
        return finding(
          .broken, lost,
          mend: "put the usr/bin of Swift \(origin.version) on PATH, then 'make clean kernel'")
      }
      return found.version == origin.version
        ? finding(
          .note, lost + "; cells are compiled with \(found.root)",
          mend: "build again with 'make clean kernel'")
        : finding(
          .broken, lost + "; PATH has Swift \(found.version) at \(found.root)",
          mend: "build again with 'make clean kernel'")
    }
    guard let inUse = Toolchain.inUse else {
      return finding(
        .broken, "this program does not run on a toolchain's standard library",
        mend: "build it again with 'make kernel'")
    }
    guard let found = try? Toolchain.onPath() else {
      return finding(
        .note, "no swiftc on PATH; cells are compiled with \(inUse)",
        mend: "put \(inUse)/bin on PATH to build the kernel again")
    }
    let roots = [inUse, found.root].map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
    guard roots[0] == roots[1] else {
      return finding(
        .note, "PATH has Swift \(found.version) at \(found.root), this program uses \(inUse)",
        mend: "after a change of toolchain build again with 'make clean kernel'")
    }
    return finding(.well, "Swift \(found.version) at \(found.root)")
  }

  /// The parts of the toolchain that compile and link cells.
  static func compilerParts() -> Finding {
    do {
      try Toolchain.current().verify()
      return Finding(
        part: "compiler", verdict: .well, text: "SourceKit, linker, run-time objects found")
    } catch {
      return Finding(part: "compiler", verdict: .broken, text: "\(error)")
    }
  }

  static func libraries() -> Finding {
    let needed = ["libzmq", "libsodium", "libsqlite3"]
    let loaded = LoadedLibraries.paths.map { URL(fileURLWithPath: $0).lastPathComponent }
    let found = needed.compactMap { name in loaded.first { $0.hasPrefix("\(name).") } }
    return found.count == needed.count
      ? Finding(part: "libraries", verdict: .well, text: found.joined(separator: ", "))
      : Finding(
        part: "libraries", verdict: .note,
        text: "loaded are only: \(found.joined(separator: ", "))", mend: "run 'make kernel'")
  }

  static func caches() -> Finding {
    let folder = Program.cacheFolder
    let probe = "\(folder)/.probe-\(ProcessInfo.processInfo.processIdentifier)"
    let files = FileManager.default
    defer { try? files.removeItem(atPath: probe) }
    do {
      try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data().write(to: URL(fileURLWithPath: probe))
      return Finding(part: "caches", verdict: .well, text: "\(folder) is writable")
    } catch {
      return Finding(
        part: "caches", verdict: .note,
        text: "cannot write \(folder) (\(CommandFailure.reason(error))); "
          + "each start compiles its modules anew",
        mend: "set XDG_CACHE_HOME to a folder that can be written")
    }
  }

  static func kernelspecs(pythonPrefix: String?) -> [Finding] {
    let installed = InstalledKernelspec.all(inPythonPrefix: pythonPrefix)
    guard !installed.isEmpty else {
      return [
        Finding(
          part: "kernelspec", verdict: .broken, text: "no kernel for Swift is installed",
          mend: "ansatz install --sys-prefix (or --user)")
      ]
    }
    return installed.map(finding)
  }

  private static func finding(about kernelspec: InstalledKernelspec) -> Finding {
    let place = kernelspec.folder.path
    guard let executable = kernelspec.executable, kernelspec.isOurs else {
      return Finding(part: "kernelspec", verdict: .note, text: "\(place) is of another kernel")
    }
    guard FileManager.default.isExecutableFile(atPath: executable) else {
      return Finding(
        part: "kernelspec", verdict: .broken, text: "\(place) starts \(executable), which is gone",
        mend: "install it again, or remove it with 'jupyter kernelspec remove'")
    }
    if let root = kernelspec.toolchainRoot, !FileManager.default.fileExists(atPath: root) {
      return Finding(
        part: "kernelspec", verdict: .broken,
        text: "\(place) was installed with the toolchain \(root), which has moved",
        mend: "put the toolchain on PATH, then 'make clean kernel'")
    }
    if executable != Program.path {
      return Finding(
        part: "kernelspec", verdict: .note, text: "\(place) starts another build, \(executable)")
    }
    return Finding(part: "kernelspec", verdict: .well, text: place)
  }

  /// papermill and nbconvert learn Swift from a Python package of ours.
  static func pythonTools(pythonPrefix: String?) -> Finding? {
    guard let prefix = pythonPrefix ?? (try? JupyterPaths.pythonPrefix()) else { return nil }
    let files = FileManager.default
    let library = "\(prefix)/lib"
    let folders = ((try? files.contentsOfDirectory(atPath: library)) ?? [])
      .filter { $0.hasPrefix("python") }.map { "\(library)/\($0)/site-packages" }
    guard folders.contains(where: { files.fileExists(atPath: "\($0)/papermill") }) else {
      return nil
    }
    if folders.contains(where: { files.fileExists(atPath: "\($0)/ansatz_jupyter") }) {
      return Finding(part: "papermill", verdict: .well, text: "knows Swift, in \(prefix)")
    }
    return Finding(
      part: "papermill", verdict: .note,
      text:
        "in \(prefix) it cannot write parameters in Swift: the package ansatz-jupyter is missing",
      mend: "\(prefix)/bin/python -m pip install \(Program.pythonPackage)")
  }

  static func trialCell() -> Finding {
    let start = ContinuousClock.now
    do {
      let session = try CellSession(configuration: .init(), observer: SilentObserver())
      defer { session.shutDown() }
      let request = CellRequest(source: "20 + 22", number: 1)
      let report = session.run(request, tag: CellTag(rawValue: 1))
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      switch report.outcome {
      case .completed(let result) where result?["text/plain"] == .text("42"):
        let time = String(format: "%.1f s", seconds)
        return Finding(part: "trial cell", verdict: .well, text: "20 + 22 is 42, after \(time)")
      case .completed(let result):
        return Finding(
          part: "trial cell", verdict: .broken, text: "20 + 22 gave \(String(describing: result))",
          mend: "build again with 'make clean kernel'")
      case .failed(let failure):
        return Finding(
          part: "trial cell", verdict: .broken, text: "\(failure.name): \(failure.message)",
          mend: "mend the parts above, or build again with 'make clean kernel'")
      }
    } catch {
      return Finding(
        part: "trial cell", verdict: .broken, text: "\(error)", mend: "mend the parts above")
    }
  }
}
