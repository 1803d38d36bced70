namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>What configure gives up of its caller's rights before it looks at anything of a container, seen by strace.</summary>
public sealed class ConfigureRightsTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    private static readonly string[] s_kept =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_NET_ADMIN",
        "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_ADMIN", "CAP_MKNOD",
    ];

    private SimulatedHost Host => fixture.Host;

    [Fact]
    [Requirement("CL-144", "CL-145")]
    public void Configure_enters_the_container_with_few_rights_and_nothing_that_it_starts_gets_more()
    {
        (int entered, string[] trace) = Trace("configure --device=0 --compute --utility --no-cgroups --ldconfig=@/sbin/ldconfig");
        string set = Assert.Single(trace[..entered], IsCapset);
        Assert.Equal(s_kept.Order(), NamesOf(set, "permitted").Order());
        Assert.Equal(s_kept.Order(), NamesOf(set, "effective").Order());
        Assert.Contains("inheritable=0", set, StringComparison.Ordinal);
        string[] dropped = [.. trace[..entered].Where(static line => line.Contains("PR_CAPBSET_DROP, CAP_", StringComparison.Ordinal))
            .Where(static line => line.EndsWith("= 0", StringComparison.Ordinal)).Select(static line => line.Split("DROP, ")[1].Split(')')[0])];
        Assert.Superset(s_kept.Except(["CAP_DAC_OVERRIDE"]).ToHashSet(), dropped.ToHashSet());
        Assert.DoesNotContain("CAP_DAC_OVERRIDE", dropped);
        Assert.DoesNotContain("CAP_SYS_MODULE", dropped);
        // Nothing is taken back in the container but what files of another account need.
        Assert.All(trace[entered..].Where(IsCapset), static line => Assert.Equal(s_kept.Order(), NamesOf(line, "permitted").Order()));
    }

    [Theory]
    [Requirement("CL-144")]
    [InlineData("list")]
    [InlineData("info")]
    public void Root_gives_up_rights_for_the_other_commands_too(string command)
    {
        (_, string[] trace) = Trace(command);
        Assert.Equal(s_kept.Order(), NamesOf(trace.First(IsCapset), "permitted").Order());
    }

    [Fact]
    [Requirement("CL-144")]
    public void A_caller_who_may_not_give_them_up_is_told()
    {
        HookRoot root = ConfigureUse.Prepare(Host);
        CommandResult result = Host.Run(
            "setpriv", "--bounding-set=-setpcap", "nvidia-container-cli", "configure", "--pid=1", "--no-cgroups", "--device=0", root.Folder);
        Assert.Equal(1, result.Status);
        Assert.StartsWith(
            "nvidia-container-cli: permission error: capability change failed: operation not permitted", result.Errors, StringComparison.Ordinal);
        root.Delete();
    }

    private static bool IsCapset(string line) => line.Contains(" capset(", StringComparison.Ordinal);

    private static string[] NamesOf(string line, string set) =>
        [.. line.Split(set + "=")[1].Split(',')[0].Split('|').Select(static name => name.Replace("1<<", "", StringComparison.Ordinal))];

    // The trace, and where in it the container's mount namespace is entered.
    private (int Entered, string[] Trace) Trace(string command)
    {
        string strace = Checkout.MachineProgram("strace");
        HookRoot root = ConfigureUse.Prepare(Host);
        if (command.StartsWith("configure", StringComparison.Ordinal))
            command += $" --pid=$$ {root.Folder}";
        CommandResult result = Host.Run("unshare", "--mount", "/bin/sh", "-c", $"""
            {ConfigureUse.Mounts(root)}
            {strace} -f -qq -s 256 -o {root.Bundle}/trace nvidia-container-cli {command}
            """);
        Assert.SkipWhen(result.Errors.Contains("ptrace", StringComparison.Ordinal), "strace may not trace here: " + result.Errors);
        result.Succeeded();
        string[] trace = File.ReadAllLines(Host.At(root.Bundle + "/trace"));
        root.Delete();
        return (Array.FindIndex(trace, static line => line.Contains(" setns(", StringComparison.Ordinal)), trace);
    }
}
