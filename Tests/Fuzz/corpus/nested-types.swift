struct Outer {
  enum Kind { case a, b }
  struct Inner { var kind = Kind.a }
  var inner = Inner()
}
Outer().inner.kind == .a
