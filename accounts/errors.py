from django.core.exceptions import PermissionDenied


class OwnerOnly(PermissionDenied):
    """Only the owner of the house decides this."""
