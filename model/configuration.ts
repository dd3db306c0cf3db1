import type { Style } from "../pose/deformation.ts";
import type { Size } from "../pose/types.ts";
import { human, type Skeleton } from "../pose/skeleton.ts";

/** Names of the presets. */
export const presets = ["demo", "market", "deepfashion"] as const;
/** Names of the fidelities. */
export const fidelities = ["paper", "released"] as const;
/** Names of the method and its ablations. */
export const variantNames = ["full", "dsc", "baseline", "percloss"] as const;
/** Sizes and defaults for a data set. */
export type Preset = (typeof presets)[number];
/** Whose definitions are followed. */
export type Fidelity = (typeof fidelities)[number];
/** The method, or one of its ablations. */
export type Variant = (typeof variantNames)[number];

/** Where the paper and the authors' released code differ; each can be chosen on its own. */
export interface FidelityFields {
  /** Per channel (paper), or one mean and deviation over the whole feature map (released). */
  readonly norm: "instance" | "layer";
  /** Shapes of the parts' regions, which mask the target (released), or else the source. */
  readonly regions: Style;
  /** How deformed skips are sampled. */
  readonly sampling: "bilinear" | "nearest";
  /** How the parts of a deformed skip are joined; average is an ablation. */
  readonly fusion: "max" | "average";
  /** Which networks have dropout; both is an ablation. */
  readonly dropout: "generator" | "both";
}

/** The reconstruction loss added to the adversarial one, and its factor. */
export interface Reconstruction {
  /** How a painted picture is compared with the real one. */
  readonly kind: "l1" | "perceptual" | "nearest-patch";
  /** Its weight beside the adversarial loss. */
  readonly factor: number;
}

/** What the ablation of the paper (section 5.2) varies. */
export interface VariantFields {
  /** Two encoders with deformable skips, or one encoder of everything with plain skips. */
  readonly deformable: boolean;
  /** What is added to the adversarial loss. */
  readonly reconstruction: Reconstruction;
}

/** Everything that determines the networks, their losses and the sizes of their tensors. */
export interface ModelConfiguration extends FidelityFields, VariantFields {
  /** Which sizes and defaults it began with. */
  readonly preset: Preset;
  /** Whose definitions it began with. */
  readonly fidelity: Fidelity;
  /** The method, or one of its ablations. */
  readonly configuration: Variant;
  /** Channels of the first layer; 64 in the paper. */
  readonly width: number;
  /** Of the pictures. */
  readonly size: Size;
  /** Of the joints' heat maps, in pixels. */
  readonly sigma: number;
  /** Layers of an encoder, and so of the decoder. */
  readonly levels: number;
  /** Layers of the discriminator. */
  readonly discriminatorLevels: number;
  /** Side of the neighbourhood N(p) of the nearest-neighbour loss: 5, 3, 1 for 256, 128, 64 rows. */
  readonly window: number;
  /** What is painted. */
  readonly skeleton: Skeleton;
  /** Defaults of a training run. */
  readonly batch: number;
  /** Training steps. */
  readonly steps: number;
}

const presetFields = {
  demo: {
    size: { width: 32, height: 64 },
    sigma: 3,
    width: 16,
    levels: 5,
    discriminatorLevels: 4,
    batch: 4,
    steps: 600,
  },
  market: {
    size: { width: 64, height: 128 },
    sigma: 6,
    width: 64,
    levels: 6,
    discriminatorLevels: 5,
    batch: 4,
    steps: 90_000,
  },
  deepfashion: {
    size: { width: 256, height: 256 },
    sigma: 6,
    width: 64,
    levels: 7,
    discriminatorLevels: 5,
    batch: 2,
    steps: 90_000,
  },
} as const;

const fidelityFields: Readonly<Record<Fidelity, FidelityFields>> = {
  paper: {
    norm: "instance",
    regions: "paper",
    sampling: "bilinear",
    fusion: "max",
    dropout: "generator",
  },
  released: {
    norm: "layer",
    regions: "released",
    sampling: "nearest",
    fusion: "max",
    dropout: "generator",
  },
};

