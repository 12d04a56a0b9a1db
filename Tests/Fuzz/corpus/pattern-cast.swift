for item in [1, "s", 2.5] as [Any] {
  switch item {
  case let n as Int where n > 0: print("int", n)
  case let s as String: print("string", s)
  case is Double: print("double")
  default: print("?")
  }
}
