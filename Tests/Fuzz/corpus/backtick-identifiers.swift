let `class` = "keyword"
func `default`() -> Int { 7 }
(`class`, `default`())
