"""What a browser calls itself, in words that its owner knows it by."""

from strefa.infra.i18n import _

# What a browser calls itself holds the names of its forebears too: the first that is found counts.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


def browser(agent: str) -> str:
    """Say in a few words what a browser calls itself: "Firefox, Android"."""
    known = [next((name for sign, name in signs if sign in agent), "") for signs in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in known if name) or agent or _("nieznana przeglądarka")
