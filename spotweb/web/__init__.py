"""What every page needs, whichever app it belongs to.

There is no face: `htmx.render_page`, `dialogs`, `undo`, `redirects`, `params`, `errors` and `page_urls` are
each used by themselves. Nothing here knows an app; apps hand in their words, forms and handlers.
"""
