namespace GpuContainers.TestSupport;

/// <summary>Where things lie in the repository.</summary>
public static class Checkout
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A path below the root.</summary>
    public static string At(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>A program of `make build`; the test is skipped where it has not been built.</summary>
    public static string Program(string name)
    {
        string path = At("artifacts", "bin", name);
        Assert.SkipUnless(File.Exists(path), $"{path} is not there: run make build");
        return path;
    }

    /// <summary>The GPU host simulator; the test is skipped where it has not been built.</summary>
    public static string Simulator()
    {
        string path = At("artifacts", "simulator", "gpu-host-simulator");
        Assert.SkipUnless(File.Exists(path), $"{path} is not there: run make simulator");
        return path;
    }

    /// <summary>A program of the machine by name; the test is skipped where it is not installed.</summary>
    public static string MachineProgram(string name)
    {
        foreach (string folder in (string[])["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"])
        {
            if (File.Exists(Path.Combine(folder, name)))
                return Path.Combine(folder, name);
        }
        Assert.Skip($"{name} is not installed");
        return "";
    }

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "GpuContainers.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not lie in the repository");
        return folder;
    }
}
