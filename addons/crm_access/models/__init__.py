from . import base
from . import base_import
from . import base_named
from . import crm_asked_mixin
from . import crm_filter_mixin
from . import crm_shared_mixin
from . import res_users
