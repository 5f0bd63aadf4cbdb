"""The processes of the app: the one that keeps the others running, the web server, and what they share.

`supervision` is what `manage.py run` becomes and imports no Django; `web_server.create_server` serves pages.
One run to a data folder: `run_lock` holds that, and says it in words to a second one.
"""
