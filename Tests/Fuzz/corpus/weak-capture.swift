final class Timer { var fired = 0 }
var timer: Timer? = Timer()
let fire = { [weak timer] in timer?.fired += 1 }
fire()
let fired = timer!.fired
timer = nil
fire()
fired
