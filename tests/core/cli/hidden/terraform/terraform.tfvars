given = "c4n4rygiven"
