import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";

/** A stand-in for Deno: it finds an adapter only where a test says so, and as a task it tells what it was given. */
const deno = (version: string, adapter: string) =>
  `case $1 in
  --version) echo "deno ${version} (stable)" ;;
  eval) echo asked >>asked; ${adapter} ;;
  run) echo "asked for $*" ;;
  task) echo "ran $* with \${VK_DRIVER_FILES-no driver} at \${LD_LIBRARY_PATH-no libraries}"; exit 7 ;;
esac`;
const whereTheDriverIs = '[ -n "${VK_DRIVER_FILES-}" ]';

/** apt-get and dpkg-deb that fetch and unpack a driver of two packages and a C library. */
const apt = `case "$*" in *download-only*)
  for option; do case $option in Dir::Cache=*) cd "\${option#*=}/archives" ;; esac; done
  touch a.deb b.deb libc6_2.deb ;;
esac`;
const dpkg = `case $2 in */libc6_*) exit 1 ;; esac
mkdir -p "$3/usr/lib/cpu-linux" "$3/usr/share/vulkan/icd.d"
touch "$3/usr/lib/cpu-linux/libvulkan_lvp.so"
echo '{"library_path": "/usr/lib/cpu-linux/libvulkan_lvp.so"}' >"$3/usr/share/vulkan/icd.d/lvp_icd.json"`;

