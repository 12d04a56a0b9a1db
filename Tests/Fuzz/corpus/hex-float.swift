let epsilon = 0x1p-52
epsilon == Double.ulpOfOne
