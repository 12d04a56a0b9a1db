var power = 1
repeat { power *= 2 } while power < 100
power
