PURPOSE = "test"
