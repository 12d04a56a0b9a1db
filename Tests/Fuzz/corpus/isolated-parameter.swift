actor Store { var items = [1, 2] }
func total(_ store: isolated Store) -> Int { store.items.reduce(0, +) }
await total(Store())
