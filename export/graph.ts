/** Writes a graph of ONNX operators (opset 16, https://onnx.ai/onnx/operators), value by value. */
import proto from "onnx-proto";
import { sizeOf } from "../engine/tensor.ts";

const { AttributeProto: { AttributeType }, ModelProto, TensorProto: { DataType } } = proto.onnx;

const OPSET = 16;
/** The format's version that came with that opset. */
const IR_VERSION = 8;

/** What the elements of a tensor are. */
export type Element = "float16" | "float" | "double" | "int64" | "bool";

/** A tensor of the graph. */
export interface Value {
  readonly name: string;
  readonly element: Element;
}

type Operand = Value | number;
type Attribute = number | string | readonly number[];

/** What is known of an input or output; the first axis, the batch, is open. */
export interface Port {
  readonly name: string;
  /** Without the batch. */
  readonly shape: readonly number[];
  /** For people. */
  readonly description: string;
}

const dataTypes = {
  float16: DataType.FLOAT16,
  float: DataType.FLOAT,
  double: DataType.DOUBLE,
  int64: DataType.INT64,
  bool: DataType.BOOL,
} as const;

const arrays = {
  float16: Float16Array,
  float: Float32Array,
  double: Float64Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const;

/** A graph in the making. A number among operands is a scalar of the first operand's element. */
export class Graph {
  readonly #nodes: proto.onnx.INodeProto[] = [];
  readonly #initializers: proto.onnx.ITensorProto[] = [];
  readonly #constants = new Map<string, Value>();
  readonly #inputs: proto.onnx.IValueInfoProto[] = [];
  readonly #outputs: proto.onnx.IValueInfoProto[] = [];
  readonly #counts = new Map<string, number>();

  /** A float32 input [N, ...shape]. */
  input(port: Port): Value {
    this.#inputs.push(valueInfo(port));
    return { name: port.name, element: "float" };
  }

  /** Makes a value an output [N, ...shape]. */
  output(port: Port, value: Value): void {
    this.#outputs.push(valueInfo(port));
    this.#nodes.push({ opType: "Identity", input: [value.name], output: [port.name] });
  }

  /** A constant under a name of its own. @throws RangeError for values that are too large for float16. */
  named(
    name: string,
    shape: readonly number[],
    values: ArrayLike<number>,
    element: Exclude<Element, "int64" | "bool"> = "float",
  ): Value {
    const array = arrays[element].from(values);
    if (element === "float16" && !array.every(Number.isFinite)) {
      throw new RangeError(`${name} has values that half precision cannot hold`);
    }
    this.#initializers.push(tensor(name, element, shape, array));
    return { name, element };
  }

  /** A nameless constant; equal ones are kept once. */
  constant(values: readonly number[], shape: readonly number[], element: Element): Value {
    const key = `${element} [${shape}] ${values}`;
    const known = this.#constants.get(key);
    if (known) return known;
    const name = `constant_${this.#constants.size}`;
    const array = element === "int64"
      ? BigInt64Array.from(values, BigInt)
      : arrays[element].from(values);
    this.#initializers.push(tensor(name, element, shape, array));
    const made = { name, element };
    this.#constants.set(key, made);
    return made;
  }

  /** The one result of an operator, whose elements are those of its first operand unless told. */
  apply(
    operator: string,
    operands: readonly [Value, ...Operand[]],
    attributes: Readonly<Record<string, Attribute>> = {},
    element: Element = operands[0].element,
  ): Value {
    return { name: this.#node(operator, operands, attributes, 1)[0], element };
  }

  /** The slices of x along an axis, `count` of them, each of length `length` there. */
  split(x: Value, axis: number, count: number, length = 1): Value[] {
    const lengths = this.integers(Array(count).fill(length));
    return this.#node("Split", [x, lengths], { axis }, count)
      .map((name) => ({ name, element: x.element }));
  }

  add = (a: Value, b: Operand): Value => this.apply("Add", [a, b]);
  sub = (a: Value, b: Operand): Value => this.apply("Sub", [a, b]);
  mul = (a: Value, b: Operand): Value => this.apply("Mul", [a, b]);
  div = (a: Value, b: Operand): Value => this.apply("Div", [a, b]);
  max = (a: Value, b: Operand): Value => this.apply("Max", [a, b]);
  matmul = (a: Value, b: Value): Value => this.apply("MatMul", [a, b]);

  /** Whether a > b or a >= b; false for NaN. */
  greater = (a: Value, b: Operand): Value => this.apply("Greater", [a, b], {}, "bool");
  atLeast = (a: Value, b: Operand): Value => this.apply("GreaterOrEqual", [a, b], {}, "bool");
  and = (a: Value, b: Value): Value => this.apply("And", [a, b]);
  or = (a: Value, b: Value): Value => this.apply("Or", [a, b]);

  /** a where the condition holds, else b, whatever the other is. */
  where(condition: Value, a: Value, b: Operand): Value {
    const { element } = a;
    const other = typeof b === "number" ? this.constant([b], [], element) : b;
    return this.apply("Where", [condition, a, other], {}, element);
  }

  cast(x: Value, to: Element): Value {
    return x.element === to ? x : this.apply("Cast", [x], { to: dataTypes[to] }, to);
  }

  concat(values: readonly [Value, ...Value[]], axis: number): Value {
    return values.length === 1 ? values[0] : this.apply("Concat", values, { axis });
  }

  /** The entries of x with those indices along an axis. */
  gather(x: Value, indices: readonly number[], axis: number): Value {
    return this.apply("Gather", [x, this.integers(indices)], { axis });
  }

  /** To another shape, in which 0 stands for the axis of x at that place. */
  reshape(x: Value, shape: readonly number[]): Value {
    return this.apply("Reshape", [x, this.integers(shape)]);
  }

  /** Sum, minimum, ... of x over axes, which stay with length 1. */
  reduce(kind: "Min" | "Max" | "Mean" | "L2", x: Value, axes: readonly number[]): Value {
    return this.apply(`Reduce${kind}`, [x], { axes, keepdims: 1 });
  }

  /** As `reduce`, whose axes are an operand for sums. */
  sum(x: Value, axes: readonly number[]): Value {
    return this.apply("ReduceSum", [x, this.integers(axes)], { keepdims: 1 });
  }

  /** The file's bytes; the metadata are texts by name. */
  encode(
    name: string,
    description: string,
    metadata: Readonly<Record<string, string>>,
  ): Uint8Array {
    return ModelProto.encode({
      irVersion: IR_VERSION,
      opsetImport: [{ domain: "", version: OPSET }],
      producerName: "repose",
      docString: description,
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    }).finish();
  }

  /** int64 [count], as operators take axes, shapes and indices. */
  private integers(values: readonly number[]): Value {
    return this.constant(values, [values.length], "int64");
  }

  #node(
    opType: string,
    operands: readonly [Value, ...Operand[]],
    attributes: Readonly<Record<string, Attribute>>,
    outputs: number,
  ): string[] {
    const { element } = operands[0];
    const count = this.#counts.get(opType) ?? 0;
    this.#counts.set(opType, count + 1);
    const name = `${opType}_${count}`;
    const output = outputs === 1
      ? [name]
      : Array.from({ length: outputs }, (_, i) => `${name}.${i}`);
    this.#nodes.push({
      name,
      opType,
      input: operands.map((x) => typeof x === "number" ? this.constant([x], [], element) : x)
        .map(({ name }) => name),
      output,
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    return output;
  }
}

function attribute(name: string, value: Attribute): proto.onnx.IAttributeProto {
  if (typeof value === "string") {
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  }
  if (typeof value !== "number") return { name, type: AttributeType.INTS, ints: [...value] };
  return Number.isInteger(value)
    ? { name, type: AttributeType.INT, i: value }
    : { name, type: AttributeType.FLOAT, f: value };
}

function tensor(
  name: string,
  element: Element,
  shape: readonly number[],
  values: ArrayBufferView & { readonly length: number },
): proto.onnx.ITensorProto {
  if (values.length !== sizeOf(shape)) {
    throw new TypeError(`${name} [${shape}] cannot have ${values.length} values`);
  }
  return {
    name,
    dataType: dataTypes[element],
    dims: [...shape],
    rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}

function valueInfo({ name, shape, description }: Port): proto.onnx.IValueInfoProto {
  const dim = [{ dimParam: "N" }, ...shape.map((dimValue) => ({ dimValue }))];
  return {
    name,
    docString: description,
    type: { tensorType: { elemType: DataType.FLOAT, shape: { dim } } },
  };
}
