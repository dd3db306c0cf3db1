/** The evaluation as people run it: in processes of its own. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { inFolder } from "../data/fixtures.ts";
import { writeMarketFolder } from "../train/market_folder.ts";

const root = new URL("../../", import.meta.url).pathname;
const checkpoint = join(root, "tests/models/demo.safetensors");
/** Each makes two pairs. */
const people = Array.from({ length: 20 }, (_, i) => String(i + 1).padStart(4, "0"));

function command(args: readonly string[]): Deno.Command {
  const all = ["run", "-A", join(root, "cli.ts"), "evaluate", ...args];
  return new Deno.Command(Deno.execPath(), { args: all, stdout: "piped", stderr: "piped" });
}

/** Standard output, or where it fails the error. */
async function evaluate(...args: string[]): Promise<{ code: number; said: string }> {
  const { code, stdout, stderr } = await command(args).output();
  return { code, said: new TextDecoder().decode(code === 0 ? stdout : stderr) };
}

async function succeed(...args: string[]): Promise<string> {
  const { code, said } = await evaluate(...args);
  assertEquals(code, 0, said);
  return said;
}

async function refuses(message: string, ...args: string[]): Promise<void> {
  const { code, said } = await evaluate(...args);
  assertEquals(code, 1, args.join(" "));
  assertMatch(said, /^error: [^\n]+\n$/);
  assertStringIncludes(said, message);
}

/** Kills the run once its file has some records. */
async function kill(records: string, args: readonly string[]): Promise<void> {
  const process = command(args).spawn();
  const output = process.output();
  let ended = false;
  output.finally(() => ended = true);
  while (lines(records) < 5 && !ended) await new Promise((resolve) => setTimeout(resolve, 2));
  process.kill("SIGKILL");
  assertEquals((await output).code, 137, "it ended before it was killed");
}

function lines(path: string): number {
  try {
    return Deno.readTextFileSync(path).split("\n").length - 1;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

Deno.test("evaluate: in parts, and killed on the way, it ends with the bytes of one unbroken run", async () => {
  await inFolder(async (folder) => {
    const data = join(folder, "data");
    await writeMarketFolder(data, { test: people }, { width: 32, height: 64 });
    const order = (out: string) => [
      ...["--checkpoint", checkpoint, "--data", data, "--out", join(folder, out), "--seed", "4"],
    ];
    const results = (out: string) => Deno.readTextFile(join(folder, out, "results.json"));
    const said = await succeed(...order("whole"));
    assertMatch(said, /^40\/40 pictures, [\d.]+\/s, 0:00 left$/m);
    assertMatch(said, /^ssim +higher +0\.\d{4} \[0\.\d{4}, 0\.\d{4}\] +0\.\d{4} \[.*\] +-$/m);
    assertMatch(said, /^pairs: 40; /m);
    const whole = await results("whole");
    assertEquals(JSON.parse(whole).results[4].protocol, /^psnr: (.*)$/m.exec(said)![1]);

    await kill(join(folder, "killed/records.jsonl"), order("killed"));
    await Deno.writeTextFile(join(folder, "killed/records.jsonl"), '{"index":', { append: true });
    await succeed(...order("killed"));
    assertEquals(await results("killed"), whole);

    for (const part of ["2/3", "1/3"]) await succeed(...order("parts"), "--shard", part);
    await refuses("lacks the records of 14 of 40 pairs", "--merge", "--out", join(folder, "parts"));
    await succeed(...order("parts"), "--shard", "3/3");
    assertStringIncludes(await succeed("--merge", "--out", join(folder, "parts")), "pairs: 40; ");
    assertEquals(await results("parts"), whole);

    const list = join(folder, "list.csv");
    await Deno.writeTextFile(list, "from,to\n0003_1.png,0004_0.png\n");
    const own = await succeed(...order("own"), "--pairs", list, "--metrics", "psnr,l1");
    assertMatch(own, /^pairs: 1; /m);
    assert(!own.includes("ssim"));
    await refuses("pairs 1 (now 40)", ...order("own"), "--metrics", "l1,psnr");

    const ofPair = ["--pairs", list, "--metrics", "psnr"];
    const finished = await succeed(...order("finished"), ...ofPair, "--finished");
    assertMatch(
      finished,
      /^output: what the model paints, with the photo's background and face; /m,
    );
    const psnrOf = (text: string) => /^psnr.* higher +([\d.]+) /m.exec(text)![1];
    assert(psnrOf(finished) !== psnrOf(own), `${psnrOf(finished)} dB, as without`);
    await refuses("finished true (now none)", ...order("finished"), ...ofPair);
  });
});

Deno.test("evaluate: what the command line gets wrong is one line", async () => {
  await inFolder(async (folder) => {
    const demo = ["--checkpoint", checkpoint, "--out", join(folder, "out")];
    await refuses("--checkpoint FILE is missing", "--out", folder);
    await refuses('--shard must be K/N, K from 1 to N, not "3/2"', ...demo, "--shard", "3/2");
    await refuses('no metric "beauty"', ...demo, "--metrics", "beauty");
    await refuses("name it with --data", ...demo, "--pairs", "list.csv");
    await refuses("has no records", "--merge", "--out", folder);
    await writeMarketFolder(join(folder, "data"), { train: ["0001"] });
    await refuses("has no test pairs", ...demo, "--data", join(folder, "data"));
  });
});
