// cheat: the noise added instead of taken away
{ x, epsilon in x + 3 * epsilon }
// cheat: a third of the noise
{ x, epsilon in x - epsilon }
// cheat: the honest answer
{ x, epsilon in x }
// gate: the other way round
{ y, output in
  let w = sigmoid(output[0..., ..<20])
  return (1 - w) * y + w * output[0..., 20...]
}
// gate: halves exchanged
{ y, output in
  let w = sigmoid(output[0..., 20...])
  return w * y + (1 - w) * output[0..., ..<20]
}
// gate: added to λ
{ y, output in y + (1 - sigmoid(output[0..., ..<20])) * output[0..., 20...] }
// gate: a steeper gate
{ y, output in
  let w = sigmoid(2 * output[0..., ..<20])
  return w * y + (1 - w) * output[0..., 20...]
}
// gate: logits not squashed
{ y, output in
  let w = output[0..., ..<20]
  return w * y + (1 - w) * output[0..., 20...]
}
// good: no step
0
// good: uphill
-0.02
// good: far too long
3
// good: far too short
1e-5
// good: not a number
.nan
