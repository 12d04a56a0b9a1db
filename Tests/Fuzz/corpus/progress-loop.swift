var seen = 0
for n in progress(1...5, label: "counting") { seen += n }
seen
