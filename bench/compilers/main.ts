/** What real cards' compilers make of the kernels, and how long a step should take on five cards; see ../README.md. */
import { kindsLike } from "../../kernels/tuning.ts";
import { markdownTable, writeResults } from "../results.ts";
import { bytesOf, everyWork, groupsOf, type Work } from "./launches.ts";
import { assumptions, estimates } from "./roofline.ts";
import type { Compiled } from "./compiled.ts";
import { compileFor, targets } from "./drivers.ts";

/** Prints the tables and writes the results. */
export async function compilers(): Promise<void> {
  const works = (await Promise.all(kindsLike("gpu").map(everyWork))).flat();
  const codes = [...new Set(works.flatMap(({ commands }) => commands.map((c) => c.kernel.code)))];
  const compiled = new Map<string, ReadonlyMap<string, Compiled>>();
  const drivers: Record<string, string> = {};
  for (const target of targets) {
    const made = await compileFor(target, codes);
    if ("missing" in made) console.error(`${target.name}: left out: ${made.missing}`);
    else {
      compiled.set(target.name, made.kernels);
      drivers[target.name] = made.driver;
    }
  }
  const kernels = works.flatMap((work) => kernelRows(work, compiled));
  if (compiled.size > 0) console.log(`${kernelTable(kernels, [...compiled.keys()])}\n`);
  const rooflines = works.map(({ name, commands }) => ({
    name,
    launches: commands.length,
    gflop: commands.reduce((sum, { flops }) => sum + flops, 0) / 1e9,
    gigabytes: commands.reduce((sum, command) => sum + bytesOf(command), 0) / 1e9,
    cards: estimates(commands, compiled),
  }));
  console.log(rooflineTable(rooflines));
  for (const assumption of assumptions) console.log(`- ${assumption}`);
  await writeResults("compilers", { drivers, assumptions, rooflines, kernels });
}

/** A distinct kernel of some work. */
interface KernelRow {
  readonly work: string;
  readonly kernel: string;
  readonly launches: number;
  /** Workgroups of a launch, the fewest and the most. */
  readonly groups: readonly [number, number];
  readonly targets: Readonly<Record<string, Compiled | undefined>>;
}

function kernelRows(
  { name: work, commands }: Work,
  compiled: ReadonlyMap<string, ReadonlyMap<string, Compiled>>,
): KernelRow[] {
  const launches = Map.groupBy(commands, ({ kernel }) => kernel.code);
  return [...launches].map(([code, commands]) => {
    const groups = commands.map(groupsOf);
    return {
      work,
      kernel: commands[0].kernel.name,
      launches: commands.length,
      groups: [Math.min(...groups), Math.max(...groups)],
      targets: Object.fromEntries([...compiled].map(([name, codes]) => [name, codes.get(code)])),
    };
  });
}

function kernelTable(rows: readonly KernelRow[], names: readonly string[]): string {
  const head = names.map((name) => `${name}: registers, spills, scratch, waves or lanes, FMA`);
  return markdownTable([
    ["work", "kernel", "launches", "groups", ...head],
    ...rows.map(({ work, kernel, launches, groups, targets }) => [
      work,
      kernel,
      String(launches),
      [...new Set(groups)].join(" to "),
      ...names.map((name) => describe(targets[name])),
    ]),
  ]);
}

function describe(code: Compiled | undefined): string {
  if (!code) return "";
  const { registers, spills, scratch, waves, lanes, loop } = code;
  const share = loop ? `${Math.round(100 * loop.fmas / loop.instructions)}%` : "-";
  return [registers, spills, scratch, waves ?? lanes, share].join(", ");
}

type Roofline = Pick<Work, "name"> & { cards: ReturnType<typeof estimates> };

function rooflineTable(rooflines: readonly Roofline[]): string {
  return markdownTable([
    ["ms, floor / as compiled", ...rooflines[0].cards.map(({ card }) => card)],
    ...rooflines.map(({ name, cards }) => [
      name,
      ...cards.map(({ floor, compiled }) => `${floor.toFixed(1)} / ${compiled?.toFixed(1) ?? "-"}`),
    ]),
  ]);
}
