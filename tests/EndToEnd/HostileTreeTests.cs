namespace GpuContainers.EndToEnd.Tests;

/// <summary>Trees of files that are not what a hook expects, with openat2 and without.</summary>
public sealed class HostileTreeTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    private SimulatedHost Host => fixture.Host;

    public static TheoryData<string> Hooks => [.. HookUse.All.Select(static u => u.Hook)];

    [Theory]
    [Requirement("SEC-2")]
    [MemberData(nameof(Hooks))]
    public void CVE_2024_0133_no_component_of_any_path_leads_a_hook_to_the_host(string hook)
    {
        HookUse use = HookUse.Named(hook);
        fixture.PrepareCanary();
        List<string> wrong = [];
        foreach (string component in use.Components)
        {
            foreach (Trap trap in Trap.All)
                Attack(use, component, trap, wrong);
            fixture.AssertUntouched();
        }
        Assert.Empty(wrong);
    }

    // The test above says something only if the hooks do work on such a tree.
    [Theory]
    [MemberData(nameof(Hooks))]
    public void The_same_tree_without_a_trap_is_what_a_hook_works_on(string hook)
    {
        HookUse use = HookUse.Named(hook);
        foreach (string refusal in Refusals.All)
        {
            HookRoot root = HookUse.Prepare(Host);
            Run(use, root, refusal).Succeeded();
            if (hook == "enable-cuda-compat")
                Assert.Single(Directory.GetFiles(root.At("etc/ld.so.conf.d"), "00-compat-*.conf"));
            if (use.Effect.Length > 0)
                Assert.True(Exists(root, use.Effect), use.Effect);
        }
    }

    private void Attack(HookUse use, string component, Trap trap, List<string> wrong)
    {
        int? first = null;
        foreach (string refusal in Refusals.All)
        {
            HookRoot root = HookUse.Prepare(Host);
            trap.Spring(root, component);
            string which = $"{use.Hook}: {component} is a {trap.Name}, openat2 {refusal}";
            CommandResult result = Run(use, root, refusal);
            if (result.Status is not (0 or 1) || result.Errors.Contains("internal error", StringComparison.Ordinal))
                wrong.Add($"{which}: status {result.Status}, {result.Errors}");
            if (trap.IsInside && !(result.Status == 0 && IsDoneInside(use, root, component)))
                wrong.Add($"{which}: status {result.Status}, not done within the image: {result.Errors}");
            // The walker sees what the kernel sees; only the number of links that it follows is greater (HK-46).
            if (result.Status != (first ??= result.Status) && !trap.Name.StartsWith("chain", StringComparison.Ordinal))
                wrong.Add($"{which}: status {result.Status}, but {first} with openat2: {result.Errors}");
            root.Delete();
        }
    }

    // What was to be made below the component is made where the link leads.
    private static bool IsDoneInside(HookUse use, HookRoot root, string component) =>
        !use.Effect.StartsWith(component + "/", StringComparison.Ordinal) || Exists(root, Trap.Moved + use.Effect[component.Length..]);

    private static bool Exists(HookRoot root, string path) => File.Exists(root.At(path)) || new FileInfo(root.At(path)).LinkTarget is not null;

    // In a namespace of its own: what a hook mounts there ends with it.
    private static CommandResult Run(HookUse use, HookRoot root, string refusal) =>
        root.Run(use.Arguments, [.. use.Mounts ? ["unshare", "--mount"] : (string[])[], .. Refusals.Wrapper(refusal)]);
}
