import RegexBuilder
let number = Regex {
  Optionally("-")
  OneOrMore(.digit)
}
"a -12 b 7".matches(of: number).map { "\($0.output)" }
