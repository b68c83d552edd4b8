from . import base
from . import base_import
from . import base_wizard
from . import crm_asked_mixin
from . import crm_code_mixin
from . import crm_shared_mixin
from . import res_users
