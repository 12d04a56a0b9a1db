let json = #"""
  {"key": "\u0041", "n": [1, 2]}
  """#
json.count
