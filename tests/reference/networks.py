"""Writes networks.safetensors, what the learned metrics' tests compare with: torchvision's own networks in float64 with
made-up weights (made_up.py), the Frechet distance by SciPy, the inception score by NumPy.

    python3 tests/reference/networks.py      (torch 1.13, torchvision 0.14, scipy 1.10)
"""

import json
import os
import types

import numpy
import scipy.linalg
import torch
import torch.nn.functional as F
import torchvision.models
from torchvision.models import inception

from made_up import hashes, made_up, made_up_filter, uniform


def made_up_picture(name, width, height):
    """[1, 3, height, width] in [-1, 1]."""
    pixels = (hashes(name, width * height * 3) >> 24).reshape(height, width, 3).astype(numpy.float64)
    return torch.from_numpy(pixels).permute(2, 0, 1)[None] / 127.5 - 1


NORMS = {"weight": (1, 0.2), "bias": (0, 0.1), "running_mean": (0, 0.1), "running_var": (1, 0.5)}


def fill_inception(network):
    state = network.state_dict()
    for name, tensor in state.items():
        part, kind = name.split(".")[-2:]
        if part == "bn" and kind in NORMS:
            state[name] = made_up(name, tensor.shape, *NORMS[kind])
        elif name == "fc.bias":
            state[name] = made_up(name, tensor.shape, 0, 0.5)
        elif kind == "weight":
            state[name] = made_up_filter(name, tensor.shape)
    network.load_state_dict(state)
    return network.double().eval()


def port_pools(network):
    """TensorFlow's pools in the fourth branches of torchvision's blocks, for one run."""
    inception.F = types.SimpleNamespace(
        relu=F.relu,
        max_pool2d=F.max_pool2d,
        avg_pool2d=lambda x, **_: F.avg_pool2d(x, 3, 1, 1, count_include_pad=False),
    )

    def take_maxima(*_):
        inception.F.avg_pool2d = lambda x, **_: F.max_pool2d(x, 3, 1, 1)

    network.Mixed_7c.register_forward_pre_hook(take_maxima)
    return network


def look(network, picture, biased):
    pooled = []
    network.avgpool.register_forward_hook(lambda _, __, y: pooled.append(y.flatten()))
    frame = F.interpolate(picture, (299, 299), mode="bilinear", align_corners=False)
    logits = network(frame)[0] - (0 if biased else network.fc.bias)
    return pooled[0], torch.softmax(logits, 0)


BACKBONES = {
    "alexnet": (torchvision.models.alexnet, [1, 4, 7, 9, 11]),
    "vgg16": (torchvision.models.vgg16, [3, 8, 15, 22, 29]),
}


def lpips(kind, a, b):
    """LPIPS 0.1 (Zhang et al., 2018): unit features after these ReLUs, squared differences by learnt weights."""
    make, ends = BACKBONES[kind]
    layers = make().double().eval().features
    state = layers.state_dict()
    for name, tensor in state.items():
        own = f"{kind}.features.{name}"
        state[name] = (
            made_up(own, tensor.shape, 0, 0.1) if tensor.dim() == 1 else made_up_filter(own, tensor.shape)
        )
    layers.load_state_dict(state)
    shift = torch.tensor([-0.030, -0.088, -0.188], dtype=torch.float64).reshape(1, 3, 1, 1)
    scale = torch.tensor([0.458, 0.448, 0.450], dtype=torch.float64).reshape(1, 3, 1, 1)
    x = (torch.cat([a, b]) - shift) / scale
    total = 0
    for i, layer in enumerate(layers[: ends[-1] + 1]):
        x = layer(x)
        if i in ends:
            unit = x / (x.pow(2).sum(1, keepdim=True).sqrt() + 1e-10)
            name = f"{kind}.lin{ends.index(i)}.model.1.weight"
            weight = made_up(name, (1, x.shape[1], 1, 1), 0.5, 0.5)
            total += (weight * (unit[:1] - unit[1:]).pow(2)).sum(1).mean()
    return total.reshape(1)


def frechet(a, b):
    """As pytorch-fid: unbiased covariances, the square root of their product by Schur's method."""
    sigma_a, sigma_b = numpy.cov(a, rowvar=False), numpy.cov(b, rowvar=False)
    root = scipy.linalg.sqrtm(sigma_a.dot(sigma_b)).real
    difference = a.mean(0) - b.mean(0)
    return difference @ difference + numpy.trace(sigma_a + sigma_b - 2 * root)


def made_up_features(name, count, length):
    """With covariances far from diagonal: each value mixes with the one before it."""
    rows = uniform(name, count * length).reshape(count, length)
    return (rows + 0.5 * numpy.roll(rows, 1, 1)).astype(numpy.float32).astype(numpy.float64)


def inception_score(probabilities, splits):
    """As Salimans et al. (2016): mean and deviation over the splits."""
    scores = []
    count = len(probabilities)
    for i in range(splits):
        part = probabilities[i * count // splits : (i + 1) * count // splits]
        own = (part * (numpy.log(part) - numpy.log(part.mean(0)))).sum(1)
        scores.append(numpy.exp(own.mean()))
    return numpy.array([numpy.mean(scores), numpy.std(scores)])


def made_up_probabilities(name, count, classes):
    rows = numpy.exp(3 * uniform(name, count * classes).reshape(count, classes))
    return (rows / rows.sum(1, keepdims=True)).astype(numpy.float32).astype(numpy.float64)


def save(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        begin = len(data)
        numbers = numpy.asarray(tensor)
        data += numbers.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(numbers.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + data)


def main():
    made = {}
    with torch.no_grad():
        picture = made_up_picture("person", 48, 64)
        own = fill_inception(torchvision.models.inception_v3(init_weights=False))
        made["inception.1000.pool"], made["inception.1000.probabilities"] = look(own, picture, True)
        ported = torchvision.models.inception_v3(init_weights=False, aux_logits=False, num_classes=1008)
        ported = port_pools(fill_inception(ported))
        made["inception.1008.pool"], made["inception.1008.probabilities"] = look(ported, picture, False)
        for kind in BACKBONES:
            a, b = made_up_picture("painted", 48, 64), made_up_picture("real", 48, 64)
            made[f"lpips.{kind}"] = lpips(kind, a, b)
    few, many = made_up_features("few", 40, 64), made_up_features("many", 300, 64) * 1.5 + 0.25
    others = made_up_features("others", 200, 64)
    made["frechet.many"] = [frechet(many, others)]
    made["frechet.few"] = [frechet(few, others)]
    made["inception_score"] = inception_score(made_up_probabilities("classes", 103, 20), 10)
    save(os.path.join(os.path.dirname(__file__), "networks.safetensors"), made)


main()
