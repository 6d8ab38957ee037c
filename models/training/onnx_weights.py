"""ONNX graphs whose weights live, once, as float16 in a .safetensors file beside them.

Each float initialiser becomes external data pointing into the safetensors file, followed by a Cast to float32, which
ONNX Runtime folds away while loading. Other tools read the same file by the state dict's names.
"""

from __future__ import annotations

import json
import struct
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import torch
from onnx import TensorProto, helper
from safetensors.torch import save_file
from torch import Tensor, nn

OPSET = 18


def rounded_to_half(model: nn.Module) -> nn.Module:
    """The model as it ships: every float weight rounded to float16."""
    model.load_state_dict({k: v.half().float() if v.is_floating_point() else v for k, v in model.state_dict().items()})
    return model.eval()


def _places(path: Path) -> dict[str, tuple[int, int]]:
    """name -> (offset in the file, length in bytes)."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    return {name: (8 + length + entry["data_offsets"][0], entry["data_offsets"][1] - entry["data_offsets"][0]) for name, entry in header.items()}


def _source(tensor: TensorProto, state: dict[str, Tensor]) -> tuple[str, bool] | None:
    """(name in the state dict, whether it is transposed here): the exporter folds a linear layer's transpose away."""
    held = state.get(tensor.name)
    if held is not None and list(held.shape) == list(tensor.dims):
        return tensor.name, False
    if len(tensor.dims) != 2:
        return None
    value = onnx.numpy_helper.to_array(tensor)
    for name, held in state.items():
        if held.ndim == 2 and list(held.shape) == list(tensor.dims)[::-1] and np.array_equal(held.numpy().T, value):
            return name, True
    return None


def _point_to(proto: onnx.ModelProto, weights: Path, state: dict[str, Tensor]) -> list[str]:
    """Replaces initialisers by external float16 ones; returns the names of float initialisers that had no match."""
    places = _places(weights)
    casts, kept, strays, used = [], [], [], set()
    for tensor in proto.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            kept.append(tensor)
            continue
        found = _source(tensor, state)
        if found is None:
            strays.append(f"{tensor.name}{list(tensor.dims)}")
            kept.append(tensor)
            continue
        name, turned = found
        if name not in used:
            used.add(name)
            stored = TensorProto(name=f"{name}.half", data_type=TensorProto.FLOAT16, dims=state[name].shape, data_location=TensorProto.EXTERNAL)
            offset, length = places[name]
            for key, value in (("location", weights.name), ("offset", str(offset)), ("length", str(length))):
                stored.external_data.add(key=key, value=value)
            kept.append(stored)
        single = f"{name}.single.{len(casts)}" if turned else tensor.name
        casts.append(helper.make_node("Cast", [f"{name}.half"], [single], name=f"cast.{tensor.name}", to=TensorProto.FLOAT))
        if turned:
            casts.append(helper.make_node("Transpose", [single], [tensor.name], name=f"turn.{tensor.name}", perm=[1, 0]))
    nodes = [*casts, *proto.graph.node]
    del proto.graph.initializer[:], proto.graph.node[:]
    proto.graph.initializer.extend(kept)
    proto.graph.node.extend(nodes)
    return strays


def _graph_of(model: nn.Module, inputs: dict[str, Tensor], outputs: list[str], dynamic: dict[str, dict[int, str]]) -> onnx.ModelProto:
    shapes = {name: {axis: torch.export.Dim.DYNAMIC for axis in axes} for name, axes in dynamic.items()}
    with tempfile.TemporaryDirectory() as beside:
        path = Path(beside) / "model.onnx"
        program = torch.onnx.export(
            model, tuple(inputs.values()), dynamo=True, opset_version=OPSET, input_names=list(inputs), output_names=outputs,
            dynamic_shapes=tuple(shapes.get(name, {}) for name in inputs), optimize=True, external_data=False, verbose=False,
        )  # fmt: skip
        program.save(path, external_data=False)
        proto = onnx.load(path)
    for value, names in [*((v, dynamic.get(v.name, {})) for v in proto.graph.input), *((v, dynamic.get(v.name, {})) for v in proto.graph.output)]:
        for axis, name in names.items():
            value.type.tensor_type.shape.dim[axis].dim_param = name
    return proto


def _tidy(proto: onnx.ModelProto) -> None:
    """Drops the exporter's notes, which hold paths of the machine that ran it."""
    del proto.graph.value_info[:]
    for node in proto.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for tensor in proto.graph.initializer:
        tensor.doc_string = ""
        del tensor.metadata_props[:]
    proto.ir_version = 10
    proto.producer_name, proto.doc_string = "sanggar", ""
    del proto.metadata_props[:], proto.graph.metadata_props[:]


def export_plain(model: nn.Module, inputs: dict[str, Tensor], outputs: list[str], dynamic: dict[str, dict[int, str]], folder: Path) -> None:
    """Writes folder/model.onnx with its few constants inside."""
    folder.mkdir(parents=True, exist_ok=True)
    proto = _graph_of(model, inputs, outputs, dynamic)
    _tidy(proto)
    (folder / "model.onnx").write_bytes(proto.SerializeToString())


def export_component(
    model: nn.Module, inputs: dict[str, Tensor], outputs: list[str], dynamic: dict[str, dict[int, str]], folder: Path, weights_name: str, metadata: dict[str, str] | None = None
) -> None:
    """Writes folder/model.onnx and folder/<weights_name>. `inputs` are examples, by name; `dynamic` their open axes."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {k: v.detach().contiguous() for k, v in model.state_dict().items()}
    save_file({k: v.half() if v.is_floating_point() else v for k, v in state.items()}, folder / weights_name, metadata={"format": "pt", **(metadata or {})})
    proto = _graph_of(model, inputs, outputs, dynamic)
    strays = _point_to(proto, folder / weights_name, state)
    large = [name for name in strays if np.prod([int(n) for n in name[name.index("[") + 1 : -1].split(",") if n.strip()] or [1]) > 1024]
    if large:
        raise RuntimeError(f"weights outside the safetensors file: {large}")
    _tidy(proto)
    (folder / "model.onnx").write_bytes(proto.SerializeToString())


def largest_difference(folder: Path, model: nn.Module, inputs: dict[str, Tensor]) -> float:
    """max |ONNX Runtime - torch| over all float outputs."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
    got = session.run(None, {name: value.numpy() for name, value in inputs.items()})
    with torch.no_grad():
        wanted = model(*inputs.values())
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    return max(float(np.abs(a.astype(np.float64) - b.numpy().astype(np.float64)).max()) for a, b in zip(got, wanted))
