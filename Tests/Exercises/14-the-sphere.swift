// tangentExercise: the other part
{ y, g in dot(y, g) * y }
// tangentExercise: along the sphere, but too long
{ y, g in 2 * (g - dot(y, g) * y) }
// walkExercise: along the chord
{ y, v in (y + v) / (y + v).norm() }
// walkExercise: backwards
{ y, v in cos(v.norm()) * y - sin(v.norm()) / v.norm() * v }
// walkExercise: as far, in another direction
{ y, v in
  let side = cross(y, v) / v.norm()
  let turned = 0.8 * v / v.norm() + 0.6 * side
  return cos(v.norm()) * y + sin(v.norm()) * turned
}
// boundExercise: nearly
{ gamma in 1.38675 * gamma }
// boundExercise: of two numbers
{ gamma in gamma * log(2.0) }
