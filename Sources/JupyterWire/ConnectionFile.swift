import Display
import Glibc

/// Where and how a kernel's front ends reach it: the content of Jupyter's connection file.
package struct ConnectionFile: Sendable, Hashable {
  package enum Transport: String, Sendable { case tcp, ipc }

  package var transport: Transport
  package var ip: String
  package var key: String
  package var kernelName: String
  private var ports: [Channel: Int]

  /// Reads the file at `path`.
  package init(path: String) throws(ConnectionFileError) {
    guard let bytes = try? readFile(path) else {
      throw ConnectionFileError("\(path) cannot be read")
    }
    let json: JSONValue
    do { json = try JSONValue(parsing: bytes) } catch {
      throw ConnectionFileError("\(path): \(error)")
    }
    try self.init(json: json)
  }

  package init(json: JSONValue) throws(ConnectionFileError) {
    guard json.objectValue != nil else { throw ConnectionFileError("the file holds no object") }
    let transportName = json["transport"]?.stringValue ?? "tcp"
    guard let transport = Transport(rawValue: transportName) else {
      throw ConnectionFileError(
        "transport \"\(transportName)\" is not supported; use \"tcp\" or \"ipc\"")
    }
    let scheme = json["signature_scheme"]?.stringValue ?? Signer.scheme
    let key = json["key"]?.stringValue ?? ""
    guard key.isEmpty || scheme == Signer.scheme else {
      throw ConnectionFileError(
        "signature_scheme \"\(scheme)\" is not supported; use \"\(Signer.scheme)\"")
    }
    guard let ip = json["ip"]?.stringValue, !ip.isEmpty else {
      throw ConnectionFileError("\"ip\" is missing")
    }
    var ports: [Channel: Int] = [:]
    for channel in Channel.allCases {
      guard let port = json[channel.portKey]?.intValue, 1...65535 ~= port else {
        throw ConnectionFileError("\"\(channel.portKey)\" is missing or not a port")
      }
      ports[channel] = port
    }
    self.transport = transport
    self.ip = ip
    self.key = key
    self.kernelName = json["kernel_name"]?.stringValue ?? ""
    self.ports = ports
  }

  package func port(of channel: Channel) -> Int { ports[channel]! }

  /// The address to bind for `channel`; with `ipc`, `ip` is the beginning of a path.
  package func endpoint(of channel: Channel) -> String {
    switch transport {
    case .tcp: "tcp://\(ip):\(port(of: channel))"
    case .ipc: "ipc://\(ip)-\(port(of: channel))"
    }
  }
}

/// The five sockets of a kernel.
package enum Channel: String, Sendable, CaseIterable {
  case shell, iopub, stdin, control, heartbeat

  var portKey: String { self == .heartbeat ? "hb_port" : "\(rawValue)_port" }
}

/// Why a connection file cannot be used.
package struct ConnectionFileError: Error, CustomStringConvertible {
  package let description: String

  init(_ reason: String) { description = "connection file: \(reason)" }
}

/// The bytes of a whole file, without Foundation.
private func readFile(_ path: String) throws -> [UInt8] {
  struct Unreadable: Error {}
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw Unreadable() }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    guard count >= 0 else { throw Unreadable() }
    if count == 0 { return bytes }
    bytes += chunk[..<count]
  }
}
