public struct Account {
  public private(set) var balance = 0
  fileprivate var note = ""
  internal init() {}
  mutating func add(_ n: Int) { balance += n }
}
var account = Account()
account.add(3)
account.balance
