import Tensors
import Testing

/// What ``vmap(_:)`` stands for.
private func loop(_ f: @escaping (Tensor) -> Tensor) -> (Tensor) -> Tensor {
  { x in stack(x.rows.map(f)) }
}

private func expectClose(
  _ a: Tensor, _ b: Tensor, _ note: String = "", within tolerance: Double = 1e-9
) {
  #expect(a.shape == b.shape && a.dtype == b.dtype, "\(note): \(a.shape), \(b.shape)")
  #expect(a.allClose(to: b, relative: tolerance, absolute: tolerance), "\(note)")
}

private func sample(_ shape: [Int], _ seed: Int, _ dtype: DType = .float64) -> Tensor {
  var draw = Generator(seed: seed)
  return Tensor.normal(shape, dtype: dtype, from: &draw)
}

/// `vmap(f)` gives what a loop over the rows gives, and so do its derivatives.
@Suite struct VmapTests {
  /// Values of `jax.vmap(jax.grad(loss, argnums=0), in_axes=(None, 0, 0))` of JAX 0.10.2.
  ///
  /// `loss = lambda w, x, y: (jnp.tanh(w @ x) - y) ** 2` with the same numbers.
  @Test func gradientsOfExamples() {
    let w = Tensor([0.5, -1.0], dtype: .float64)
    let x = Tensor([[1.0, 2.0], [0.3, -0.4], [0.0, 1.0]], dtype: .float64)
    let y = Tensor([0.0, 1.0, -1.0], dtype: .float64)
    let slopes = vmap { x, y in gradient(at: w) { w in square(tanh(dot(w, x)) - y) } }(x, y)
    expectClose(
      slopes,
      Tensor(
        [[-0.3271325973, -0.6542651946], [-0.2246099229, 0.2994798972], [0.0, 0.2002486748]],
        dtype: .float64), within: 1e-7)
  }

  @Test func randomFunctions() {
    for seed in 0..<60 {
      let f = RandomFunction(seed: seed, length: 4 + seed / 3)
      let (x, y, m) = (
        sample([4, 3], seed), sample([4, 3], seed + 1), sample([4, 3, 3], seed + 2)
      )
      let shared = sample([3, 3], seed + 3)
      let slopes = { (x: Tensor, y: Tensor, m: Tensor) -> (Tensor, Tensor, Tensor) in
        let (value, (gx, gm)) = valueAndGradient(at: x, m) { x, m in f(x, y, m) }
        return (value, gx, gm)
      }
      var calls = 0
      let found = vmap { (x: Tensor, y: Tensor, m: Tensor) in
        calls += 1
        return slopes(x, y, m)
      }(x, y, m)
      #expect(calls == 1, "seed \(seed)")
      let rows = (0..<4).map { slopes(x[$0], y[$0], m[$0]) }
      expectClose(found.0, stack(rows.map(\.0)), "seed \(seed)")
      expectClose(found.1, stack(rows.map(\.1)), "seed \(seed)")
      expectClose(found.2, stack(rows.map(\.2)), "seed \(seed)")
      // From outside, to rows and to what they share.
      let (a, b) = gradient(at: x, shared) { x, m in sum(square(vmap { f($0, y[0], m) }(x))) }
      let (c, d) = gradient(at: x, shared) { x, m in sum(square(loop { f($0, y[0], m) }(x))) }
      expectClose(a, c, "seed \(seed)")
      expectClose(b, d, "seed \(seed)")
    }
  }

