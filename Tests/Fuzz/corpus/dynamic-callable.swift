@dynamicCallable
struct Adder {
  func dynamicallyCall(withArguments numbers: [Int]) -> Int { numbers.reduce(0, +) }
}
Adder()(1, 2, 3)
