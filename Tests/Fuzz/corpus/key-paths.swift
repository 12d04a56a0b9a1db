struct City { var name: String, people: Int }
let cities = [City(name: "Ulm", people: 126), City(name: "Bonn", people: 336)]
cities.map(\.name) + [cities.max { $0.people < $1.people }![keyPath: \.name]]
