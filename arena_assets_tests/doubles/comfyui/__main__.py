"""The double as a process, until it is stopped. Faults come by POST /double/faults."""

import sys
import threading
from pathlib import Path

from arena_assets_tests.doubles.comfyui import ComfyDouble, Pace

if __name__ == "__main__":
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 0.2
    double = ComfyDouble(Path(sys.argv[2]), port=int(sys.argv[1]), pace=Pace(step=seconds))
    with double:
        print(double.url, flush=True)
        threading.Event().wait()
