from . import test_system_fields