/** A copy of ./run in a folder of its own, on a machine that has a few ordinary tools and the given programs. */
async function machine(programs: Record<string, string>, codename = "") {
  const folder = await Deno.makeTempDir({ prefix: "repose run " });
  await Deno.copyFile(new URL("../run", import.meta.url), `${folder}/run`);
  await Deno.mkdir(`${folder}/bin`);
  const install = async (name: string, script: string) => {
    await Deno.writeTextFile(`${folder}/bin/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  };
  const tools =
    "basename cat chmod cp dirname find grep id ls mkdir mktemp mv rm sed tail tar touch tr";
  const real = (tool: string) => `PATH=${Deno.env.get("PATH")} exec ${tool} "$@"`;
  for (const tool of tools.split(" ")) await install(tool, real(tool));
  // The name of the distribution's release is the test's, whatever the machine.
  await install("sed", `case $2 in *CODENAME*) echo ${codename} ;; *) ${real("sed")} ;; esac`);
  await install("uname", "case $1 in -s) echo Linux ;; -m) echo x86_64 ;; *) exit 1 ;; esac");
  for (const [name, script] of Object.entries(programs)) await install(name, script);
  const start = async (cwd: string, env: Record<string, string>, task: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(`${folder}/run`, {
      args: task,
      cwd,
      clearEnv: true,
      env: { PATH: `${folder}/bin`, ...env },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replaceAll(folder, "HERE");
    return { code, out: text(stdout), errors: text(stderr) };
  };
  return {
    run(...task: string[]) {
      return this.runFrom(folder, ...task);
    },
    runFrom(cwd: string, ...task: string[]) {
      return start(cwd, {}, task);
    },
    runWith(env: Record<string, string>, ...task: string[]) {
      return start(folder, env, task);
    },
    read: async (path: string) =>
      (await Deno.readTextFile(`${folder}/${path}`)).replaceAll(folder, "HERE"),
    async has(path: string) {
      return await Deno.stat(`${folder}/${path}`).then(() => true, () => false);
    },
    entries: (path: string) => [...Deno.readDirSync(`${folder}/${path}`)].map(({ name }) => name),
    asked: async () => (await Deno.readTextFile(`${folder}/asked`)).split("\n").length - 1,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("run: a ready machine runs the task, keeps its exit code and is asked once", async () => {
  await using here = await machine({ deno: deno("2.9.0", "true") });
  for (let start = 0; start < 2; start++) {
    const { code, out, errors } = await here.run("train", "--seed", "1 2");
    assertEquals([code, errors], [7, ""]);
    assertEquals(out, "ran task -q train --seed 1 2 with no driver at no libraries\n");
  }
  assertEquals(await here.asked(), 1);
  assertEquals(await here.has(".vulkan"), false);
});

Deno.test("run: tasks learn where the user stands, and that nobody looks at a terminal", async () => {
  await using here = await machine({
    deno: deno("2.9.0", "true").replace(
      "task)",
      'task) echo "from $INIT_CWD, colours: ${NO_COLOR-yes}";',
    ),
  });
  const elsewhere = await Deno.makeTempDir();
  const { out } = await here.runFrom(elsewhere, "train");
  assertStringIncludes(out, `from ${elsewhere}, colours: 1\n`);
  await Deno.remove(elsewhere);
});

Deno.test("run: tasks may ask the machine's own registry, where it has one", async () => {
  await using here = await machine({
    deno: deno("2.9.0", "true").replace("task)", 'task) echo "net: ${REPOSE_NET-}";'),
  });
  const hosts: [string, string][] = [
    ["https://npm.example.org:8080/mirror/", "--allow-net=npm.example.org:8080"],
    ["http://me:secret@[::1]/", ""],
    ["http://me:secret@10.0.0.1", "--allow-net=10.0.0.1"],
    ["http://a --allow-run/", ""],
    ["", ""],
  ];
  for (const [NPM_CONFIG_REGISTRY, net] of hosts) {
    const { out } = await here.runWith({ NPM_CONFIG_REGISTRY }, "train");
    assertStringIncludes(out, `net: ${net}\n`);
  }
});

Deno.test("run: help is the program's, whatever it is called, and looks for no driver", async () => {
  await using here = await machine({ deno: deno("2.9.0", "false") });
  for (const word of ["help", "-h", "--help"]) {
    const { code, out, errors } = await here.run(word);
    assertEquals([code, out, errors], [0, "asked for run -q -A cli.ts --help\n", ""]);
  }
});

Deno.test("run: a machine without a driver gets one in .vulkan, once", async () => {
  await using here = await machine({
    deno: deno("3.0.0", whereTheDriverIs),
    "apt-get": apt,
    "dpkg-deb": dpkg,
  });
  const first = await here.run("test");
  assertMatch(first.errors, /^run: no Vulkan driver here: .*\n$/);
  assertEquals(
    first.out,
    "ran task -q test with HERE/.vulkan/usr/share/vulkan/icd.d/lvp_icd.json " +
      "at HERE/.vulkan/usr/lib/cpu-linux:HERE/.vulkan/lib/cpu-linux\n",
  );
  const asked = await here.asked();
  assertEquals((await here.run("test")).out, first.out);
  assertEquals((await here.run("test")).errors, "");
  assertEquals(await here.asked(), asked);
});

Deno.test("run: on Debian 12 the driver of Debian 13 comes with its C library, which a copy of Deno names", async () => {
  const names = `${dpkg}
mkdir -p "$3/usr/bin"
echo 'shift 2; exec sh "$@"' >"$3/usr/lib/cpu-linux/ld-linux-cpu.so.2"
echo 'echo "$@" >>patched' >"$3/usr/bin/patchelf"
chmod +x "$3/usr/lib/cpu-linux/ld-linux-cpu.so.2"
touch "$3/usr/lib/cpu-linux/libLLVM.so.1"`.replace(/^case.*$/m, "");
  await using here = await machine({
    deno: deno("2.9.6", whereTheDriverIs),
    "apt-get": `echo "$*" >>apt; ${apt}`,
    "dpkg-deb": names,
    sh: 'PATH=$PATH:/bin:/usr/bin exec /bin/sh "$@"',
  }, "bookworm");
  const { out, errors } = await here.run("test");
  assertEquals(
    out,
    "ran task -q test with HERE/.vulkan/usr/share/vulkan/icd.d/lvp_icd.json at no libraries\n",
    errors,
  );
  assertMatch(await here.read("apt"), /-t trixie-backports .*mesa-vulkan-drivers.* patchelf/);
  const libraries = "HERE/.vulkan/usr/lib/cpu-linux";
  assertMatch(
    await here.read("patched"),
    new RegExp(
      `--set-interpreter ${libraries}/ld-linux-cpu.so.2 --force-rpath --set-rpath ${libraries} `,
    ),
  );
  assertEquals(await here.has(".vulkan/deno/2.9.6/deno"), true);
});

Deno.test("run: on Debian a software driver of the machine's gives way to a newer one, elsewhere it is used", async () => {
  const programs = {
    deno: deno("2.9.6", "exit 2"),
    "apt-get": apt,
    "dpkg-deb": dpkg.replace(/^case.*\n/, ""),
    sh: 'PATH=$PATH:/bin:/usr/bin exec /bin/sh "$@"',
  };
  await using debian = await machine(programs, "trixie");
  const { out, errors } = await debian.run("test");
  assertMatch(errors, /^run: no Vulkan driver but an older software one here: .*\n$/);
  assertStringIncludes(out, "with HERE/.vulkan/usr/share/vulkan/icd.d/lvp_icd.json");
  await using other = await machine(programs, "noble");
  assertEquals((await other.run("test")).out, "ran task -q test with no driver at no libraries\n");
  await using offline = await machine({ ...programs, "apt-get": "exit 100" }, "trixie");
  assertStringIncludes((await offline.run("test")).out, "ran task -q test with no driver");
});

Deno.test("run: a driver that only lacked a loader is preferred to the software driver", async () => {
  await using here = await machine({
    deno: deno("2.9.6", '[ -n "${LD_LIBRARY_PATH-}" ]'),
    "apt-get": apt,
    "dpkg-deb": dpkg,
  });
  assertStringIncludes((await here.run("test")).out, "with no driver at HERE/.vulkan/usr/lib/");
});

Deno.test("run: a download that breaks off leaves no .vulkan and says what to do", async () => {
  const broken = `case $2 in */b.deb) exit 1 ;; esac\n${dpkg}`;
  for (const [get, unpack] of [[apt, broken], ["echo 'E: offline' >&2; exit 100", dpkg]]) {
    await using here = await machine({
      deno: deno("2.10.1", whereTheDriverIs),
      "apt-get": get,
      "dpkg-deb": unpack,
      id: "echo 1000",
    });
    const { code, out, errors } = await here.run("test");
    assertEquals([code, out], [1, ""]);
    assertStringIncludes(errors, "sudo apt-get install libvulkan1 mesa-vulkan-drivers");
    assertEquals(await here.has(".vulkan"), false);
    assertEquals(await here.entries(".deno"), ["bin"]);
  }
});

Deno.test("run: where nothing can be fetched, root installs on the machine, others are told how", async () => {
  const programs = {
    deno: deno("2.9.0", "[ -e installed ]"),
    "apt-get": `case "$*" in *download-only*) exit 100 ;; *"-y install"*) touch installed ;; esac`,
    "dpkg-deb": dpkg,
  };
  await using asRoot = await machine({ ...programs, id: "echo 0" });
  const { code, out } = await asRoot.run("train");
  assertEquals([code, out], [7, "ran task -q train with no driver at no libraries\n"]);
  await using asOther = await machine({ ...programs, id: "echo 1000" });
  const { code: failed, errors } = await asOther.run("train");
  assertEquals(failed, 1);
  assertStringIncludes(errors, "sudo apt-get install libvulkan1 mesa-vulkan-drivers");
  assertEquals(await asOther.has("installed"), false);
});

Deno.test("run: other distributions are told their own command", async () => {
  for (const manager of ["dnf", "pacman"]) {
    await using here = await machine({ deno: deno("2.9.6", "false"), [manager]: "exit 1" });
    const { code, errors } = await here.run("test");
    assertEquals(code, 1);
    assertMatch(errors, new RegExp(`^run: .* sudo ${manager} .*vulkan.*\n$`));
  }
});

Deno.test("run: an old Deno is passed over for one from npm", async () => {
  const script = await Deno.readTextFile(new URL("../run", import.meta.url));
  const [, sha512] = /linux-x64-glibc\s+sha512=(\S+)/.exec(script)!;
  const npm = `echo '"integrity": "sha512-${sha512}"'
