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
