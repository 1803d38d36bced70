using System.Runtime.InteropServices;
using GpuContainers.Ctk.Cdi.Refresh;
using static GpuContainers.Ctk.Doctor.Verdict;

namespace GpuContainers.Ctk.Tests.Doctor;

/// <summary>For each check a machine in which it fires, and for those that do not apply to the healthy one a machine in which all is well.</summary>
internal static class DoctorCases
{
    private const string Nvidia = "/proc/driver/nvidia";
    private const string Mig = """
        { "driver": { "version": "550.163.01", "cuda": "12.4" },
          "gpus": [ { "model": "NVIDIA A100-SXM4-40GB", "mig": [ { "profile": "3g.20gb", "gpuInstance": 1 } ] } ] }
        """;
    private const string Tegra = """{ "tegra": { "release": "# R36 (release), REVISION: 4.0\n" } }""";
    private const string NvSwitch = """{ "driver": {}, "gpus": [ { "count": 8 } ], "extras": [ "nvswitch", "fabricmanager" ] }""";
    private const string Wsl = """{ "wsl": { "driverStore": "nv_dispi.inf_amd64_0123456789abcdef" } }""";

    // Before the cases, which are made of it.
    private static readonly string LibraryFolder =
        $"/usr/lib/{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64")}-linux-gnu";

    /// <summary>The cases, in the order of the checks.</summary>
    public static IReadOnlyList<DoctorCase> All { get; } =
    [
        .. Driver(), .. Nodes(), .. Platform(), .. Cdi(), .. Toolkit(), .. Engines(), .. Containers(), .. System(),
    ];

    private static IEnumerable<DoctorCase> Driver() =>
    [
        new("module-loaded", Error, "the kernel module is not loaded (2 GPUs on the PCI bus)", static tree => Remove(tree, Nvidia)),
        new("module-version", Error,
            "the kernel module is 550.54.15, the libraries are 570.133.20: the driver was updated and the old module is still loaded",
            static tree => tree.Write(Nvidia + "/version", "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54.15  Release Build\n")),
        new("gpus-driven", Warning, "GPU 0000:2a:00.0 is not driven by the NVIDIA module but by nouveau", static tree =>
        {
            Remove(tree, Nvidia + "/gpus/0000:2a:00.0");
            tree.Link("/sys/bus/pci/devices/0000:2a:00.0/driver", "../../../bus/pci/drivers/nouveau");
        }),
        new("gpus-driven", Ok, "1 GPU given to virtual machines (vfio-pci), the others are driven by the kernel module", static tree =>
        {
            Remove(tree, Nvidia + "/gpus/0000:2a:00.0");
            tree.Link("/sys/bus/pci/devices/0000:2a:00.0/driver", "../../../bus/pci/drivers/vfio-pci");
        }),
        new("persistence", Warning, "the kernel module does not show the GPUs' UUIDs: nobody keeps the GPUs initialised", static _ => { })
        {
            Host = """{ "driver": { "persistence": false }, "gpus": [ {} ] }""",
        },
        new("libraries", Error, "there is no driver library below /, but there is one below /run/nvidia/driver", static _ => { })
        {
            Host = """{ "driver": { "root": "/run/nvidia/driver" }, "gpus": [ {} ] }""",
        },
        new("loader-cache", Warning, "libcuda.so.1, libnvidia-ml.so.1 is not in /etc/ld.so.cache", static tree => Remove(tree, "/etc/ld.so.cache")),
        new("old-libraries", Warning, $"1 library of version 550.54.15 beside 570.133.20, such as {LibraryFolder}/libcuda.so.550.54.15",
            static tree => tree.Write(LibraryFolder + "/libcuda.so.550.54.15")),
        new("graphics-files", Warning,
            "the graphics libraries are installed, but vulkan/icd.d/nvidia_icd.json is in none of /etc, /usr/local/share, /usr/share",
            static tree => RemoveFiles(tree, "/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d", "/usr/share/vulkan/implicit_layer.d")),
    ];

    private static IEnumerable<DoctorCase> Nodes() =>
    [
        new("gpu-nodes", Error, "/dev/nvidia1 is missing: NVIDIA H200 at 0000:2a:00.0", static tree => Remove(tree, "/dev/nvidia1")),
        new("control-nodes", Error, "/dev/nvidiactl is missing", static tree => Remove(tree, "/dev/nvidiactl")),
        new("uvm-nodes", Error, "/dev/nvidia-uvm and /dev/nvidia-uvm-tools are missing", static tree => RemoveFiles(tree, "/dev/nvidia-uvm",
            "/dev/nvidia-uvm-tools")),
        new("uvm-nodes", Error, "the kernel module nvidia_uvm is not loaded (/proc/devices does not list nvidia-uvm)",
            static tree => tree.Write("/proc/devices", "Character devices:\n195 nvidia\n\nBlock devices:\n")),
        new("modeset-node", Warning, "/dev/nvidia-modeset is missing", static tree => Remove(tree, "/dev/nvidia-modeset")),
        new("stale-nodes", Error, "/dev/nvidia-uvm has the numbers 240:0, the kernel module's are 511:0", static tree =>
        {
            Remove(tree, "/dev/nvidia-uvm");
            tree.Node("/dev/nvidia-uvm", 240, 0);
        }),
        new("drm-nodes", Warning, "/dev/dri/card0, /dev/dri/renderD128 are missing", static tree => RemoveFiles(tree, "/dev/dri/card0",
            "/dev/dri/renderD128")),
        new("dev-char-links", Warning, "/dev/char/195:255 is missing, and runc 1.1.5 needs it",
            static tree => HealthyHost.Program(tree, "/usr/bin/runc", "runc version 1.1.5+ds1")),
        new("dev-char-links", Ok, "/dev/char has links to the driver's nodes", static tree =>
        {
            HealthyHost.Program(tree, "/usr/bin/runc", "runc version 1.1.5+ds1");
            tree.Write("/dev/char/195:255");
        }),
        new("mig-nodes", Error, "/dev/nvidia-caps/nvidia-cap12 is missing or has other numbers: 1 of 2 nodes of MIG devices",
            static tree => Remove(tree, "/dev/nvidia-caps/nvidia-cap12")) { Host = Mig },
        new("mig-nodes", Ok, "2 capability nodes of MIG devices are there", static _ => { }) { Host = Mig },
    ];

    private static IEnumerable<DoctorCase> Platform() =>
    [
        new("fabric-manager", Error, "this machine has NVSwitches, and no fabric manager runs", static tree => Remove(tree, "/run/nvidia-fabricmanager"))
        {
            Host = NvSwitch,
        },
        new("fabric-manager", Ok, "the fabric manager runs", static _ => { }) { Host = NvSwitch },
        new("imex-channels", Warning, "/etc/nvidia-imex/nodes_config.cfg names nodes, but no IMEX channel exists",
            static tree => tree.Write("/etc/nvidia-imex/nodes_config.cfg", "10.0.0.1\n10.0.0.2\n")),
        new("imex-channels", Ok, "1 IMEX channel is there", static tree => tree.Write("/etc/nvidia-imex/nodes_config.cfg", "10.0.0.1\n"))
        {
            Host = """{ "driver": {}, "gpus": [ {} ], "imexChannels": [ 0 ] }""",
        },
        new("wsl", Error, "/dev/dxg is there, but libdxcore.so is not", static tree => tree.Node("/dev/dxg", 10, 125)),
        new("wsl", Warning, "libdxcore.so is installed on a machine that is not WSL: it is taken for WSL", static tree =>
            tree.Write(LibraryFolder + "/libdxcore.so")),
        new("wsl", Ok, "WSL with /dev/dxg and libdxcore.so", static _ => { }) { Host = Wsl },
        new("tegra", Error, "no csv file is in /etc/nvidia-container-runtime/host-files-for-container.d",
            static tree => Remove(tree, "/etc/nvidia-container-runtime/host-files-for-container.d")) { Host = Tegra },
        new("tegra", Ok, "Tegra with csv files in /etc/nvidia-container-runtime/host-files-for-container.d", static _ => { }) { Host = Tegra },
    ];

    private static IEnumerable<DoctorCase> Cdi() =>
    [
        new("cdi-there", Warning, "no specification of nvidia.com/gpu is in /etc/cdi or /var/run/cdi, and containerd, Docker can use one",
            static tree => Remove(tree, "/var/run/cdi")),
        new("cdi-valid", Error, "/etc/cdi/broken.yaml:1:5: yaml: mapping values are not allowed in this context", static tree =>
            tree.Write("/etc/cdi/broken.yaml", "a: b: c\n")),
        new("cdi-current", Error, $"/var/run/cdi/nvidia.yaml is of another state of this machine: {LibraryFolder}/libnvidia-opencl.so.570.133.20 is gone",
            static tree => Remove(tree, LibraryFolder + "/libnvidia-opencl.so.570.133.20")),
        new("cdi-current", Error, "/var/run/cdi/nvidia.yaml is of another state of this machine: /dev/nvidia1 is missing or has other numbers",
            static tree => Remove(tree, "/dev/nvidia1")),
        new("cdi-current", Ok, "/var/run/cdi/nvidia.yaml describes this machine: nothing has changed since it was made", Refreshed),
        new("cdi-current", Error, "/var/run/cdi/nvidia.yaml is of another state of this machine: /dev/nvidia1 is missing or has other numbers", static tree =>
        {
            Refreshed(tree);
            Remove(tree, "/dev/nvidia1");
        }),
        new("cdi-current", Ok, "/var/run/cdi/nvidia.yaml describes this machine as it is", static tree =>
        {
            // Something has changed, and makes no difference.
            Refreshed(tree);
            tree.Write(LibraryFolder + "/libother.so.1");
        }),
        new("cdi-version", Error, "/var/run/cdi/nvidia.yaml has version 0.7.0, Podman 4.9.3 reads up to 0.6.0", static tree =>
        {
            HealthyHost.Program(tree, "/usr/bin/podman", "podman version 4.9.3");
            string path = tree.At("/var/run/cdi/nvidia.yaml"), text = File.ReadAllText(path);
            File.WriteAllText(path, text.Replace("cdiVersion: 0.5.0", "cdiVersion: 0.7.0", StringComparison.Ordinal));
        }),
        new("cdi-readable", Warning, "/var/run/cdi/nvidia.yaml can be read by root alone",
            static tree => File.SetUnixFileMode(tree.At("/var/run/cdi/nvidia.yaml"), UnixFileMode.UserRead | UnixFileMode.UserWrite)),
        new("cdi-folders", Warning, "Docker reads /opt/cdi, the specification is /var/run/cdi/nvidia.yaml",
            static tree => tree.Write("/etc/docker/daemon.json", """{"features": {"cdi": true}, "cdi-spec-dirs": ["/opt/cdi"]}""")),
    ];

    // As nvidia-ctk cdi refresh leaves it.
    private static void Refreshed(SimulatedTree tree)
    {
        const string specification = "/var/run/cdi/nvidia.yaml";
        string[] paths = [LibraryFolder, LibraryFolder + "/libcuda.so.570.133.20"];
        IReadOnlyList<string> facts = HostFacts.OfHost("/dev", paths, tree.Root);
        new RefreshStatus(RefreshState.Current, "", [specification], paths, ["toolkit: 1", "options: ", .. facts]).Write(tree.At(specification + ".status"));
    }

    private static IEnumerable<DoctorCase> Toolkit() =>
    [
        new("config-readable", Error,
            "failed to load specified config file: (2, 1): Unexpected token `<eof>` for a value",
            static tree => Configure(tree, "a = [\n")),
        new("config-keys", Warning, "unknown key", static tree => Configure(tree, "[nvidia-container-runtime]\nmoed = \"auto\"\n")),
        new("config-values", Warning, "\"loud\" is not a value of nvidia-container-runtime.log-level; the values are panic, fatal, error",
            static tree => Configure(tree, "[nvidia-container-runtime]\nlog-level = \"loud\"\n")),
        new("config-mode", Error, "nvidia-container-runtime.mode is \"jit\", which does not exist",
            static tree => Configure(tree, "[nvidia-container-runtime]\nmode = \"jit\"\n")),
        new("config-mode", Warning, "nvidia-container-runtime.mode is legacy: its hook changes control groups behind systemd's back",
            static tree => Configure(tree, "[nvidia-container-runtime]\nmode = \"legacy\"\n")),
        new("config-runtimes", Error, "none of runc, crun is there (nvidia-container-runtime.runtimes)", static tree => Remove(tree, "/usr/bin/runc")),
        new("config-no-cgroups", Warning, "nvidia-container-cli.no-cgroups is on, and containerd, Docker runs as root",
            static tree => Configure(tree, "[nvidia-container-cli]\nno-cgroups = true\n")),
        new("config-isolation", Warning, "accept-nvidia-visible-devices-envvar-when-unprivileged is on, and this is a node of a cluster",
            static tree => Directory.CreateDirectory(tree.At("/var/lib/kubelet"))),
        new("config-isolation", Ok, "unprivileged containers cannot ask for GPUs by their environment", static tree =>
        {
            Directory.CreateDirectory(tree.At("/var/lib/kubelet"));
            Configure(tree, "accept-nvidia-visible-devices-envvar-when-unprivileged = false\n");
        }),
        new("programs", Error, "nvidia-cdi-hook is in no folder for programs", static tree => Remove(tree, "/usr/bin/nvidia-cdi-hook")),
        new("nvidia-packages", Warning, "NVIDIA's libnvidia-container1 is installed beside this toolkit",
            static tree => tree.Write("/var/lib/dpkg/info/libnvidia-container1:amd64.list")),
        new("second-copy", Warning, "/usr/local/bin/nvidia-container-runtime and /usr/bin/nvidia-container-runtime are different programs",
            static tree => HealthyHost.Program(tree, "/usr/local/bin/nvidia-container-runtime", "another")),
    ];

    private static IEnumerable<DoctorCase> Engines() =>
    [
        new("engine-there", Warning, "neither Docker nor containerd, CRI-O or Podman is here",
            static tree => RemoveFiles(tree, "/usr/bin/dockerd", "/usr/bin/containerd")),
        new("engine-config", Error, "Docker: 'x' is an invalid start of a property name", static tree => tree.Write("/etc/docker/daemon.json", "{x}")),
        new("engine-gpus", Warning, "Docker has no NVIDIA runtime and CDI is off", static tree =>
        {
            HealthyHost.Program(tree, "/usr/bin/dockerd", "Docker version 24.0.7, build afdd53b");
            tree.Write("/etc/docker/daemon.json", "{}");
        }),
        new("engine-runtime", Error, "Docker: the runtime nvidia is /opt/nvidia-container-runtime, which is not there",
            static tree => tree.Write("/etc/docker/daemon.json", """{"runtimes": {"nvidia": {"path": "/opt/nvidia-container-runtime"}}}""")),
        new("engine-runtime", Error, "Docker: the default runtime is nvidia, which is not configured",
            static tree => tree.Write("/etc/docker/daemon.json", """{"default-runtime": "nvidia"}""")),
        new("engine-restart", Warning, "/etc/docker/daemon.json was changed after Docker was started", static tree => Daemon(tree, "dockerd", 1_700_000_100)),
        new("engine-restart", Ok, "Docker was started after its configuration was written", static tree => Daemon(tree, "dockerd", 2_900_000_000)),
        new("engine-snap", Warning, "Docker comes from a snap: its configuration is in /var/snap/docker, and it does not see the toolkit in /usr/bin",
            static tree => Directory.CreateDirectory(tree.At("/var/snap/docker"))),
        new("engine-drop-in", Error,
            "containerd does not read /etc/containerd/config.d/99-nvidia.toml: no import in /etc/containerd/config.toml names it",
            static tree => tree.Write("/etc/containerd/config.d/99-nvidia.toml", "version = 3\n")),
        new("engine-cgroup-driver", Error, "containerd: SystemdCgroup is on for runc, and not for nvidia", static tree =>
        {
            string path = tree.At("/etc/containerd/conf.d/99-nvidia.toml"), text = File.ReadAllText(path);
            File.WriteAllText(path, text.Replace("SystemdCgroup = true", "", StringComparison.Ordinal));
        }),
        new("engine-cgroup-driver", Warning, "Docker uses cgroupfs on a machine whose control groups systemd manages",
            static tree => tree.Write("/etc/docker/daemon.json", """{"exec-opts": ["native.cgroupdriver=cgroupfs"]}""")),
        new("engine-cdi", Warning, "Docker 24.0.7 does not know CDI, which began with 25.0.0",
            static tree => HealthyHost.Program(tree, "/usr/bin/dockerd", "Docker version 24.0.7, build afdd53b")),
        new("engine-several", Warning, "containerd and containerd of k3s are here, and containerd of k3s is not set up for GPUs",
            static tree => tree.Write("/var/lib/rancher/k3s/agent/etc/containerd/config.toml", "version = 2\n")),
        new("engine-several", Ok, "containerd and containerd of k3s are all set up for GPUs",
            static tree => tree.Write("/var/lib/rancher/k3s/agent/etc/containerd/config.toml", """
                version = 2
                [plugins."io.containerd.grpc.v1.cri"]
                enable_cdi = true

                """)),
    ];

    private static IEnumerable<DoctorCase> Containers() =>
    [
        new("containers-keep-gpus", Warning, "1 container would lose its GPUs at the next daemon-reload: 0123456789ab",
            static tree => Running(tree, "moby", """{"allow": false, "access": "rwm"}""")),
        new("containers-keep-gpus", Ok, "1 container, none of which would lose a GPU",
            static tree => Running(tree, "moby", """{"allow": true, "type": "c", "major": 195, "minor": 0, "access": "rwm"}""")),
        new("cgroup-devices", Warning, "cgroup v1 without the devices controller", static tree =>
        {
            Remove(tree, "/sys/fs/cgroup/cgroup.controllers");
            Directory.CreateDirectory(tree.At("/sys/fs/cgroup/memory"));
        }),
        new("cgroup-devices", Ok, "cgroup v1 with the devices controller", static tree =>
        {
            Remove(tree, "/sys/fs/cgroup/cgroup.controllers");
            Directory.CreateDirectory(tree.At("/sys/fs/cgroup/devices"));
        }),
    ];

    private static IEnumerable<DoctorCase> System() =>
    [
        new("selinux", Warning, "SELinux enforces, and the boolean container_use_devices is off", static tree => SeLinux(tree, "0 0")),
        new("selinux", Ok, "SELinux enforces, and lets containers use devices (container_use_devices)", static tree => SeLinux(tree, "1 1")),
        new("apparmor", Warning, "AppArmor confines /usr/bin/nvidia-container-runtime", static tree => AppArmor(tree,
            "/usr/bin/nvidia-container-runtime (enforce)\n")),
        new("apparmor", Ok, "AppArmor is on, and confines none of the toolkit's programs", static tree => AppArmor(tree, "docker-default (enforce)\n")),
        new("refresh-unit", Warning, "nvidia-cdi-refresh is installed but not enabled", static tree =>
            Remove(tree, "/etc/systemd/system/multi-user.target.wants")),
        new("user-namespaces", Warning, "user.max_user_namespaces is 0: user namespaces are off", static tree => Rootless(tree, "0")),
        new("user-namespaces", Ok, "users may make user namespaces", static tree => Rootless(tree, "15000")),
        new("subordinate-ids", Warning, "alice has no subordinate ids in /etc/subuid and /etc/subgid", static tree => Rootless(tree, "15000")),
        new("subordinate-ids", Ok, "alice has subordinate ids", static tree =>
        {
            Rootless(tree, "15000");
            tree.Write("/etc/subuid", "alice:100000:65536\n");
            tree.Write("/etc/subgid", "alice:100000:65536\n");
        }),
    ];

    private static void Configure(SimulatedTree tree, string text) => tree.Write("/etc/nvidia-container-runtime/config.toml", text);

    private static void SeLinux(SimulatedTree tree, string flag)
    {
        tree.Write("/sys/fs/selinux/enforce", "1");
        tree.Write("/sys/fs/selinux/booleans/container_use_devices", flag);
    }

    private static void AppArmor(SimulatedTree tree, string profiles)
    {
        tree.Write("/sys/module/apparmor/parameters/enabled", "Y\n");
        tree.Write("/sys/kernel/security/apparmor/profiles", profiles);
    }

    private static void Rootless(SimulatedTree tree, string namespaces)
    {
        tree.Write("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n");
        tree.Write("/run/user/1000/docker.sock");
        tree.Write("/proc/sys/user/max_user_namespaces", namespaces + "\n");
    }

    // The daemon's process, started at a second of the clock of 2023 and later; the machine was booted at 1700000000.
    private static void Daemon(SimulatedTree tree, string name, long start)
    {
        tree.Write("/proc/4242/comm", name + "\n");
        string fields = string.Join(' ', Enumerable.Repeat("0", 18));
        tree.Write("/proc/4242/stat", $"4242 ({name}) S {fields} {(start - 1_700_000_000) * 100} 0 0\n");
    }

    private static void Running(SimulatedTree tree, string owner, string rule) =>
        tree.Write($"/run/containerd/io.containerd.runtime.v2.task/{owner}/0123456789abcdef/config.json", $$"""
            {
              "hooks": { "prestart": [ { "path": "/usr/bin/nvidia-container-runtime-hook" } ] },
              "linux": { "cgroupsPath": "system.slice:docker:0123456789abcdef", "resources": { "devices": [ {{rule}} ] } }
            }
            """);

    private static void RemoveFiles(SimulatedTree tree, params string[] paths)
    {
        foreach (string path in paths)
            Remove(tree, path);
    }

    private static void Remove(SimulatedTree tree, string path) => Linux.Files.HostDirectory.RemoveTree(tree.At(path));
}
