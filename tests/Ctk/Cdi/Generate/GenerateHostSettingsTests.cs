namespace GpuContainers.Ctk.Tests.Cdi.Generate;

/// <summary>Where the driver and the hook program are taken from.</summary>
public sealed class GenerateHostSettingsTests(DriverContainerHost host) : IClassFixture<DriverContainerHost>
{
    private const string Root = "/run/nvidia/driver";

    // Flag, variable, configuration; GN-88: which configuration.
    [Theory]
    [Requirement("GN-81", "GN-88", "GN-89")]
    [InlineData("--driver-root=/run/nvidia/driver", "", true)]
    [InlineData("", "NVIDIA_CTK_DRIVER_ROOT=/run/nvidia/driver", true)]
    [InlineData("--config=/run/driver.toml", "", true)]
    [InlineData("", "NVIDIA_CTK_CONFIG=/run/driver.toml", true)]
    [InlineData("", "NVIDIA_CTK_CONFIG_FILE_PATH=/run/driver.toml", true)]
    [InlineData("", "XDG_CONFIG_HOME=/run/home", true)]
    [InlineData("--config=/run/driver.toml", "NVIDIA_CTK_DRIVER_ROOT=", false)]
    [InlineData("--config=/run/driver.toml --driver-root=/", "", false)]
    [InlineData("--config=/run/other.toml", "", false)]
    [InlineData("--config=/nonexistent", "", false)]
    [InlineData("", "", false)]
    public void The_driver_root_is_that_of_the_flag_the_variable_the_configuration(string options, string variable, bool isFound)
    {
        host.Shell(
            $"echo '[nvidia-container-cli]\nroot = \"{Root}\"' > /run/driver.toml; mkdir -p /run/home/nvidia-container-runtime; cp /run/driver.toml " +
            "/run/home/nvidia-container-runtime/config.toml; echo 'disable-require = true' > /run/other.toml");
        CommandResult result = host.Shell($"env {variable} nvidia-ctk --quiet cdi generate --format=json {options}");
        Assert.Equal(isFound ? 0 : 1, result.Status);
        if (isFound)
            Assert.Equal([Root + "/dev/nvidia0"], new GeneratedSpec(result.Output).HostNodes("0"));
    }

    [Theory]
    [Requirement("GN-88")]
    [InlineData("[nvidia-container-cli]\nroot = 3\n", "", "/3")]
    [InlineData("[nvidia-container-cli\n", "going on without the configuration: failed to load specified config file", "/")]
    public void A_root_of_another_type_is_a_text_and_a_broken_file_is_told(string toml, string warning, string root)
    {
        File.WriteAllText(host.At("/run/odd.toml"), toml);
        CommandResult result = host.Shell("cd / && nvidia-ctk cdi generate --config=/run/odd.toml --mode=management --dev-root=/run/nvidia/driver");
        Assert.Contains(warning, result.Errors, StringComparison.Ordinal);
        Assert.Contains($"not found below {root};", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_device_root_is_a_choice_of_its_own()
    {
        foreach (GeneratedSpec spec in (GeneratedSpec[])[
            host.Spec(["--driver-root=" + Root, "--dev-root=" + Root]), host.Spec(["--driver-root=" + Root], new() { ["NVIDIA_CTK_DEV_ROOT"] = Root })])
            Assert.Equal([Root + "/dev/nvidia1"], spec.HostNodes("1"));
        Assert.NotEqual(0, host.Generate("--driver-root=" + Root, "--dev-root=/").Status);
    }

    [Theory]
    [Requirement("GN-86")]
    [InlineData("", "/usr/bin/nvidia-cdi-hook", "")]
    [InlineData("nvidia-ctk", "/usr/bin/nvidia-ctk", "")]
    [InlineData("/opt/nvidia-ctk", "/opt/nvidia-ctk", "")]
    [InlineData("env", "/usr/bin/env", "")]
    [InlineData("bin/env", "/usr/bin/env", "")]
    [InlineData("no-such-hook", "/usr/bin/nvidia-cdi-hook", "Failed to locate no-such-hook: ")]
    [InlineData("none/nvidia-ctk", "/usr/bin/nvidia-ctk", "Failed to locate none/nvidia-ctk: ")]
    public void The_hook_program_is_searched_by_name(string asked, string expected, string warning)
    {
        CommandResult result = host.Shell(
            $"cd /usr && PATH=/usr/bin:/bin nvidia-ctk cdi generate --format=json --driver-root={Root} --nvidia-cdi-hook-path={asked}").Succeeded();
        var spec = new GeneratedSpec(result.Output);
        Assert.Equal([expected], spec.HookPrograms);
        Assert.Equal(warning.Length > 0, result.Errors.Contains("level=warning", StringComparison.Ordinal));
        Assert.Contains(warning, result.Errors, StringComparison.Ordinal);
        // nvidia-ctk has the hooks below a word of its own (DS-83).
        Assert.Equal(expected.EndsWith("nvidia-ctk", StringComparison.Ordinal), spec.Hooks.Contains("hook"));
    }
}
