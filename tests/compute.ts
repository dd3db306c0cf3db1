/** Computes as the environment says, for same_everywhere_test.ts. Takes a file for the results, safetensors. */
import { Device } from "../engine/device.ts";
import { writeComputed } from "./same_everywhere.ts";

await writeComputed(await Device.open(), Deno.args[0]);
