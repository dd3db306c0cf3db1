let ready: Promise<void> | undefined;

const file = (specifier: string) => Deno.readFile(new URL(import.meta.resolve(specifier)));

/** An SVG as a PNG over white, enlarged by `zoom`, with its text in DejaVu Sans. */
export async function svgToPng(svg: string, zoom: number): Promise<Uint8Array> {
  // Loaded here, as most commands draw nothing.
  const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
  ready ??= file("@resvg/resvg-wasm/index_bg.wasm").then(initWasm);
  await ready;
  const fontBuffers = [await file("dejavu-fonts-ttf/ttf/DejaVuSans.ttf")];
  const image = new Resvg(svg, {
    font: { fontBuffers, defaultFontFamily: "DejaVu Sans" },
    background: "white",
    fitTo: { mode: "zoom", value: zoom },
  });
  return image.render().asPng();
}
