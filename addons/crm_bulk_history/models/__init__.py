from . import mail_followers
