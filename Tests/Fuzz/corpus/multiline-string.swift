let poem = """
  Roses are red,
    violets \
  are blue
  \("and " + "so on")
  """
print(poem)
