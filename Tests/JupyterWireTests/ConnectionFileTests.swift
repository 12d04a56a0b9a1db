import Display
import JupyterWire
import Testing

@Suite struct ConnectionFileTests {
  private static let good: JSONValue = [
    "transport": "tcp", "ip": "127.0.0.1", "key": "secret", "signature_scheme": "hmac-sha256",
    "shell_port": 5001, "iopub_port": 5002, "stdin_port": 5003, "control_port": 5004,
    "hb_port": 5005, "kernel_name": "swift", "jupyter_session": "",
  ]

  @Test func namesAddresses() throws {
    let file = try ConnectionFile(json: Self.good)
    #expect(file.endpoint(of: .shell) == "tcp://127.0.0.1:5001")
    #expect(file.endpoint(of: .heartbeat) == "tcp://127.0.0.1:5005")
    #expect(file.key == "secret")
    #expect(file.kernelName == "swift")
  }

  @Test func namesPathsWithIPC() throws {
    var json = Self.good
    json["transport"] = "ipc"
    json["ip"] = "/run/user/a kernel"
    let file = try ConnectionFile(json: json)
    #expect(file.endpoint(of: .iopub) == "ipc:///run/user/a kernel-5002")
  }

  @Test(
    arguments: [
      ("signature_scheme", "hmac-md5"), ("transport", "udp"), ("ip", nil), ("ip", ""),
      ("shell_port", "5001"), ("hb_port", 0), ("iopub_port", 70000), ("control_port", nil),
      ("stdin_port", -1),
    ] as [(String, JSONValue)])
  func refuses(member: String, value: JSONValue) throws {
    var json = Self.good
    json[member] = value
    let error = #expect(throws: ConnectionFileError.self) { try ConnectionFile(json: json) }
    #expect(error?.description.contains(member) == true)
  }

  @Test func withoutAKeyTheSchemeDoesNotMatter() throws {
    var json = Self.good
    json["key"] = ""
    json["signature_scheme"] = ""
    #expect(throws: Never.self) { try ConnectionFile(json: json) }
  }

  @Test func tellsOfUnreadableFiles() {
    #expect(throws: ConnectionFileError.self) { try ConnectionFile(path: "/no/such/file") }
    #expect(throws: ConnectionFileError.self) { try ConnectionFile(path: "/proc/self/status") }
    #expect(throws: ConnectionFileError.self) { try ConnectionFile(path: "/") }
  }
}
