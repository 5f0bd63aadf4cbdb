"""The newest episodes of a member's saved podcasts on one page, with how far each was heard.

`episodes.get_feed` shows what is known; `episodes.refresh_feed` sends at most eight requests in ten minutes.
"""
