let family = "👩‍👩‍👧"
(family.count, family.utf8.count, "e\u{301}" == "é")
