/** What real cards' compilers make of the kernels that a GPU is given. */
import { assertEquals } from "@std/assert";
import { hotLoop } from "../../bench/compilers/compiled.ts";
import { compileFor, targets } from "../../bench/compilers/drivers.ts";
import { everyWork } from "../../bench/compilers/launches.ts";
import type { DeviceKind } from "../../engine/tensor.ts";
import { kindsLike } from "../../kernels/tuning.ts";

/** Wide tiles are for cards with more registers than Intel's. */
const kinds: Readonly<Record<string, readonly DeviceKind[]>> = {
  navi21: kindsLike("gpu"),
  navi31: kindsLike("gpu"),
  intel: ["gpu", "gpu-64", "gpu-narrow"],
  "intel, Dawn": ["gpu-narrow"],
};

/** Registers that a kernel may spill, by the beginning of its name: with 16 lanes, some have too few for all. */
const mostSpills: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "intel, Dawn": { convolution: 2, deform: 27, "weights_gradient 4x4": 37, nearest_patch: 72 },
};

for (const target of targets) {
  Deno.test(`compilers: no kernel spills registers or uses scratch memory, but those that are known to, on ${target.name}`, async () => {
    const works = await Promise.all(kinds[target.name].map(everyWork));
    const commands = works.flat().flatMap(({ commands }) => commands);
    const names = new Map(commands.map(({ kernel }) => [kernel.code, kernel.name]));
    const made = await compileFor(target, [...names.keys()]);
    if ("missing" in made) return console.error(`SKIPPED: ${target.name}: ${made.missing}`);
    assertEquals(made.kernels.size, names.size);
    const known = Object.entries(mostSpills[target.name] ?? {});
    const mostOf = (code: string) =>
      known.find(([name]) => names.get(code)!.startsWith(name))?.[1] ?? 0;
    const bad = [...made.kernels]
      .filter(([code, { spills, scratch }]) => spills > mostOf(code) || scratch > 0)
      .map(([code, { spills, scratch }]) => `${names.get(code)}: ${spills}, ${scratch} bytes`);
    assertEquals(bad, []);
  });
}

Deno.test("compilers: the hot loop of AMD's and of Intel's assembly is that with most multiply-adds", () => {
  const amd = `BB0:
\ts_mov_b32 s0, s3 ; be800003
BB1:
\tv_fma_f32 v1, 2.0, v1, 1.0 ; d6130001
\tv_dual_fmac_f32 v1, v2, v3 :: v_dual_fmac_f32 v4, v5, v6 ; c8
\ts_waitcnt vmcnt(0) ; bf89
\ts_cbranch_scc1 BB1 ; bfa2`;
  assertEquals(hotLoop(amd), { fmas: 3, instructions: 4 });
  const intel = `
LABEL3:
mad(8)          g4<1>F          g5<8,8,1>F      g6<8,8,1>F      g7<1,1,1>F { align1 1Q };
send(8)         g69UD           g67UD           nullUD          0x04205e04
                hdc1 MsgDesc: (untyped surface read) mlen 1 { align1 1Q };
(-f0.0) while(8) JIP:  LABEL3                                   { align1 1Q };`;
  assertEquals(hotLoop(intel), { fmas: 1, instructions: 3 });
});