const variantFields: Readonly<Record<Variant, VariantFields>> = {
  baseline: { deformable: false, reconstruction: { kind: "l1", factor: 100 } },
  dsc: { deformable: true, reconstruction: { kind: "l1", factor: 100 } },
  percloss: { deformable: true, reconstruction: { kind: "perceptual", factor: 0.5 } },
  full: { deformable: true, reconstruction: { kind: "nearest-patch", factor: 0.01 } },
};

/** The values that the fidelity's own fields may take, for checking what people write. */
export const fidelityChoices: {
  readonly [K in keyof FidelityFields]: readonly FidelityFields[K][];
} = {
  norm: ["instance", "layer"],
  regions: ["paper", "released", "whole"],
  sampling: ["bilinear", "nearest"],
  fusion: ["max", "average"],
  dropout: ["generator", "both"],
};

/** A preset, and what to change of it. */
export interface ModelChoice extends Partial<FidelityFields> {
  /** Which sizes and defaults it began with. */
  readonly preset: Preset;
  /** The paper's where it is not given. */
  readonly fidelity?: Fidelity;
  /** The full method where it is not given. */
  readonly configuration?: Variant;
  /** Channels of the first layer. */
  readonly width?: number;
  /** Of the pictures, as WIDTHxHEIGHT. */
  readonly size?: string;
  /** What is painted: people, unless given. */
  readonly skeleton?: Skeleton;
}

/**
 * The full configuration of a choice: the preset's sizes, the fidelity's definitions, the variant's
 * losses, and then the fields that the choice names itself.
 * @throws RangeError for an unknown name, a width that is not a whole number from 1 to 256, or a size
 * that the levels cannot halve.
 */
export function modelConfiguration(choice: ModelChoice): ModelConfiguration {
  const { preset, fidelity = "paper", configuration = "full" } = choice;
  checkName("preset", preset, presets);
  checkName("fidelity", fidelity, fidelities);
  checkName("configuration", configuration, variantNames);
  const fields = { ...fidelityFields[fidelity] };
  const chosen: Partial<FidelityFields> = {
    norm: choice.norm ?? fields.norm,
    regions: choice.regions ?? fields.regions,
    sampling: choice.sampling ?? fields.sampling,
    fusion: choice.fusion ?? fields.fusion,
    dropout: choice.dropout ?? fields.dropout,
  };
  for (const [name, allowed] of Object.entries(fidelityChoices)) {
    checkName(name, chosen[name as keyof FidelityFields], allowed);
  }
  const width = choice.width ?? presetFields[preset].width;
  if (!Number.isInteger(width) || width < 1 || width > 256) {
    throw new RangeError(`width ${width} must be a whole number from 1 to 256`);
  }
  const size = choice.size === undefined
    ? presetFields[preset].size
    : halvingSize(choice.size, presetFields[preset].levels);
  return {
    ...presetFields[preset],
    size,
    window: neighbourhood(size.height),
    ...variantFields[configuration],
    ...fields,
    ...chosen,
    preset,
    fidelity,
    configuration,
    width,
    skeleton: choice.skeleton ?? human,
  };
}

const sizePattern = /^([1-9]\d{0,3})x([1-9]\d{0,3})$/;

/** Of fewer pixels the discriminator's last layer sees nothing. */
const LEAST_SIZE = 32;

/** The size of a text WIDTHxHEIGHT, for pictures that an encoder of `levels` halves at all but the first. */
function halvingSize(text: string, levels: number): Size {
  const [width, height] = sizePattern.exec(text)?.slice(1).map(Number) ?? [];
  const multiple = 2 ** (levels - 1);
  const fits = (pixels: number) => pixels % multiple === 0 && pixels >= LEAST_SIZE;
  if (fits(width) && fits(height)) return { width, height };
  throw new RangeError(
    `size "${text}" must be WIDTHxHEIGHT in pixels, both multiples of ${multiple} from ` +
      `${LEAST_SIZE} on`,
  );
}

/** The size as a text, WIDTHxHEIGHT. */
export function sizeText({ width, height }: Size): string {
  return `${width}x${height}`;
}

/** Side of the neighbourhood N(p): 5 for 256 rows and 3 for 128, as in the authors' code, 1 below. */
function neighbourhood(height: number): number {
  return height > 128 ? 5 : height > 64 ? 3 : 1;
}

function checkName(field: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || !allowed.includes(value)) {
    throw new RangeError(`${field} "${value}" must be one of ${allowed.join(", ")}`);
  }
}