  @Test func derivativesOfDerivatives() {
    for seed in 0..<12 {
      let f = RandomFunction(seed: 500 + seed, length: 8)
      let (x, y, m) = (sample([3, 3], seed), sample([3], seed + 1), sample([3, 3], seed + 2))
      let inside = { (x: Tensor) in hessian(at: x) { x in f(x, y, m) } }
      expectClose(vmap(inside)(x), loop(inside)(x), "seed \(seed)")
      // A gradient inside, another one outside, with respect to the same shared tensor.
      func through(_ map: @escaping (@escaping (Tensor) -> Tensor) -> (Tensor) -> Tensor) -> Tensor
      {
        hessian(at: y) { y in
          sum(square(map { x in gradient(at: y) { y in f(x, y, m) } }(x)))
        }
      }
      expectClose(through { vmap($0) }, through { loop($0) }, "seed \(seed)", within: 1e-7)
    }
  }

  @Test func callsNest() {
    let (x, z, w) = (sample([4, 3], 1), sample([5, 3], 2), sample([3], 3))
    func distances(_ w: Tensor) -> Tensor {
      vmap { a in vmap { b in sum(tanh((a - b) * w)) }(z) }(x)
    }
    let pairs = sum(tanh((x.expandedDims(axis: 1) - z) * w), axis: 2)
    expectClose(distances(w), pairs)
    expectClose(
      gradient(at: w) { sum(square(distances($0))) },
      gradient(at: w) { w in
        sum(square(sum(tanh((x.expandedDims(axis: 1) - z) * w), axis: 2)))
      })
    expectClose(vmap(vmap { square($0) })(x), square(x))
    // Within a recording, and around one.
    let step = recorded { (x: Tensor) in vmap { dot($0, $0 * w) }(x) }
    for seed in 0..<4 {
      let x = sample([4, 3], seed)
      expectClose(step(x), matmul(square(x), w))
    }
    #expect(step.isRecorded, "\(step.reason ?? "")")
    expectClose(vmap(recorded { (x: Tensor) in x * 2 }.callAsFunction)(x), x * 2)
  }

  @Test(arguments: [DType.float32, .float16, .bfloat16, .int32, .int64, .uint8, .bool])
  func typesOfElements(dtype: DType) {
    let x = (abs(sample([5, 4], 4, .float32)) * 3).cast(to: dtype)
    let functions: [(Tensor) -> Tensor] = [
      { $0.sum() }, { $0.max() }, { $0.cumulativeSum() }, { $0 .> 1 }, { $0.flipped() },
      { $0.cast(to: .float32).mean() }, { $0.argmax() }, { concatenate([$0, $0[1...]]) },
      { which($0 .== 0, $0 + 1, $0) }, { $0.take(Tensor([3, -1])) }, { x[0].take($0.argmin()) },
      { $0.sorted() }, { $0.any(axis: 0) }, { stack([$0[0], $0[3]]) }, { matmul($0, x.T) },
    ]
    for (i, f) in functions.enumerated() {
      expectClose(vmap(f)(x), loop(f)(x), "function \(i)", within: 1e-2)
    }
  }

  @Test func positionsOfEachRow() {
    let (table, x) = (sample([6, 2, 5], 1), sample([4, 6, 2], 2))
    let places = Tensor([[0, 5], [3, -1], [2, 2], [1, 0]])
    func check(_ f: @escaping (Tensor, Tensor, Tensor) -> Tensor) {
      let mapped = { (t: Tensor, x: Tensor) in vmap { x, i in f(t, x, i) }(x, places) }
      let looped = { (t: Tensor, x: Tensor) in
        stack((0..<4).map { f(t, x[$0], places[$0]) })
      }
      expectClose(mapped(table, x), looped(table, x))
      let (a, b) = gradient(at: table, x) { sum(square(mapped($0, $1))) }
      let (c, d) = gradient(at: table, x) { sum(square(looped($0, $1))) }
      expectClose(a, c)
      expectClose(b, d)
    }
    check { t, _, i in t.take(i) }
    check { t, _, i in t.take(i % 5, axis: 2) }
    check { _, x, i in x.take(i) }
    check { _, x, i in x.T.take(i, axis: 1) }
    check { t, x, i in t.take(i)[0..., 0..., 1] * x[i] }
    check { _, x, i in x.adding(x[..<2], at: i) }
    check { _, x, i in x.T.adding(x.T[0..., ..<2], at: i, axis: 1) }
  }

