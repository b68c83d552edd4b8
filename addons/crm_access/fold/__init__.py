"""What is written differently and means the same: names, addresses, numbers, made plain.

Plain Python without a database: contacts and leads are compared by the same keys.
"""

from .codes import free_code, make_code
from .emails import email_keys, fold_domain
from .names import fold_name, is_filler_name
from .phones import phone_keys
from .tax_ids import COUNTRIES, contradicts, tax_keys
from .text import fold

__all__ = [
    "COUNTRIES",
    "contradicts",
    "email_keys",
    "fold",
    "fold_domain",
    "fold_name",
    "free_code",
    "is_filler_name",
    "make_code",
    "phone_keys",
    "tax_keys",
]
