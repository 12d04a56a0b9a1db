func make<T: ExpressibleByIntegerLiteral>(_ type: T.Type) -> T { 0 }
let types: [Any.Type] = [Int.self, String.self]
(make(Double.self), types.map { "\($0)" })
