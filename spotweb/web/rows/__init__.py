"""Rows and cards of items and things, the same on every page, and what stands in them.

`item_row.ItemRow` says what a row shows, `item_markup` and `thing_markup` write it: hundreds stand on a page,
which is too many for templates. `menus` are asked for when they are opened.
"""
