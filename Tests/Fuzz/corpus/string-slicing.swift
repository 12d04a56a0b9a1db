let text = "hello, world"
let comma = text.firstIndex(of: ",")!
String(text[..<comma]) + text[text.index(after: comma)...]
