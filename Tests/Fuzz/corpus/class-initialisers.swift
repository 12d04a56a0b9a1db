class Base {
  let id: Int
  init(id: Int) { self.id = id }
  convenience init() { self.init(id: 1) }
}
class Derived: Base {
  let tag: String
  init?(tag: String) {
    if tag.isEmpty { return nil }
    self.tag = tag
    super.init(id: tag.count)
  }
}
(Base().id, Derived(tag: "abc")?.id, Derived(tag: "") == nil)
