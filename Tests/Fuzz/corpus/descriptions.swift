struct Money: CustomStringConvertible, CustomDebugStringConvertible {
  var cents: Int
  var description: String { "\(cents / 100).\(cents % 100)" }
  var debugDescription: String { "Money(\(cents))" }
}
print(Money(cents: 1234), [Money(cents: 1)])
