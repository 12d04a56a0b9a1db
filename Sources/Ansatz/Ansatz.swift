@_exported import Amortization
@_exported import AmortizedTransport
@_exported import Display
@_exported import Networks
@_exported import Plotting
@_exported import Tensors
@_exported import Transport
@_exported import Workbook
