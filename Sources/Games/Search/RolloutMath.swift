// The same bits on every machine, unlike the C library's.
internal import _CVectorKernels

func logarithm(_ x: Double) -> Double { vk_stable_log(x) }
func exponential(_ x: Double) -> Double { vk_stable_exp(x) }
