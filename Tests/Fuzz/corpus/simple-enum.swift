enum Direction: CaseIterable { case north, east, south, west }
Direction.allCases.map { "\($0)" }
