using System.Diagnostics;
using GpuContainers.Linux.Files;

namespace GpuContainers.Ctk.Tests.Config;

/// <summary>What can go wrong while a file is saved: the old content or the new one is there, never a mixture.</summary>
[Requirement("CF-124")]
public sealed class ConfigFaultTests : IDisposable
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "nvidia-ctk-cli");
    private readonly string _folder = Directory.CreateTempSubdirectory("nvct").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private CommandResult Shell(string script) => TestSupport.Command.Run("/usr/bin/unshare", ["-m", "/bin/sh", "-c", script], [], "", null);

    [Fact]
    [Requirement("CF-124")]
    public void A_full_disk_leaves_the_old_content()
    {
        CommandResult result = Shell(
            $"set -e; mount -t tmpfs -o size=8k none {_folder}; cd {_folder}; echo 'disable-require = true' > config.toml; dd if=/dev/zero of=filler " +
                "bs=4096 count=2 2>/dev/null || true; " +
            $"set +e; {s_program} config -ic config.toml --set swarm-resource=X; echo status $?; ls -A; cat config.toml");
        Assert.Contains("status 1\n", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("config.toml\nfiller\ndisable-require = true\n", result.Output);
        Assert.Contains("no space left on device", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CF-124")]
    public void A_read_only_file_system_leaves_the_old_content()
    {
        CommandResult result = Shell(
            $"set -e; mount -t tmpfs none {_folder}; cd {_folder}; echo 'disable-require = true' > config.toml; mount -o remount,ro {_folder}; " +
            $"set +e; {s_program} config -ic config.toml --set swarm-resource=X; echo status $?; ls -A; cat config.toml");
        Assert.EndsWith("status 1\nconfig.toml\ndisable-require = true\n", result.Output);
        Assert.Contains("read-only file system", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CF-124")]
    public void A_bind_mounted_file_is_written_in_place()
    {
        CommandResult result = Shell(
            $"set -e; cd {_folder}; echo 'disable-require = true' > real; : > config.toml; mount --bind real config.toml; " +
            $"{s_program} config -ic config.toml --set swarm-resource=X; cat real");
        Assert.Equal(0, result.Status);
        Assert.Contains("swarm-resource = \"X\"\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("SEC-29")]
    public void A_link_of_another_user_is_not_written_through()
    {
        Assert.SkipUnless(Environment.UserName == "root" && UserNamespace.IsInitial, "owners are set here, which only root of the machine can do");
        string victim = _folder + "/victim.json", link = _folder + "/theirs/link.json";
        Directory.CreateDirectory(_folder + "/theirs");
        File.WriteAllText(victim, "{}");
        File.CreateSymbolicLink(link, victim);
        File.CreateSymbolicLink(_folder + "/theirs/folder", _folder);
        TestSupport.Command.Run("chown", "-R", "--no-dereference", "4711", _folder + "/theirs").Succeeded();
        foreach (string[] command in (string[][])
        [
            ["config", "-o", link], ["config", "-o", _folder + "/theirs/folder/new.toml"], ["config", "-o", _folder + "/theirs/folder/new/config.toml"],
            ["runtime", "configure", "docker", "--backup-dir=" + _folder + "/backups", "--config=" + link],
            ["cdi", "transform", "root", "--input=" + Specification(), "--output=" + _folder + "/theirs/folder/new.yaml"],
        ])
        {
            CommandResult result = TestSupport.Command.Run(s_program, command);
            Assert.Equal(1, result.Status);
            Assert.Contains($"the symbolic link {_folder}/theirs/", result.Errors, StringComparison.Ordinal);
            Assert.Contains(" belongs to user 4711 and is not followed; remove it, or name the file it leads to", result.Errors, StringComparison.Ordinal);
        }
        Assert.Equal("{}", File.ReadAllText(victim));
        // The folder of the backups is made before the files are looked at.
        Assert.Equal(["old.yaml", "theirs", "victim.json"],
            Directory.EnumerateFileSystemEntries(_folder).Select(static path => Path.GetFileName(path)).Where(static name => name != "backups").Order());
    }

    private string Specification()
    {
        File.WriteAllText(_folder + "/old.yaml", "cdiVersion: 0.5.0\nkind: vendor.com/gpu\ndevices:\n- name: a\n  containerEdits:\n    env: [A=B]\n");
        return _folder + "/old.yaml";
    }

    [Fact]
    [Requirement("CF-124")]
    public void A_kill_before_any_call_that_changes_a_file_leaves_one_of_the_two()
    {
        int edited = 0;
        int killed = KilledRuns.All(
            strace =>
            {
                File.WriteAllText(Kept, s_old);
                return Command.Run(strace[0], [.. strace[1..], Checkout.Program("nvidia-ctk-cli"), .. Edit]);
            },
            _ => edited += IsEdited() ? 1 : 0);
        Assert.InRange(edited, 1, killed - 1);
    }

    [Fact]
    [Requirement("CF-124")]
    [Trait("Kind", "slow")]
    public void A_kill_during_the_save_leaves_one_of_the_two() => KillLoop.Run(
        100,
        () =>
        {
            File.WriteAllText(Kept, s_old);
            return Process.Start(new ProcessStartInfo(Checkout.Program("nvidia-ctk-cli"), Edit) { RedirectStandardError = true })!;
        },
        IsEdited);

    private static readonly string s_old = "disable-require = true\n" + string.Concat(Enumerable.Range(0, 400).Select(static i => $"# line {i}\n"));

    private string Kept => _folder + "/kept.toml";

    private string[] Edit => ["config", "-ic", Kept, "--set", "disable-require=false"];

    private bool IsEdited()
    {
        string text = File.ReadAllText(Kept);
        if (text == s_old)
            return false;
        foreach (string part in (string[])["disable-require = false\n", "[nvidia-container-runtime]\n", "# line 399\n"])
            Assert.Contains(part, text, StringComparison.Ordinal);
        return true;
    }
}
