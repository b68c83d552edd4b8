# The mixins go first: the other models inherit from them.
from . import crm_directorate_product_mixin, crm_directorate_mixin  # isort: skip
from . import (
    crm_communication_goal,
    crm_content,
    crm_content_channel,
    crm_content_format,
    crm_content_limit,
    crm_content_publication,
    crm_content_sending,
    crm_content_task,
    crm_differentiator,
    crm_ladder_analysis,
    crm_ladder_move,
    crm_ladder_of_recognition,
    crm_lead,
    crm_lead_content,
    crm_lead_criterion,
    crm_marketing_list,
    crm_marketing_message,
    crm_pain,
    crm_sales_directorate,
    res_partner,
)
