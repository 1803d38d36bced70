using GpuContainers.Linux.Files;

namespace GpuContainers.Installer.Tests.Toolkit;

/// <summary>What a run installs, from packages of ours and of others.</summary>
public sealed class ToolkitInstallationTests : IDisposable
{
    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    [Requirement("IN-42")]
    public void Our_programs_are_one_file_and_links()
    {
        _node.Install().Succeeded();
        Assert.Equal(
            [".config", ".config/nvidia-container-runtime", ".config/nvidia-container-runtime/config.toml", ".state", ".state/backups",
                ".state/backups/000001.json", ".state/docker.json",
             "nvidia-cdi-hook", "nvidia-container-cli", "nvidia-container-runtime", "nvidia-container-runtime-hook", "nvidia-container-runtime.cdi",
                 "nvidia-container-runtime.legacy",
             "nvidia-container-toolkit", "nvidia-ctk", "nvidia-ctk-cli"],
            _node.Tree("nv/toolkit"));
        Assert.Equal("nvidia-container-runtime-hook", File.ResolveLinkTarget(_node.At("nv/toolkit/nvidia-container-toolkit"), false)!.Name);
        Assert.Equal("core 1", _node.Read("nv/toolkit/nvidia-container-runtime.cdi"));
    }

    [Fact]
    [Requirement("IN-42", "IN-43", "IN-45")]
    public void Programs_of_others_get_wrappers_but_for_the_hook()
    {
        foreach (string name in (string[])["nvidia-container-runtime", "nvidia-container-runtime.cdi", "nvidia-container-runtime.legacy", "nvidia-cdi-hook",
            "nvidia-container-runtime-hook", "nvidia-container-cli", "nvidia-ctk"])
            _node.AddProgram(name, name + " of others");
        foreach (string library in (string[])["libnvidia-container", "libnvidia-container-go"])
        {
            _node.Write($"artifacts/usr/lib64/{library}.so.1.20.1", "library");
            File.CreateSymbolicLink(_node.At($"artifacts/usr/lib64/{library}.so.1"), library + ".so.1.20.1");
        }
        _node.Install().Succeeded();
        Assert.Equal("nvidia-cdi-hook of others", _node.Read("nv/toolkit/nvidia-cdi-hook"));
        Assert.Equal("nvidia-container-runtime.cdi of others", _node.Read("nv/toolkit/nvidia-container-runtime.cdi.real"));
        Assert.StartsWith("#! /bin/sh\n", _node.Read("nv/toolkit/nvidia-container-runtime.cdi"), StringComparison.Ordinal);
        Assert.Contains("exec 'runc' \"$@\"", _node.Read("nv/toolkit/nvidia-container-runtime"), StringComparison.Ordinal);
        Assert.Equal(FileModes.PublicFolder, File.GetUnixFileMode(_node.At("nv/toolkit/nvidia-container-runtime")));
        Assert.Equal("libnvidia-container.so.1.20.1", File.ResolveLinkTarget(_node.At("nv/toolkit/libnvidia-container.so.1"), false)!.Name);
        // A node that goes from others' programs to ours keeps no wrapper and no library.
        using var ours = new TestNode();
        TestNode.Run([.. _node.Options("--no-daemon"), "--toolkit-source-root=" + ours.At("artifacts")]).Succeeded();
        Assert.Equal("core 1", _node.Read("nv/toolkit/nvidia-container-runtime.cdi"));
        Assert.DoesNotContain(_node.Tree("nv/toolkit"), name => name.EndsWith(".real", StringComparison.Ordinal) || name.StartsWith("lib",
            StringComparison.Ordinal));
    }

    [Theory]
    [Requirement("IN-41")]
    [InlineData("nvidia-container-runtime.legacy", "error locating executable: nvidia-container-runtime.legacy: not found")]
    [InlineData("nvidia-ctk-cli", "error locating executable: nvidia-ctk-cli: not found")]
    [InlineData("nvidia-container-cli", "error locating library: libnvidia-container.so.1: not found")]
    public void A_missing_program_is_found_before_anything_changes(string name, string error)
    {
        _node.Install().Succeeded();
        File.Delete(_node.At("artifacts/usr/bin/" + name));
        _node.AddProgram("nvidia-container-runtime", "core 2");
        CommandResult result = _node.Install();
        Assert.Equal(1, result.Status);
        Assert.Contains(error, result.Errors, StringComparison.Ordinal);
        Assert.Contains("unable to install toolkit: could not install toolkit components: failed to collect ", result.Errors, StringComparison.Ordinal);
        Assert.Equal("core 1", _node.Read("nv/toolkit/nvidia-container-runtime"));
        Assert.Equal("failed", TestNode.Report(result).GetProperty("result").GetString());
    }

    [Fact]
    [Requirement("IN-40")]
    public void A_new_version_replaces_the_old_one_and_a_repeated_start_changes_nothing()
    {
        Assert.Equal(10, TestNode.Report(_node.Install().Succeeded()).GetProperty("toolkit").GetProperty("changes").GetInt32());
        Assert.Equal(0, TestNode.Report(_node.Install().Succeeded()).GetProperty("toolkit").GetProperty("changes").GetInt32());
        _node.AddProgram("nvidia-container-runtime", "core 2");
        Assert.Equal(1, TestNode.Report(_node.Install().Succeeded()).GetProperty("toolkit").GetProperty("changes").GetInt32());
        Assert.Equal("core 2", _node.Read("nv/toolkit/nvidia-container-runtime.legacy"));
    }

    [Fact]
    [Requirement("IN-50")]
    public void Ldconfig_is_looked_for_where_the_driver_is_mounted_and_named_as_the_host_sees_it()
    {
        _node.Write("driver/sbin/ldconfig.real", "");
        _node.Install("--driver-root=/run/nvidia/driver", "--driver-root-ctr-path=" + _node.At("driver")).Succeeded();
        Assert.Contains("ldconfig = \"@/run/nvidia/driver/sbin/ldconfig.real\"", _node.Read("nv/toolkit/.config/nvidia-container-runtime/config.toml"),
            StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-51", "IN-52")]
    public void Optional_keys_are_set_only_when_given()
    {
        CommandResult result = _node.Install("--nvidia-container-runtime.mode=", "--nvidia-container-runtime.modes.cdi.annotation-prefixes=",
            "--nvidia-container-cli.debug=/x.log").Succeeded();
        string config = _node.Read("nv/toolkit/.config/nvidia-container-runtime/config.toml");
        Assert.Contains("mode = \"auto\"", config, StringComparison.Ordinal);
        Assert.Contains("annotation-prefixes = []", config, StringComparison.Ordinal);
        Assert.Contains("debug = \"/x.log\"", config, StringComparison.Ordinal);
        Assert.Contains("Skipping unset option: nvidia-container-runtime.log-level", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Skipping unset option: nvidia-container-runtime.mode\"", result.Errors, StringComparison.Ordinal);
        Assert.StartsWith("Using config:\n", result.Output, StringComparison.Ordinal);
        Assert.Contains(config, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-47")]
    public void On_request_a_part_that_fails_is_only_told()
    {
        File.Delete(_node.At("artifacts/usr/bin/nvidia-container-runtime.cdi"));
        CommandResult result = _node.Install("--ignore-errors").Succeeded();
        Assert.Contains("Ignoring error: could not install toolkit components: failed to collect executables: error locating executable: "
            + "nvidia-container-runtime.cdi: not found", result.Errors, StringComparison.Ordinal);
        Assert.Contains("\"nvidia\"", _node.Read("etc/config"), StringComparison.Ordinal);
    }
}
