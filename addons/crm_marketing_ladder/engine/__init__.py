from . import match, next_best, statistics
