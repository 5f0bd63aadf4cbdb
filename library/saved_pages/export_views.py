"""Taking the whole library along."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from library.saved_pages import export as exporting


@never_cache
@require_safe
def export_page(request: MemberRequest) -> HttpResponse:
    return render(request, "library/export.html", {"portions": exporting.portions(request.user)})


@never_cache
@require_safe
def export_file(request: MemberRequest) -> StreamingHttpResponse:
    name = f"library-{timezone.localdate():%Y-%m-%d}.zip"
    return StreamingHttpResponse(
        exporting.archive(request.user),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
