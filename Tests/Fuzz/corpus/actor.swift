actor Account {
  private var balance = 0
  func deposit(_ amount: Int) -> Int {
    balance += amount
    return balance
  }
  nonisolated var kind: String { "account" }
}
let account = Account()
_ = await account.deposit(5)
(await account.deposit(7), account.kind)
