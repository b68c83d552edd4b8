from . import (
    test_crm_differentiator,
    test_crm_ladder_of_recognition,
    test_crm_pain,
    test_crm_sales_directorate,
    test_groups,
    test_narrowing,
    test_performance,
    test_security,
)
