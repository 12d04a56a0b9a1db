struct Missing: Error {}
func find(_ key: String) -> Result<Int, Missing> { key == "a" ? .success(1) : .failure(Missing()) }
(try? find("a").get(), find("b").map { $0 + 1 })
