let samples = [("a", 1), ("b", -1), ("c", 0)]
for (name, n) in samples {
  switch n {
  case let x where x > 0: print(name, "positive", x)
  case 0: print(name, "zero")
  case _: print(name, "negative")
  }
}
