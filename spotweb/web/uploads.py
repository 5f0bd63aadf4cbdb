"""How much a browser may send along with a form."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

# More than the largest picture and the longest list that any form takes; more would only fill the disk.
MAX_UPLOAD_BYTES = 32 * 1024 * 1024


class CappedUploadHandler(FileUploadHandler):
    """The first handler: files of a request that is too large are skipped and stored nowhere."""

    is_too_large = False

    # Django's own signatures.
    def handle_raw_input(
        self,
        input_data: object,  # noqa: ARG002
        META: Mapping[str, object],  # noqa: ARG002, N803
        content_length: int,
        boundary: str,  # noqa: ARG002
        encoding: str | None = None,  # noqa: ARG002
    ) -> None:
        self.is_too_large = content_length > MAX_UPLOAD_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().new_file(*args, **kwargs)
        if self.is_too_large:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002
        return raw_data

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002
        return None


def was_too_large(request: HttpRequest) -> bool:
    """Whether the files of this request are missing because there was too much of it."""
    length = request.META.get("CONTENT_LENGTH", "")
    return length.isdigit() and int(length) > MAX_UPLOAD_BYTES
