import { assertEquals } from "@std/assert";
import { modelConfiguration } from "../../model/configuration.ts";
import { describeModel } from "../../model/describe.ts";

Deno.test("DeepFashion as released has the 82.08 million parameters that the paper names", () => {
  const model = modelConfiguration({ preset: "deepfashion", fidelity: "released" });
  assertEquals(describeModel(model).generatorParameters, 82_080_611);
});

Deno.test("the layers' parameters add up, and their sizes are the paper's", () => {
  for (const preset of ["demo", "market", "deepfashion"] as const) {
    const { layers, generatorParameters, discriminatorParameters } = describeModel(
      modelConfiguration({ preset }),
    );
    const total = layers.reduce((sum, { parameters }) => sum + parameters, 0);
    assertEquals(total, generatorParameters + discriminatorParameters);
  }
  const market = describeModel(modelConfiguration({ preset: "market" })).layers;
  const outputOf = (name: string) => market.find((layer) => layer.name === name)?.output;
  assertEquals(outputOf("generator.appearance.5"), [512, 4, 2]);
  assertEquals(outputOf("generator.decoder.4"), [128, 128, 64]);
  assertEquals(outputOf("generator.decoder.5"), [3, 128, 64]);
  assertEquals(outputOf("discriminator.4"), [1, 3, 1]);
});
