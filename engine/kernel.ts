/** What a kernel binds and computes. Names become WGSL globals; the parameters become `p.NAME`. */
export interface KernelDefinition {
  /** Shows in error messages and profiles. */
  readonly name: string;
  /** `var<storage, read> NAME: array<f32>` */
  readonly read?: readonly string[];
  /** `var<storage, read> NAME: array<u32>` */
  readonly words?: readonly string[];
  /** `var<storage, read> NAME: array<vec4<f32>>` */
  readonly vectors?: readonly string[];
  /** `var<storage, read_write> NAME: array<f32>` */
  readonly write?: readonly string[];
  /** `var<storage, read_write> NAME: array<u32>` */
  readonly writeWords?: readonly string[];
  /** `var<uniform> NAME: array<vec4<f32>, LENGTH>`; at most 4096 vectors (64 KiB). */
  readonly windows?: Readonly<Record<string, number>>;
  /** `p.NAME: u32` */
  readonly sizes?: readonly string[];
  /** `p.NAME: f32` */
  readonly scalars?: readonly string[];
  /** WGSL after the generated declarations; its entry point is `main`. */
  readonly source: string;
}

/** A compiled-once compute kernel: make it at module level, or once per variant. */
export class Kernel {
  readonly name: string;
  /** The full WGSL text. */
  readonly code: string;
  /** Binding names in binding order, without the parameters. */
  readonly bindings: readonly string[];

  constructor(readonly definition: KernelDefinition) {
    const { read = [], words = [], vectors = [], write = [], writeWords = [], windows = {} } =
      definition;
    const { sizes = [], scalars = [] } = definition;
    const variables = [
      ...read.map((name) => `var<storage, read> ${name}: array<f32>;`),
      ...words.map((name) => `var<storage, read> ${name}: array<u32>;`),
      ...vectors.map((name) => `var<storage, read> ${name}: array<vec4<f32>>;`),
      ...write.map((name) => `var<storage, read_write> ${name}: array<f32>;`),
      ...writeWords.map((name) => `var<storage, read_write> ${name}: array<u32>;`),
      ...Object.entries(windows).map(([name, length]) =>
        `var<uniform> ${name}: array<vec4<f32>, ${length}>;`
      ),
    ];
    const members = [
      ...sizes.map((name) => `${name}: u32,`),
      ...scalars.map((name) => `${name}: f32,`),
    ];
    if (members.length > 0) variables.push("var<uniform> p: Parameters;");
    this.name = definition.name;
    this.bindings = [
      ...read,
      ...words,
      ...vectors,
      ...write,
      ...writeWords,
      ...Object.keys(windows),
    ];
    this.code = (members.length > 0 ? `struct Parameters { ${members.join(" ")} }\n` : "") +
      variables.map((text, i) => `@group(0) @binding(${i}) ${text}\n`).join("") +
      definition.source;
  }
}

/** Threads of a workgroup of an element-wise kernel. */
const ELEMENT_GROUP = 64;
/** Workgroups that keep a GPU busy. */
const MANY_GROUPS = 1024;
/** As many of a row kernel, whose threads cost more before their first value. */
const MANY_ROW_GROUPS = 256;
/** WebGPU's limit along a dimension. */
const MOST_GROUPS = 65535;

/**
 * A kernel that runs `fn element(i: u32)` for each i below `p.count`, a thread every so many elements
 * as there are threads, so that neighbours touch neighbours. Launch it on `elementGroups(count)`.
 */
export function elementKernel(definition: KernelDefinition): Kernel {
  return new Kernel({
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
 * The grid of an `elementKernel` over `count` elements: one a thread while these are few, then up to
 * four, as a thread costs software drivers more than a load; more only where the grid would be too large.
 */
export function elementGroups(count: number): [number, number, number] {
  const groups = Math.ceil(count / ELEMENT_GROUP);
  return [Math.min(groups, Math.max(MANY_GROUPS, Math.ceil(groups / 4)), MOST_GROUPS), 1, 1];
}

/** Threads of a workgroup along columns and rows: of runs of values, and of pictures. */
const RUN_GROUP = [64, 1] as const;
const PICTURE_GROUP = [8, 8] as const;

/** A kernel over rows: WGSL of functions, of what runs once a thread, and for each of its values. */
interface RowKernelDefinition extends Omit<KernelDefinition, "source"> {
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
export const runKernel = (definition: RowKernelDefinition) => rowKernel(definition, RUN_GROUP);
export const runGroups = (...shape: RowShape) => rowGroups(shape, RUN_GROUP);

/** As `runKernel` where rows are those of pictures, on `pictureGroups(planes, rows, columns)`. */
export const pictureKernel = (definition: RowKernelDefinition) =>
  rowKernel(definition, PICTURE_GROUP);
export const pictureGroups = (...shape: RowShape) => rowGroups(shape, PICTURE_GROUP);

type RowShape = readonly [planes: number, rows: number, columns: number];
type RowGroup = readonly [columns: number, rows: number];

function rowKernel(
  { source = "", perRow = "", element, ...definition }: RowKernelDefinition,
  group: RowGroup,
): Kernel {
  return new Kernel({
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

/** Up to eight values a thread where there are many. */
function rowGroups([planes, rows, columns]: RowShape, group: RowGroup): [number, number, number] {
  const across = Math.ceil(columns / group[0]);
  const down = Math.ceil(rows / group[1]);
  const wanted = Math.ceil(Math.max(across / 8, MANY_ROW_GROUPS / (down * planes)));
  return [Math.min(across, wanted, MOST_GROUPS), down, planes];
}

/** Memoises a function that makes a kernel variant from a few numbers or names. */
export function variants<A extends readonly (number | string | boolean)[]>(
  make: (...key: A) => Kernel,
): (...key: A) => Kernel {
  const made = new Map<string, Kernel>();
  return (...key) => {
    const name = key.join();
    const known = made.get(name) ?? make(...key);
    made.set(name, known);
    return known;
  };
}
