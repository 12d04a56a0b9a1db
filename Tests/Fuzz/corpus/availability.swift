if #available(macOS 10, *) { print("available") } else { print("old") }
@available(*, deprecated, message: "use fresh")
func stale() -> Int { 1 }
func fresh() -> Int { 2 }
fresh()
