namespace GpuContainers.EndToEnd.Tests.Node;

/// <summary>The errors of nvidia-ctk-installer that docs/errors.md lists, each provoked.</summary>
public sealed class InstallerErrorsTests : IDisposable
{
    private readonly InstallerNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    [Requirement("IN-11", "IN-20", "IN-21", "IN-23", "IN-24", "IN-25", "IN-26", "IN-31", "IN-47", "IN-81", "IN-135")]
    public void Each_error_that_is_listed_is_told()
    {
        _node.Reset("docker", hasOlder: false);
        List<string> said = [.. ((string[][])
        [
            ["--toolkit-install-dir="], ["--pid-file=" + _node.At("node/other.pid")], ["--enable-nri-plugin"],
            ["--enable-nri-plugin", "--nri-namespace=n", "--nri-plugin-index=100"], ["--cdi-kind=-/gpu"], ["--create-device-nodes=x", "--cdi-enabled"],
            ["--runtime=podman"], ["--runtime=crio", "--config-mode=x"], ["--restart-mode=x"], ["--runtime=crio", "--restart-mode=signal"], ["--driver-root="],
            ["--toolkit-source-root=", "--toolkit-package-type=x"], ["--health-address=x"], ["--toolkit-source-root=" + _node.At("none")],
            ["--no-daemon=false", "--enable-nri-plugin", "--nri-namespace=n", "--nri-socket=" + _node.At("none.sock")],
            ["--restart-mode=systemd", "--host-root=" + _node.At("none")], ["--undo", "--config=" + _node.At("node/etc/other")],
        ]).Select(options => Failed([.. _node.Install("docker", "new"), .. options]))];
        _node.Write("node/etc/config", "{");
        said.Add(Failed(_node.Install("docker", "new")));
        Directory.CreateDirectory(_node.At("node/run"));
        Directory.CreateDirectory(_node.At("node/linked"));
        said.Add(Failed([Checkout.MachineProgram("flock"), _node.At("node/run/toolkit.pid"), .. _node.Install("docker", "new")]));
        File.CreateSymbolicLink(_node.At("node/linked/toolkit.pid"), _node.At("node/etc/config"));
        said.Add(Failed([.. _node.Install("docker", "new"), "--pid-file=" + _node.At("node/linked/toolkit.pid")]));
        DocumentedErrors.AssertProvoked("nvidia-ctk-installer", said, "the NRI plugin has ended by itself");
    }

    private static string Failed(string[] command)
    {
        CommandResult result = InstallerNode.Run(command);
        Assert.Equal(1, result.Status);
        return Assert.Single(result.Errors.Split('\n'), static line => line.Contains("level=error", StringComparison.Ordinal));
    }
}
