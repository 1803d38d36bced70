using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>All hooks in real containers of both low-level runtimes, without our runtime in front of them.</summary>
public sealed class HookRuntimesTests : IClassFixture<TwoGpuHost>
{
    private const int Mapped = 100000;

    public HookRuntimesTests(TwoGpuHost fixture)
    {
        Host = fixture.Host;
        // crun refuses controllers of both cgroup versions at once; without the second version's tree it sees the first alone.
        Host.Shell("if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi").Succeeded();
    }

    private SimulatedHost Host { get; }

    public static TheoryData<string, bool, bool, string> Containers()
    {
        var data = new TheoryData<string, bool, bool, string>();
        foreach (string runtime in (string[])["runc", "crun"])
        {
            foreach (bool inUserNamespace in (bool[])[false, true])
            {
                data.Add(runtime, inUserNamespace, false, "");
                data.Add(runtime, inUserNamespace, true, "");
                data.Add(runtime, inUserNamespace, true, "shared");
            }
        }
        return data;
    }

    [Theory]
    [Requirement("HK-36", "HK-41", "HK-119")]
    [MemberData(nameof(Containers))]
    public void The_container_starts_the_library_is_found_and_no_mount_is_left(string runtime, bool inUserNamespace, bool isReadOnly, string propagation)
    {
        Container container = Prepare(runtime, inUserNamespace);
        container.Specification["root"]!["readonly"] = isReadOnly;
        if (propagation.Length > 0)
            container.Specification["linux"]!["rootfsPropagation"] = propagation;
        string before = Mounts();
        ContainerResult result = container.Run("probe libcuda.so.1; readlink /opt/links/made; touch /x 2>&1 || echo refused").Succeeded();
        Assert.Equal(before, Mounts());
        Assert.Contains("libcuda.so.1: loaded from /opt/driver/libcuda.so.1", result.Output, StringComparison.Ordinal);
        Assert.Contains("target", result.Lines);
        Assert.Equal(isReadOnly, result.Lines.Contains("refused"));
    }

    // Whoever may not read config.json gets the root from crun's state, and with runc from the working directory.
    [Theory]
    [Requirement("HK-28", "HK-32")]
    [InlineData("runc")]
    [InlineData("crun")]
    public void An_unreadable_configuration_in_a_user_namespace(string runtime)
    {
        Container container = Prepare(runtime, inUserNamespace: true);
        Host.Run("chmod", "600", container.Bundle + "/config.json").Succeeded();
        ContainerResult result = container.Run("probe libcuda.so.1; readlink /opt/links/made").Succeeded();
        Assert.Contains("libcuda.so.1: loaded from /opt/driver/libcuda.so.1", result.Output, StringComparison.Ordinal);
        Assert.Contains("target", result.Lines);
    }

    // Elsewhere the working directory is not a root, and nothing is guessed.
    [Fact]
    [Requirement("HK-32")]
    public void Without_a_root_in_the_working_directory_the_error_names_the_file()
    {
        Container container = Prepare("runc", inUserNamespace: true);
        Host.Run("chmod", "600", container.Bundle + "/config.json").Succeeded();
        File.WriteAllText(Host.At(container.Bundle + "/config.json"), container.Specification.ToJsonString());
        string state = new JsonObject { ["bundle"] = container.Bundle }.ToJsonString();
        CommandResult result = Host.Run(
            ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "sh", "-c", "cd /usr && exec nvidia-cdi-hook create-symlinks"], [], state);
        Assert.Equal(1, result.Status);
        Assert.Contains($"{container.Bundle}/config.json: permission denied", result.Errors, StringComparison.Ordinal);
    }

    private Container Prepare(string runtime, bool inUserNamespace)
    {
        _ = Checkout.MachineProgram(runtime);
        var container = new Container(Host) { Runtime = runtime };
        Host.Shell($"""
            set -e; cd {container.Rootfs}; mkdir -p opt/driver; cp -L {Machine.LibraryFolder}/libcuda.so.570.133.20 opt/driver/
            {(inUserNamespace ? $"chown -R -h {Mapped}:{Mapped} ." : ":")}
            """).Succeeded();
        if (inUserNamespace)
            AddUserNamespace(container.Specification);
        container.Specification["hooks"] = new JsonObject
        {
            ["createContainer"] = new JsonArray(
                Hook("create-symlinks", "--link", "target::/opt/links/made"),
                Hook("enable-cuda-compat", "--host-driver-version=570.133.20"),
                Hook("update-ldcache", "--folder", "/opt/driver"),
                Hook("disable-device-node-modification"),
                Hook("update-application-profile"),
                Hook("chmod", "--mode", "755", "--path", "/opt/driver")),
        };
        return container;
    }

    // As our specifications name hooks (HK-4).
    private static JsonObject Hook(params string[] arguments) => new()
    {
        ["path"] = "/usr/bin/nvidia-cdi-hook",
        ["args"] = new JsonArray([.. arguments.Prepend("nvidia-cdi-hook").Select(static a => (JsonNode)a)]),
        ["env"] = new JsonArray("NVIDIA_CTK_DEBUG=false"),
    };

    private static void AddUserNamespace(JsonObject specification)
    {
        JsonObject linux = specification["linux"]!.AsObject();
        linux["namespaces"]!.AsArray().Add(new JsonObject { ["type"] = "user" });
        // The simulated host's /proc is partly covered, so that the kernel allows no new one in a user namespace (HK-43): the host's own takes its place.
        JsonArray mounts = specification["mounts"]!.AsArray();
        foreach (JsonNode? mount in mounts.Where(static m => (string?)m!["type"] is "proc" or "sysfs" or "cgroup" or "mqueue").ToArray())
            mounts.Remove(mount);
        mounts.Insert(0, new JsonObject { ["destination"] = "/proc", ["type"] = "none", ["source"] = "/proc", ["options"] = new JsonArray("rbind") });
        foreach (string name in (string[])["uidMappings", "gidMappings"])
            linux[name] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = Mapped, ["size"] = 65536 });
    }

    private string Mounts() => Host.Run("cat", "/proc/self/mountinfo").Succeeded().Output;
}
