namespace GpuContainers.Ctk.Tests.Cdi.Generate;

/// <summary>What cannot be generated, and the words of it.</summary>
public sealed class GenerateErrorTests(ServerHost host) : IClassFixture<ServerHost>
{
    private const string Devices = "failed to generate CDI spec: failed to create device CDI specs: ";
    private const string Ids = Devices + "failed to construct device spec generators: ";

    [Theory]
    [Requirement("GN-90")]
    [InlineData("--device-id=9", Ids + "failed to get device handle from index: Invalid Argument")]
    [InlineData("--device-id=gpu0", Ids + "identifier is not a valid UUID or index: \"gpu0\"")]
    [InlineData("--device-id=", Ids + "identifier is not a valid UUID or index: \"\"")]
    [InlineData("--device-id=4294967296", Ids + "failed to convert device index to an int: ")]
    [InlineData("--device-id=0:0", Ids + "failed to get MIG handle by index: ")]
    [InlineData("--device-id=GPU-00000000-0000-0000-0000-000000000000", Ids + "failed to get device handle from UUID: ")]
    [InlineData("--mode=imex --device-id=1048576", Ids + "invalid channel ID 1048576: must be in the range [0, 1048575]")]
    [InlineData("--mode=imex --device-id=7", Devices + "IMEX channel 7 not found at /dev/nvidia-caps-imex-channels/channel7: ")]
    [InlineData("--mode=csv --device-id=7", Ids + "failed to create device spec generator for device \"7\": failed to get device handle from index: ")]
    [InlineData("--mode=management --dev-root=/nonexistent", Devices + "no NVIDIA device nodes found")]
    [InlineData(
        "--driver-root=/nonexistent --dev-root=/ --mode=management",
        "failed to generate CDI spec: failed to create edits common for entities: failed to create discoverer for driver libraries: failed to get libraries " +
        "for driver version: ")]
    [InlineData("--mode=wsl", "failed to generate CDI spec: failed to create edits common for entities: failed to initialize dxcore: ")]
    public void The_step_that_failed_is_named(string options, string text)
    {
        CommandResult result = host.Generate(options.Split(' '));
        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.Contains(text, result.Errors.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Single(result.Errors.Split('\n'), static line => line.Contains("level=error", StringComparison.Ordinal));
    }

    [Theory]
    [Requirement("GN-25", "GN-59", "GN-98")]
    [InlineData("gds", "/dev/nvidia-fs*")]
    [InlineData("mofed", "/dev/infiniband/uverbs*, no /dev/infiniband/rdma_cm")]
    [InlineData("gdrcopy", "/dev/gdrdrv")]
    [InlineData("nvswitch", "/dev/nvidia-nvswitchctl, no /dev/nvidia-nvswitch*")]
    public void A_device_without_nodes_is_an_error_that_names_them(string mode, string nodes)
    {
        CommandResult result = host.Generate("--mode=" + mode);
        Assert.Equal(1, result.Status);
        Assert.Contains("failed to write CDI spec to STDOUT: failed to write spec: invalid CDI Spec: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains($"failed add device \\\"all\\\": invalid device, empty device edits; the host has no {nodes}", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("GN-17", "GN-98")]
    public void A_GPU_without_node_fails_the_whole_and_is_named()
    {
        using var incomplete = SimulatedHost.Start("missing-node");
        CommandResult result = incomplete.Run("nvidia-ctk", "cdi", "generate", "--output=/run/x.yaml");
        Assert.Equal(1, result.Status);
        Assert.Contains("failed add device \\\"1\\\": invalid device, empty device edits;", result.Errors, StringComparison.Ordinal);
        Assert.Contains("; the host has no /dev/nvidia1: ", result.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(incomplete.At("/run/x.yaml")));
    }

    [Fact]
    [Requirement("GN-7", "GN-97")]
    public void Warnings_do_not_change_the_status()
    {
        CommandResult result = host.Generate("--feature-flag=bogus").Succeeded();
        Assert.Contains("ignoring unknown feature flag bogus", result.Errors, StringComparison.Ordinal);
    }
}
