// swift-tools-version: 6.1
import PackageDescription

// A program of somebody else. The test writes where the library is into REPOSITORY.
let package = Package(
  name: "Forecast",
  dependencies: [.package(url: "REPOSITORY", from: "1.0.0")],
  targets: [
    .executableTarget(name: "Forecast", dependencies: [.product(name: "Ansatz", package: "Ansatz")])
  ],
  swiftLanguageModes: [.v6]
)
