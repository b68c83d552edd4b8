from . import dependencies
