"""x"""


def demo(as_json: bool = False) -> None:
    """x"""
