"""Copies of the whole house in one file each, and the way back from them.

`actions` makes, lists and drops them; `restore.restore_backup` puts one in the place of the house. `archive`
is the file, `encryption_stream` its cover where a passphrase is set, `databases` what SQLite and PostgreSQL
do each in their own way.
"""
