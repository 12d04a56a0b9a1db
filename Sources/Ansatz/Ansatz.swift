@_exported import Display
@_exported import Networks
@_exported import Plotting
@_exported import Tensors
