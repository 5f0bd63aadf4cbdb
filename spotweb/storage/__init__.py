"""The data folder, the database and the cache as things that may be full, locked, away or read-only.

`outages.find_outage` tells such a fault from all others, `database_tables` brings the tables to this version,
and files come about readable for their owner alone (`private_files`).
"""
