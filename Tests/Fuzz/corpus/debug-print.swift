debugPrint("quoted", [1: "one"])
dump(["a": [1, 2]])
