import Tensors

/// One public function, called with tensors.
struct Subject {
  let name: String
  let arity: Int
  let call: ([Tensor]) throws -> [Tensor]

  static func one(_ name: String, _ call: @escaping (Tensor) throws -> Tensor) -> Subject {
    Subject(name: name, arity: 1) { [try call($0[0])] }
  }
  static func two(_ name: String, _ call: @escaping (Tensor, Tensor) throws -> Tensor) -> Subject {
    Subject(name: name, arity: 2) { [try call($0[0], $0[1])] }
  }
  static func many(_ name: String, _ arity: Int, _ call: @escaping ([Tensor]) throws -> [Tensor])
    -> Subject
  {
    Subject(name: name, arity: arity, call: call)
  }
}

/// A function that is carried out from a recording must give what it gives itself.
func compared(_ name: String, _ call: @escaping ([Tensor]) throws -> Tensor) -> Subject {
  Subject(name: "recorded \(name)", arity: 2) { x in
    // The same random numbers for each call.
    setSeed(7)
    let expected = try call(x)
    let step = recorded { (a: Tensor, b: Tensor) in (try? call([a, b])) ?? a }
    for _ in 0..<4 {
      setSeed(7)
      let found = written([step(x[0], x[1])])
      if found != written([expected]) {
        say("DIFFERS \(name) \(found.prefix(300)) | \(written([expected]).prefix(300))")
      }
    }
    return [expected]
  }
}

/// A function of rows must give what it gives for each.
func mapped(_ name: String, _ call: @escaping (Tensor) throws -> Tensor) -> Subject {
  .one("vmap of \(name)") { x in
    let f = { (x: Tensor) in (try? call(x)) ?? x }
    let expected = f(x)
    let found = vmap(f)(stack([x, x]))
    if found.shape != [2] + expected.shape || found.dtype != expected.dtype {
      say(
        "DIFFERS vmap of \(name) \(found.dtype) \(found.shape) | \(expected.dtype) \(expected.shape)"
      )
    }
    return found
  }
}

/// A function of a real tensor, and its gradient.
func smooth(_ name: String, _ call: @escaping (Tensor) throws -> Tensor) -> [Subject] {
  [
    compared(name) { x in
      guard x[0].dtype.isFloating else { return try call(x[0]) }
      return try gradient(at: x[0]) { x in
        let y = try call(x)
        return y.dtype.isFloating ? y.sum() : x.sum()
      }
    },
    .one(name, call),
    mapped(name, call),
    .one("gradient of \(name)") { x in
      guard x.dtype.isFloating else { return x }
      return try gradient(at: x) { x in
        let y = try call(x)
        return y.dtype.isFloating ? y.sum() : x.sum()
      }
    },
  ]
}

func smooth(_ name: String, _ call: @escaping (Tensor, Tensor) throws -> Tensor) -> [Subject] {
  [
    compared(name) { x in
      guard x[0].dtype.isFloating, x[1].dtype.isFloating else { return try call(x[0], x[1]) }
      return try gradient(at: x[0], x[1]) { x, y in
        let z = try call(x, y)
        return z.dtype.isFloating ? z.sum() : x.sum() + y.sum()
      }.0
    },
    .two(name, call),
    .two("gradient of \(name)") { x, y in
      guard x.dtype.isFloating, y.dtype.isFloating else { return x }
      return try gradient(at: x, y) { x, y in
        let z = try call(x, y)
        return z.dtype.isFloating ? z.sum() : x.sum() + y.sum()
      }.0
    },
  ]
}
