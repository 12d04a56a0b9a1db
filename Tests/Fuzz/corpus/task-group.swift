let sum = await withTaskGroup(of: Int.self) { group in
  for i in 1...5 { group.addTask { i * i } }
  return await group.reduce(0, +)
}
sum
