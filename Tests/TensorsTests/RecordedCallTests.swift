import Display
import Foundation
import Synchronization
import Tensors
import Testing

/// When a recorded function is called as it is, and what its caller may rely on besides its values:
/// threads, memory, interrupts.
@Suite struct RecordedCallTests {
  @Test func whatReadsElementsIsCalled() {
    let functions: [(String, (Tensor) -> Tensor)] = [
      ("item", { $0 * $0[0].item() }),
      ("condition", { $0.sum().item() > 0 ? sqrt($0) : $0 - 1 }),
      (
        "many conditions",
        { x in
          (0..<12).reduce(x) { x, _ in (x .> 4).any() ? x - 1 : x + 0.5 }
        }
      ),
      (
        "loop",
        { x in
          var y = x
          while y.norm().item() > 0.5 { y = y * 0.5 }
          return y
        }
      ),
      (
        "within a gradient",
        { x in
          gradient(at: x) { x in x[0].item() > 0 ? sum(x ** 3) : sum(sin(x)) }
        }
      ),
      ("factorization", { x in (try? solve(outer(x, x) + Tensor.eye(2), x)) ?? x }),
      ("printing", { x in x * Double("\(x)".count) }),
      ("mask", { x in x[x .> 0].sum() + x }),
      (
        "random",
        { x in
          var draw = Generator(seed: 3)
          return x + Tensor.normal([2], from: &draw)
        }
      ),
    ]
    for (name, f) in functions {
      let step = recorded(f)
      for values in [[1.0, 2], [-1, 3], [0.5, -2], [2, 2], [-3, -4]] {
        let x = Tensor(values)
        expectSame(step(x), f(x), name)
      }
      #expect(!step.isRecorded && step.reason != nil, "\(name)")
    }
  }

