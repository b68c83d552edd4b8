from . import test_lead_access
from . import test_lead_document
