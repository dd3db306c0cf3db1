"""Writes pytorch-zip.pth and pytorch-pickles.pth, what pytorch_file_test.ts reads: the same tensors in both of PyTorch's formats.

    python3 tests/reference/pytorch_files.py      (torch 1.13)
"""

import collections
import os

import torch

count = torch.arange(24, dtype=torch.float32)
tensors = collections.OrderedDict(
    [
        ("conv.weight", count.reshape(2, 3, 4)),
        ("part", count[4:10].reshape(2, 3)),
        ("turned", count.reshape(4, 6).t()),
        ("half", torch.tensor([1.5, -2.25]).half()),
        ("bfloat16", torch.tensor([1.5, -2.25]).bfloat16()),
        ("double", torch.tensor([[0.1]]).double()),
        ("steps", torch.tensor(7)),
        ("parameter", torch.nn.Parameter(torch.ones(3))),
        ("epoch", 12),
    ]
)
folder = os.path.dirname(os.path.abspath(__file__))
torch.save(tensors, os.path.join(folder, "pytorch-zip.pth"))
torch.save(tensors, os.path.join(folder, "pytorch-pickles.pth"), _use_new_zipfile_serialization=False)
