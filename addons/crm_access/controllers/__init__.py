from . import filter_field
