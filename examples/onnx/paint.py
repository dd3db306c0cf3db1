"""Paints somebody of examples/people in the pose of another: pip install onnxruntime numpy pillow
python examples/onnx/paint.py people.onnx 1.png 2.png out.png"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

model, person, other, out = sys.argv[1:]
people = Path(__file__).parent.parent / "people"

# The picture: RGB from -1 to 1, channel by channel.
photo = Image.open(people / person).convert("RGB")  # 128x256, as the model's
source = (np.asarray(photo, np.float32) / 127.5 - 1).transpose(2, 0, 1)[None]

# The joints: x, y, pixel centres at whole numbers; -1, -1 where not seen.
lines = (people / "poses.csv").read_text().splitlines()


def joints_of(name):
    _, ys, xs = next(line for line in lines if line.startswith(name)).split(": ")
    return np.array([json.loads(xs), json.loads(ys)], np.float32).T[None]


session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
inputs = {"source": source, "source_joints": joints_of(person), "target_joints": joints_of(other)}
[picture] = session.run(["picture"], inputs)
painted = np.rint((picture[0].transpose(1, 2, 0) + 1) * 127.5).clip(0, 255)
Image.fromarray(painted.astype(np.uint8)).save(out)
