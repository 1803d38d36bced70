using System.Diagnostics;
using GpuContainers.Installer.Restart;
using Tmds.DBus.Protocol;

namespace GpuContainers.Installer.Tests.Restart;

/// <summary>Restarts over D-Bus, on a real bus with a stand-in for systemd.</summary>
public sealed class SystemdBusTests : IDisposable
{
    private const string Config = """
        <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
        <busconfig><type>system</type><listen>unix:path=SOCKET</listen><auth>EXTERNAL</auth>
        <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
        """;

    private readonly TestNode _node = new();
    private readonly Process _bus;

    public SystemdBusTests()
    {
        // Blanks and other characters that an address of D-Bus spells differently.
        _node.Write("ho st,;/run/dbus/config", Config.Replace("SOCKET", Escaped(Socket), StringComparison.Ordinal));
        string[] options = ["--nofork", "--print-address", "--config-file=" + _node.At("ho st,;/run/dbus/config")];
        _bus = Process.Start(new ProcessStartInfo(Checkout.MachineProgram("dbus-daemon"), options) { RedirectStandardOutput = true })!;
        Assert.StartsWith("unix:path=", _bus.StandardOutput.ReadLine(), StringComparison.Ordinal);
    }

    private static string Escaped(string path) =>
        path.Replace(" ", "%20", StringComparison.Ordinal).Replace(",", "%2c", StringComparison.Ordinal).Replace(";", "%3b", StringComparison.Ordinal);

    // Not on the thread of the test, which the stand-in needs for its answers.
    private Task<CommandResult> InstallAsync() => Task.Run(
        () => _node.Install("--restart-mode=systemd", "--host-root=" + _node.At("ho st,;")), TestContext.Current.CancellationToken);

    private string Socket => _node.At("ho st,;/run/dbus/system_bus_socket");

    public void Dispose()
    {
        _bus.Kill();
        _bus.WaitForExit();
        _bus.Dispose();
        _node.Dispose();
    }

    [Theory]
    [Requirement("IN-71")]
    [InlineData("done", false)]
    [InlineData("done", true)]
    [InlineData("failed", false)]
    public async Task The_result_of_our_job_counts_also_when_it_ends_before_its_name_is_known(string result, bool endsFirst)
    {
        using var systemd = new StandInSystemd(Socket, result, endsFirst);
        await systemd.ServeAsync();
        Assert.Equal(result, await SystemdBus.RestartAsync(Socket, "docker.service", TimeSpan.FromMinutes(2)));
        Assert.Equal(["Subscribe", "RestartUnit docker.service replace"], systemd.Calls);
    }

    [Fact]
    [Requirement("IN-71")]
    public async Task The_installer_restarts_the_engine_on_a_host_whose_root_it_cannot_write()
    {
        string host = _node.At("ho st,;");
        CommandResult mounted = Command.Run(Checkout.MachineProgram("mount"), "--bind", host, host);
        Assert.SkipWhen(mounted.Status != 0, "nothing can be mounted here: " + mounted.Errors);
        try
        {
            Command.Run(Checkout.MachineProgram("mount"), "-o", "remount,bind,ro", host).Succeeded();
            await RestartOnHostAsync();
        }
        finally
        {
            Command.Run(Checkout.MachineProgram("umount"), host);
        }
    }

    private async Task RestartOnHostAsync()
    {
        using var systemd = new StandInSystemd(Socket, "done", endsFirst: false);
        await systemd.ServeAsync();
        CommandResult result = (await InstallAsync()).Succeeded();
        Assert.Equal(["Subscribe", "RestartUnit docker.service replace"], systemd.Calls);
        Assert.Contains("Restarting docker on host using systemd: [RestartUnit docker.service replace]", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-71")]
    public async Task A_job_that_failed_and_a_unit_that_is_unknown_are_errors()
    {
        CommandResult nobody = await InstallAsync();
        Assert.Equal(1, nobody.Status);
        Assert.Contains("error restarting docker using systemd: systemd at ", nobody.Errors, StringComparison.Ordinal);
        using var systemd = new StandInSystemd(Socket, "failed", endsFirst: false);
        await systemd.ServeAsync();
        CommandResult failed = await InstallAsync();
        Assert.Equal(1, failed.Status);
        Assert.Contains("error restarting docker using systemd: the job of docker.service ended as failed; see systemctl status docker on the host",
            failed.Errors, StringComparison.Ordinal);
    }

    /// <summary>systemd's manager, as far as a restart needs it.</summary>
    private sealed class StandInSystemd(string socket, string result, bool endsFirst) : IPathMethodHandler, IDisposable
    {
        private const string Interface = "org.freedesktop.systemd1.Manager";
        private readonly DBusConnection _connection = new("unix:path=" + Escaped(socket));

        public List<string> Calls { get; } = [];

        public string Path => "/org/freedesktop/systemd1";

        public bool HandlesChildPaths => false;

        public async Task ServeAsync()
        {
            await _connection.ConnectAsync();
            _connection.AddMethodHandler(this);
            await _connection.RequestNameAsync("org.freedesktop.systemd1", RequestNameOptions.None);
        }

        public ValueTask HandleMethodAsync(MethodContext context)
        {
            string call = context.Request.MemberAsString!;
            if (call != "RestartUnit")
            {
                Calls.Add(call);
                using MessageWriter empty = context.CreateReplyWriter(null!);
                context.Reply(empty.CreateMessage());
                return ValueTask.CompletedTask;
            }
            Reader reader = context.Request.GetBodyReader();
            string unit = reader.ReadString();
            Calls.Add($"{call} {unit} {reader.ReadString()}");
            if (endsFirst)
                EndJobs(unit);
            using MessageWriter writer = context.CreateReplyWriter("o");
            writer.WriteObjectPath("/org/freedesktop/systemd1/job/42");
            context.Reply(writer.CreateMessage());
            if (!endsFirst)
                EndJobs(unit);
            return ValueTask.CompletedTask;
        }

        public void Dispose() => _connection.Dispose();

        // Another job ends as well, with another result.
        private void EndJobs(string unit)
        {
            EndJob(41, "other.service", "canceled");
            EndJob(42, unit, result);
        }

        private void EndJob(uint number, string unit, string jobResult)
        {
            using MessageWriter writer = _connection.GetMessageWriter();
            writer.WriteSignalHeader(path: Path, @interface: Interface, member: "JobRemoved", signature: "uoss");
            writer.WriteUInt32(number);
            writer.WriteObjectPath($"/org/freedesktop/systemd1/job/{number}");
            writer.WriteString(unit);
            writer.WriteString(jobResult);
            _connection.TrySendMessage(writer.CreateMessage());
        }
    }
}
