// swift-tools-version: 6.1
import Foundation
import PackageDescription

/// The `usr` folder of the toolchain that runs this manifest, or "" where `swiftc` is not on PATH:
/// then the kernel cannot be built, but the libraries can.
///
/// Cells are parsed with the SwiftParser library that every toolchain ships ready built in
/// `lib/swift/host`; building the swift-syntax package instead costs 12 minutes of CPU.
/// `swiftc` is asked, rather than PATH followed, because version managers put shims there.
let toolchain: String = {
  let query = Process()
  query.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  query.arguments = ["swiftc", "-print-target-info"]
  let output = Pipe()
  query.standardOutput = output
  query.standardError = FileHandle.nullDevice
  guard (try? query.run()) != nil else { return "" }
  let data = output.fileHandleForReading.readDataToEndOfFile()
  let info = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
  let paths = info?["paths"] as? [String: Any]
  guard let resources = paths?["runtimeResourcePath"] as? String else { return "" }
  return URL(fileURLWithPath: resources).deletingLastPathComponent()
    .deletingLastPathComponent().path
}()
let hostLibraries = "\(toolchain)/lib/swift/host"

/// For every target that imports CellEngine, which imports the parser.
///
/// No library that other packages may depend on does: SwiftPM refuses them flags of their own.
let findsParser: [SwiftSetting] = [.unsafeFlags(["-I", hostLibraries])]

