func increment(_ value: inout Int, by step: Int = 1) { value += step }
var counter = 0
increment(&counter)
increment(&counter, by: 5)
counter
