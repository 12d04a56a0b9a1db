print(#line > 0, #function, #fileID.isEmpty)
