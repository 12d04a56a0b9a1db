let pattern = #"C:\dir\#(1 + 1)\n"#
let quoted = ##"a "# b"##
pattern + quoted
