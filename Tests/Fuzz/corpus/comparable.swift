struct Version: Comparable {
  var major: Int, minor: Int
  static func < (a: Self, b: Self) -> Bool { (a.major, a.minor) < (b.major, b.minor) }
}
[Version(major: 2, minor: 0), Version(major: 1, minor: 9)].min()!.minor
