let pattern = /(\d+)-(\d+)/
if let match = "from 10-20".firstMatch(of: pattern) { print(match.1, match.2) }
