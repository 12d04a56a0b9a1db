// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "TransportBenchmarks",
  dependencies: [.package(name: "Ansatz", path: "../..")],
  targets: [
    .executableTarget(
      name: "TransportBenchmarks", dependencies: [.product(name: "Ansatz", package: "Ansatz")],
      // Cells are compiled without optimisation; so is this caller.
      swiftSettings: [.unsafeFlags(["-Onone"])])
  ],
  swiftLanguageModes: [.v6]
)
