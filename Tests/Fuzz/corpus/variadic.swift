func mean(_ numbers: Double...) -> Double {
  numbers.isEmpty ? 0 : numbers.reduce(0, +) / Double(numbers.count)
}
mean(1, 2, 3, 4)
