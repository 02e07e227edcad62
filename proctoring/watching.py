"""Who may watch a room, asked again while a socket stays open."""

from exams.models import Room
from schools.models import User


def may_watch(user_id: int, room_id: int) -> bool:
    """Whether this person is still one of the staff and sees this room; False for a room that does not exist."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user is not None and Room.objects.visible_to(user, "room:view").filter(pk=room_id).exists()
