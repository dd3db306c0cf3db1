/**
 * What a kernel binds and computes. Names become WGSL globals, those of parameters `p.NAME`, and they type the
 * kernel's launches: a tensor or a number for each name, and for no other.
 */
export interface KernelDefinition<
  Bound extends string,
  Maybe extends string,
  Param extends string,
> {
  /** Shows in error messages and profiles. */
  readonly name: string;
  /** `var<storage, read> NAME: array<f32>` */
  readonly read?: readonly Bound[];
  /** `var<storage, read> NAME: array<u32>` */
  readonly words?: readonly Bound[];
  /** `var<storage, read> NAME: array<vec4<f32>>` */
  readonly vectors?: readonly Bound[];
  /** As `read` where true. Where false this variant has no such binding, and its launches give null. */
  readonly optional?: Readonly<Record<Maybe, boolean>>;
  /** `var<storage, read_write> NAME: array<f32>` */
  readonly write?: readonly Bound[];
  /** `var<storage, read_write> NAME: array<u32>` */
  readonly writeWords?: readonly Bound[];
  /** `var<uniform> NAME: array<vec4<f32>, VECTORS>`; at most 4096 vectors (64 KiB). */
  readonly window?: { readonly name: Bound; readonly vectors: number };
  /** `p.NAME: u32` */
  readonly sizes?: readonly Param[];
  /** `p.NAME: f32` */
  readonly scalars?: readonly Param[];
  /** WGSL after the generated declarations; its entry point is `main`. */
  readonly source: string;
}

/** A tensor that a kernel binds. */
export interface Binding {
  /** Shows in error messages and profiles. */
  readonly name: string;
  /** Whether the kernel writes it. */
  readonly written: boolean;
  /** Vectors of a uniform window; null for the whole tensor. */
  readonly vectors: number | null;
}

/** Bytes of a launch's parameters at most, and of the place that they take: WebGPU's alignment of uniforms. */
export const PARAMETER_BYTES = 256;

/** A kernel whatever its names. */
export type AnyKernel = Kernel<string, string, string>;

/** A compiled-once compute kernel: make it at module level, or once for each variant. */
export class Kernel<
  Bound extends string = never,
  Maybe extends string = never,
  Param extends string = never,
> {
  /** As the WGSL names it. */
  readonly name: string;
  /** The full WGSL text. */
  readonly code: string;
  /** In binding order, without the parameters. */
  readonly bindings: readonly Binding[];
  /** Its parameters of type u32. */
  readonly sizes: readonly Param[];
  /** Its parameters of type f32, which come after the sizes. */
  readonly scalars: readonly Param[];
  /** Types launches; holds no value. */
  declare readonly names: readonly [Bound, Maybe];

  /** Writes the WGSL. @throws RangeError for more than 64 parameters. */
  constructor(definition: KernelDefinition<Bound, Maybe, Param>) {
    const { name, read = [], words = [], vectors = [], write = [], writeWords = [] } = definition;
    const { optional = {}, window, sizes = [], scalars = [], source } = definition;
    const present = Object.entries(optional).flatMap(([name, isBound]) => isBound ? [name] : []);
    const declarations: string[] = [];
    const bind = (names: readonly string[], space: string, type: string, vectors?: number) =>
      names.map((name): Binding => {
        declarations.push(`var<${space}> ${name}: ${type};`);
        return { name, written: space === "storage, read_write", vectors: vectors ?? null };
      });
    this.name = name;
    this.sizes = sizes;
    this.scalars = scalars;
    this.bindings = [
      ...bind([...read, ...present], "storage, read", "array<f32>"),
      ...bind(words, "storage, read", "array<u32>"),
      ...bind(vectors, "storage, read", "array<vec4<f32>>"),
      ...bind(write, "storage, read_write", "array<f32>"),
      ...bind(writeWords, "storage, read_write", "array<u32>"),
      ...window
        ? bind([window.name], "uniform", `array<vec4<f32>, ${window.vectors}>`, window.vectors)
        : [],
    ];
    const members = [
      ...sizes.map((name) => `${name}: u32,`),
      ...scalars.map((name) => `${name}: f32,`),
    ];
    if (4 * members.length > PARAMETER_BYTES) {
      throw new RangeError(`kernel ${name}: ${members.length} parameters, at most 64`);
    }
    if (members.length > 0) declarations.push("var<uniform> p: Parameters;");
    this.code = (members.length > 0 ? `struct Parameters { ${members.join(" ")} }\n` : "") +
      declarations.map((text, i) => `@group(0) @binding(${i}) ${text}\n`).join("") + source;
  }
}

/** Threads of a workgroup of an element-wise kernel. */
const ELEMENT_GROUP = 64;
/** Workgroups that keep a GPU busy. */
const MANY_GROUPS = 1024;
/** The same for row kernels, whose threads cost more before their first value. */
const MANY_ROW_GROUPS = 256;
/** WebGPU's limit along a dimension. */
const MOST_GROUPS = 65535;