let package = Package(
  name: "Ansatz",
  products: [
    .executable(name: "ansatz", targets: ["AnsatzCommand"]),
    .library(name: "Ansatz", targets: ["Ansatz", "PlottingFoundation"]),
    .library(name: "Display", targets: ["Display"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    // The runtime: what cells compute with.
    .target(name: "Display"),
    .target(name: "_CVectorKernels"),
    .systemLibrary(
      name: "_COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "_CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "Tensors", dependencies: ["Display", "_CVectorKernels", "_COpenBLAS", "_CZlib"]),
    .target(name: "_CRanks"),
    .target(name: "Networks", dependencies: ["Tensors", "Display", "_CRanks"]),
    .target(
      name: "Plotting",
      dependencies: ["Display", "Tensors", "_CPangoCairo", "_CPictureCodecs"]),
    // Apart, so that cells without Foundation need not load it.
    .target(name: "PlottingFoundation", dependencies: ["Plotting"]),
    .target(name: "Amortization", dependencies: ["Networks", "Tensors", "Display"]),
    .target(
      name: "Variational", dependencies: ["Amortization", "Networks", "Tensors", "Display"]),
    .target(
      name: "MetaLearning", dependencies: ["Amortization", "Networks", "Tensors", "Display"]),
    .target(
      name: "SparseCoding",
      dependencies: ["Amortization", "Networks", "Tensors", "Display", "_CVectorKernels"]),
    .target(name: "_CNetworkSimplex"),
    .target(
      name: "Transport",
      dependencies: ["Tensors", "Display", "_CVectorKernels", "_CNetworkSimplex"]),
    .target(
      name: "AmortizedTransport",
      dependencies: ["Transport", "Amortization", "Networks", "Tensors", "Display"]),
    .target(name: "_CEnvironments"),
    .target(
      name: "Reinforcement",
      dependencies: [
        "Amortization", "Networks", "Plotting", "Tensors", "Display", "_CEnvironments",
      ]),
    .target(name: "_CFixedPointKernels", dependencies: ["_CVectorKernels"]),
    .target(
      name: "FixedPoints",
      dependencies: ["Amortization", "Networks", "Tensors", "Display", "_CFixedPointKernels"]),
    .target(
      name: "Planning",
      dependencies: [
        "Reinforcement", "Amortization", "Networks", "Tensors", "Display", "_CVectorKernels",
      ]),
    .target(
      name: "Potts",
      dependencies: [
        "Amortization", "Networks", "Plotting", "Tensors", "Display", "_CVectorKernels", "_CZlib",
      ]),
    .target(name: "Games", dependencies: ["Tensors", "_CVectorKernels"]),
    .target(
      name: "_CConvexKernels", dependencies: ["_CVectorKernels"],
      linkerSettings: [.linkedLibrary("openblas")]),
    .target(
      name: "Convex",
      dependencies: ["Tensors", "Display", "_CConvexKernels"]),
    .target(
      name: "AmortizedConvex",
      dependencies: [
        "Convex", "Reinforcement", "Amortization", "Networks", "Tensors", "Display",
      ]),
    .target(name: "Workbook", dependencies: ["Tensors", "Display"]),
    .target(
      name: "Ansatz",
      dependencies: [
        "Variational", "SparseCoding", "MetaLearning",
        "Display", "Tensors", "Networks", "Amortization", "Transport", "AmortizedTransport",
        "AmortizedConvex",
        "Convex", "FixedPoints", "Games", "Planning", "Plotting", "Potts", "Reinforcement",
        "Workbook",
      ]),
    .target(name: "MixedNumbers"),
    .target(
      name: "CellSupport", dependencies: ["Display", "_CCellRunner"]),

    // What figures are drawn and stored with.
    .systemLibrary(
      name: "_CPangoCairo", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
    .target(
      name: "_CPictureCodecs",
      linkerSettings: [.linkedLibrary("png16"), .linkedLibrary("jpeg"), .linkedLibrary("z")]),

    // The kernel: what runs cells.
    .systemLibrary(name: "_CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
    .systemLibrary(name: "_CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "_CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .target(name: "_CCellRunner"),
    .target(name: "_CSourceKit"),
    .target(name: "JupyterWire", dependencies: ["Display", "_CZeroMQ", "_CSodium"]),
    .target(
      name: "CellEngine",
      dependencies: [
        "Ansatz", "CellSupport", "Display", "MixedNumbers", "Plotting", "PlottingFoundation",
        "_CCellRunner", "_CSourceKit",
      ],
      swiftSettings: findsParser,
      linkerSettings: [
        .unsafeFlags([
          "-L", hostLibraries, "-lSwiftSyntax", "-lSwiftParser", "-lSwiftParserDiagnostics",
          "-Xlinker", "-rpath", "-Xlinker", hostLibraries,
        ])
      ]),
    .target(
      name: "KernelServer", dependencies: ["CellEngine", "JupyterWire", "_CSQLite"],
      swiftSettings: findsParser),
    .executableTarget(
      name: "AnsatzCommand",
      dependencies: [
        "KernelServer", "CellEngine",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      // A link to the folder of this name beside Package.swift.
      resources: [.embedInCode("kernelspec")],
      swiftSettings: findsParser,
      // Cells resolve the runtime's symbols in this executable. Last, libraries are looked for among
      // the copies that `ansatz install` keeps.
      linkerSettings: [
        .unsafeFlags(
          ["-Xlinker", "--export-dynamic"]
            + ["linux", "host"].flatMap {
              ["-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/libraries/lib/swift/\($0)"]
            })
      ]),

    // Calls the runtime with hostile arguments; `make fuzz` runs it under AddressSanitizer.
    .executableTarget(
      name: "RuntimeFuzz", dependencies: ["Networks", "Tensors", "Transport"],
      path: "Tests/Fuzz/Runtime"),

    .testTarget(
      name: "CellEngineTests", dependencies: ["CellEngine", "Display"], swiftSettings: findsParser),
    .testTarget(
      name: "TensorsTests", dependencies: ["Display", "Tensors", "_CVectorKernels"],
      exclude: ["make_reference.py"]),
    .testTarget(name: "NetworksTests", dependencies: ["Networks"]),
    .testTarget(name: "AnsatzTests", dependencies: ["Ansatz"]),
    .testTarget(name: "AmortizationTests", dependencies: ["Amortization"]),
    .testTarget(
      name: "VariationalTests", dependencies: ["Variational"],
      exclude: ["make_reference.py", "posterior_reference.npz"]),
    .testTarget(name: "MetaLearningTests", dependencies: ["MetaLearning"]),
    .testTarget(
      name: "SparseCodingTests", dependencies: ["SparseCoding"], exclude: ["make_reference.py"]),
    .testTarget(
      name: "TransportTests", dependencies: ["Transport"], exclude: ["make_reference.py"]),
    .testTarget(name: "AmortizedTransportTests", dependencies: ["AmortizedTransport"]),
    .testTarget(
      name: "ReinforcementTests", dependencies: ["Plotting", "Reinforcement", "Tensors"],
      exclude: ["make_reference.py", "Data"]),
    .testTarget(
      name: "FixedPointsTests", dependencies: ["FixedPoints"], exclude: ["make_reference.py"]),
    .testTarget(name: "PlanningTests", dependencies: ["Planning"]),
    .testTarget(
      name: "PottsTests",
      dependencies: ["Potts", "Plotting", "Amortization", "Networks", "Tensors"]),
    .testTarget(name: "GamesTests", dependencies: ["Games"]),
    .testTarget(
      name: "AmortizedConvexTests",
      dependencies: [
        "AmortizedConvex", "Convex", "Reinforcement", "Amortization", "Networks", "Tensors",
      ]),
    .testTarget(
      name: "ConvexTests", dependencies: ["Convex"],
      exclude: [
        "make_reference.py", "make_cone_reference.py", "make_splitting_reference.py",
        "splitting.json",
      ]),
    .testTarget(name: "WorkbookTests", dependencies: ["Workbook", "Display"]),
    .testTarget(name: "DisplayTests", dependencies: ["Display"]),
    .testTarget(name: "JupyterWireTests", dependencies: ["JupyterWire", "Display"]),
    .testTarget(
      name: "KernelServerTests", dependencies: ["KernelServer", "Display"],
      swiftSettings: findsParser),
    .testTarget(
      name: "PlottingTests", dependencies: ["Plotting", "PlottingFoundation", "Tensors", "Display"]),
  ],
  swiftLanguageModes: [.v6]
)
