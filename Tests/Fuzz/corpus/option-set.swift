struct Permissions: OptionSet {
  let rawValue: Int
  static let read = Self(rawValue: 1 << 0)
  static let write = Self(rawValue: 1 << 1)
}
let both: Permissions = [.read, .write]
both.contains(.write)
