@globalActor
actor Background { static let shared = Background() }
@Background func work() -> Int { 3 }
await work()
