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

/// A function of a real tensor, and its gradient.
func smooth(_ name: String, _ call: @escaping (Tensor) throws -> Tensor) -> [Subject] {
  [
    .one(name, call),
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
