using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>The hostile images under both low-level runtimes, both versions of cgroups, with and without a user namespace, with openat2 and without.</summary>
public sealed class HostileSettingsTests(ITestOutputHelper output)
{
    private const int FirstUser = 100_000;

    public static TheoryData<string, int, string> Settings()
    {
        var settings = new TheoryData<string, int, string>();
        foreach (string runtime in (string[])["runc", "crun"])
        {
            foreach (int cgroups in (int[])[1, 2])
            {
                foreach (string users in (string[])["host", "mapped", "unmapped"])
                    settings.Add(runtime, cgroups, users);
            }
        }
        return settings;
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void No_image_reaches_the_host(string runtime, int cgroups, string users)
    {
        _ = Checkout.MachineProgram(runtime);
        using var fixture = new CanaryHost();
        Arrange(fixture.Host, cgroups);
        ContainerResult plain = Make(fixture, runtime, cgroups, users, "", static _ => { }).Run("probe libcuda.so.1");
        fixture.AssertUntouched();
        // Whose root belongs to somebody that the namespace does not know cannot be written; then the error is clear, and it is the only outcome.
        if (users == "unmapped")
            Assert.DoesNotContain("internal error", plain.Errors, StringComparison.Ordinal);
        else
            Assert.Contains("libcuda.so.1: loaded", plain.Succeeded().Output, StringComparison.Ordinal);
        int turn = 0;
        foreach (HostileImage image in HostileImage.All)
        {
            string refusal = Refusals.All[turn++ % Refusals.All.Length];
            Container container = Make(fixture, runtime, cgroups, users, refusal, image.Prepare).With(["NVIDIA_VISIBLE_DEVICES=all", .. image.Variables]);
            ContainerResult result = container.Run("cat /proc/self/mountinfo; probe libcuda.so.1");
            output.WriteLine($"{image.Name}, openat2 {refusal}: {result.Status} {result.Errors.Trim()}");
            fixture.AssertUntouched(result.Output);
            Assert.DoesNotContain("internal error", result.Errors, StringComparison.Ordinal);
        }
    }

    // crun refuses controllers of both versions at once; the second version's tree is private to this host, and has what the first leaves to it.
    internal static void Arrange(SimulatedHost host, int cgroups)
    {
        CommandResult result = host.Shell(cgroups == 1
            ? "umount /sys/fs/cgroup/unified 2>/dev/null; [ -d /sys/fs/cgroup/devices ]"
            : "umount -R /sys/fs/cgroup 2>/dev/null; mount -t cgroup2 cgroup2 /sys/fs/cgroup");
        Assert.SkipWhen(result.Status != 0, $"this machine has no cgroups of version {cgroups}: {result.Errors}");
    }

    internal static Container Make(
        CanaryHost fixture, string runtime, int cgroups, string users, string refusal, Action<string> prepare, string shim = "nvidia-container-runtime")
    {
        Container container = fixture.Prepare();
        SimulatedHost host = fixture.Host;
        string program = container.Bundle + "/low-level", configuration = container.Bundle + "/config.toml";
        // Without the privilege to raise limits crun would give up before it asks the kernel for the device filter.
        string[] before = runtime == "crun" && cgroups == 2 ? Refusals.Wrapper("OK", "memlock") : [];
        ProgramFile.Write(host.At(program), $"#!/bin/sh\nexec {string.Join(' ', [.. before, runtime])} \"$@\"\n");
        File.WriteAllText(host.At(configuration), $"[nvidia-container-runtime]\nruntimes = [\"{program}\"]\n");
        container.Runtime = string.Join(' ', ["env", "NVIDIA_CTK_CONFIG_FILE_PATH=" + configuration, .. Refusals.Wrapper(refusal), shim]);
        prepare(host.At(container.Rootfs));
        if (users != "host")
            UseUserNamespace(container.Specification);
        if (users == "mapped")
            host.Run("chown", "-hR", $"{FirstUser}:{FirstUser}", container.Rootfs).Succeeded();
        return container;
    }

    // A new procfs or sysfs may be mounted only where nothing of the host's is covered, which a simulated host does: the container gets the host's own procfs.
    private static void UseUserNamespace(JsonObject specification)
    {
        JsonObject linux = specification["linux"]!.AsObject();
        JsonArray namespaces = linux["namespaces"]!.AsArray();
        namespaces.Remove(namespaces.Single(static n => (string?)n!["type"] == "network"));
        namespaces.Add(new JsonObject { ["type"] = "user" });
        JsonArray Mapping() => [new JsonObject { ["containerID"] = 0, ["hostID"] = FirstUser, ["size"] = 65536 }];
        linux["uidMappings"] = Mapping();
        linux["gidMappings"] = Mapping();
        string[] gone = ["/proc", "/sys", "/sys/fs/cgroup", "/dev/mqueue"];
        JsonArray mounts = specification["mounts"]!.AsArray();
        foreach (JsonNode? mount in mounts.Where(m => gone.Contains((string?)m!["destination"])).ToList())
            mounts.Remove(mount);
        mounts.Insert(0, new JsonObject { ["destination"] = "/proc", ["type"] = "bind", ["source"] = "/proc", ["options"] = new JsonArray("rbind") });
    }
}
