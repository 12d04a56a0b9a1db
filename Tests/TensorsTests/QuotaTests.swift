import Foundation
import Testing
import _CVectorKernels

/// Threads follow what a container may use, not what the machine has.
@Suite struct QuotaTests {
  /// A tree of control groups on disk, as the kernel shows it.
  struct Tree {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    func add(_ folder: String, _ files: [String: String]) throws {
      let place = root.appendingPathComponent(folder)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      for (name, text) in files {
        try text.write(to: place.appendingPathComponent(name), atomically: true, encoding: .utf8)
      }
    }

    func quota(membership: String) throws -> Int {
      try add("proc", ["cgroup": membership])
      return Int(vk_quota(root.path + "/proc/cgroup", root.path + "/groups"))
    }
  }

  static let unlimited = Int(Int32.max)

  @Test(arguments: [
    ("max 100000\n", unlimited), ("200000 100000\n", 2), ("150000 100000\n", 2),
    ("20000 100000\n", 1), ("800000 100000\n", 8), ("", unlimited), ("nonsense\n", unlimited),
  ])
  func secondVersion(_ limit: String, _ count: Int) throws {
    let tree = Tree()
    defer { try? FileManager.default.removeItem(at: tree.root) }
    try tree.add("groups/pod/reader", ["cpu.max": limit])
    #expect(try tree.quota(membership: "0::/pod/reader\n") == count)
  }

  @Test func theLeastLimitOnTheWayUpHolds() throws {
    let tree = Tree()
    defer { try? FileManager.default.removeItem(at: tree.root) }
    try tree.add("groups/pod", ["cpu.max": "300000 100000\n"])
    try tree.add("groups/pod/reader", ["cpu.max": "800000 100000\n"])
    #expect(try tree.quota(membership: "0::/pod/reader\n") == 3)
  }

  @Test func aContainerSeesItsOwnGroupAsTheRoot() throws {
    let tree = Tree()
    defer { try? FileManager.default.removeItem(at: tree.root) }
    try tree.add("groups", ["cpu.max": "100000 100000\n"])
    #expect(try tree.quota(membership: "0::/\n") == 1)
    // Without a namespace of its own the container's file names a path that it cannot see.
    #expect(try tree.quota(membership: "0::/docker/4f2a\n") == 1)
  }

  @Test func firstVersion() throws {
    let tree = Tree()
    defer { try? FileManager.default.removeItem(at: tree.root) }
    try tree.add(
      "groups/cpu,cpuacct/pod", ["cpu.cfs_quota_us": "250000\n", "cpu.cfs_period_us": "100000\n"])
    #expect(try tree.quota(membership: "9:memory:/pod\n4:cpu,cpuacct:/pod\n") == 3)
    try tree.add(
      "groups/cpu,cpuacct/pod", ["cpu.cfs_quota_us": "-1\n", "cpu.cfs_period_us": "100000\n"])
    #expect(try tree.quota(membership: "4:cpu,cpuacct:/pod\n") == QuotaTests.unlimited)
  }

  @Test func withoutGroupsTheMachineCounts() throws {
    #expect(vk_quota("/proc/self/there-is-no-such-file", "/proc/self/nor-this") == Int32.max)
    let count = vk_processors()
    #expect(count >= 1 && count <= ProcessInfo.processInfo.processorCount)
  }
}
