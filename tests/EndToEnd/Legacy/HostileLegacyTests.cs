namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>Hostile images in legacy mode, under both low-level runtimes, both versions of cgroups, with a user namespace and without.</summary>
public sealed class HostileLegacyTests(ITestOutputHelper output)
{
    // Only what is mounted counts: a link of the image may well have it mounted at a path that the host has too.
    private const string Sources = @"sed 's/^[^ ]* [^ ]* [^ ]* \([^ ]*\) .*/\1 /' /proc/self/mountinfo; probe libcuda.so.1";

    // Where /dev is a link runc makes its own links where that leads, before any hook runs (CVE-2026-41579).
    private static readonly IEnumerable<string> s_components = ConfigureUse.Components.Where(static component => component != "dev");

    public static TheoryData<string, int, string> Settings()
    {
        var settings = new TheoryData<string, int, string>();
        foreach (string runtime in (string[])["runc", "crun"])
        {
            foreach (int cgroups in (int[])[1, 2])
            {
                foreach (string users in (string[])["host", "mapped"])
                    settings.Add(runtime, cgroups, users);
            }
        }
        return settings;
    }

    [Theory]
    [Requirement("SEC-2", "NL-15")]
    [InlineData("runc", 1, "host")]
    [InlineData("crun", 2, "mapped")]
    public void No_image_reaches_the_host(string runtime, int cgroups, string users) => Attack(runtime, cgroups, users, HostileImage.All);

    [Theory]
    [Trait("Kind", "slow")]
    [Requirement("SEC-2")]
    [MemberData(nameof(Settings))]
    public void No_component_of_any_target_leads_to_the_host(string runtime, int cgroups, string users) => Attack(
        runtime, cgroups, users, [.. HostileImage.All, .. s_components.Select(static c => new HostileImage(c, root => Replace(root, c)))]);

    // runc up to 1.2 starts a createContainer hook without variables of its own in the container's root and with the variables of the image.
    [Fact]
    [Requirement("SEC-30")]
    public void CVE_2025_23266_variables_of_the_image_lead_the_prestart_hook_nowhere()
    {
        using var fixture = new CanaryHost();
        HostileSettingsTests.Arrange(fixture.Host, 1);
        KernelDriver.Install(fixture.Host);
        ContainerResult Run(string path, string config, string home)
        {
            Container container = KernelDriver.Add(fixture.Prepare());
            string root = fixture.Host.At(container.Rootfs);
            Directory.CreateDirectory(root + "/evil/nvidia-container-runtime");
            ProgramFile.Write(root + "/evil/nvidia-container-cli", $"#!/bin/sh\ntouch {CanaryHost.Canary}/ran\n");
            foreach (string file in (string[])["/evil/config.toml", "/evil/nvidia-container-runtime/config.toml"])
                File.WriteAllText(root + file, "nvidia-container-cli = { path = \"./evil/nvidia-container-cli\", implementation = \"external\" }\n");
            container.Specification["hooks"] = System.Text.Json.Nodes.JsonNode.Parse(
                """{"createContainer":[{"path":"/usr/bin/nvidia-container-runtime-hook","args":["nvidia-container-runtime-hook","prestart"]}]}""");
            container.Runtime = "runc";
            string[] variables =
            [
                "NVIDIA_VISIBLE_DEVICES=all", "PATH=" + path, "NVIDIA_CTK_CONFIG_FILE_PATH=" + config, "XDG_CONFIG_HOME=" + home,
                $"NVC_DEBUG_FILE={CanaryHost.Canary}/log",
            ];
            return container.With(variables).Run("/bin/true");
        }
        foreach ((string path, string config, string home) in ((string, string, string)[])
        [
            ("/usr/bin:/bin", "/proc/self/cwd/evil/config.toml", ""), ("/usr/bin:/bin", "./evil/config.toml", ""), ("/usr/bin:/bin", "", "/proc/self/cwd/evil"),
            ("/proc/self/cwd/evil:/usr/bin:/bin", "", ""),
        ])
        {
            ContainerResult result = Run(path, config, home);
            output.WriteLine($"{path} {config} {home}: {result.Status} {result.Errors.Trim()}");
            fixture.AssertUntouched(result.Output);
        }
    }

    private void Attack(string runtime, int cgroups, string users, HostileImage[] images)
    {
        _ = Checkout.MachineProgram(runtime);
        using var fixture = new CanaryHost();
        HostileSettingsTests.Arrange(fixture.Host, cgroups);
        KernelDriver.Install(fixture.Host);
        Container Make(string refusal, Action<string> prepare) => HostileSettingsTests.Make(
            fixture, runtime, cgroups, users, refusal, prepare, "nvidia-container-runtime.legacy");
        ContainerResult plain = KernelDriver.Add(Make("", static _ => { })).Run("probe libcuda.so.1");
        fixture.AssertUntouched();
        Assert.Contains("libcuda.so.1: loaded", plain.Succeeded().Output, StringComparison.Ordinal);
        int turn = 0;
        foreach (HostileImage image in images)
        {
            string refusal = Refusals.All[turn++ % Refusals.All.Length];
            Container container = KernelDriver.Add(Make(refusal, image.Prepare)).With(["NVIDIA_VISIBLE_DEVICES=all", .. image.Variables]);
            ContainerResult result = container.Run(Sources);
            output.WriteLine($"{image.Name}, openat2 {refusal}: {result.Status} {result.Errors.Trim()}");
            fixture.AssertUntouched(result.Output);
            Assert.DoesNotContain("internal error", result.Errors, StringComparison.Ordinal);
        }
    }

    private static void Replace(string root, string component)
    {
        string path = $"{root}/{component}";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // A link to a folder is removed, not what it leads to.
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: new FileInfo(path).LinkTarget is null);
        File.Delete(path);
        File.CreateSymbolicLink(path, CanaryHost.Canary);
    }
}
