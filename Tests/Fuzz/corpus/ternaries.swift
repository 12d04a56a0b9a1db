let n = 5
n > 3 ? n > 4 ? "big" : "four" : "small"
