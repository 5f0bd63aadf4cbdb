"""Words, names, numbers and times as members read them.

`error_messages.get_message` tells what failed, by its code; `names.show_name` makes any name fit for a page.
"""
