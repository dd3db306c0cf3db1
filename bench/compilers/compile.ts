/** Compiles each WGSL of a JSON file on the first adapter, by wgpu or Dawn; a process of its own, which drivers.ts starts. */
const [file, webgpu] = Deno.args;
const gpu = webgpu === "dawn" ? (await import("webgpu")).create([]) : navigator.gpu;
const adapter = await gpu.requestAdapter();
if (!adapter) throw new Error("the stand-in for the driver does not open");
const { maxStorageBuffersPerShaderStage, maxComputeWorkgroupStorageSize } = adapter.limits;
const device = await adapter.requestDevice({
  requiredLimits: { maxStorageBuffersPerShaderStage, maxComputeWorkgroupStorageSize },
});
const codes: string[] = JSON.parse(await Deno.readTextFile(file));
for (const code of codes) {
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ code });
  device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
  const error = await device.popErrorScope();
  if (error) throw new Error(error.message);
}
Deno.exit(0); // without waiting for a device that never ends anything
