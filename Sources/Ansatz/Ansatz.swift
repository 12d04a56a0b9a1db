@_exported import Display
@_exported import Plotting