  @Test func linearAlgebraAndOrder() {
    let (x, b) = (sample([4, 3, 3], 5) + 4 * Tensor.eye(3, dtype: .float64), sample([4, 3], 6))
    let functions: [(Tensor, Tensor) -> Tensor] = [
      { (try? solve($0, $1)) ?? $1 }, { (try? solve(x[0], $1)) ?? $1 },
      { (try? solve($0, b.T)) ?? $1 }, { (try? inverted($0)) ?? $1 },
      { x, _ in (try? cholesky(matmul(x, x.T))) ?? x }, { logDeterminant($0).logAbsolute * $1 },
      { (try? triangularSolve($0, $1)) ?? $1 }, { $1.sorted() + $0.sorted(axis: 0) },
      { $0.topK(2, axis: 0).values[0] * $1 }, { logAddExp($0, $1) + erfInverse(tanh($1) * 0.9) },
    ]
    for (i, f) in functions.enumerated() {
      var calls = 0
      let counted = { (x: Tensor, b: Tensor) -> Tensor in
        calls += 1
        return f(x, b)
      }
      let mapped = { (x: Tensor, b: Tensor) -> Tensor in vmap(counted)(x, b) }
      let looped = { (x: Tensor, b: Tensor) -> Tensor in
        stack((0..<4).map { f(x[$0], b[$0]) })
      }
      expectClose(mapped(x, b), looped(x, b), "function \(i)")
      let (p, q) = gradient(at: x, b) { sum(square(mapped($0, $1))) }
      let (r, s) = gradient(at: x, b) { sum(square(looped($0, $1))) }
      expectClose(p, r, "function \(i)")
      expectClose(q, s, "function \(i)")
      #expect(calls == 2, "function \(i)")
    }
    // One of the rows fails: the others do not.
    let some = vmap { (try? cholesky($0 * Tensor.eye(2))) ?? Tensor.zeros([2, 2]) }(
      Tensor([[4.0, 9.0], [-1.0, 1.0]]))
    #expect(some == Tensor([[[2.0, 0.0], [0.0, 3.0]], [[0.0, 0.0], [0.0, 0.0]]]))
  }

  @Test func rowsThatAreTakenAlone() {
    let x = sample([4, 3], 5)
    let functions: [(Tensor) -> Tensor] = [
      { $0 * $0[1].item() }, { ($0[0] .> 0).all() ? $0 : -$0 },
      { (try? svd($0.expandedDims(axis: 0)).s) ?? $0 },
      { x in vmap { e in e * e.item() + x[0] }(x) },
      { Tensor($0.doubles.map { $0 * 2 }, dtype: .float64) },
    ]
    for (i, f) in functions.enumerated() {
      var calls = 0
      let counted = { (x: Tensor) in
        calls += 1
        return f(x)
      }
      expectClose(vmap(counted)(x), loop(f)(x), "function \(i)")
      #expect(calls == 4, "function \(i)")
      expectClose(
        gradient(at: x) { sum(square(vmap(f)($0))) }, gradient(at: x) { sum(square(loop(f)($0))) },
        "function \(i)")
    }
    // A rule of its own may read elements, also when it is asked later.
    let rule = { (x: Tensor) in
      custom(x) {
        square($0)
      } gradient: { x, _, g in
        g * 2 * Tensor(x.doubles, dtype: .float64)
      }
    }
    expectClose(gradient(at: x) { sum(vmap(rule)($0)) }, 2 * x)
    // Draws are those of a loop.
    var (mine, other) = (Generator(seed: 1), Generator(seed: 1))
    expectClose(
      vmap { $0 + Tensor.normal([3], dtype: .float64, from: &mine) }(x),
      loop { $0 + Tensor.normal([3], dtype: .float64, from: &other) }(x))
    #expect(mine == other)
  }

