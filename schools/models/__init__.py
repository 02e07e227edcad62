"""The nouns of who and where."""

from schools.models.audit import AuditEntry
from schools.models.organizations import Campus, Organization
from schools.models.people import Enrollment, Membership, Student, User

__all__ = ["AuditEntry", "Campus", "Enrollment", "Membership", "Organization", "Student", "User"]
