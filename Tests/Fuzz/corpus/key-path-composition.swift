struct Inner { var n = 1 }
struct Outer { var inner = Inner() }
let outer = \Outer.inner
let full = outer.appending(path: \.n)
Outer()[keyPath: full]
