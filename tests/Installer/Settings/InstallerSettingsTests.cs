using GpuContainers.Installer.Settings;
using GpuContainers.Linux.Files;

namespace GpuContainers.Installer.Tests.Settings;

/// <summary>What is checked before anything is changed.</summary>
public sealed class InstallerSettingsTests
{
    [Theory]
    [Requirement("IN-10", "IN-11", "IN-20", "IN-21", "IN-23", "IN-24", "IN-25", "IN-26")]
    [InlineData("failed to resolve source root: invalid package type: apk", "--toolkit-package-type=apk", "--root=")]
    [InlineData("the install root must be specified", "--root=", "--pid-file=/x")]
    [InlineData("invalid toolkit.pid path /run/other.pid", "--pid-file=/run/other.pid", "--enable-nri-plugin")]
    [InlineData("the NRI namespace must be specified when the NRI plugin is enabled", "--enable-nri-plugin", "--cdi-kind=_")]
    [InlineData("invalid CDI vendor name: ", "--cdi-kind=_/gpu", "--create-device-nodes=all")]
    [InlineData("invalid CDI class name: ", "--cdi-kind=nvidia.com/_", "--create-device-nodes=all")]
    [InlineData("invalid CDI class name: ", "--cdi-kind=nvidia.com", "--create-device-nodes=all")]
    [InlineData("the driver root must be specified", "--driver-root=", "--runtime=podman")]
    [InlineData("invalid --create-device-nodes value: all", "--create-device-nodes=control,all", "--runtime=podman")]
    [InlineData("invalid runtime \"podman\"; expected one of [containerd | crio | docker]", "--runtime=podman", "--no-runtime-config")]
    [InlineData("invalid cri-o config: invalid cri-o config mode: \"both\"", "--runtime=crio", "--config-mode=both")]
    [InlineData("supporting crio via signal is unsupported", "--runtime=crio", "--restart-mode=signal")]
    [InlineData("invalid restart mode specified: kill", "--restart-mode=kill", "--nri-plugin-index=100")]
    [InlineData("nri-plugin-index must be in the range [0,99]", "--nri-plugin-index=100", "")]
    [InlineData("nri-plugin-index must be in the range [0,99]", "--nri-plugin-index=-1", "")]
    [InlineData("invalid value \"x\" for flag -nri-plugin-index: parse error", "--nri-plugin-index=x", "")]
    public void A_wrong_value_is_refused_and_the_first_of_several_counts(string error, string wrong, string alsoWrong)
    {
        (InstallerSettings? settings, string errors) = SettingsInput.Read(alsoWrong.Length > 0 ? [alsoWrong, wrong] : [wrong]);
        Assert.Null(settings);
        Assert.Contains(error, errors.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-1")]
    public void Words_are_ignored()
    {
        (InstallerSettings? settings, _) = SettingsInput.Read(["/usr/local/nvidia", "setup", "--root=/opt/nv"]);
        Assert.Equal("/opt/nv/toolkit", settings!.ToolkitDir);
    }

    [Fact]
    [Requirement("IN-4")]
    public void The_first_variable_that_is_set_counts_even_if_it_is_empty()
    {
        (InstallerSettings? settings, _) = SettingsInput.Read([], ("TOOLKIT_INSTALL_DIR", "/first"), ("ROOT", "/second"), ("NO_DAEMON", ""));
        Assert.Equal("/first", settings!.InstallDir);
        Assert.False(settings.NoDaemon);
        Assert.Null(SettingsInput.Read([], ("TOOLKIT_INSTALL_DIR", ""), ("ROOT", "/second")).Settings);
    }

    [Fact]
    [Requirement("IN-12")]
    public void The_hosts_package_tool_decides_which_packages_are_installed()
    {
        string host = Directory.CreateTempSubdirectory("host").FullName;
        try
        {
            Directory.CreateDirectory(host + "/usr/bin");
            File.WriteAllText(host + "/usr/bin/rpm", "");
            Assert.Equal("/artifacts/deb", SettingsInput.Read(["--host-root=" + host]).Settings!.SourceRoot);
            File.SetUnixFileMode(host + "/usr/bin/rpm", FileModes.PublicFolder);
            (InstallerSettings? settings, string said) = SettingsInput.Read(["--host-root=" + host]);
            Assert.Equal("/artifacts/rpm", settings!.SourceRoot);
            Assert.Contains("Resolved source root to /artifacts/rpm", said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(host, recursive: true);
        }
    }

    [Theory]
    [Requirement("IN-22", "IN-23", "IN-59")]
    [InlineData(false, false, false, "")]
    [InlineData(true, true, true, "--cdi-enabled")]
    [InlineData(true, false, true, "--cdi-enabled --create-device-nodes=none,all")]
    [InlineData(true, false, false, "--cdi-enabled --create-device-nodes= --enable-cdi-in-runtime=false")]
    [InlineData(false, false, true, "--enable-cdi-in-runtime")]
    [InlineData(false, false, false, "--cdi-enabled --cdi-output-dir=")]
    public void Cdi_is_switched_for_toolkit_nodes_and_engine(bool toolkit, bool nodes, bool engine, string arguments)
    {
        InstallerSettings settings = SettingsInput.Read(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Settings!;
        Assert.Equal((toolkit, nodes, engine), (settings.Toolkit.CdiEnabled, settings.Toolkit.CreatesControlNodes, settings.Engine!.EnablesCdi));
    }

    [Fact]
    [Requirement("IN-24")]
    public void Docker_ignores_what_it_cannot_have()
    {
        (InstallerSettings? settings, string said) = SettingsInput.Read(["--executable-path=/x", "--drop-in-config=/y", "--config-source=command"]);
        Assert.Equal("", settings!.Engine!.Engine.DropInPath + settings.Engine.Program);
        Assert.Equal(["file"], settings.Engine.Sources);
        Assert.Contains("Ignoring executable-path=\\\"/x\\\" flag for docker", said, StringComparison.Ordinal);
        Assert.Contains("Ignoring drop-in-config=\\\"/y\\\" flag for docker", said, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("IN-16")]
    [InlineData("--no-runtime-config", "")]
    [InlineData("--enable-nri-plugin", "gpus a b")]
    public void The_engine_is_left_alone_on_request_and_with_nri(string argument, string namespaces)
    {
        InstallerSettings settings = SettingsInput.Read([argument, "--nri-namespace=gpus", "--nri-management-cdi-device-namespaces=a,b"]).Settings!;
        Assert.Null(settings.Engine);
        Assert.Equal(namespaces, string.Join(' ', settings.Nri?.Namespaces ?? []));
    }
}
