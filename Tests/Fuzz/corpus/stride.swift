let steps = Array(stride(from: 0.0, through: 1.0, by: 0.25))
steps
