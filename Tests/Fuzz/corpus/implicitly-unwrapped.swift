var late: String!
late = "set"
late.count