  /// In a process of its own: other tests, which may make NaN, would be watched meanwhile.
  @Test func watchedFunctionsAreCalledAsTheyAre() async {
    await #expect(processExitsWith: .success) {
      let f = { (x: Tensor) in stoppingAtNaN { exp(x) } }
      let step = recorded(f)
      for values in [[1.0, 2], [-1, 3], [0.5, -2], [2, 2], [-3, -4]] {
        guard step(Tensor(values)) == f(Tensor(values)) else { fatalError("\(values)") }
      }
      guard !step.isRecorded, step.reason != nil else { fatalError("it was recorded") }
    }
  }

  /// A watch that ends while another thread looks at a result is over for both.
  @Test func watchesOnTwoThreadsEnd() async {
    await #expect(processExitsWith: .success) {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            for _ in 0..<500 { _ = stoppingAtNaN { exp(Tensor([1.0, 2])) } }
          }
        }
      }
      // Nobody watches any more.
      guard isNaN(sqrt(Tensor([-1.0]))).all() else { fatalError("no NaN") }
    }
    await #expect(processExitsWith: .failure) {
      _ = stoppingAtNaN { log(Tensor([-1.0])) }
    }
  }

  @Test func conditionsOnElementsAreLookedAt() {
    let f = { (x: Tensor) -> (Tensor, Tensor) in
      let y = (x .> 0).all() ? sqrt(x) : x * 2
      let slope = gradient(at: x) { x in
        (x * x .> 4).any() ? sum(x ** 3) : x.norm() + sum(sin(x))
      }
      return (y, y == x ? slope : -slope)
    }
    let step = recorded(f)
    func check(_ values: [Double]) {
      let x = Tensor(values, dtype: .float64)
      let (expected, found) = (f(x), step(x))
      expectSame(found.0, expected.0, "\(values)")
      expectSame(found.1, expected.1, "\(values)")
    }
    // Branches change from call to call, then stay, then change.
    check([1, 2])
    check([-1, 1])
    check([1, 3])
    for i in 0..<20 { check([0.5 + 0.01 * Double(i), 1]) }
    #expect(step.isRecorded && step.operationCount > 0)
    for values in [[1.0, 1], [-1, -3], [0, 5], [1e200, 1], [.nan, 1], [0.3, 0.2]] { check(values) }
    #expect(step.isRecorded)
    for _ in 0..<60 { check([-1, 4]) }
    #expect(step.reason?.contains("conditions") == true)
    // What is true of constants is no condition on elements.
    let always = recorded { (x: Tensor) in (Tensor([1.0]) .> 0).all() ? x : -x }
    for _ in 0..<3 { _ = always(Tensor(1.0)) }
    #expect(always.isRecorded)
    // A function that reads after it was asked for a condition.
    let late = recorded { (x: Tensor) in (x .> 0).any() ? x * x.sum().item() : x }
    for values in [[1.0, 2], [-1, -2], [3, 4], [-1, 5]] {
      let x = Tensor(values)
      expectSame(late(x), (x .> 0).any() ? x * x.sum() : x)
    }
  }

  @Test func whatChangesOutsideIsFound() {
    var rate = 0.0
    let scaled = recorded { (x: Tensor) in x * rate }
    for i in 0..<4 {
      rate = Double(i)
      #expect(scaled(Tensor([2.0])).item() == 2 * rate)
    }
    #expect(scaled.reason?.contains("argument") == true)
    var weight = Tensor([1.0, 1])
    let weighted = recorded { (x: Tensor) in x * weight }
    for i in 0..<4 {
      weight += 1
      #expect(weighted(Tensor([1.0, 2])).doubles == [2 + Double(i), 4 + 2 * Double(i)])
    }
    #expect(!weighted.isRecorded)
    var depth = 1
    let deep = recorded { (x: Tensor) in (0..<depth).reduce(x) { x, _ in x + 1 } }
    for i in 1..<4 {
      depth = i
      #expect(deep(Tensor(0.0)).item() == Double(i))
    }
    #expect(deep.reason?.contains("operations") == true)
    var last = Tensor(0.0)
    let leaky = recorded { (x: Tensor) -> Tensor in
      last = x * 2
      return last + 1
    }
    for i in 0..<4 {
      #expect(leaky(Tensor(Double(i))).item() == 2 * Double(i) + 1)
      #expect(last.item() == 2 * Double(i))
    }
    #expect(leaky.reason?.contains("outside") == true)
  }

  @Test func withinDifferentiationsAndRecordings() {
    let step = recorded { (x: Tensor) in sum(x ** 3) }
    let x = Tensor([1.0, 2.0], dtype: .float64)
    for _ in 0..<4 {
      #expect(step(x).item() == 9)
      #expect(gradient(at: x) { step($0) }.doubles == [3, 12])
    }
    #expect(step.isRecorded)
    let outer = recorded { (x: Tensor) in gradient(at: x) { step($0) } + step(x) }
    for _ in 0..<4 { #expect(outer(x).doubles == [12, 21]) }
    #expect(outer.isRecorded)
    // A captured value under differentiation.
    let g = gradient(at: x) { w in
      let f = recorded { (y: Tensor) in sum(w * y) }
      return f(x) + f(x) + f(x)
    }
    #expect(g.doubles == [3, 6])
  }

  @Test func threadsShareARecording() async {
    nonisolated(unsafe) let step = recorded { (x: Tensor) in
      gradient(at: x) { x in sum(sin(x) * exp(-square(x))) }
    }
    for _ in 0..<3 { _ = step(Tensor([0.1, 0.2, 0.3])) }
    let wrong = await withTaskGroup(of: Int.self, returning: Int.self) { group in
      for k in 0..<4 {
        group.addTask {
          (0..<500).count { i in
            let x = Tensor([Double(k), Double(i) * 0.01, 0.5])
            let expected = gradient(at: x) { x in sum(sin(x) * exp(-square(x))) }
            return bits(step(x)) != bits(expected)
          }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(wrong == 0)
    // First calls at once.
    nonisolated(unsafe) let fresh = recorded { (x: Tensor) in x * 2 + sin(x) }
    let values = await withTaskGroup(of: Double.self, returning: Set<Double>.self) { group in
      for _ in 0..<8 { group.addTask { fresh(Tensor(1.0, dtype: .float64)).item() } }
      return await group.reduce(into: []) { $0.insert($1) }
    }
    #expect(values == [2 + sin(1.0)])
  }

  @Test func memoryStaysFlat() async {
    // In a process of its own, where no other test takes memory.
    await #expect(processExitsWith: .success) {
      func resident() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
      }
      let step = recorded { (x: Tensor) in
        x - 0.01 * gradient(at: x) { x in sum(square(matmul(x, x) - x)) }
      }
      var x = Tensor.eye(12) * 0.4
      for _ in 0..<2000 { x = step(x) }
      let before = try resident()
      for _ in 0..<10_000 { x = step(x) }
      guard step.isRecorded, try resident() - before < 1 << 20, isFinite(x).all() else { exit(1) }
    }
  }

  @Test func interruptsAreLookedFor() async {
    // In a process of its own: an interrupt is one for all threads, and other tests run beside this.
    await #expect(processExitsWith: .success) {
      let step = recorded { (x: Tensor) in (0..<20_000).reduce(x) { x, _ in sin(x) } }
      for _ in 0..<3 { _ = step(Tensor(1.0)) }
      let calls = Atomic(0)
      CheckPoint.handler = { calls.add(1, ordering: .relaxed) }
      CheckPoint.isRaised = true
      _ = step(Tensor(1.0))
      guard step.operationCount == 20_000, calls.load(ordering: .relaxed) >= 4 else { exit(1) }
    }
  }
}
