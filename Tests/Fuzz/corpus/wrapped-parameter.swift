@propertyWrapper
struct Trimmed {
  var wrappedValue: String { didSet { wrappedValue = wrappedValue.lowercased() } }
  init(wrappedValue: String) { self.wrappedValue = wrappedValue.lowercased() }
}
func shout(@Trimmed _ text: String) -> String { text + "!" }
shout("LOUD")
