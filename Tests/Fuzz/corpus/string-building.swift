var out = ""
for row in 1...3 { print(String(repeating: "*", count: row), to: &out) }
out
