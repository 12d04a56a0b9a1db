protocol Greeter { var name: String { get } }
extension Greeter { func greet() -> String { "hi, \(name)" } }
struct Friend: Greeter { let name: String }
Friend(name: "Bo").greet()
