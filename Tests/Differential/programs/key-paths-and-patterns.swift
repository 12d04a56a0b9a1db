struct Pet { var name: String }
struct Person { var name: String; var age: Int; var pet: Pet? }
let people = [Person(name: "Ann", age: 30, pet: Pet(name: "Rex")), Person(name: "Bob", age: 20, pet: nil)]
print(people.map(\.name), people.map(\.pet?.name))
let path: WritableKeyPath<Person, Int> = \.age
var copy = people[0]
copy[keyPath: path] += 1
print(copy.age, copy[keyPath: \Person.pet?.name] ?? "none")
func sorted<T: Comparable>(by key: KeyPath<Person, T>) -> [String] { people.sorted { $0[keyPath: key] < $1[keyPath: key] }.map(\.name) }
print(sorted(by: \.age))
switch (people.count, people.first?.pet) { case (2, let pet?): print("two and", pet.name); case (_, nil): print("none"); default: print("else") }
if case let .some(pet) = people[0].pet, pet.name.count == 3 { print("three letters") }
for case let person in people where person.age > 25 { print(person.name) }
let label = switch copy.age { case ..<18: "young"; case 18...30: "grown"; default: "old" }
print(label)
let (x, (y, z)) = (1, (2.5, "three"))
print(x, y, z)
outer: for i in 0..<3 { for j in 0..<3 { if i * j == 2 { print("found", i, j); break outer } } }
var n = 0
repeat { n += 1 } while n < 5
while true { n += 1; if n > 8 { break } }
print(n)
let regex = /(\d+)-(\w+)/
if let m = "12-ab".firstMatch(of: regex) { print(m.1, m.2) }
