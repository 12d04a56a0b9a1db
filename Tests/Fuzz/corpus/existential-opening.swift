protocol Animal { func sound() -> String }
struct Dog: Animal { func sound() -> String { "woof" } }
struct Cow: Animal { func sound() -> String { "moo" } }
func twice(_ animal: some Animal) -> String { animal.sound() + animal.sound() }
let herd: [any Animal] = [Dog(), Cow()]
herd.map { twice($0) }
