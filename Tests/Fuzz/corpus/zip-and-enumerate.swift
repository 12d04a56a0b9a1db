for (index, pair) in zip("abc", 1...).enumerated() {
  print(index, pair.0, pair.1)
}
