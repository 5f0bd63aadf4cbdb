"""What members can have done to whole playlists: duplicates, sorting, merging, splitting, mirrors.

`registry.TOOLS` is its face; `operations` turns choices into an outcome without changing anything.
What is applied is what the preview showed, of the revision of the preview.
"""
