struct Upper: TextOutputStream {
  var text = ""
  mutating func write(_ string: String) { text += string.uppercased() }
}
var upper = Upper()
print("quiet", 1, separator: "-", terminator: "!", to: &upper)
upper.text