/**
 * A kernel that runs `fn element(i: u32)` for each i below `p.count`. Of T threads, thread t has the elements
 * t, t + T, t + 2 T .., so that neighbours touch neighbours. Launch it on `elementGroups(count)`.
 */
export function elementKernel<
  Bound extends string,
  Maybe extends string = never,
  Param extends string = never,
>(
  definition: KernelDefinition<Bound, Maybe, Param>,
): Kernel<Bound, Maybe, Param | "count"> {
  return new Kernel<Bound, Maybe, Param | "count">({
    ...definition,
    sizes: ["count", ...definition.sizes ?? []],
    // The loop tests at its end, so that a thread of one element pays for no second turn.
    source: `${definition.source}
@compute @workgroup_size(${ELEMENT_GROUP}) fn main(
  @builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  var i = id.x;
  if (i >= p.count) { return; }
  loop {
    element(i);
    continuing {
      i += groups.x * ${ELEMENT_GROUP}u;
      break if i >= p.count;
    }
  }
}`,
  });
}

/**
 * The grid of an `elementKernel` over `count` elements: one for each thread while they are few, then up to four,
 * as a thread costs software drivers more than a load; more only where the grid would be too large.
 */
export function elementGroups(count: number): [number, number, number] {
  const groups = Math.ceil(count / ELEMENT_GROUP);
  return [Math.min(groups, Math.max(MANY_GROUPS, Math.ceil(groups / 4)), MOST_GROUPS), 1, 1];
}

/** Threads of a workgroup along columns and rows: of runs of values, and of pictures. */
const RUN_GROUP = [64, 1] as const;
const PICTURE_GROUP = [8, 8] as const;

/** A kernel over rows: WGSL of functions, of what a thread does first, and of what it does for each value. */
interface RowKernelDefinition<
  Bound extends string,
  Maybe extends string,
  Param extends string,
> extends Omit<KernelDefinition<Bound, Maybe, Param>, "source"> {
  readonly source?: string;
  readonly perRow?: string;
  readonly element: string;
}

/**
 * A kernel over a tensor seen as [planes, rows, columns], given as `p.rows` and `p.columns`, whose rows
 * are long runs of values. A thread has one row: `perRow` sees `plane`, `row` and `run`, the row's place
 * among all; `element` sees also `column`, `at`, the value's place in the tensor, and what `perRow`
 * declared. So nothing is divided, which software drivers do lane by lane, and what a row shares is
 * loaded once for several values. Launch it on `runGroups(planes, rows, columns)`.
 */
export const runKernel = rowKernels(RUN_GROUP);
export const runGroups = (...shape: RowShape) => rowGroups(shape, RUN_GROUP);

/** As `runKernel` where rows are those of pictures, on `pictureGroups(planes, rows, columns)`. */
export const pictureKernel = rowKernels(PICTURE_GROUP);
export const pictureGroups = (...shape: RowShape) => rowGroups(shape, PICTURE_GROUP);

type RowShape = readonly [planes: number, rows: number, columns: number];
type RowGroup = readonly [columns: number, rows: number];

function rowKernels(group: RowGroup) {
  return <Bound extends string, Maybe extends string = never, Param extends string = never>(
    { source = "", perRow = "", element, ...definition }: RowKernelDefinition<
      Bound,
      Maybe,
      Param
    >,
  ) =>
    new Kernel<Bound, Maybe, Param | "rows" | "columns">({
      ...definition,
      sizes: ["rows", "columns", ...definition.sizes ?? []],
      source: `${source}
@compute @workgroup_size(${group}) fn main(
  @builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  if (id.x >= p.columns || id.y >= p.rows) { return; }
  let plane = id.z;
  let row = id.y;
  let run = plane * p.rows + row;
  ${perRow}
  for (var column = id.x; column < p.columns; column += groups.x * ${group[0]}u) {
    let at = run * p.columns + column;
    ${element}
  }
}`,
    });
}

/** Up to eight values for each thread where there are many. */
function rowGroups([planes, rows, columns]: RowShape, group: RowGroup): [number, number, number] {
  const across = Math.ceil(columns / group[0]);
  const down = Math.ceil(rows / group[1]);
  const wanted = Math.ceil(Math.max(across / 8, MANY_ROW_GROUPS / (down * planes)));
  return [Math.min(across, wanted, MOST_GROUPS), down, planes];
}

/**
 * Memoises a function that makes the variants of a kernel, told apart by `key` alone, whose properties always come in
 * the same order. What else a kernel is made of must be the same for all launches of a variant.
 */
export function variants<Key extends object, Rest extends readonly unknown[], K>(
  make: (key: Key, ...rest: Rest) => K,
): (key: Key, ...rest: Rest) => K {
  const made = new Map<string, K>();
  return (key, ...rest) => {
    const name = JSON.stringify(key);
    const known = made.get(name) ?? make(key, ...rest);
    made.set(name, known);
    return known;
  };
}

/**
 * The names of a launch's parameters. A kernel with many is made from its first launch, so that they are listed once,
 * where their values are.
 */
export function namesOf<Param extends string>(
  parameters: Readonly<Record<Param, number>>,
): Param[] {
  return Object.keys(parameters) as Param[];
}
