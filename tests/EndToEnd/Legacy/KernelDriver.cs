using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>
/// What a kernel with the driver shows in every container's /proc, and a simulated host cannot show in a procfs that is mounted later: a hook before all others
/// brings it there. Where only the second version of cgroups is mounted, /proc names no group of the first either.
/// </summary>
internal static class KernelDriver
{
    private const string Folder = "/run/kernel-driver";
    private const string Hook = Folder + "/hook";

    /// <summary>A low-level runtime that adds the hook by itself, for engines that write the specification.</summary>
    internal const string LowLevelRuntime = Folder + "/bin/runc";

    private const string HookScript = $$"""
        #!/bin/sh
        pid=$(sed 's/.*"pid": *\([0-9]*\).*/\1/')
        case $1 in /*) root=$1 ;; *) root=$PWD/$1 ;; esac
        if [ ! -d /sys/fs/cgroup/devices ]; then
            grep '^0:' /proc/$pid/cgroup >{{Folder}}/$pid && mount --bind {{Folder}}/$pid /proc/$pid/cgroup || exit 1
        fi
        exec nsenter -t $pid -m mount --bind /proc/driver "$root/proc/driver"
        """;

    private const string RuntimeScript = $$"""
        #!/usr/bin/python3
        import json, os, shutil, sys
        words = sys.argv
        if "create" in words:
            path = words[words.index("--bundle") + 1] + "/config.json"
            with open(path) as file:
                config = json.load(file)
            hook = {"path": "{{Hook}}", "args": ["hook", config["root"]["path"]]}
            config.setdefault("hooks", {}).setdefault("prestart", []).insert(0, hook)
            with open(path, "w") as file:
                json.dump(config, file)
        os.environ["PATH"] = os.environ["PATH"].replace("{{Folder}}/bin:", "")
        os.execvp("runc", ["runc"] + words[1:])
        """;

    /// <summary>The start of a shell script that lets engines find the runtime by the name of the real one.</summary>
    internal const string Path = $"export PATH={Folder}/bin:$PATH";

    /// <summary>Puts hook and runtime into a host.</summary>
    internal static void Install(SimulatedHost host)
    {
        _ = Checkout.MachineProgram("python3");
        Directory.CreateDirectory(host.At(Folder + "/bin"));
        Write(host, Hook, HookScript);
        Write(host, LowLevelRuntime, RuntimeScript);
    }

    /// <summary>Adds the hook to a container's specification.</summary>
    internal static Container Add(Container container)
    {
        container.Specification["hooks"] = new JsonObject
        {
            ["prestart"] = new JsonArray(new JsonObject { ["path"] = Hook, ["args"] = new JsonArray("hook", container.Rootfs) }),
        };
        return container;
    }

    private static void Write(SimulatedHost host, string path, string text)
    {
        ProgramFile.Write(host.At(path), text);
    }
}
