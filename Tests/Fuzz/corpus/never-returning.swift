func unreachable(_ why: String) -> Never { fatalError(why) }
func sign(_ n: Int) -> Int {
  switch n {
  case ..<0: return -1
  case 0: return 0
  case 1...: return 1
  default: unreachable("no such number")
  }
}
sign(-4)
