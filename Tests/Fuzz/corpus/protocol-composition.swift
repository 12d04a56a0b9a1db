protocol Named { var name: String { get } }
protocol Aged { var age: Int { get } }
struct Cat: Named, Aged { let name = "Tom", age = 3 }
func card(_ it: any Named & Aged) -> String { "\(it.name), \(it.age)" }
card(Cat())
