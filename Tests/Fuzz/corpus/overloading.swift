func kind(_ x: Int) -> String { "int" }
func kind(_ x: Double) -> String { "double" }
func kind(_ x: some StringProtocol) -> String { "string" }
[kind(1), kind(1.0), kind("1")]
