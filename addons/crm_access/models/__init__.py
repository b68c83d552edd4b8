from . import base
from . import crm_asked_mixin
from . import crm_shared_mixin
from . import res_users
