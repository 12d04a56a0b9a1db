import Glibc
import JupyterWire
import KernelServer
import Testing

@Suite struct HistoryStoreTests {
  /// A folder that goes with its test.
  private final class TemporaryFolder: Sendable {
    let path = "/tmp/ansatz-history-\(getpid())-\(UInt64.random(in: 0 ... .max))"

    var database: String { "\(path)/a folder/history.sqlite" }

    deinit {
      for suffix in ["", "-wal", "-shm"] { unlink(database + suffix) }
      rmdir("\(path)/a folder")
      rmdir(path)
    }
  }

  private func sources(_ entries: [HistoryStore.Entry]) -> [String] { entries.map(\.source) }

  private func filled(_ sources: [String], at path: String = ":memory:") -> HistoryStore {
    let store = HistoryStore(path: path)
    for (index, source) in sources.enumerated() { store.record(source, line: index + 1) }
    store.settle()
    return store
  }

  @Test func remembersInputsAndOutputs() {
    let store = filled(["let a = 1", "a + 1"])
    store.record(output: "2", line: 2)
    #expect(
      store.tail(10) == [
        .init(session: 1, line: 1, source: "let a = 1"),
        .init(session: 1, line: 2, source: "a + 1", output: "2"),
      ])
    #expect(sources(store.tail(1)) == ["a + 1"])
    #expect(store.tail(0).isEmpty)
    #expect(store.tail(-1).isEmpty)
  }

  @Test func readsRanges() {
    let store = filled(["1", "2", "3", "4"])
    #expect(sources(store.range(session: 0, from: 2, to: 4)) == ["2", "3"])
    #expect(sources(store.range(session: 1, from: 3, to: nil)) == ["3", "4"])
    #expect(store.range(session: -1, from: 1, to: nil).isEmpty)
    #expect(store.range(session: 7, from: 1, to: nil).isEmpty)
  }

  @Test(arguments: [
    ("*", ["ab", "abc", "[x]", "AB", "ab"]), ("ab", ["ab", "ab"]), ("a?c", ["abc"]),
    ("*b*", ["ab", "abc", "ab"]), ("[aA][bB]", ["ab", "AB", "ab"]), ("[[]x]", ["[x]"]),
    ("", []), ("[", []), ("%", []), ("_b", []),
  ])
  func searchesByGlob(pattern: String, found: [String]) {
    let store = filled(["ab", "abc", "[x]", "AB", "ab"])
    #expect(sources(store.search(pattern)) == found)
  }

  @Test func searchesForTheLatestOfEqualCells() {
    let store = filled(["x", "y", "x", "z", "y"])
    #expect(store.search("*", isUnique: true).map(\.line) == [3, 4, 5])
    #expect(store.search("*", isUnique: true, count: 2).map(\.line) == [4, 5])
    #expect(store.search("*", count: 2).map(\.line) == [4, 5])
  }

  @Test func keepsTextAsItIs() {
    let texts = ["", "'; DROP TABLE cells; --", "ü🚀\0after", "line\nline", "\"quoted\""]
    let store = filled(texts)
    #expect(sources(store.tail(10)) == texts)
  }

  @Test func outlivesItsSession() {
    let folder = TemporaryFolder()
    let path = folder.database
    _ = filled(["first"], at: path)
    let second = filled(["second"], at: path)
    #expect(second.tail(10).map(\.session) == [1, 2])
    #expect(sources(second.range(session: -1, from: 1, to: nil)) == ["first"])
    #expect(HistoryStore(path: path).tail(5).count == 2)
    #expect(sources(HistoryStore(path: path).range(session: -1, from: 1, to: nil)) == ["second"])
    withExtendedLifetime(folder) {}
  }

  @Test func isSharedByManyAtOnce() {
    let folder = TemporaryFolder()
    let path = folder.database
    let threads = (0..<8).map { number in
      NativeThread.start("writer") {
        let store = HistoryStore(path: path)
        for line in 1...25 { store.record("\(number): \(line)", line: line) }
        store.settle(within: 60)
      }
    }
    for thread in threads { thread.join() }
    let entries = HistoryStore(path: path).tail(1000)
    #expect(entries.count == 200)
    #expect(Set(entries.map(\.session)).count == 8)
    withExtendedLifetime(folder) {}
  }

  @Test(arguments: ["/proc/none/history.sqlite", "/dev/null/history.sqlite", "/"])
  func fallsBackToMemory(path: String) {
    #expect(sources(filled(["kept"], at: path).tail(5)) == ["kept"])
  }
}
