@_exported import Networks
