func count<each T>(_ values: repeat each T) -> Int {
  var n = 0
  for _ in repeat each values { n += 1 }
  return n
}
count(1, "a", 2.5)
