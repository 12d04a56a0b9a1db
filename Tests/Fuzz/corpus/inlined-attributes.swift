@inline(__always) func fast(_ x: Int) -> Int { x &* 3 }
@inlinable public func open(_ x: Int) -> Int { x + 1 }
fast(open(2))
