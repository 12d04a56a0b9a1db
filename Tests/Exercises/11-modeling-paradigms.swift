// stepExercise: a fixed step size
{ y, c, eta, k in (1 - 0.05 * c) ** Double(k) * y }
// stepExercise: one step
{ y, c, eta, k in y - eta * c * y }
// stepExercise: the limit
{ y, c, eta, k in exp(-eta * Double(k) * c) * y }
// truncatedExercise: the exact derivative
{ r, h in 1 / (1 - r) }
// truncatedExercise: a step too many
{ r, h in (1 - pow(r, Double(h + 1))) / (1 - r) }
// truncatedExercise: the number of steps
{ r, h in Double(h) }
// worthExercise: never
{ gaps, gap in gaps.count }
// worthExercise: one too late
{ gaps, gap in (gaps.firstIndex { $0 <= gap } ?? gaps.count) + 1 }
// worthExercise: the nearest gap
{ gaps, gap in gaps.indices.min { abs(gaps[$0] - gap) < abs(gaps[$1] - gap) } }
