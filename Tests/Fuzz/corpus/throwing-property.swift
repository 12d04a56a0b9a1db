struct Reader {
  var text: String
  var first: Character {
    get throws {
      struct Empty: Error {}
      guard let c = text.first else { throw Empty() }
      return c
    }
  }
}
try Reader(text: "xyz").first
