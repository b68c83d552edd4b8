from . import test_crm_type, test_deal_type, test_partner_type, test_performance, test_security
from . import test_relation
from . import test_relation_access
from . import test_relation_api
from . import test_duplicate_search
from . import test_duplicate_merge
from . import test_tour_relation
