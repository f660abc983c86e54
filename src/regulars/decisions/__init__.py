"""Who gets what: opportunities with their expected money, the holdout, the audience, the message.

Pure rules on values and lazy tables; nothing here connects or executes.
"""
