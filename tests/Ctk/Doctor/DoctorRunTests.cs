namespace GpuContainers.Ctk.Tests.Doctor;

/// <summary>The program that people type, as different users of one machine.</summary>
public sealed class DoctorRunTests : IDisposable
{
    private const string Settings = "/etc/docker/daemon.json";
    private const string Unseen = "not seen, for lack of permission: ";

    private readonly SimulatedHost _host = SimulatedHost.Start("h200x2");

    public void Dispose() => _host.Dispose();

    [Fact]
    [Requirement("DR-5")]
    public void A_user_is_told_what_was_not_seen_and_root_sees_it()
    {
        _ = Checkout.MachineProgram("dockerd");
        _ = Checkout.MachineProgram("setpriv");
        _host.Shell($"mkdir -p /etc/docker && echo '{{}}' >{Settings} && chmod 600 {Settings}").Succeeded();
        CommandResult user = _host.Shell("setpriv --reuid 65534 --regid 65534 --clear-groups nvidia-ctk doctor");
        string[] lines = user.Output.Split('\n');
        int at = Array.FindIndex(lines, static line => line.StartsWith(Unseen, StringComparison.Ordinal));
        Assert.True(at >= 0, user.Output + user.Errors);
        Assert.Contains(Settings, string.Join(' ', lines[at..^3]), StringComparison.Ordinal);
        Assert.Equal("run it as root to see everything", lines[^3]);
        Assert.DoesNotContain("could not run", user.Output, StringComparison.Ordinal);
        // What can be seen without root is said all the same.
        Assert.Contains("2 GPUs, each with its node", user.Output, StringComparison.Ordinal);

        CommandResult root = _host.Run("nvidia-ctk", "doctor");
        Assert.DoesNotContain(Unseen, root.Output, StringComparison.Ordinal);
        Assert.Contains("engine-gpus", root.Output, StringComparison.Ordinal);
    }
}
