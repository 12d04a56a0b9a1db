let π = 3.14159
let 名前 = "Swift"
let 🐶 = "dog"
"\(π) \(名前) \(🐶)"
