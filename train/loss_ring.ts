import type { Device } from "../engine/device.ts";
import { Kernel } from "../engine/kernel.ts";
import type { Random } from "../engine/random.ts";
import type { Tensor } from "../engine/tensor.ts";

/** The losses of one training step, the reconstruction's times its factor. */
export interface LossRow {
  /** 1 for the first step. */
  readonly step: number;
  readonly discriminator: number;
  readonly adversarial: number;
  readonly reconstruction: number;
}

/** Steps that the ring holds. */
const ROWS = 256;

const recordKernel = new Kernel({
  name: "record_losses",
  read: ["discriminator", "adversarial", "reconstruction"],
  words: ["random"],
  write: ["ring"],
  source: `@compute @workgroup_size(1) fn main() {
  let at = (random[1] - 1u) % ${ROWS}u * 4u;
  ring[at] = discriminator[0];
  ring[at + 1u] = adversarial[0];
  ring[at + 2u] = reconstruction[0];
}`,
});

/** Collects losses on the GPU, so that a step need not wait for them. */
export class LossRing {
  readonly #ring: Tensor;
  /** The first step (counted from 0) that was not read yet; none before the first step. */
  #unread: number | null = null;

  constructor(readonly device: Device) {
    this.#ring = device.empty([ROWS, 4]);
  }

  /** Says that step `index`, counted from 0, is about to run. */
  begin(index: number): void {
    this.#unread ??= index;
  }

  /**
   * Keeps the losses [discriminator, adversarial, reconstruction] of the step whose number the GPU finds
   * in the random numbers' state, counted from 1.
   */
  record(random: Random, losses: readonly Tensor[]): void {
    const [discriminator, adversarial, reconstruction] = losses;
    this.device.launch(
      recordKernel,
      { discriminator, adversarial, reconstruction, random: random.state, ring: this.#ring },
      {},
      [1, 1, 1],
    );
  }

  /** The rows since the last call, up to step `done`. @throws RangeError when some are gone. */
  async read(done: number): Promise<LossRow[]> {
    const first = this.#unread ?? done;
    this.#unread = done;
    if (done - first > ROWS) {
      throw new RangeError(`losses of ${done - first} steps were asked for, only ${ROWS} are kept`);
    }
    const values = await this.#ring.read();
    return Array.from({ length: done - first }, (_, i) => {
      const at = ((first + i) % ROWS) * 4;
      return {
        step: first + i + 1,
        discriminator: values[at],
        adversarial: values[at + 1],
        reconstruction: values[at + 2],
      };
    });
  }
}
