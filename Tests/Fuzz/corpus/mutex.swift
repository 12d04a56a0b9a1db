import Synchronization
let total = Mutex(0)
DispatchFreeLoop.run { i in total.withLock { $0 += i } }
enum DispatchFreeLoop {
  static func run(_ body: (Int) -> Void) { for i in 1...4 { body(i) } }
}
print(total.withLock { $0 })
