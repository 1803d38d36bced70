using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>The device rules of legacy mode under both versions of cgroups; the tree of the second version is private to the host.</summary>
public sealed class LegacyCgroupsTests
{
    private static SimulatedHost Start(int cgroups)
    {
        var host = SimulatedHost.Start("h200x2");
        CommandResult result = host.Shell(cgroups == 1
            ? "umount /sys/fs/cgroup/unified 2>/dev/null; [ -d /sys/fs/cgroup/devices ]"
            : "umount -R /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup");
        if (result.Status != 0)
        {
            host.Dispose();
            Assert.Skip($"this machine has no cgroups of version {cgroups}: {result.Errors}");
        }
        KernelDriver.Install(host);
        return host;
    }

    [Fact]
    [Requirement("LG-77", "CL-121", "CL-125", "NL-19", "NL-21")]
    public void Docker_run_with_one_gpu_and_cgroups_of_version_2()
    {
        using SimulatedHost host = Start(2);
        GpuLook.AssertGpus(DockerDaemon.Run(host, $"docker run --rm --network none --gpus device=1 --env PATH=/usr/bin:/bin gpu:test {GpuLook.Program}").Output,
            true, 1);
    }

    // As systemd does it with each daemon-reload, and low-level runtimes when limits change: all device rules are written anew, by those of the
    // specification. runc since 1.1 leaves them alone then; crun writes those that it is given.
    [Theory]
    [Requirement("CG-4", "CG-9")]
    [InlineData(1)]
    [InlineData(2)]
    public void A_legacy_container_still_opens_its_GPU_after_an_update(int cgroups)
    {
        using SimulatedHost host = Start(cgroups);
        GpuLook.AssertGpus(LookAfterUpdate(host, "always"), true, 1);
        // Without the rules in the specification the GPU is lost: the node is there, and the kernel refuses it.
        Assert.Contains("can't open '/run/gpu1': Operation not permitted", LookAfterUpdate(host, "never"), StringComparison.Ordinal);
    }

    private static string LookAfterUpdate(SimulatedHost host, string choice)
    {
        Container container = KernelDriver.Add(GpuLook.Prepare(host)).With("NVIDIA_VISIBLE_DEVICES=1");
        container.Specification["linux"]!["cgroupsPath"] = "/gpu-e2e/" + container.Id;
        foreach (string set in (string[])["bounding", "effective", "permitted"])
            container.Specification["process"]!["capabilities"]![set]!.AsArray().Add("CAP_MKNOD");
        container.Specification["process"]!["args"] = new JsonArray("/bin/sleep", "1000000");
        File.WriteAllText(host.At(container.Bundle + "/config.json"), container.Specification.ToJsonString());
        string[] crun = [.. Refusals.Wrapper("OK", "memlock"), Checkout.MachineProgram("crun")];
        ProgramFile.Write(host.At(container.Bundle + "/low-level"), $"#!/bin/sh\nexec {string.Join(' ', crun)} \"$@\"\n");
        File.WriteAllText(host.At(container.Bundle + "/config.toml"), $"""
            [nvidia-container-runtime]
            runtimes = ["{container.Bundle}/low-level"]
            [nvidia-container-runtime.modes.legacy]
            device-rules = "{choice}"
            """);
        string runtime = "nvidia-container-runtime.legacy --root /run/e2e/state";
        CommandResult result = host.Shell($$"""
            cd {{container.Bundle}}
            export NVIDIA_CTK_CONFIG_FILE_PATH={{container.Bundle}}/config.toml
            {{runtime}} create --bundle {{container.Bundle}} {{container.Id}} >{{container.Bundle}}/log 2>&1 </dev/null || exit 100
            {{runtime}} start {{container.Id}} || exit 101
            {{runtime}} exec {{container.Id}} {{GpuLook.Program}} >{{container.Bundle}}/before || exit 102
            python3 -c 'import json; print(json.dumps({"devices": json.load(open("config.json"))["linux"]["resources"]["devices"]}))' >resources.json
            {{runtime}} update --resources resources.json {{container.Id}} || exit 103
            {{runtime}} exec {{container.Id}} {{GpuLook.Program}}
            """);
        string log = File.ReadAllText(host.At(container.Bundle + "/log"));
        _ = host.Shell($"{runtime} delete -f {container.Id} >/dev/null 2>&1; true");
        Assert.True(result.Status == 0, $"{result.Status}: {result.Errors}{log}");
        GpuLook.AssertGpus(File.ReadAllText(host.At(container.Bundle + "/before")), true, 1);
        return result.Output;
    }
}
