from . import crm_segment
from . import crm_segment_criterion
from . import crm_segment_parameter
from . import sale_order
