from . import crm_assignment_run
from . import crm_team