  @Test func argumentsAndResultsOfEveryKind() {
    struct Line: Model {
      var slope = Tensor([[1.0, 2.0], [3.0, 4.0]])
      var offset = Tensor([0.5, -0.5])
    }
    let x = Tensor([[1.0, 1.0], [2.0, 0.0]])
    let values = vmap { (line: Line, x: Tensor) in dot(line.slope, x) + line.offset }(Line(), x)
    #expect(values == Tensor([3.5, 5.5]))
    let slopes = vmap { (line: Line, x: Tensor) in
      gradient(at: line) { line in dot(line.slope, x) + line.offset }
    }(Line(), x)
    #expect(slopes.slope == x && slopes.offset == Tensor([1.0, 1.0]))
    let (a, b, c) = vmap { x in (x.T, Tensor(7), x[1] .> 0.5) }(x)
    #expect(a == x && b == Tensor([7, 7]) && c == Tensor([true, false]))
    let columns = vmap { $0.sum() }(x.T)
    #expect(columns == Tensor([3.0, 1.0]))
    #expect(vmap { x, y, z in (x + y, y * z) }(x, x, x).1 == square(x))
    var written = vmap { x in
      var y = x
      y[0] = x[1] * 3
      return y
    }(x)
    written[0] .= 0
    #expect(written == Tensor([[0.0, 0.0], [0.0, 0.0]]) && x[0] == Tensor([1.0, 1.0]))
  }

  @Test func noRowsAndOne() {
    let w = sample([3, 2], 1, .float32)
    #expect(vmap { matmul($0, w) }(Tensor.zeros([0, 3])).shape == [0, 2])
    #expect(vmap { x in gradient(at: x) { sum(exp($0)) } }(Tensor.zeros([0, 3])).shape == [0, 3])
    #expect(gradient(at: w) { w in sum(vmap { matmul($0, w) }(Tensor.zeros([0, 3]))) } == w * 0)
    #expect(vmap { $0 * 2 }(Tensor([[1.0]])) == Tensor([[2.0]]))
  }

  @Test func whatDoesNotFitIsNamed() async {
    let sizes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = vmap { x, y in x + y }(Tensor.zeros([3, 2]), Tensor.zeros([4, 2]))
    }
    #expect(
      lastWords(sizes).contains("[3, 2] and [4, 2] differ in the number of rows (3 against 4)"))
    let number = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = vmap { x in x + 1 }(Tensor(1.0))
    }
    #expect(lastWords(number).contains("a single number, which has no rows"))
    let shapes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = vmap { x in x[..<Int(x[0].item())] }(Tensor([[1.0, 1], [2, 2]]))
    }
    #expect(lastWords(shapes).contains("row 1 gave shape [2], row 0 shape [1]"))
    let empty = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = vmap { x in x * x[0].item() }(Tensor.zeros([0, 2]))
    }
    #expect(lastWords(empty).contains("there are no rows, and the function reads elements"))
    let kept = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var kept = Tensor(0.0)
      _ = vmap { x in
        kept = x
        return x
      }(Tensor([[1.0], [2.0]]))
      print(kept.sum().item())
    }
    #expect(lastWords(kept).contains("after the function has returned; return the tensor"))
    let alone = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = vmap { x in Tensor([1.0, 2]).take(Tensor(Int(x.item()))) }(Tensor([0.0, 1, 5]))
    }
    #expect(lastWords(alone).contains("position 5 is outside of 0..<2 (in row 2 of vmap)"))
    let place = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = vmap { i in Tensor([1.0, 2]).take(i) }(Tensor([0, 1, 5]))
    }
    #expect(lastWords(place).contains("take: position 5 is outside of 0..<2 (in vmap)"))
    let inside = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = vmap { x in matmul(x, Tensor.zeros([4, 2])) }(Tensor.zeros([5, 3]))
    }
    #expect(lastWords(inside).contains("shapes [3] and [4, 2]"))
  }
}
