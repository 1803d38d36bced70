namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>Images in which the targets of nvidia-container-cli configure are not what it expects, on kernels with and without the newer calls.</summary>
public sealed class HostileConfigureTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    // The root itself is not a mount below it, /proc and the driver's folder in it are.
    private const string Untouched = "2\n";

    private SimulatedHost Host => fixture.Host;

    public static TheoryData<string> Components => [.. ConfigureUse.Components];

    public static TheoryData<string> Kernels => [.. ConfigureUse.Kernels];

    [Theory]
    [Requirement("SEC-2", "CL-83", "CL-87", "NL-12", "NL-13")]
    [MemberData(nameof(Components))]
    public void CVE_2024_0132_no_component_of_any_target_leads_to_the_host(string component)
    {
        fixture.PrepareCanary();
        List<string> wrong = [];
        int turn = ConfigureUse.Components.IndexOf(component);
        foreach (Trap trap in Trap.All)
            Attack(component, trap, ConfigureUse.Kernels[turn++ % ConfigureUse.Kernels.Length], wrong);
        fixture.AssertUntouched();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [Trait("Kind", "slow")]
    [Requirement("SEC-2", "NL-12", "NL-14")]
    [MemberData(nameof(Components))]
    public void CVE_2024_0132_nor_on_any_kernel(string component)
    {
        fixture.PrepareCanary();
        List<string> wrong = [];
        foreach (Trap trap in Trap.All)
        {
            int[] results = [.. ConfigureUse.Kernels.Select(kernel => Attack(component, trap, kernel, wrong)).Distinct()];
            // The walker follows more links than the kernel (HK-46).
            if (results.Length > 1 && !trap.Name.StartsWith("chain", StringComparison.Ordinal))
                wrong.Add($"{component} is a {trap.Name}: not the same on all kernels");
        }
        fixture.AssertUntouched();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    // The tests above say something only if the program does its work on such a tree.
    [Theory]
    [Requirement("NL-14")]
    [MemberData(nameof(Kernels))]
    public void The_same_tree_without_a_trap_gets_everything(string kernel)
    {
        HookRoot root = ConfigureUse.Prepare(Host);
        CommandResult result = ConfigureUse.Run(Host, root, kernel).Succeeded();
        Assert.InRange(int.Parse(result.Output, System.Globalization.CultureInfo.InvariantCulture), 20, 40);
        Assert.True(new FileInfo(root.At("etc/ld.so.cache")).Length > 0);
        root.Delete();
    }

    private int Attack(string component, Trap trap, string kernel, List<string> wrong)
    {
        HookRoot root = ConfigureUse.Prepare(Host);
        trap.Spring(root, component);
        string which = $"{component} is a {trap.Name}, without {kernel}";
        CommandResult result = ConfigureUse.Run(Host, root, kernel);
        if (result.Status is not (0 or 1) || result.Errors.Contains("internal error", StringComparison.Ordinal))
            wrong.Add($"{which}: status {result.Status}, {result.Errors}");
        if (result.Output.Contains("foreign", StringComparison.Ordinal))
            wrong.Add($"{which}: {result.Output}");
        if (result.Status == 1 && result.Output != Untouched)
            wrong.Add($"{which}: failed, and left mounts: {result.Output}{result.Errors}");
        // A link that climbs above the root is refused, also where it would be the root that stops it (CL-82).
        if (trap.IsInside && trap.Name.StartsWith("absolute", StringComparison.Ordinal) && result.Status != 0)
            wrong.Add($"{which}: not done within the image: {result.Errors}");
        root.Delete();
        return result.Status;
    }
}
