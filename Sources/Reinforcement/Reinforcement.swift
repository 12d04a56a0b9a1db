@_exported import Amortization
