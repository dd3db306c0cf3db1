"""Writes market-paper.safetensors and market-released.safetensors, what parity_test.ts compares the engine with.

    python3 tests/model/parity/make_reference.py      (torch 1.13, numpy 1.24; some minutes)

A second, independent implementation of "Deformable GANs for Pose-based Human Image Generation" (Siarohin et al., CVPR
2018), in PyTorch and float64: poses, regions, affine maps, heat maps, generator, discriminator, losses and all their
gradients, at 128x64 pixels and width 4, without dropout, for both fidelities: what the paper says, and what its
authors' released code does. It shares no line with the TypeScript; only a hash from which both make the same
parameters and VGG-19 filters, so that the files need not hold them.

To stay small, a file holds a large tensor as sums: each run of 2, 4, 8, ... consecutive values is added up with the
signs of a hash, so that at most 2048 numbers are left and each value of the tensor still counts.
"""

import itertools
import json
import math
import os
import sys

import numpy
import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "../../reference"))
from made_up import made_up, made_up_filter, uniform  # noqa: E402

HEIGHT, WIDTH, CHANNELS, PAIRS = 128, 64, 4, 2
SIGMA = 6  # of the heat maps, pixels
DEFORMED_LEVELS = 4  # deeper skips are concatenated as they are
NN_WINDOW, NN_WEIGHT = 3, 0.01  # side of N(p); lambda
MOST_SUMS = 2048
EDGE_MARGIN, HALF_MARGIN = 3e-4, 5e-5  # pixels; see is_clear

JOINTS = "nose neck Rsho Relb Rwri Lsho Lelb Lwri Rhip Rkne Rank Lhip Lkne Lank Reye Leye Rear Lear".split()
TORSO = ["Rsho", "Lsho", "Lhip", "Rhip"]
FACE = ["nose", "Reye", "Leye", "Rear", "Lear"]
LIMBS = [  # each right one before its mirror image
    ("Rhip", "Rkne"), ("Lhip", "Lkne"), ("Rkne", "Rank"), ("Lkne", "Lank"),
    ("Rsho", "Relb"), ("Lsho", "Lelb"), ("Relb", "Rwri"), ("Lelb", "Lwri"),
]

# How the files write what is missing.
NO_JOINT = (-1, -1)
NO_REGION = numpy.full((4, 2), -1)
NO_MAP = numpy.array([[1, 0, 1000], [0, 1, 1000]])


# --- What is made up ---


