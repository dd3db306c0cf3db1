"""The Market model in PyTorch, all of it: warps, dropout and the nearest-neighbour loss on colour patches.

Parameters are a dictionary by their names in Repose's files, so both compute with the same ones.
"""

import torch
import torch.nn.functional as F

LEVELS = 6
DISCRIMINATOR_LEVELS = 5
DEFORMED_LEVELS = 4
DROPOUT_LAYERS = 3
WINDOW = 3


def normalize(w, x, name):
    return F.instance_norm(x, weight=w[name + ".norm.weight"], bias=w[name + ".norm.bias"], eps=1e-5)


def encode(w, x, name):
    features = [F.conv2d(x, w[name + ".0.weight"], w[name + ".0.bias"], padding=1)]
    for i in range(1, LEVELS):
        y = F.conv2d(F.leaky_relu(features[-1], 0.2), w[f"{name}.{i}.weight"], stride=2, padding=1)
        features.append(normalize(w, y, f"{name}.{i}") if i < LEVELS - 1 else y)
    return features


def grid(height, width, device):
    """Pixels of a map as [H, W, 2]: x, y."""
    y, x = torch.meshgrid(torch.arange(height, device=device), torch.arange(width, device=device), indexing="ij")
    return torch.stack([x, y], dim=-1).float()


def region_masks(regions, points):
    """Regions [N, R, 8] and full-resolution points [H, W, 2] -> 1 inside or on the quad [N, R, H, W]."""
    corners = regions.unflatten(2, (4, 2))
    edges = corners.roll(-1, 2) - corners
    diagonals = corners[:, :, 2:] - corners[:, :, :2]
    winding = cross(diagonals[:, :, 0], diagonals[:, :, 1]).sign()[..., None, None]
    sides = cross(edges[..., None, None, :], points - corners[..., None, None, :])
    tolerance = 1e-4 * edges.norm(dim=-1)[..., None, None]
    inside = (winding[:, :, None] * sides >= -tolerance).all(2)
    return (inside & (winding != 0)).float()


def cross(a, b):
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def deform(x, level, maps, regions):
    """The deformable skip: the maximum of the features and of all the parts, masked and moved."""
    (batch, channels, height, width), parts = x.shape, maps.shape[1]
    scale = 2**level
    shift = (scale - 1) / 2
    points = grid(height, width, x.device) * scale + shift
    masks = region_masks(regions, points)
    maps = maps.unflatten(2, (2, 3))
    moved = torch.einsum("nrij,hwj->nrhwi", maps[..., :2], points) + maps[..., 2][:, :, None, None]
    moved = (moved - shift) / scale
    # grid_sample's coordinates: -1 and 1 are the centres of the outermost pixels.
    sampling = moved * (2 / torch.tensor([width - 1, height - 1], device=x.device)) - 1
    masked = (x[:, None] * masks[:, :, None]).flatten(0, 1)
    warped = F.grid_sample(masked, sampling.flatten(0, 1), padding_mode="zeros", align_corners=True)
    return torch.maximum(x, warped.unflatten(0, (batch, parts)).amax(1))


def generator(w, inputs, training, warps=True):
    """Pictures [N, 3, H, W] in [-1, 1]; drops out when `training`."""
    appearance = encode(w, torch.cat([inputs["source"], inputs["source_heat"]], 1), "generator.appearance")
    pose = encode(w, inputs["target_heat"], "generator.pose")
    for level in range(DEFORMED_LEVELS if warps else 0):
        appearance[level] = deform(appearance[level], level, inputs["maps"], inputs["regions"])
    last = LEVELS - 1
    x = torch.cat([appearance[last], pose[last]], 1)
    for i in range(last):
        name = f"generator.decoder.{i}"
        x = normalize(w, F.conv_transpose2d(F.relu(x), w[name + ".weight"], stride=2, padding=1), name)
        if i < DROPOUT_LAYERS:
            x = F.dropout(x, 0.5, training)
        x = torch.cat([x, appearance[last - 1 - i], pose[last - 1 - i]], 1)
    name = f"generator.decoder.{last}"
    return torch.tanh(F.conv2d(F.relu(x), w[name + ".weight"], w[name + ".bias"], padding=1))


def discriminator(w, image, inputs):
    """Logits [N, 1, h, w]."""
    x = torch.cat([inputs["source"], inputs["source_heat"], image, inputs["target_heat"]], 1)
    x = F.conv2d(x, w["discriminator.0.weight"], w["discriminator.0.bias"], stride=2)
    for i in range(1, DISCRIMINATOR_LEVELS):
        name = f"discriminator.{i}"
        x = F.conv2d(F.leaky_relu(x, 0.2), w[name + ".weight"], stride=2, padding=1)
        if i < DISCRIMINATOR_LEVELS - 1:
            x = normalize(w, x, name)
    return x


def cross_entropy(logits, label):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


def colour_patches(image):
    """Each pixel's 3x3 RGB patch, 0..255: [N, 27, H, W]."""
    return F.unfold(image * 127.5, 3, padding=1).view(image.shape[0], 27, *image.shape[2:]) + 127.5


def nearest_patch(generated, real):
    """Mean L1 distance from each patch to the nearest of the real ones about its place."""
    a, half, (height, width) = colour_patches(generated), WINDOW // 2, real.shape[2:]
    b = F.pad(colour_patches(real), [half] * 4, value=float("inf"))
    distances = [
        (a - b[:, :, y : y + height, x : x + width]).abs().sum(1) for y in range(WINDOW) for x in range(WINDOW)
    ]
    return torch.stack(distances).amin(0).mean()


def discriminator_loss(w, fake, inputs):
    real = discriminator(w, inputs["target"], inputs)
    return cross_entropy(real, 1.0) + cross_entropy(discriminator(w, fake, inputs), 0.0)


def generator_loss(w, inputs):
    fake = generator(w, inputs, training=True)
    adversarial = cross_entropy(discriminator(w, fake, inputs), 1.0)
    return adversarial + 0.01 * nearest_patch(fake, inputs["target"])
