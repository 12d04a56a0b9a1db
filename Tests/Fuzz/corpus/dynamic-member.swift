@dynamicMemberLookup
struct Bag {
  var items = ["a": 1]
  subscript(dynamicMember name: String) -> Int { items[name] ?? 0 }
}
Bag().a + Bag().missing
