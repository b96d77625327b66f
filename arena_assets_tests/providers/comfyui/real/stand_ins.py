"""Puts empty torchvision and torchaudio into the environment this runs in.

ComfyUI imports them when it starts and uses them only for models that the tests do not have.
"""

import sysconfig
from pathlib import Path

if __name__ == "__main__":
    site = Path(sysconfig.get_path("purelib"))
    for name, text in {"torchvision": "", "torchaudio": "class MelScale: ...\n"}.items():
        package = site / name / "transforms"
        package.mkdir(parents=True, exist_ok=True)
        (site / name / "__init__.py").write_text("")
        (package / "__init__.py").write_text(text)
