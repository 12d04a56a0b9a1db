let entry = "id=42;name=Ann"
let match = entry.firstMatch(of: /id=(?<id>\d+);name=(?<name>\w+)/)!
print(match.id, match.name)
print(match.output.0, match.range.lowerBound == entry.startIndex)
let mirror = Mirror(reflecting: (1, "two"))
print(mirror.children.count, mirror.subjectType, mirror.displayStyle!)
for child in mirror.children { print(child.label ?? "-", child.value) }
struct Wrapped { var mirror: Mirror, tag = "t" }
let wrapped = Wrapped(mirror: mirror)
print(wrapped.tag, wrapped.mirror.children.count)
var kept: Mirror? = nil
print(kept == nil)
kept = Mirror(reflecting: [1, 2, 3])
print(kept!.children.count)
func first() -> Substring { match.id }
print(first())
let all = entry.matches(of: /\d/)
print(all.count, all[1].output)
let pair = (mirror, 5)
print(pair.1, pair.0.subjectType)
let change = [1, 2, 3].difference(from: [1, 3])
print(change.count, change.insertions.count)
var tables = ["m": mirror]
print(tables["m"]!.children.count)
tables["m"] = nil
print(tables.isEmpty)
