/* outer /* inner */ still outer */
let x = 1 // trailing
/// documentation
let y = 2
x + y
