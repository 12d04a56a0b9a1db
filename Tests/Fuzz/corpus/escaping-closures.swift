var handlers: [() -> Int] = []
func keep(_ handler: @escaping () -> Int) { handlers.append(handler) }
for i in 1...3 { keep { i * i } }
handlers.map { $0() }
