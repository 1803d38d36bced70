using GpuContainers.Cdi;
using GpuContainers.Ctk.Doctor;
using GpuContainers.Generation;
using GpuContainers.Linux.Files;

namespace GpuContainers.Ctk.Tests.Doctor;

/// <summary>Simulated machines for doctor: a healthy one with Docker and containerd, and what makes others of it.</summary>
internal static class HealthyHost
{
    private const string Graphics = """
        {
          "driver": { "version": "570.133.20", "graphics": true },
          "gpus": [ { "model": "NVIDIA H200", "count": 2, "drm": true } ],
          "extras": [ "persistenced" ]
        }
        """;

    private const string Containerd = """
        version = 3
        imports = ["/etc/containerd/conf.d/*.toml"]
        [plugins."io.containerd.cri.v1.runtime".containerd]
        default_runtime_name = "runc"
        [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
        runtime_type = "io.containerd.runc.v2"
        [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
        SystemdCgroup = true

        """;

    private const string DropIn = """
        version = 3
        [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.nvidia]
        runtime_type = "io.containerd.runc.v2"
        [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.nvidia.options]
        BinaryName = "/usr/bin/nvidia-container-runtime"
        SystemdCgroup = true

        """;

    /// <summary>A machine on which nothing is wrong.</summary>
    public static SimulatedTree Make(string description = Graphics)
    {
        SimulatedTree tree = SimulatedTree.OfText(description);
        Program(tree, "/usr/bin/nvidia-container-runtime", "nvidia-container-runtime");
        foreach (string name in (string[])["nvidia-ctk", "nvidia-cdi-hook", "nvidia-container-runtime-hook"])
            tree.Link("/usr/bin/" + name, "nvidia-container-runtime");
        Program(tree, "/usr/bin/runc", "runc version 1.2.6");
        Program(tree, "/usr/bin/dockerd", "Docker version 28.3.2, build e77ff99");
        Program(tree, "/usr/bin/containerd", "containerd containerd.io v2.1.3 c787fb98911740dd3ff2d0e45ce88cdf01410486");
        tree.Write("/etc/docker/daemon.json", """{"runtimes": {"nvidia": {"path": "nvidia-container-runtime", "args": []}}, "features": {"cdi": true}}""");
        tree.Write("/etc/containerd/config.toml", Containerd);
        tree.Write("/etc/containerd/conf.d/99-nvidia.toml", DropIn);
        tree.Write("/etc/nvidia-container-runtime/config.toml", "[nvidia-container-runtime]\nmode = \"auto\"\n");
        Directory.CreateDirectory(tree.At("/run/systemd/system"));
        tree.Write("/usr/lib/systemd/system/nvidia-cdi-refresh.service");
        tree.Write("/usr/lib/systemd/system/nvidia-cdi-refresh.path");
        tree.Link("/etc/systemd/system/multi-user.target.wants/nvidia-cdi-refresh.path", "/usr/lib/systemd/system/nvidia-cdi-refresh.path");
        tree.Write("/sys/fs/cgroup/cgroup.controllers", "cpu memory pids\n");
        tree.Write("/proc/stat", "cpu  1 2 3 4\nbtime 1700000000\n");
        Generate(tree);
        return tree;
    }

    /// <summary>The machine as doctor sees it.</summary>
    public static Machine Examine(SimulatedTree tree) => new(tree.Root, tree.Context());

    /// <summary>A script that prints a line, as programs do for --version.</summary>
    public static void Program(SimulatedTree tree, string path, string line) =>
        tree.Write(path, $"#!/bin/sh\necho '{line}'\n", FileModes.PublicFolder);

    /// <summary>Writes the specification of the machine as it is now, if it has a driver.</summary>
    public static void Generate(SimulatedTree tree, string path = "/var/run/cdi/nvidia.yaml")
    {
        if (!Directory.Exists(tree.At("/proc/driver/nvidia/gpus")))
            return;
        CdiSpec spec = SpecGenerator.Generate(new GenerationOptions { DriverRoot = tree.DriverRoot, DevRoot = tree.Root }, ["all"], tree.Context());
        CdiSpecFile.Save(tree.At(path), spec);
    }
}
