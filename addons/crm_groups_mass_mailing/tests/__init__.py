from . import test_mailing_recipients
