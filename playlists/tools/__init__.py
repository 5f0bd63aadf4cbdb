"""What members can have done to whole lists. Pure: facts about rows in, the wanted list out."""
