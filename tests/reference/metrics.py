"""Metrics by scikit-image and NumPy, for tests/evaluate/reference.json.

Reads a JSON list of pairs from standard input, {"painted": PATH, "target": PATH, "paintedJoints": JOINTS,
"targetJoints": JOINTS, "vgg": PATH or null}, a joint being [x, y] or null, and writes a list of their values. "vgg" is
a safetensors file of Keras's VGG-19. metrics.ts calls it.
Needs numpy, scikit-image (0.19.3 made the committed values) and Pillow.
"""

import hashlib
import json
import sys

import numpy as np
from PIL import Image
from skimage.draw import disk, polygon
from skimage.metrics import structural_similarity
from skimage.morphology import dilation, erosion, square

NOSE, NECK, R_SHOULDER, R_ELBOW, R_WRIST, L_SHOULDER, L_ELBOW, L_WRIST = range(8)
R_HIP, R_KNEE, R_ANKLE, L_HIP, L_KNEE, L_ANKLE, R_EYE, L_EYE, R_EAR, L_EAR = range(8, 18)
HEAD = [NOSE, NECK, R_EYE, L_EYE, R_EAR, L_EAR]
LINES = [
    (NECK, R_SHOULDER), (R_SHOULDER, R_ELBOW), (R_ELBOW, R_WRIST), (NECK, R_HIP), (R_HIP, R_KNEE), (R_KNEE, R_ANKLE),
    (NECK, L_SHOULDER), (L_SHOULDER, L_ELBOW), (L_ELBOW, L_WRIST), (NECK, L_HIP), (L_HIP, L_KNEE), (L_KNEE, L_ANKLE),
    (NECK, NOSE), (NOSE, R_EYE), (R_EYE, R_EAR), (NOSE, L_EYE), (L_EYE, L_EAR), (NECK, R_EAR), (NECK, L_EAR),
    (R_EAR, L_EAR), (R_HIP, L_HIP), (R_SHOULDER, R_HIP), (L_HIP, L_SHOULDER),
]


def person_mask(joints, shape):
    mask = np.zeros(shape, bool)
    for a, b in LINES:
        if joints[a] is None or joints[b] is None or joints[a] == joints[b]:
            continue
        p, q = np.array(joints[a], float)[::-1], np.array(joints[b], float)[::-1]
        along = p - q
        across = 4 * np.array([-along[1], along[0]]) / np.linalg.norm(along)
        corners = np.stack([p + across, p - across, q - across, q + across])
        mask[polygon(corners[:, 0], corners[:, 1], shape)] = True
    for joint in joints:
        if joint is not None:
            mask[disk(joint[::-1], 4, shape=shape)] = True
    return erosion(dilation(mask, square(5)), square(5))


def authors_ssim(painted, target):
    value_range = int(painted.max()) - int(painted.min())
    return wang(painted, target, value_range)


def wang(painted, target, value_range):
    return structural_similarity(
        target, painted, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, channel_axis=-1,
        data_range=value_range,
    )


def later_ssim(painted, target):
    if min(painted.shape[:2]) < 51:
        return None
    return structural_similarity(target / 255, painted / 255, data_range=1, win_size=51, channel_axis=-1)


def pckh(found, target):
    head = np.array([target[i] for i in HEAD if target[i] is not None])
    if len(head) < 2:
        return [0, 0]
    width, height = head.max(0) - head.min(0)
    pairs = [(f, t) for f, t in zip(found, target) if t is not None]
    near = [abs(f[0] - t[0]) < width / 2 and abs(f[1] - t[1]) < height / 2 for f, t in pairs if f is not None]
    return [sum(near), len(pairs)]


def read_safetensors(path):
    data = open(path, "rb").read()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(data[start:], np.float32, np.prod(entry["shape"]), entry["data_offsets"][0])
        .reshape(entry["shape"]).astype(float)
        for name, entry in header.items()
    }


def conv_relu(x, weight, bias):
    """3x3 windows of x [H, W, C], zeros outside, by weight [O, C, 3, 3]."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, ((1, 1), (1, 1), (0, 0))), (3, 3), (0, 1))
    return np.maximum(0, np.tensordot(windows, weight, ([2, 3, 4], [1, 2, 3])) + bias)


def conv1_2(picture, weights):
    x = picture[..., ::-1] - np.array([103.939, 116.779, 123.68])
    for layer in ("block1_conv1", "block1_conv2"):
        x = conv_relu(x, weights[f"{layer}.weight"], weights[f"{layer}.bias"])
    return x


def vgg_l1(painted, target, path):
    weights = read_safetensors(path)
    return np.abs(conv1_2(painted, weights) - conv1_2(target, weights)).mean()


def values(pair):
    painted, target = (np.asarray(Image.open(pair[name]).convert("RGB")) for name in ("painted", "target"))
    mask = person_mask(pair["targetJoints"], target.shape[:2])
    masked = mask[..., None]
    difference = painted.astype(float) - target
    return {
        "ssim": authors_ssim(painted, target),
        "ssim-255": wang(painted, target, 255),
        "ssim-51": later_ssim(painted, target),
        "mask": hashlib.sha256(mask.astype(np.uint8).tobytes()).hexdigest(),
        "mask-ssim": authors_ssim(painted * masked, target * masked),
        "l1": np.abs(difference).mean() / 255,
        "psnr": 10 * np.log10(255**2 / (difference**2).mean()),
        "pckh": pckh(pair["paintedJoints"], pair["targetJoints"]),
        "vgg-l1": vgg_l1(painted, target, pair["vgg"]) if pair["vgg"] else None,
    }


json.dump([values(pair) for pair in json.load(sys.stdin)], sys.stdout, default=float)
