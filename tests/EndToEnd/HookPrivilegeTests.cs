using System.Globalization;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>What a hook has, and what others get of it.</summary>
public sealed class HookPrivilegeTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    // What engines give to containers by default.
    private const string DefaultCapabilities =
        "-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+sys_chroot,+mknod,+audit_write,+setfcap";
    private const string FewCapabilities = "-all,+dac_override,+fowner,+chown";

    private SimulatedHost Host => fixture.Host;

    public static TheoryData<string> Hooks => [.. HookUse.All.Select(static u => u.Hook)];

    // The peer has the hook's own user and capabilities; only that the hook is not dumpable stands between.
    [Fact]
    [Requirement("SEC-6")]
    public void A_peer_of_equal_privilege_gets_nothing_of_a_hook_through_procfs()
    {
        HookRoot root = HookUse.Prepare(Host);
        string peer =
            $"setpriv --bounding-set {DefaultCapabilities} sh -c 'for l in exe cwd root fd/0; do readlink /proc/$1/$l; done; dd if=/dev/null " +
            "of=/proc/$1/exe conv=notrunc count=0; dd if=/dev/null of=/proc/$1/mem conv=notrunc count=0' peer";
        string watched = Host.Shell(WhileWaiting($"setpriv --bounding-set {DefaultCapabilities} nvidia-cdi-hook create-symlinks", $"{peer} $hook 2>/dev/null"))
            .Succeeded().Output;
        Assert.Equal("", watched);
        // An ordinary program, by the same peer: it sees all of it.
        string control = Host.Shell(WhileWaiting($"setpriv --bounding-set {DefaultCapabilities} cat", $"{peer} $hook 2>/dev/null")).Succeeded().Output;
        Assert.Contains("/usr/bin/cat", control, StringComparison.Ordinal);
        Assert.Contains(root.Bundle[..5], control, StringComparison.Ordinal);
    }

    // CVE-2024-0135: what runs cannot be written, whoever asks.
    [Fact]
    public void CVE_2024_0135_the_running_program_cannot_be_overwritten()
    {
        CommandResult result = Host.Shell(
            WhileWaiting("nvidia-cdi-hook create-symlinks", "dd if=/dev/null of=/proc/$hook/exe conv=notrunc count=0 2>&1; true"));
        Assert.Contains("busy", result.Succeeded().Output, StringComparison.Ordinal);
    }

    // CVE-2024-21626: descriptors that a runtime leaked are passed on to nobody.
    [Theory]
    [Requirement("SEC-19")]
    [InlineData("")]
    [InlineData("ENOSYS")]
    public void CVE_2024_21626_every_descriptor_of_a_hook_above_2_is_closed_on_exec(string refusal)
    {
        string through = string.Join(' ', Refusals.Wrapper(refusal, "close_range,openat2"));
        string output = Host.Shell(WhileWaiting(
            $"{through} nvidia-cdi-hook create-symlinks 9</ 7</dev/zero", "for fd in /proc/$hook/fdinfo/*; do echo ${fd##*/} $(grep flags: $fd); done"))
                .Succeeded().Output;
        Dictionary<int, int> flags = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l.Split(' '))
            .ToDictionary(static p => int.Parse(p[0], CultureInfo.InvariantCulture), static p => Convert.ToInt32(p[2], 8));
        Assert.Contains(9, flags.Keys);
        Assert.Contains(7, flags.Keys);
        Assert.All(flags.Where(static f => f.Key > 2), static f => Assert.NotEqual(0, f.Value & Convert.ToInt32("2000000", 8)));
    }

    [Theory]
    [Requirement("SEC-19")]
    [MemberData(nameof(Hooks))]
    public void CVE_2024_21626_every_descriptor_that_a_hook_opens_is_closed_on_exec(string hook)
    {
        _ = Checkout.MachineProgram("strace");
        HookUse use = HookUse.Named(hook);
        HookRoot root = HookUse.Prepare(Host);
        CommandResult result = root.Run(
            use.Arguments,
            ["unshare", "--mount", "strace", "-f", "-qq", "-e",
            "trace=close_range,open,openat,openat2,open_tree,fsopen,fsmount,socket,pipe,pipe2,dup,dup2,dup3,eventfd2,memfd_create", "-o", root.Bundle +
            "/trace"]);
        Assert.SkipWhen(result.Errors.Contains("ptrace", StringComparison.Ordinal), "strace may not trace here: " + result.Errors);
        // What the start of a program opens is closed again before its first line; from there on all is the hook's.
        string[] calls = [.. SystemCalls.In(Host.At(root.Bundle + "/trace")).SkipWhile(static l => !l.Contains("close_range", StringComparison.Ordinal)).Skip(1)
            .Where(static l => !l.Contains(" = -1 ", StringComparison.Ordinal))];
        Assert.Contains(calls, l => l.Contains(root.Folder, StringComparison.Ordinal));
        Assert.All(calls, static l => Assert.Contains("CLOEXEC", l, StringComparison.Ordinal));
    }

    [Theory]
    [Requirement("SEC-20")]
    [MemberData(nameof(Hooks))]
    public void Three_capabilities_are_enough_and_a_fourth_where_something_is_mounted(string hook)
    {
        HookUse use = HookUse.Named(hook);
        HookRoot root = HookUse.Prepare(Host);
        string set = FewCapabilities + (use.Mounts ? ",+sys_admin" : "");
        root.Run(use.Arguments, ["unshare", "--mount", "setpriv", "--bounding-set", set, "--inh-caps", set]).Succeeded();
        if (use.Effect.Length > 0)
            Assert.True(Path.Exists(root.At(use.Effect)) || new FileInfo(root.At(use.Effect)).LinkTarget is not null);
    }

    // A shell script that starts a program which waits for its standard input (in read, whose number differs by architecture), does something with it ($hook),
    // and ends it.
    private static string WhileWaiting(string program, string script) => $$"""
        pipe=$(mktemp -u /run/pipe-XXXXXX); mkfifo $pipe
        {{program}} <$pipe >/dev/null 2>&1 &
        hook=$!
        exec 8>$pipe
        {{SimulatedHost.Await("grep -qE '^(0|63) 0x0 ' /proc/$hook/syscall", "exit 9")}}
        {{script}}
        kill -9 $hook; exec 8>&-; rm $pipe
        """;
}
