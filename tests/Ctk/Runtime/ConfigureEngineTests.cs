using GpuContainers.Ctk.Tests.Cdi;

namespace GpuContainers.Ctk.Tests.Runtime;

/// <summary>Which engine is configured, and what is said about it.</summary>
public sealed class ConfigureEngineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nvct").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Config => _folder + "/etc/config";

    private string DropIn => _folder + "/etc/conf.d/99-nvidia.toml";

    private CommandResult Run(params string[] options) => RunWith([], options);

    private CommandResult RunWith(Dictionary<string, string?> environment, params string[] options) =>
        CtkCli.Run(["runtime", "configure", "--config", Config, "--backup-dir", _folder + "/backups", .. options], environment);

    private CommandResult Docker(params string[] options) => Run(["--runtime=docker", .. options]);

    private static void Refused(CommandResult result, string message)
    {
        Assert.Equal(1, result.Status);
        Assert.Contains("level=error", result.Errors, StringComparison.Ordinal);
        Assert.Contains(message, result.Errors.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    private static void Said(CommandResult result, params string[] messages)
    {
        string errors = result.Succeeded().Errors.Replace("\\\"", "\"", StringComparison.Ordinal);
        foreach (string message in messages)
            Assert.Contains(message, errors, StringComparison.Ordinal);
    }

    private static string Program(string folder, string name, string script)
    {
        string path = Path.Combine(folder, name);
        ProgramFile.Write(path, "#!/bin/sh\n" + script);
        return path;
    }

    [Fact]
    [Requirement("CT-198")]
    public void The_engine_may_be_a_word()
    {
        Run("containerd", "--drop-in-config", DropIn).Succeeded();
        Assert.True(File.Exists(DropIn));
        Run("docker", "--runtime=docker", "--config", _folder + "/daemon.json").Succeeded();
        Refused(Run("continerd"), "unrecognized runtime 'continerd'; use containerd, crio, docker");
        Refused(Run("docker", "crio"), "'docker crio' is more than one engine");
        Refused(Run("crio", "--runtime=docker"), "both 'crio' and --runtime=docker are given");
        Refused(Run("podman"), "podman needs no configuration: after nvidia-ctk cdi generate");
        Refused(Run("--runtime=podman"), "podman needs no configuration: after nvidia-ctk cdi generate");
    }

    [Fact]
    [Requirement("CT-198")]
    public void A_value_behind_a_switch_is_no_engine()
    {
        Said(Docker("--set-as-default", "true"), "Ignoring the argument 'true'");
        Assert.Contains("default-runtime", File.ReadAllText(Config), StringComparison.Ordinal);
        File.Delete(Config);
        Refused(Docker("--set-as-default", "false"),
            "--nvidia-set-as-default takes no value behind a blank, so it would be on; leave it out, or write --nvidia-set-as-default=false");
        Assert.False(File.Exists(Config));
    }

    [Theory]
    [Requirement("CT-198")]
    [InlineData("docker", "dockerd", "echo Docker version 20.10.24+dfsg1, build 297e128", "docker 20.10.24 does not know CDI, which came with 25.0")]
    [InlineData("docker", "dockerd", "echo Docker version 25.0.3, build 1", "")]
    [InlineData("docker", "dockerd", "echo none", "")]
    [InlineData("docker", "dockerd", "exit 1", "")]
    [InlineData("containerd", "containerd", "echo containerd github.com/containerd/containerd 1.6.20~ds1", "containerd 1.6.20 does not know CDI")]
    [InlineData("docker", "other", "echo", "docker is not installed on this machine, as far as PATH tells")]
    public void An_engine_that_is_missing_or_too_old_is_warned_about(string engine, string name, string script, string expected)
    {
        string bin = Directory.CreateDirectory(_folder + "/bin").FullName;
        Program(bin, name, script + "\n");
        // Only what is in this folder: the usual ones are looked at too, so the machine's own programs are hidden.
        string program = Path.Combine(AppContext.BaseDirectory, "nvidia-ctk-cli");
        string[] line = [program, "runtime", "configure", engine, "--config", Config, "--backup-dir=", "--cdi.enabled"];
        string hide = "for d in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin; do for p in docker dockerd containerd; do "
            + "if [ -e $d/$p ]; then mount --bind /dev/null $(readlink -f $d/$p); fi; done; done; ";
        CommandResult result = Command.Run("/usr/bin/unshare", ["-m", "/bin/sh", "-c", hide + $"PATH={bin}:$PATH; exec \"$@\"", "sh", .. line,
            .. engine == "docker" ? (string[])[] : ["--drop-in-config", DropIn]]);
        string errors = result.Succeeded().Errors;
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        if (expected.Length == 0)
            Assert.DoesNotContain("level=warning", errors, StringComparison.Ordinal);
    }
}
