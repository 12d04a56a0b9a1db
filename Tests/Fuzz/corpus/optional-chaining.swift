struct Address { var city: String? }
struct Person { var address: Address? }
let person = Person(address: Address(city: "Ulm"))
person.address?.city?.uppercased() ?? "unknown"
