func move(from start: Int, to end: Int, _ step: Int = 1) -> Int { (end - start) / step }
move(from: 0, to: 10, 2)
