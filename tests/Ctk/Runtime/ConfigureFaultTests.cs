using System.Diagnostics;
using GpuContainers.Linux.Files;

namespace GpuContainers.Ctk.Tests.Runtime;

/// <summary>What can go wrong while an engine's files are saved: the old content or the new one is there, never a mixture.</summary>
[Requirement("CT-44")]
public sealed class ConfigureFaultTests : IDisposable
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "nvidia-ctk-cli");
    private readonly string _folder = Directory.CreateTempSubdirectory("nvct").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Configure => $"{s_program} runtime configure --config {_folder}/daemon.json --backup-dir ''";

    private CommandResult Shell(string script) => TestSupport.Command.Run("/usr/bin/unshare", ["-m", "/bin/sh", "-c", $"cd {_folder}\n{script}"]);

    [Fact]
    [Requirement("CT-44")]
    public void A_full_disk_leaves_the_old_content()
    {
        CommandResult result = Shell(
            $"mount -t tmpfs -o size=8k none .; cd {_folder}; echo '{{}}' >daemon.json; dd if=/dev/zero of=filler bs=4096 count=2 2>/dev/null; {Configure}; " +
            "echo status $?; ls -A; cat daemon.json");
        Assert.Equal("status 1\ndaemon.json\nfiller\n{}\n", result.Output);
        Assert.Contains("unable to flush config: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains("no space left on device", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-44")]
    public void A_full_disk_under_a_bind_mounted_file_leaves_the_old_content()
    {
        // The file is written in place, and the disk has no room for the longer content: what was written is taken back.
        CommandResult result = Shell($$"""
            mkdir d; mount -t tmpfs -o size=12k none d; { printf '{"labels": ["'; head -c 4070 /dev/zero | tr '\0' x; printf '"]}\n'; } >d/real; cp d/real old
            dd if=/dev/zero of=d/filler bs=4096 count=2 2>/dev/null; : >daemon.json; mount --bind d/real daemon.json
            {{Configure}}; echo status $?; cmp daemon.json old && ls -A
            """);
        Assert.Equal("status 1\nd\ndaemon.json\nold\n", result.Output);
        Assert.Contains("no space left on device", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("could not be restored", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-44")]
    public void A_read_only_file_system_leaves_the_old_content()
    {
        CommandResult result = Shell(
            $"mount -t tmpfs none .; cd {_folder}; echo '{{}}' >daemon.json; mount -o remount,ro .; {Configure}; echo status $?; cat daemon.json");
        Assert.Equal("status 1\n{}\n", result.Output);
        Assert.Contains("read-only file system", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-44")]
    public void A_read_only_mode_does_not_stop_root_and_stays()
    {
        CommandResult result = Shell($"echo '{{}}' >daemon.json; chmod 0444 daemon.json; {Configure}; stat -c %a daemon.json; grep -c nvidia daemon.json");
        Assert.Equal("444\n2\n", result.Output);
    }

    [Fact]
    [Requirement("CT-44")]
    public void A_bind_mounted_file_is_written_in_place()
    {
        CommandResult result = Shell(
            $"echo '{{\"debug\": true}}' >real; : >daemon.json; mount --bind real daemon.json; stat -c %i real >before; {Configure}; stat -c %i real | cmp " +
            "- before; cat real");
        Assert.Equal(0, result.Status);
        Assert.Contains("\"debug\": true", result.Output, StringComparison.Ordinal);
        Assert.Contains("nvidia-container-runtime", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-44")]
    public void A_folder_that_cannot_be_written_is_no_obstacle()
    {
        // Root passes over modes, but not over an immutable folder; tmpfs and overlayfs may not know that flag.
        CommandResult result = Shell(
            $"mkdir e; echo '{{}}' >e/daemon.json; chattr +i e 2>/dev/null || exit 9; {Configure} --config {_folder}/e/daemon.json; s=$?; chattr -i e; cat " +
            "e/daemon.json; exit $s");
        Assert.SkipWhen(result.Status == 9, "this file system has no immutable folders");
        Assert.Contains("nvidia", result.Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-44")]
    public void Owner_and_mode_stay()
    {
        CommandResult result = Shell(
            $"echo '{{}}' >daemon.json; chown 1234:4321 daemon.json; chmod 0640 daemon.json; {Configure}; stat -c '%u:%g %a' daemon.json");
        Assert.Equal("1234:4321 640\n", result.Output);
    }

    [Fact]
    [Requirement("CT-194")]
    public void What_would_lose_its_owner_is_not_replaced_without_a_word()
    {
        // A user who may write the folder, but not the file of another in it.
        string asNobody = $"setpriv --reuid 65534 --regid 65534 --clear-groups {Configure}";
        CommandResult result = Shell(
            $"echo '{{}}' >daemon.json; chmod 0755 .; chown 65534 .; {asNobody}; echo status $?; stat -c %u daemon.json; cat daemon.json; {asNobody} --force; "
            + "stat -c %u daemon.json; grep -c nvidia daemon.json; ls -A");
        Assert.Equal("status 1\n0\n{}\n65534\n2\ndaemon.json\n", result.Output);
        Assert.Contains("keep the owner and attributes of", result.Errors, StringComparison.Ordinal);
        Assert.Contains("give --force to replace it without them", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-203")]
    public void A_kill_leaves_no_temporary_file_in_the_folder_of_drop_ins()
    {
        string[] dropIn = ["runtime", "configure", "--runtime=crio", "--config", _folder + "/crio.conf", "--drop-in-config", _folder + "/conf.d/99-nvidia.conf",
            "--backup-dir", ""];
        int killed = KilledRuns.All(
            strace =>
            {
                Directory.CreateDirectory(_folder + "/conf.d");
                File.WriteAllText(_folder + "/conf.d/99-nvidia.conf", "# old");
                return Command.Run(strace[0], [.. strace[1..], Checkout.Program("nvidia-ctk-cli"), .. dropIn]);
            },
            when => Assert.Equal((when, "99-nvidia.conf"), (when, string.Join(' ', HostDirectory.Names(_folder + "/conf.d")))));
        Assert.InRange(killed, 2, int.MaxValue);
    }

    [Fact]
    [Requirement("CT-44")]
    public void A_kill_before_any_call_that_changes_a_file_leaves_one_of_the_two()
    {
        int edited = 0;
        int killed = KilledRuns.All(
            strace =>
            {
                PutInOrder();
                return Command.Run(strace[0], [.. strace[1..], Checkout.Program("nvidia-ctk-cli"), .. Edit]);
            },
            _ => edited += IsEdited() ? 1 : 0);
        Assert.InRange(edited, 1, killed - 1);
    }

    [Fact]
    [Requirement("CT-44")]
    [Trait("Kind", "slow")]
    public void A_kill_during_the_save_leaves_one_of_the_two() => KillLoop.Run(
        100,
        () =>
        {
            PutInOrder();
            return Process.Start(new ProcessStartInfo(Checkout.Program("nvidia-ctk-cli"), Edit) { RedirectStandardError = true })!;
        },
        IsEdited);

    private static readonly string s_old = "{\n" + string.Join(",\n", Enumerable.Range(0, 400).Select(static i => $"  \"key-{i}\": {i}")) + "\n}\n";

    private string Kept => _folder + "/kept.json";

    private string[] Edit => ["runtime", "configure", "--config", Kept, "--backup-dir", Backups];

    private string Backups => _folder + "/backup";

    private void PutInOrder()
    {
        File.WriteAllText(Kept, s_old);
        if (Directory.Exists(Backups))
            Directory.Delete(Backups, recursive: true);
    }

    private bool IsEdited()
    {
        string text = File.ReadAllText(Kept);
        if (text == s_old)
            return false;
        Assert.Equal(
            s_old[..^3] + ",\n  \"runtimes\": {\n    \"nvidia\": {\n      \"args\": [],\n      \"path\": \"nvidia-container-runtime\"\n    }\n  }\n}\n", text);
        return true;
    }
}
