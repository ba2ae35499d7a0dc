"""What a browser calls itself, in words that its owner knows it by."""

# What a browser calls itself holds the names of its forebears too: the first that is found counts.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


def browser(agent: str) -> str:
    """Say in a few words what a browser calls itself: "Firefox, Android"; "" when it is none that is known.

    Nothing else of what it says is repeated: a stranger may write into it, and it stands in a letter of ours.
    """
    known = [next((name for sign, name in signs if sign in agent), "") for signs in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in known if name)
