// axisExercise: other data
plot(exp(-step / 40), y: .log("decay"))
// axisExercise: linear axes
plot(decay)
// axisExercise: both axes logarithmic
plot(decay, x: .log("step"), y: .log("decay"))
// axisExercise: the logarithm drawn on a linear axis
plot(log(decay), y: "log decay")
// axisExercise: nothing
Figure { Axes() { } }
// angleExercise: the latitude itself
{ latitude in latitude }
// angleExercise: one step of Newton's method
{ latitude in .pi * sin(latitude) / 4 }
// thinExercise: the extremes of all, repeated
{ values, columns in (0..<columns).flatMap { _ in [values.min()!, values.max()!] } }
// thinExercise: the first of each column, twice
{ values, columns in (0..<columns).flatMap { i in [values[i * values.count / columns], values[i * values.count / columns]] } }
// thinExercise: columns of one width, which leaves the last ones out
{ values, columns in
  let width = (values.count + columns - 1) / columns
  return stride(from: 0, to: values.count, by: width).flatMap { start -> [Double] in
    let column = values[start..<min(start + width, values.count)]
    return [column.min()!, column.max()!]
  }
}