mkdir package
printf '%s\\n' '#!/bin/sh' '${deno("2.9.6", "true").replaceAll("'", `'"'"'`)}' >package/deno
tar -czf deno.tgz package`;
  for (const version of ["1.46.3", "2.8.9"]) {
    await using here = await machine({ deno: deno(version, "false"), npm });
    const { code, out, errors } = await here.run("test");
    assertEquals(code, 7, errors);
    assertMatch(errors, /^run: no Deno 2.9 or later here: .*\n$/);
    assertStringIncludes(out, "ran task -q test");
    assertEquals((await here.run("test")).errors, "");
  }
  const other = npm.replace(sha512.slice(0, 8), "AAAAAAAA");
  await using here = await machine({ npm: other, curl: "exit 6" });
  const { code, errors } = await here.run("test");
  assertEquals(code, 1, "a package of another digest is taken");
  assertStringIncludes(errors, "could not fetch Deno");
});

Deno.test("run: without npm the official installer is used, and a failure is one line", async () => {
  const curl = `for last; do :; done
echo 'mkdir "$DENO_INSTALL/bin"; cp bin/deno-new "$DENO_INSTALL/bin/deno"' >"$last"`;
  const sh = `PATH=$PATH:/bin:/usr/bin exec /bin/sh "$@"`;
  await using here = await machine({ curl, sh, "deno-new": deno("2.9.6", "true") });
  assertStringIncludes((await here.run("test")).out, "ran task -q test");

  await using offline = await machine({ npm: "exit 1", curl: "exit 6" });
  const { code, errors } = await offline.run("test");
  assertEquals(code, 1);
  assertMatch(errors, /could not fetch Deno .*; install Deno 2.9 or later from .*\n$/);
  assertEquals(await offline.has(".deno/bin/deno"), false);
});
