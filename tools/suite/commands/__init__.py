"""The commands behind bin/: ``parse(argv)`` and ``main(arguments, source)``."""
