namespace GpuContainers.Packaging.Tests;

/// <summary>A clean Debian with systemd and Docker on a simulated GPU host; whatever is changed there is gone with it.</summary>
internal static class DebianMachine
{
    /// <summary>Where the folder of packages is seen.</summary>
    internal const string Packages = "/media";

    /// <summary>Where the folder <c>more</c> is seen.</summary>
    internal const string More = "/opt";

    /// <summary>Starts it; neither systemd nor Docker run yet.</summary>
    /// <param name="host">The name of a simulated host.</param>
    /// <param name="packages">A folder of packages.</param>
    /// <param name="more">Another folder that is wanted there.</param>
    internal static SimulatedHost Start(string host, string packages, string? more = null)
    {
        string root = Checkout.At("artifacts", "debian", "machine-bookworm");
        Assert.SkipUnless(File.Exists(root + "/.complete"), $"{root} is not there: run make debian-root");
        return SimulatedHost.StartOver(root, host, new Dictionary<string, string> { [Packages] = packages, [More] = more ?? packages });
    }
}
