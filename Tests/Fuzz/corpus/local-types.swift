func build() -> String {
  struct Local { var n = 1 }
  enum Mode { case on }
  return "\(Local()) \(Mode.on)"
}
build()
