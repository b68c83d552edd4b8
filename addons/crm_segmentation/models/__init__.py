from . import crm_lead, crm_type, res_partner
from . import crm_segment
from . import crm_segment_criterion
from . import crm_segment_line_rule
from . import crm_segment_rule
from . import crm_segment_class
from . import crm_segment_parameter
from . import crm_segment_range
from . import crm_segment_member
from . import crm_segment_move
from . import crm_segment_score_line
from . import crm_segment_refresh
from . import crm_segment_score
from . import crm_segment_follow
from . import segment_member_mixin
from . import res_partner_segment
from . import crm_lead_segment
from . import segment_crossing
