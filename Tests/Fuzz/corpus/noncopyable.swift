struct Handle: ~Copyable {
  let id: Int
  consuming func close() -> Int { id }
  deinit { print("closed", id) }
}
func use() -> Int {
  let handle = Handle(id: 3)
  return handle.close()
}
use()
