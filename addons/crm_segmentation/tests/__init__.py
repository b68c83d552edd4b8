from . import test_crm_type, test_deal_type, test_partner_type, test_performance, test_security
from . import test_owner_default
from . import test_owner_history
from . import test_owner_take
from . import test_owner_release
from . import test_owner_handover
from . import test_owner_performance
from . import test_owner_tour