def draw_pictures(name):
    """[PAIRS, 3, HEIGHT, WIDTH] of whole colours, 0 .. 255: soft blobs, as neighbours are alike in photos too."""
    picture = 0
    for rows, strength in ((8, 0.9), (32, 0.3)):
        shape = (PAIRS, 3, rows, rows // 2)
        coarse = torch.from_numpy(uniform(f"{name}.{rows}", math.prod(shape))).reshape(shape)
        picture = picture + strength * F.interpolate(coarse, (HEIGHT, WIDTH), mode="bicubic", align_corners=False)
    return ((picture + 1) * 127.5).round().clamp(0, 255).byte()


def to_image(colours):
    """-1 .. 1, rounded to float32, which is what the engine gets."""
    return (colours.double() / 127.5 - 1).float().double()


STANDING = {
    "nose": (32, 15), "neck": (32, 26), "Reye": (30, 13), "Leye": (34, 13), "Rear": (28, 15), "Lear": (36, 15),
    "Rsho": (24, 28), "Relb": (18, 44), "Rwri": (16, 59), "Lsho": (40, 28), "Lelb": (46, 44), "Lwri": (48, 59),
    "Rhip": (27, 61), "Rkne": (26, 86), "Rank": (25, 112), "Lhip": (37, 61), "Lkne": (38, 86), "Lank": (39, 112),
}
# Source and target of each pair. Missing are: a wrist, which its mirror image stands in for; ears; a knee of both
# sides, so that nothing stands in; an elbow and an ankle of the target.
MISSING = [({"Lwri", "Rear"}, {"Lear"}), ({"Rkne", "Lkne"}, {"Relb", "Rank"})]


def draw_pose(name, missing):
    """Moves each joint of a standing figure by up to 6 pixels; the head's by whole pixels, so that its box's edges
    pass through the centres of pixels."""
    moves = 6 * uniform(name, 2 * len(JOINTS)).reshape(-1, 2)
    pose = {}
    for joint, move in zip(JOINTS, moves):
        move = numpy.round(move / 3) if joint in FACE + ["neck"] else move
        if joint not in missing:
            pose[joint] = (numpy.array(STANDING[joint]) + move).astype(numpy.float32).astype(numpy.float64)
    return pose


# --- Geometry: regions of the body and the affine maps between them ("Deformable skip connections") ---


def box(low, high):
    return numpy.array([low, [high[0], low[1]], high, [low[0], high[1]]], dtype=numpy.float64)


def strip(start, end, half_width):
    """The rectangle along the line from start to end."""
    along = (end - start) / numpy.linalg.norm(end - start)
    across = half_width * numpy.array([along[1], -along[0]])
    return numpy.array([start - across, end - across, end + across, start + across])


def fit(targets, sources):
    """[2, 3]: the affine map of least squares that takes targets to sources; None where either is missing."""
    if targets is None or sources is None:
        return None
    design = numpy.column_stack([targets, numpy.ones(len(targets))])
    return numpy.linalg.lstsq(design, sources, rcond=None)[0].T


def limb_regions(pose, rectangle):
    """One quad or None for each limb."""
    return [rectangle(i, pose[a], pose[b]) if a in pose and b in pose else None for i, (a, b) in enumerate(LIMBS)]


def with_mirror_images(limbs):
    """A limb that the source lacks takes its mirror image's place."""
    return [quad if quad is not None else limbs[i ^ 1] for i, quad in enumerate(limbs)]


class Paper:
    """Every region is a box or rectangle; maps are fitted to its corners. Regions mask the source."""

    @staticmethod
    def regions(pose):
        def distance(a, b):
            return numpy.linalg.norm(pose[a] - pose[b])

        half_width = (distance("Rsho", "Lhip") + distance("Lsho", "Rhip")) / 2 / 3 / 2

        def box_of(joints):
            points = numpy.array([pose[j] for j in joints if j in pose])
            low, high = points.min(0), points.max(0)
            centre, half = (low + high) / 2, (high - low) / 2
            return box(*(numpy.where(half >= half_width, edge, centre + sign * half_width)
                         for edge, sign in ((low, -1), (high, 1))))

        return [box_of(TORSO), box_of(FACE + ["neck"])] + limb_regions(pose, lambda _, a, b: strip(a, b, half_width))

    @staticmethod
    def geometry(source, target):
        of_source, of_target = Paper.regions(source), Paper.regions(target)
        of_source[2:] = with_mirror_images(of_source[2:])
        return of_source, [fit(t, s) for t, s in zip(of_target, of_source)]


class Released:
    """Maps are fitted to joints for torso and head, to quads for limbs. Regions mask what was warped: the target."""

    @staticmethod
    def unit(pose):
        lengths = [numpy.sum((pose[side + "hip"] - pose[side + "sho"]) ** 2) for side in "RL"]
        return math.sqrt(sum(lengths) / 2)

    @staticmethod
    def limbs(pose, beyond_lower):
        def rectangle(i, start, end):
            is_lower = (i // 2) % 2 == 1
            start = start + 0.1 * (start - end)
            end = end + (beyond_lower if is_lower else 0.1) * (end - start)
            return strip(start, end, 0.2 * Released.unit(pose))

        return limb_regions(pose, rectangle)

    @staticmethod
    def geometry(source, target):
        everywhere = box((0, 0), (WIDTH - 1, HEIGHT - 1))
        centre = numpy.floor(numpy.mean([target[j] for j in FACE if j in target], axis=0))
        half_side = int(0.40 * Released.unit(target))
        head = box(centre - half_side, centre + half_side - 1)  # a slice of the array, which leaves out its end
        regions = [everywhere, head] + Released.limbs(target, 0.5)

        def fit_joints(joints):
            return fit(numpy.array([target[j] for j in joints]), numpy.array([source[j] for j in joints]))

        maps = [fit_joints(TORSO), fit_joints([j for j in FACE if j in source and j in target] + ["Rsho", "Lsho"])]
        limbs = with_mirror_images(Released.limbs(source, 0.3))
        return regions, maps + [fit(t, s) for t, s in zip(Released.limbs(target, 0.3), limbs)]


def geometry_of(source, target, fidelity):
    """Region and map of each part; None where the part is missing on either side."""
    pairs = zip(*STYLES[fidelity].geometry(source, target))
    return list(zip(*((None, None) if affine is None else (quad, affine) for quad, affine in pairs)))


def edge_distances(quad, x, y):
    """[4, ...]: how far a point lies from each edge's line, positive on the inner side."""
    edges = numpy.roll(quad, -1, axis=0) - quad
    winding = numpy.sign(edges[0, 0] * edges[1, 1] - edges[0, 1] * edges[1, 0])
    return numpy.array([winding * (dx * (y - cy) - dy * (x - cx)) / math.hypot(dx, dy)
                        for (cx, cy), (dx, dy) in zip(quad, edges)])


def grid(level):
    """x and y of every pixel of a level."""
    y, x = numpy.mgrid[: HEIGHT >> level, : WIDTH >> level].astype(numpy.float64)
    return x, y


def to_full(coordinate, level):
    return (coordinate + 0.5) * 2**level - 0.5


def to_level(coordinate, level):
    return (coordinate + 0.5) / 2**level - 0.5


def mask_of(quad, level, fidelity):
    """1 inside or on the quad. Paper: made afresh at each level; released: every 2^level-th pixel of the full size."""
    x, y = grid(level)
    if quad is None:
        return 0 * x
    scale = (lambda v: to_full(v, level)) if fidelity == "paper" else (lambda v: v * 2**level)
    return (edge_distances(quad, scale(x), scale(y)) >= 0).all(axis=0).astype(numpy.float64)


def sampled_at(affine, level, fidelity):
    """Where each pixel of a level is read, in its coordinates. The released code scales the translation alone."""
    x, y = grid(level)
    if fidelity == "paper":
        x, y = to_full(x, level), to_full(y, level)
        return [to_level(row[0] * x + row[1] * y + row[2], level) for row in affine]
    return [row[0] * x + row[1] * y + row[2] / 2**level for row in affine]


def is_clear(source, target):
    """Whether float32 decides all of the geometry as float64 does: no pixel is next to a region's edge, no sample next
    to halfway between two pixels. Pixels exactly on an upright edge may be: float32 finds them there too."""
    for fidelity in STYLES:
        for quad, affine in zip(*geometry_of(source, target, fidelity)):
            for level in range(DEFORMED_LEVELS if quad is not None else 0):
                x, y = grid(level)
                if fidelity == "paper" or level == 0:
                    distances = numpy.abs(edge_distances(quad, to_full(x, level), to_full(y, level)))
                    upright = (numpy.roll(quad, -1, axis=0) == quad).any(axis=1).reshape(4, 1, 1)
                    if ((distances < EDGE_MARGIN) & ~(upright & (distances < 1e-9))).any():
                        return False
                if fidelity == "released":
                    x, y = sampled_at(affine, level, fidelity)
                    near = numpy.minimum(*(numpy.abs(v - numpy.floor(v) - 0.5) for v in (x, y))) < HALF_MARGIN
                    inside = (x > -1) & (x < WIDTH >> level) & (y > -1) & (y < HEIGHT >> level)
                    if (near & inside & (mask_of(quad, level, fidelity) > 0)).any():
                        return False
    return True


def draw_pair(name, missing):
    """The first clear pair of poses by that name."""
    for attempt in itertools.count():
        pair = [draw_pose(f"{name}.{side}.{attempt}", m) for side, m in zip(("source", "target"), missing)]
        if is_clear(*pair):
            return pair


# --- The networks ("The network architectures") ---


def heat_maps(poses):
    """[N, 18, HEIGHT, WIDTH]: exp(-|p - joint|^2 / 2 sigma^2), zero for a missing joint."""
    x, y = grid(0)

    def heat(joint):
        return numpy.exp(-((x - joint[0]) ** 2 + (y - joint[1]) ** 2) / (2 * SIGMA**2))

    return torch.from_numpy(numpy.array([[heat(p[j]) if j in p else 0 * x for j in JOINTS] for p in poses]))


def pixels_at(features, x, y):
    """features [C, H, W] at whole x and y; zero outside."""
    height, width = features.shape[1:]
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    return features[:, y.clamp(0, height - 1).long(), x.clamp(0, width - 1).long()] * inside


def sample_bilinear(features, x, y):
    left, top = x.floor(), y.floor()
    right, low = x - left, y - top
    return (
        pixels_at(features, left, top) * (1 - right) * (1 - low)
        + pixels_at(features, left + 1, top) * right * (1 - low)
        + pixels_at(features, left, top + 1) * (1 - right) * low
        + pixels_at(features, left + 1, top + 1) * right * low
    )


def sample_nearest(features, x, y):
    def round_half_away(v):
        return torch.sign(v) * (v.abs() + 0.5).floor()

    return pixels_at(features, round_half_away(x), round_half_away(y))


def deform(features, regions, maps, level, fidelity):
    """The deformable skip of one picture's features [C, H, W]: the greatest of what the parts' maps bring."""
    warped = [features] if fidelity == "paper" else []
    for quad, affine in zip(regions, maps):
        if affine is None:
            warped.append(torch.zeros_like(features))
            continue
        mask = torch.from_numpy(mask_of(quad, level, fidelity))
        x, y = (torch.from_numpy(v) for v in sampled_at(affine, level, fidelity))
        if fidelity == "paper":
            warped.append(sample_bilinear(features * mask, x, y))
        else:
            warped.append(sample_nearest(features, x, y) * mask)
    return torch.stack(warped).max(dim=0)[0]


def deform_all(features, geometry, level, fidelity):
    return torch.stack([deform(f, *pair, level, fidelity) for f, pair in zip(features, geometry)])


def normalise(x, gamma, beta, fidelity):
    if fidelity == "paper":
        mean, variance = x.mean((2, 3), keepdim=True), x.var((2, 3), unbiased=False, keepdim=True)
        return (x - mean) / (variance + 1e-5).sqrt() * gamma.view(-1, 1, 1) + beta.view(-1, 1, 1)
    mean = x.mean((1, 2, 3), keepdim=True)
    deviation = x.var((1, 2, 3), unbiased=False, keepdim=True).sqrt()
    return (x - mean) / (deviation + 1e-3) * gamma + beta


def encode(x, parameters, stream, fidelity):
    """CN64_1 CN128_2 CN256_2 CN512_2 CN512_2 CN512_2: every layer's output."""
    get = lambda rest: parameters[f"generator.{stream}.{rest}"]
    outputs = [F.conv2d(x, get("0.weight"), get("0.bias"), padding=1)]
    for i in range(1, 6):
        x = F.conv2d(F.leaky_relu(outputs[-1], 0.2), get(f"{i}.weight"), stride=2, padding=1)
        outputs.append(x if i == 5 else normalise(x, get(f"{i}.norm.weight"), get(f"{i}.norm.bias"), fidelity))
    return outputs


def generate(inputs, parameters, fidelity):
    """[N, 3, HEIGHT, WIDTH] in -1 .. 1."""
    appearance = encode(torch.cat([inputs["source"], inputs["heat.source"]], 1), parameters, "appearance", fidelity)
    pose = encode(inputs["heat.target"], parameters, "pose", fidelity)
    for level in range(DEFORMED_LEVELS):
        appearance[level] = deform_all(appearance[level], inputs["geometry"], level, fidelity)
    get = lambda rest: parameters[f"generator.decoder.{rest}"]
    x = torch.cat([appearance[5], pose[5]], 1)
    for i in range(5):
        x = F.conv_transpose2d(F.relu(x), get(f"{i}.weight"), stride=2, padding=1)
        x = normalise(x, get(f"{i}.norm.weight"), get(f"{i}.norm.bias"), fidelity)
        x = torch.cat([x, appearance[4 - i], pose[4 - i]], 1)
    return torch.tanh(F.conv2d(F.relu(x), get("5.weight"), get("5.bias"), padding=1))


def discriminate(picture, inputs, parameters, fidelity):
    """[N, 1, 3, 1]: how real each patch looks, 0 .. 1."""
    get = lambda rest: parameters[f"discriminator.{rest}"]
    x = torch.cat([inputs["source"], inputs["heat.source"], picture, inputs["heat.target"]], 1)
    x = F.conv2d(x, get("0.weight"), get("0.bias"), stride=2)
    for i in range(1, 5):
        x = F.conv2d(F.leaky_relu(x, 0.2), get(f"{i}.weight"), stride=2, padding=1)
        if i < 4:
            x = normalise(x, get(f"{i}.norm.weight"), get(f"{i}.norm.bias"), fidelity)
    return torch.sigmoid(x)


def parameter_shapes(fidelity):
    """Weights as PyTorch lays them out; one norm's parameters for each channel, or one for all."""
    encoder, decoder = ([CHANNELS * n for n in widths] for widths in ((1, 2, 4, 8, 8, 8), (8, 8, 8, 4, 2)))
    shapes = {}

    def add_norm(name, channels):
        for kind in ("weight", "bias"):
            shapes[f"{name}.norm.{kind}"] = (channels if fidelity == "paper" else 1,)

    for stream, channels in (("appearance", 3 + len(JOINTS)), ("pose", len(JOINTS))):
        for i, out in enumerate(encoder):
            name = f"generator.{stream}.{i}"
            shapes[f"{name}.weight"] = (out, channels) + ((3, 3) if i == 0 else (4, 4))
            if i == 0:
                shapes[f"{name}.bias"] = (out,)
            elif i < 5:
                add_norm(name, out)
            channels = out
    channels = 0
    for i, out in enumerate(decoder):
        shapes[f"generator.decoder.{i}.weight"] = (channels + 2 * encoder[5 - i], out, 4, 4)
        add_norm(f"generator.decoder.{i}", out)
        channels = out
    shapes["generator.decoder.5.weight"] = (3, channels + 2 * encoder[0], 3, 3)
    shapes["generator.decoder.5.bias"] = (3,)
    channels = 2 * (3 + len(JOINTS))
    for i, out in enumerate(encoder[:4] + [1]):
        shapes[f"discriminator.{i}.weight"] = (out, channels, 4, 4)
        if i == 0:
            shapes["discriminator.0.bias"] = (out,)
        elif i < 4:
            add_norm(f"discriminator.{i}", out)
        channels = out
    return shapes


def make_parameters(fidelity, draw):
    def make(name, shape):
        if len(shape) == 4:
            return made_up_filter(name, shape)
        return made_up(name, shape, *((1, 0.2) if name.endswith("norm.weight") else (0, 0.1)))

    return {name: make(f"{draw}.{name}", shape) for name, shape in parameter_shapes(fidelity).items()}


# --- Losses ("Training") ---


def make_vgg():
    """The first two layers of VGG-19 with made-up filters: weight and bias of each."""
    return [
        (made_up_filter(f"{name}.weight", (64, channels, 3, 3)), made_up(f"{name}.bias", (64,), 0, 0.1))
        for name, channels in (("block1_conv1", 3), ("block1_conv2", 64))
    ]


def vgg_features(pictures, vgg):
    """conv1_2 after its ReLU. VGG-19 takes BGR, 0 .. 255, less the training set's mean."""
    x = (pictures.flip(1) + 1) * 127.5 - torch.tensor([103.939, 116.779, 123.68]).view(3, 1, 1)
    for weight, bias in vgg:
        x = F.relu(F.conv2d(x, weight, bias, padding=1))
    return x


def nearest_neighbour_loss(painted, target, window):
    """L_NN, as the mean over pixels: each pixel's L1 distance to the nearest in its window of the target."""
    height, width = target.shape[2:]
    reach = window // 2
    padded = F.pad(target, [reach] * 4, value=math.inf)
    distances = [
        (painted - padded[:, :, dy : dy + height, dx : dx + width]).abs().sum(1)
        for dy in range(window) for dx in range(window)
    ]
    return torch.stack(distances).min(dim=0)[0].mean()


# --- All of it ---

STYLES = {"paper": Paper, "released": Released}


def compute(poses, pictures, parameters, vgg, fidelity):
    """Everything that the engine is compared with, by name. poses: source and target of each pair."""
    results = {}
    geometry = [geometry_of(source, target, fidelity) for source, target in poses]
    fill = lambda parts, none: [none if part is None else part for part in parts]
    results["affine"] = numpy.array([fill(maps, NO_MAP) for _, maps in geometry])
    if fidelity == "paper":
        results["region.source"] = numpy.array([fill(regions, NO_REGION) for regions, _ in geometry])
    for level in range(DEFORMED_LEVELS):
        masks = [[mask_of(quad, level, fidelity) for quad in regions] for regions, _ in geometry]
        results[f"mask.{level}"] = numpy.array(masks)
        features = made_up(f"features.{level}", (PAIRS, CHANNELS << level, HEIGHT >> level, WIDTH >> level), 0, 1)
        results[f"deformed.{level}"] = deform_all(features, geometry, level, fidelity)
    inputs = {**pictures, "geometry": geometry}
    for i, side in enumerate(("source", "target")):
        inputs[f"heat.{side}"] = heat_maps([pair[i] for pair in poses])
        results[f"heat.{side}"] = inputs[f"heat.{side}"]

    leaves = {name: value.clone().requires_grad_() for name, value in parameters.items()}
    painted = generate(inputs, leaves, fidelity)
    real = discriminate(pictures["target"], inputs, leaves, fidelity)
    fake = discriminate(painted.detach(), inputs, leaves, fidelity)
    results.update({"output": painted, "discriminator.real": real, "discriminator.fake": fake})

    target_features = vgg_features(pictures["target"], vgg)
    adversarial = -discriminate(painted, inputs, leaves, fidelity).log().mean()
    nearest = nearest_neighbour_loss(vgg_features(painted, vgg), target_features, NN_WINDOW)
    losses = {
        "generator_adversarial": adversarial,
        "generator": adversarial + NN_WEIGHT * nearest,
        "discriminator": -real.log().mean() - (1 - fake).log().mean(),
    }
    results["vgg.block1_conv2.target"] = target_features
    results.update({f"loss.{name}": loss for name, loss in losses.items()})
    for network in ("generator", "discriminator"):
        names = [name for name in leaves if name.startswith(network)]
        gradients = torch.autograd.grad(losses[network], [leaves[name] for name in names], retain_graph=True)
        results.update({f"grad.{name}": gradient for name, gradient in zip(names, gradients)})
    return {
        name: value.detach().numpy() if isinstance(value, torch.Tensor) else value for name, value in results.items()
    }


def sums(name, values):
    """Consecutive values added up with signs of a hash, so that at most MOST_SUMS numbers are left."""
    run = 1
    while values.size > run * MOST_SUMS:
        run *= 2
    if run == 1:
        return values
    signs = numpy.where(uniform(f"sign.{name}", values.size) < 0, -1.0, 1.0)
    return (signs * values.reshape(-1)).reshape(-1, run).sum(1)


def write_safetensors(path, tensors, metadata):
    header, offset = {"__metadata__": metadata}, 0
    for name, array in tensors.items():
        dtype = {"float32": "F32", "uint8": "U8"}[str(array.dtype)]
        header[name] = {"dtype": dtype, "shape": array.shape, "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for array in tensors.values():
            file.write(array.tobytes())


def is_steady(results, poses, pictures, parameters, vgg, fidelity):
    """Whether nothing hangs on a last bit: a ReLU whose input float32 takes for negative stops a gradient that float64
    lets through. So all parameters are moved by some ten-millionths, and nothing may move by more than their size."""
    for attempt in range(3):
        moved = {
            name: value * (1 + made_up(f"move.{attempt}.{name}", value.shape, 0, 3e-7))
            for name, value in parameters.items()
        }
        others = compute(poses, pictures, moved, vgg, fidelity)
        for name, value in results.items():
            expected = sums(name, value)
            if numpy.abs(sums(name, others[name]) - expected).max() > 1e-4 * numpy.abs(expected).max():
                return False
    return True


def main():
    poses = [draw_pair(f"pair.{n}", missing) for n, missing in enumerate(MISSING)]
    colours = {side: draw_pictures(f"picture.{side}") for side in ("source", "target")}
    pictures = {side: to_image(values) for side, values in colours.items()}
    vgg = make_vgg()
    inputs = {f"colours.{side}": values.numpy() for side, values in colours.items()}
    joints = {
        f"joints.{side}": numpy.array([[pair[i].get(j, NO_JOINT)[::-1] for j in JOINTS] for pair in poses])
        for i, side in enumerate(("source", "target"))
    }
    for fidelity in STYLES:
        for draw in itertools.count():
            parameters = make_parameters(fidelity, draw)
            results = compute(poses, pictures, parameters, vgg, fidelity)
            if is_steady(results, poses, pictures, parameters, vgg, fidelity):
                break
        masks = {name: numpy.packbits(results.pop(name) > 0) for name in list(results) if name.startswith("mask")}
        numbers = {name: numpy.float32(sums(name, value)) for name, value in {**joints, **results}.items()}
        path = os.path.join(HERE, f"market-{fidelity}.safetensors")
        metadata = {"fidelity": fidelity, "width": str(CHANNELS), "draw": str(draw)}
        write_safetensors(path, {**numbers, **inputs, **masks}, metadata)
        print(f"{path}: {os.path.getsize(path):,} bytes, draw {draw}")


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    main()
