let words = ["apple", "avocado", "bean", "cherry", "corn"]
Dictionary(grouping: words) { $0.first! }.mapValues(\.count)
