struct Point { var x = 1, y = 2 }
for child in Mirror(reflecting: Point()).children { print(child.label!, child.value) }
