import Display
import Foundation

extension CellSession {
  /// Builds a SwiftPM package, loads its products and makes their modules importable.
  func addPackage(_ argument: String, tag: CellTag) throws {
    let words = argument.split(separator: " ").map(String.init)
    guard let location = words.first else {
      throw CellFailure(
        name: "PackageError",
        message: "%package wants a folder, or a URL and a version: %package ../MyPackage,"
          + " %package https://github.com/apple/swift-numerics 1.0.0")
    }
    let isURL = location.contains("://") || location.hasPrefix("git@")
    if isURL, words.count < 2 {
      throw CellFailure(
        name: "PackageError", message: "name a version: %package \(location) 1.0.0")
    }
    state.withLock { $0.phase = .running }
    let source = PackageSource(
      location: isURL ? location : absolute(location), version: isURL ? words[1] : nil)
    var build = try PackageBuild(
      source: source, toolchain: toolchain, cache: SessionFiles.cacheFolder(fallback: files.folder))
    try build.prepare()
    if !build.isBuilt {
      observer.cell(tag, emitted: .output("building \(source.identity) …\n"))
      let status = try stream(build.command, tag: tag)
      guard status == 0 else {
        throw CellFailure(
          name: "PackageError", message: "\(source.identity) does not build (see above)")
      }
      try build.finish()
    }
    let answer = try runner().ask(["type": "load", "path": .string(build.library)])
    if let reason = answer?["reason"]?.stringValue {
      throw CellFailure(
        name: "PackageError", message: "\(source.identity) cannot be loaded: \(reason)")
    }
    compiler.tell(["type": "searchPath", "path": .string(build.modules)])
    for path in build.moduleMapFolders {
      compiler.tell(["type": "searchPath", "path": .string(path)])
    }
    observer.cell(
      tag, emitted: .output("import \(build.products.joined(separator: ", import "))\n"))
  }
}

/// Where a package comes from.
struct PackageSource: Hashable {
  var location: String
  var version: String?

  /// The last part of the place, by which SwiftPM calls a package.
  var identity: String {
    let name = URL(fileURLWithPath: location).lastPathComponent
    return name.hasSuffix(".git") ? String(name.dropLast(4)) : name
  }
}

/// A package of one dependency, built as one dynamic library, in a folder of the cache.
struct PackageBuild {
  let source: PackageSource
  let folder: String
  private let toolchain: Toolchain
  private(set) var products: [String] = []

  init(source: PackageSource, toolchain: Toolchain, cache: String) throws {
    self.source = source
    self.toolchain = toolchain
    let key = "\(source.location)@\(source.version ?? "")".utf8.reduce(
      UInt64(14_695_981_039_346_656_037)
    ) {
      ($0 ^ UInt64($1)) &* 1_099_511_628_211
    }
    folder = "\(cache)/packages-\(toolchain.version)/\(source.identity)-\(String(key, radix: 16))"
    products = (try? readProducts()) ?? []
  }

  var command: [String] {
    ["\(toolchain.root)/bin/swift", "build", "--package-path", folder, "-c", "release"]
  }
  private var buildFolder: String { "\(folder)/.build/release" }
  var library: String { "\(buildFolder)/libPackages.so" }
  var modules: String { "\(buildFolder)/Modules" }

  /// Folders of the C targets' module maps.
  var moduleMapFolders: [String] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: buildFolder)) ?? []
    return entries.filter { $0.hasSuffix(".build") }.map { "\(buildFolder)/\($0)" }
      .filter { FileManager.default.fileExists(atPath: "\($0)/module.modulemap") }
  }

  /// A package at a version never changes; a folder may.
  var isBuilt: Bool {
    source.version != nil && FileManager.default.fileExists(atPath: "\(folder)/built")
  }

  func finish() throws {
    try Data().write(to: URL(fileURLWithPath: "\(folder)/built"))
  }

  mutating func prepare() throws {
    if isBuilt { return }
    let manager = FileManager.default
    try manager.createDirectory(
      atPath: "\(folder)/Sources/Packages", withIntermediateDirectories: true)
    products = try describe()
    guard !products.isEmpty else {
      throw CellFailure(
        name: "PackageError", message: "\(source.identity) has no library to import")
    }
    try manifest(products).write(
      toFile: "\(folder)/Package.swift", atomically: true, encoding: .utf8)
    try products.map { "@_exported import \($0)\n" }.joined().write(
      toFile: "\(folder)/Sources/Packages/Packages.swift", atomically: true, encoding: .utf8)
    try products.joined(separator: "\n").write(
      toFile: "\(folder)/products", atomically: true, encoding: .utf8)
  }

  private func readProducts() throws -> [String] {
    try String(contentsOfFile: "\(folder)/products", encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  private func manifest(_ products: [String]) -> String {
    """
    // swift-tools-version: 5.9
    import PackageDescription
    let package = Package(
      name: "Packages",
      products: [.library(name: "Packages", type: .dynamic, targets: ["Packages"])],
      dependencies: [\(dependency)],
      targets: [.target(name: "Packages", dependencies: [
        \(products.map { ".product(name: \"\($0)\", package: \"\(source.identity)\")" }
          .joined(separator: ", "))
      ])])

    """
  }

  private var dependency: String {
    if let version = source.version {
      return ".package(url: \(JSONValue.string(source.location).text), exact: \"\(version)\")"
    }
    return ".package(path: \(JSONValue.string(source.location).text))"
  }

  /// The library products, asked of the package itself.
  private func describe() throws -> [String] {
    var place = source.location
    if source.version != nil {
      // Only the manifest is wanted; the package manager keeps its own copy of the rest.
      place = "\(folder)/checkout"
      try? FileManager.default.removeItem(atPath: place)
      let (status, output) = Subprocess.run([
        "/usr/bin/env", "git", "clone", "--quiet", "--depth", "1", "--branch", source.version!,
        source.location, place,
      ])
      guard status == 0 else {
        throw CellFailure(
          name: "PackageError",
          message: "\(source.location) has no version \(source.version!), or cannot be reached: "
            + output)
      }
    }
    guard FileManager.default.fileExists(atPath: "\(place)/Package.swift") else {
      throw CellFailure(name: "PackageError", message: "\(place) holds no Package.swift")
    }
    let (status, output) = Subprocess.run([
      "\(toolchain.root)/bin/swift", "package", "--package-path", place, "dump-package",
    ])
    guard status == 0, let start = output.firstIndex(of: "{"),
      let manifest = try? JSONValue(parsing: String(output[start...]))
    else {
      throw CellFailure(
        name: "PackageError", message: "the manifest of \(source.identity) is wrong: \(output)")
    }
    return (manifest["products"]?.arrayValue ?? []).compactMap { product in
      product["type"]?["library"] == nil ? nil : product["name"]?.stringValue
    }
  }
}
